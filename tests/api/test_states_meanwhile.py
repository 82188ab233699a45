"""Walks and files that are read while lists come in: whole and of one state, or told that it changed."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection

from api.generations import read_generations
from api.keys import create_api_key
from companies.api.universe import load_universe
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from database.connections import one_snapshot
from tests.api.front import ask, next_page
from tests.factories import make_issue

BASE = "/api/v1/companies"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_walks_while_lists_come_in_are_whole_or_told_never_torn(two_lists: None) -> None:
    """Each list has 30 of 60 companies, of which the odd and the even days share none: a torn walk has both."""
    key = create_api_key(name="walker", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    universes = [[f"{1301 + 2 * step + odd}" for step in range(30)] for odd in (0, 1)]
    days = [date(2024, 4, 1) + timedelta(days=step) for step in range(10)]
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
            for step in range(8):
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
