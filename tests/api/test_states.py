"""Each answer names the state of the data it was read from; a walk is of one state, or is told that it changed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.endpoints.data_views import DataViewSet
from api.endpoints.filters import StrictFilterSet
from api.generations import publish_after_commit, read_generations
from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from masters.models import Market
from tests.api.front import ask, kept_answers, next_page
from tests.factories import make_issue

BASE = "/api/v1/companies"
OF_COMPANIES = [
    BASE, f"{BASE}?as_of=2024-02-29", f"{BASE}?include=quote", f"{BASE}/7203", f"{BASE}/7203?as_of=2024-02-29",
    f"{BASE}/search?q=toyota", f"{BASE}/7203/history", f"{BASE}/events", f"{BASE}/announcements", f"{BASE}/changes?from=2024-02-29&to=2024-03-29",
    f"{BASE}/export?format=csv", f"{BASE}/export?format=xlsx", f"{BASE}/export?format=ndjson&as_of=2024-02-29",
]  # fmt: skip
OF_MASTERS = [f"{BASE}/markets", f"{BASE}/sectors?type=17"]
OF_RUNS = [f"{BASE}/sync/runs"]


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def with_state(path: str, state: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}state={state}"


#: A run's progress changes without a new state.
OF_NO_STATE = {"sync-start", "sync-status", "sync-run-detail", "sync-run-cancel", "sync-run-approve"}


def routes_of_counted_data(patterns: Any = None) -> Iterator[tuple[str, type[StrictFilterSet]]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes_of_counted_data(pattern.url_patterns)
            continue
        view: Any = pattern.callback
        if issubclass(getattr(view, "cls", object), DataViewSet):
            viewset = view.cls(**view.initkwargs)
            viewset.action = next(iter(view.actions.values()))
            yield str(pattern.name), viewset.get_filterset_class()


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
    routes = dict(routes_of_counted_data())

    assert len(routes) - len(OF_NO_STATE) == 21
    assert {name for name, filterset in routes.items() if "state" not in filterset.base_filters} == OF_NO_STATE


def test_whatever_state_is_asked_for_an_answer_is_kept_once(key: str) -> None:
    state = [ask(f"{BASE}?limit=2", key=key) for _ in range(2)][1].headers["x-data-state"]
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
    new = ask(f"{BASE}/events?limit=2", key=key)
    assert old.headers["x-data-state"] != new.headers["x-data-state"]

    assert ask(f"{BASE}?limit=2&offset=2", key=key).headers["x-data-state"] == old.headers["x-data-state"]
    assert ask(f"{BASE}?limit=2&offset=2&state={new.headers['x-data-state']}", key=key).status == 200
    assert ask(f"{BASE}?limit=1&offset=1&state={old.headers['x-data-state']}", key=key).status == 409
