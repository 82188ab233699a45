"""What is asked of requests a second, and the table that says whether it is so."""

import pytest

from bench.comparisons import Comparison, print_comparisons
from bench.load import Throughput


def round_of(per_second: int, *, failed: int = 0, spent: float = 0.1) -> Throughput:
    """A round of a second; every answer took 10 ms."""
    return Throughput([0.01] * per_second, failed, "HTTP/1.1 503" if failed else "", 1.0, spent)


def rounds_of(*per_second: int) -> list[Throughput]:
    return [round_of(one) for one in per_second]


def comparison(ours: list[Throughput], bare: list[Throughput], **more: object) -> Comparison:
    return Comparison("一覧 100 件", 16, ours=ours, bare=bare, **more)  # type: ignore[arg-type]


def test_a_ratio_is_that_of_the_same_round() -> None:
    found = comparison(rounds_of(120, 60, 130), rounds_of(100, 50, 130), peer=rounds_of(10, 20, 13))

    assert found.to_bare == [1.2, 1.2, 1.0]
    assert found.to_peer == [12.0, 3.0, 10.0]
    assert found.per_second == 120


@pytest.mark.parametrize(("bound", "missed"), [(1.2, []), (1.21, ["素との比"])])
def test_a_bound_is_held_against_the_median_of_the_rounds(bound: float, missed: list[str]) -> None:
    found = comparison(rounds_of(120, 150, 10), rounds_of(100, 100, 100), of_bare=bound)

    assert found.missed == missed
    assert found.is_met is (not missed)


def test_the_ratio_to_the_peer_has_a_bound_of_its_own() -> None:
    found = comparison(rounds_of(100), rounds_of(100), of_bare=1.0, of_peer=6.0, peer=rounds_of(20))

    assert found.missed == ["FastAPI との比"]


def test_the_slowest_hundredth_may_take_five_times_the_middle() -> None:
    just = Throughput([0.01] * 95 + [0.05] * 5, elapsed=1.0)
    more = Throughput([0.01] * 95 + [0.051] * 5, elapsed=1.0)

    assert comparison([just], rounds_of(100)).missed == []
    assert comparison([more], rounds_of(100)).missed == ["p99"]
    assert round(comparison([more], rounds_of(100)).spread, 6) == 5.1


def test_answers_that_failed_are_a_miss_and_say_whose_they_are() -> None:
    assert comparison([round_of(100, failed=3)], rounds_of(100)).missed == ["失敗 3 件"]
    assert comparison(rounds_of(100), [round_of(100, failed=4)]).missed == ["相手の失敗 4 件"]


def test_nothing_but_failures_is_no_speed_and_met_by_nothing() -> None:
    found = comparison([Throughput(failed=9, failure="HTTP/1.1 503", elapsed=1.0)], rounds_of(100), of_bare=0.1)

    assert found.to_bare == [0.0]
    assert found.missed == ["素との比", "p99", "失敗 9 件"]


def test_the_table_has_both_ratios_with_median_and_least(capsys: pytest.CaptureFixture[str]) -> None:
    met = comparison(rounds_of(120, 130, 110), rounds_of(100, 100, 100), of_bare=1.2, peer=rounds_of(10, 10, 10))
    missed = Comparison("304", 256, 1.0, None, [round_of(90, failed=1)], [round_of(100, spent=0.95)])
    print_comparisons("API", [met, missed])
    _, title, heads, first, second, failures, note = capsys.readouterr().out.splitlines()

    assert (title, heads.split()[:3]) == ("API", ["リクエスト", "接続", "件/秒"])
    assert first.split()[3:] == [
        "16", "120", "100", "1.20/1.10", "1.20", "10", "12.00/11.00", "-", "10.00", "10.00", "1.0", "0.10", "達成",
    ]  # fmt: skip
    assert second.split() == [
        "304", "256", "90", "100", "0.90/0.90", "1.00", "-", "-", "-", "10.00", "10.00", "1.0", "0.95!",
        "未達（素との比、失敗", "1", "件）",
    ]  # fmt: skip
    assert failures == "失敗した応答: HTTP/1.1 503"
    assert "負荷をかける側が 1 コアを使い切った" in note
