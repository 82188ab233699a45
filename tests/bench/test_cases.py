"""The requests that are measured, what the design asks of them, and that none past the cache is asked for twice."""

import itertools

import pytest

from bench.agreement import compare_answers
from bench.cases import cases_as_run, each_once, make_cases

COMPANIES = [(str(code), f"東京電力{code}") for code in range(1301, 1501)]


def test_every_pair_comes_once_and_in_no_order() -> None:
    found = list(each_once("/x", range(90, 111), range(50)))

    assert len(found) == len(set(found)) == 21 * 50
    assert set(found) == {f"/x?limit={limit}&offset={offset}" for limit in range(90, 111) for offset in range(50)}
    assert found != sorted(found)
    assert found == list(each_once("/x", range(90, 111), range(50)))


def test_the_first_requests_reach_over_all_of_the_list() -> None:
    offsets = [int(path.rpartition("=")[2]) for path in itertools.islice(each_once("/x", range(5), range(1000)), 100)]

    counts = [sum(start <= offset < start + 100 for offset in offsets) for start in range(0, 1000, 100)]
    assert (min(counts) >= 8, max(counts) <= 12) == (True, True)


def test_words_are_written_as_addresses_write_them() -> None:
    assert set(each_once("/x", range(1, 2), ["東", "a&b"], name="q")) == {
        "/x?limit=1&q=%E6%9D%B1",
        "/x?limit=1&q=a%26b",
    }


def test_requests_past_the_cache_never_come_twice_and_the_others_come_again_and_again() -> None:
    cases = make_cases(COMPANIES)
    first = {case.what: list(itertools.islice(case.paths(), 1500)) for case in cases}

    for what, paths in first.items():
        assert len(paths) == 1500, what
        assert (len(set(paths)) == 1500) is ("キャッシュなし" in what), what


def test_the_bounds_are_those_of_the_design() -> None:
    assert {case.what: (case.of_bare, case.of_peer) for case in make_cases(COMPANIES)} == {
        "一覧 100 件": (1.2, None),
        "304": (None, None),
        "一覧 1000 件": (None, 6),
        "絞り込んだ一覧": (1.2, None),
        "1 件": (1.2, None),
        "検索": (1.2, None),
        "一覧 100 件（キャッシュなし、任意の位置）": (0.45, None),
        "検索（キャッシュなし）": (0.4, None),
        "イベント 100 件（キャッシュなし）": (0.15, None),
    }
    assert {(case.what, case.of_bare, case.has_peer) for case in cases_as_run(COMPANIES)} == {
        (what, 0.9, False) for what in ("一覧 100 件", "絞り込んだ一覧", "1 件", "検索")
    }


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        (b'{"companies":[{"code":"1301"},{"code":"1302"}],"total":3}', r"\.total \(2 / 3\)"),
        (b'{"companies":[{"code":"1301"},{"code":"1303"}],"total":2}', r"\.companies\[1\]\.code \(1302 / 1303\)"),
        (b'{"companies":[{"code":"1301"}],"total":2}', r"\.companies "),
        (b'{"companies":[],"total":2,"limit":100}', "the whole"),
    ],
)
def test_a_peer_that_answers_otherwise_is_not_measured(peer: bytes, told: str) -> None:
    ours = b'{"companies":[{"code":"1301"},{"code":"1302"}],"total":2}'
    compare_answers("一覧", ours, ours, is_same=True)

    with pytest.raises(RuntimeError, match=f"^一覧: .* differs from ours at {told}"):
        compare_answers("一覧", ours, peer, is_same=True)


def test_a_peer_that_finds_others_has_to_give_as_many_with_the_same_fields() -> None:
    ours = b'{"companies":[{"code":"1301"},{"code":"1302"}],"total":2}'
    compare_answers("検索", ours, b'{"companies":[{"code":"2"},{"code":"1"}],"total":9}', is_same=False)

    for peer in (b'{"companies":[{"code":"1"}],"total":1}', b'{"companies":[{"name":"1"},{"name":"2"}],"total":2}'):
        with pytest.raises(RuntimeError, match=r"^検索: the peer's answer is"):
            compare_answers("検索", ours, peer, is_same=False)
