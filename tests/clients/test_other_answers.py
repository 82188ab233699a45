"""Answers that are whole and fine and of something else: each method tells it by the exception that is promised."""

from collections.abc import Callable, Iterator

import pytest
from meigara_client import Client, UnexpectedAnswer
from pytest_django import DjangoDbBlocker

from tests.clients.conftest import committed, make_key
from tests.clients.proxy import Proxy

# A database is made for who is marked so.
pytestmark = pytest.mark.django_db

METHODS: dict[str, Callable[[Client], object]] = {
    "universe": lambda client: client.universe(),
    "universes": lambda client: client.universes(["2024-03-29"]),
    "ledger": lambda client: client.ledger(),
    "company": lambda client: client.company("7203"),
    "history": lambda client: client.history("7203"),
    "identifiers": lambda client: client.identifiers("7203"),
    "quote": lambda client: client.quote("7203"),
    "search": lambda client: client.search("toyota"),
    "events": lambda client: list(client.events()),
    "changes": lambda client: client.changes("2024-03-01", "2024-03-29"),
    "announcements": lambda client: list(client.announcements()),
    "feed": lambda client: client.feed(),
    "follow": lambda client: list(client.follow("position.json", wait=0)),
    "calendar": lambda client: client.calendar("2024-03-01", "2024-03-31"),
    "snapshots": lambda client: client.snapshots(),
    "issuers": lambda client: client.issuers(),
    "issuer": lambda client: client.issuer("E02144"),
    "lineage": lambda client: client.lineage("7203"),
    "successions": lambda client: client.successions(),
    "markets": lambda client: client.markets(),
    "sectors": lambda client: client.sectors(),
}  # fmt: skip


@pytest.fixture(scope="module")
def key(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with committed(django_db_blocker):
        yield make_key()


@pytest.mark.parametrize("body", ['{"message": "hi"}', '["hi"]', '"hi"', "null"])
@pytest.mark.parametrize("method", METHODS)
def test_an_answer_of_another_form_is_told_as_such(client: Client, proxy: Proxy, method: str, body: str) -> None:
    proxy.refuse(200, body.encode())

    with pytest.raises(UnexpectedAnswer):
        METHODS[method](client)

    assert len(proxy.passed) == 1


@pytest.mark.parametrize("line", ['{"message": "hi"}', '["hi"]', "hi"])
def test_a_line_of_another_form_in_the_file_of_histories_is_told_as_such(
    client: Client, proxy: Proxy, line: str
) -> None:
    proxy.refuse(200, f"{line}\n".encode(), X_Ledger_Revision="1")

    with pytest.raises(UnexpectedAnswer):
        client.ledger()


@pytest.mark.parametrize("body", ['{"total": "1", "issuers": []}', '{"total": 1, "issuers": {"a": 1}}', '{"total": 1, "issuers": [1]}'])  # fmt: skip
def test_a_part_of_another_kind_is_told_as_such(client: Client, proxy: Proxy, body: str) -> None:
    proxy.refuse(200, body.encode())

    with pytest.raises(UnexpectedAnswer):
        client.issuers()


def test_a_revision_that_is_no_number_is_told_as_such(client: Client, proxy: Proxy) -> None:
    proxy.refuse(200, b"{}", X_Ledger_Revision="hi")

    with pytest.raises(UnexpectedAnswer, match="not the number of a revision: 'hi'"):
        client.markets()
