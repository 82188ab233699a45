"""Each answer names the state of the data it was read from; a walk is of one state, or is told that it changed."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.urls import get_resolver
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.endpoints.data_views import DataView
from api.endpoints.states import StateParameters
from api.generations import publish_after_commit, read_generations
from api.keys import create_api_key
from companies.api.universe import load_universe
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from database.connections import one_snapshot
from masters.models import Market
from tests.api.front import Answer, ask, kept_answers
from tests.factories import make_issue

BASE = "/api/v1/companies"
OF_COMPANIES = [
    BASE, f"{BASE}?as_of=2024-02-29", f"{BASE}?include=quote", f"{BASE}/7203", f"{BASE}/7203?as_of=2024-02-29",
    f"{BASE}/search?q=toyota", f"{BASE}/7203/history", f"{BASE}/events", f"{BASE}/changes?from=2024-02-29&to=2024-03-29",
    f"{BASE}/export?format=csv", f"{BASE}/export?format=xlsx", f"{BASE}/export?format=ndjson&as_of=2024-02-29",
]  # fmt: skip
OF_MASTERS = [f"{BASE}/markets", f"{BASE}/sectors?type=17"]
OF_RUNS = [f"{BASE}/sync/runs"]


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def with_state(path: str, state: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}state={state}"


def next_page(answer: Answer) -> str | None:
    found = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return found[1] if found else None


def all_views(view: type[DataView] = DataView) -> Iterator[type[DataView]]:
    for below in view.__subclasses__():
        yield below
        yield from all_views(below)


@pytest.mark.parametrize(
    ("path", "family"),
    [*((p, "companies") for p in OF_COMPANIES), *((p, "masters") for p in OF_MASTERS), *((p, "sync") for p in OF_RUNS)],
)
def test_an_answer_names_its_state_and_is_had_again_by_it(key: str, path: str, family: str) -> None:
    state = read_generations().of(family)

    answers = [ask(address, key=key) for address in (path, path, with_state(path, state), with_state(path, state))]

    assert [(answer.status, answer.headers["x-data-state"]) for answer in answers] == [(200, state)] * 4
    if "xlsx" not in path:  # which says when it was written
        assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers.get("link") for answer in answers}) == 1


@pytest.mark.parametrize("path", [f"{BASE}?limit=1", f"{BASE}/markets"])
def test_who_has_the_answer_already_is_told_of_which_state_it_is(key: str, path: str) -> None:
    first = ask(path, key=key).headers

    again = ask(path, key=key, if_none_match=first["etag"])

    assert (again.status, again.headers["x-data-state"]) == (304, first["x-data-state"])
    assert again.headers.get("link") == first.get("link")


@pytest.mark.parametrize("path", [*OF_COMPANIES, *OF_MASTERS, *OF_RUNS])
def test_another_state_than_the_current_one_is_a_conflict_that_says_what_to_do(key: str, path: str) -> None:
    current = ask(path, key=key).headers["x-data-state"]

    for _ in range(2):
        answer = ask(with_state(path, "17.4"), key=key)
        assert answer.status == 409
        assert answer.json()["error"] == {
            "code": "STATE_CHANGED",
            "message": "読み始めてからデータが変わりました。state を外して最初のページから読み直してください。",
            "details": {"state": "17.4", "current_state": current},
        }
        assert answer.headers["cache-control"] == "no-store"
    assert "Begin anew" in ask(with_state(path, "17.4"), key=key, accept_language="en").json()["error"]["message"]
    assert ask(path, key=key).status == 200


@pytest.mark.parametrize("path", [BASE, f"{BASE}/markets", f"{BASE}/sync/runs", f"{BASE}/search?q=7203"])
@pytest.mark.parametrize("state", ["", "a b", "1" * 65, "x&state=x", "%00", "%E3%81%82"])
def test_a_state_that_is_none_or_two_is_refused_by_name(key: str, path: str, state: str) -> None:
    ask(path, key=key)
    answer = ask(with_state(path, state), key=key)

    assert (answer.status, list(answer.json()["error"]["details"])) == (400, ["state"])


def test_every_endpoint_of_counted_data_takes_a_state() -> None:
    assert get_resolver().url_patterns, "imports every view"
    views = [view for view in all_views() if hasattr(view, "family")]

    assert len(views) >= 9
    assert all(issubclass(view.parameters, StateParameters) for view in views)


def test_whatever_state_is_asked_for_an_answer_is_kept_once(key: str) -> None:
    state = ask(f"{BASE}?limit=2", key=key).headers["x-data-state"]
    before = kept_answers()

    for address in (f"{BASE}?limit=2&state={state}", f"{BASE}?state={state}&limit=2", f"{BASE}?limit=2&state=1.1"):
        ask(address, key=key)

    assert kept_answers() == before


@pytest.mark.parametrize(
    "path", [f"{BASE}?limit=100", f"{BASE}/7203?", f"{BASE}/search?q=7203", f"{BASE}/events?limit=5"]
)
def test_a_state_in_disguise_neither_gets_nor_leaves_an_answer_of_another(key: str, path: str) -> None:
    state = ask(path, key=key).headers["x-data-state"]

    assert ask(f"{path}&st%61te=1.1", key=key).status == 409
    assert ask(f"{path}&st%61te={state}", key=key).status == 200
    assert ask(f"{path}&st%61te=1.1", key=key).status == 409
    assert ask(f"{path}&st%61te={state}&state={state}", key=key).status == 400


def test_links_keep_to_the_state_and_the_filters(key: str) -> None:
    for path in (f"{BASE}?limit=1&market_code=0111&market_code=0112", f"{BASE}/events?limit=1", f"{BASE}?limit=1&as_of=2024-02-29"):  # fmt: skip
        pages = [ask(path, key=key)]
        while address := next_page(pages[-1]):
            pages.append(ask(address, key=key))

        assert len(pages) == pages[0].json()["total"] > 1
        assert {page.status for page in pages} == {200}
        assert len({page.headers["x-data-state"] for page in pages}) == 1


def test_a_walk_is_told_of_every_kind_of_write_also_where_the_next_page_is_cached(
    key: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def bring_in() -> None:
        apply_snapshot(date(2024, 4, 30), [make_issue("7201"), make_issue("7203")], "jpx", force=True)

    def rename_market() -> None:
        Market.objects.filter(code="0111").update(name="新市場")
        publish_after_commit()

    for write in (bring_in, rename_market):
        for path in (f"{BASE}?limit=1", f"{BASE}/events?limit=1", f"{BASE}?limit=1&as_of=2024-02-29"):
            address = next_page(ask(path, key=key)) or ""
            assert ask(address, key=key).status == 200
        with django_capture_on_commit_callbacks(execute=True):
            write()
        answer = ask(address, key=key)
        assert answer.status == 409
        assert answer.json()["error"]["details"]["current_state"] == ask(BASE, key=key).headers["x-data-state"]


def test_a_walk_is_told_also_before_the_new_state_is_published(key: str) -> None:
    """The process died after its commit, or has not come to publishing yet: page one is new, page two is in the cache."""
    old = ask(f"{BASE}?limit=2&offset=2", key=key)
    apply_snapshot(date(2024, 4, 30), [make_issue("7201"), make_issue("7203")], "jpx", force=True)
    new = ask(f"{BASE}?limit=2&as_of=2024-04-30", key=key)
    assert old.headers["x-data-state"] != new.headers["x-data-state"]

    assert ask(f"{BASE}?limit=2&offset=2", key=key).headers["x-data-state"] == old.headers["x-data-state"]
    assert ask(f"{BASE}?limit=2&offset=2&state={new.headers['x-data-state']}", key=key).status == 200
    assert ask(f"{BASE}?limit=1&offset=1&state={old.headers['x-data-state']}", key=key).status == 409


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_walks_while_lists_come_in_are_whole_or_told_never_torn(two_lists: None) -> None:
    """Each list has 30 of 60 companies, of which the odd and the even days share none: a torn walk has both."""
    key = create_api_key(name="walker", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    universes = [[f"{1301 + 2 * step + odd}" for step in range(30)] for odd in (0, 1)]
    days = [date(2024, 4, 1) + timedelta(days=step) for step in range(24)]
    apply_snapshot(days[0], [make_issue(code) for code in universes[0]], "jpx", force=True)
    is_over = threading.Event()
    walks: list[tuple[int, list[str], int]] = []
    failures: list[BaseException] = []

    def bring_in() -> None:
        try:
            for position, day in enumerate(days[1:], start=1):
                apply_snapshot(day, [make_issue(code) for code in universes[position % 2]], "jpx", force=True)
        finally:
            is_over.set()

    def walk(start: str) -> None:
        try:
            while not is_over.is_set():
                walks.append(read_whole(start, key))
        except BaseException as error:  # noqa: BLE001 told by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=bring_in)]
    threads += [threading.Thread(target=walk, args=(f"{BASE}?limit=4{more}",)) for more in ("", "&ordering=-code", "&as_of=2024-12-31")]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    whole = [codes for status, codes, _ in walks if status == 200]
    told = [status for status, _, _ in walks if status != 200]
    assert {tuple(sorted(codes)) for codes in whole} <= {tuple(universe) for universe in universes}
    assert set(told) <= {409}
    assert told, "no walk met an import: the test says nothing"
    assert read_whole(f"{BASE}?limit=4", key)[:2] == (200, universes[1])


def read_whole(start: str, key: str) -> tuple[int, list[str], int]:
    """The last status, the codes and the number of pages of a walk that follows `Link`."""
    codes: list[str] = []
    address: str | None = start
    pages = 0
    while address:
        answer = ask(address, key=key)
        if answer.status != 200:
            return answer.status, codes, pages
        codes += [company["code"] for company in answer.json()["companies"]]
        address, pages = next_page(answer), pages + 1
    assert len(codes) == answer.json()["total"]
    return 200, codes, pages


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_inside_a_snapshot_nothing_is_seen_that_is_committed_meanwhile(two_lists: None) -> None:
    def bring_in() -> None:
        apply_snapshot(date(2024, 4, 30), [make_issue("7201"), make_issue("7203")], "jpx", force=True)
        close_old_connections()

    with one_snapshot():
        state = read_generations()
        writer = threading.Thread(target=bring_in)
        writer.start()
        writer.join()
        numbers, universe = load_universe()
        assert Company.objects.active().count() == 4

    assert (numbers, universe.state) == (state, state.of("companies"))
    assert read_generations() != state
    assert Company.objects.active().count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_whose_list_comes_in_between_is_of_the_state_that_it_names(two_lists: None) -> None:
    key = create_api_key(name="downloader", scopes=["read"])[1]
    ask(f"{BASE}/markets", key=key)
    renamed = [make_issue("7201", company_name="日産ホールディングス"), make_issue("7203")]

    def bring_in() -> None:
        apply_snapshot(date(2024, 4, 30), renamed, "jpx", force=True)
        close_old_connections()

    writers = [threading.Thread(target=bring_in)]

    def read_and_be_overtaken(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if writers and "data_generations" in sql:
            writer = writers.pop()
            writer.start()
            writer.join()
        return found

    with connection.execute_wrapper(read_and_be_overtaken):
        answer = ask(f"{BASE}/export?format=ndjson", key=key)

    assert writers == []
    assert answer.headers["x-data-state"] == read_generations().of("companies")
    assert answer.body.decode().count("日産ホールディングス") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_files_written_while_lists_come_in_are_of_the_state_they_name(two_lists: None) -> None:
    key = create_api_key(name="downloader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    is_over = threading.Event()
    found: dict[str, set[bytes]] = {}

    def bring_in() -> None:
        try:
            for step in range(16):
                issues = [make_issue(f"{1301 + position}", company_name=f"会社{step}") for position in range(40)]
                apply_snapshot(date(2024, 4, 1) + timedelta(days=step), issues, "jpx", force=True)
        finally:
            is_over.set()

    writer = threading.Thread(target=bring_in)
    writer.start()
    while not is_over.is_set():
        answer = ask(f"{BASE}/export?format=ndjson", key=key)
        found.setdefault(answer.headers["x-data-state"], set()).add(answer.body)
    writer.join()

    assert len(found) > 1, "no file met an import: the test says nothing"
    assert {len(bodies) for bodies in found.values()} == {1}
    assert len(set.union(*found.values())) == len(found)
