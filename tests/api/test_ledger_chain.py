"""The chain over the API, as an auditor asks for it."""

import hashlib
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from companies.ledger.chain import BEGINNING, find_head
from companies.models import LedgerRevision
from tests.companies.ledger.every_change import KINDS, do_everything
from tests.reading_parquet import notes_of

pytestmark = pytest.mark.django_db

HEAD, CHAIN = "/api/v1/ledger/head", "/api/v1/ledger/chain"


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def walk(client: Client, limit: int) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = get(client, CHAIN, after=after, limit=limit)
        links += page["links"]
        after = page["next"]
    return links


def test_a_stranger_goes_through_the_chain_from_its_beginning_to_the_head(client_with_key: Client) -> None:
    do_everything()
    head = get(client_with_key, HEAD)

    links = walk(client_with_key, limit=5)

    before = BEGINNING
    for number, link in enumerate(links, start=1):
        assert (link["revision"], json.loads(link["link"])["number"]) == (number, number)
        assert json.loads(link["link"])["before"] == before
        before = hashlib.sha256(link["link"].encode()).hexdigest()
        assert link["chain"] == before
    assert (head["revision"], head["chain"], head["newest"]) == (len(KINDS), before, len(KINDS))


def test_what_a_link_tells_of_is_given_to_the_byte(client_with_key: Client) -> None:
    do_everything()

    for link in walk(client_with_key, limit=1000):
        told = json.loads(link["link"])
        facts = client_with_key.get(f"{CHAIN}/{link['revision']}/facts")
        assert facts["Content-Type"] == "application/octet-stream"
        if "facts" in told:
            assert told["facts"] == {
                "count": len(facts.content.splitlines()),
                "sha256": hashlib.sha256(facts.content).hexdigest(),
            }
        else:
            assert facts.content == b""
        rows = client_with_key.get(f"{CHAIN}/{link['revision']}/rows")
        if "list" in told:
            assert hashlib.sha256(rows.content).hexdigest() == told["list"]["sha256"]
            assert len(json.loads(rows.content)) == told["list"]["row_count"]
        else:
            assert (rows.status_code, rows.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_who_has_the_bytes_already_is_told_so(two_lists: None, client_with_key: Client) -> None:
    for path in (f"{CHAIN}/1/rows", f"{CHAIN}/1/facts"):
        etag = client_with_key.get(path)["ETag"]
        again = client_with_key.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")


def test_a_written_down_number_is_asked_for_by_itself(two_lists: None, client_with_key: Client) -> None:
    revision = LedgerRevision.objects.get(number=1)

    assert get(client_with_key, f"{CHAIN}/1") == {"revision": 1, "chain": revision.chain, "link": revision.link}


@pytest.mark.parametrize("number", ["0", "3", "9" * 30])
def test_a_revision_that_there_is_not_is_told(two_lists: None, client_with_key: Client, number: str) -> None:
    for path in (f"{CHAIN}/{number}", f"{CHAIN}/{number}/rows", f"{CHAIN}/{number}/facts"):
        answer = client_with_key.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
        assert number in answer.json()["error"]["message"]


def test_without_a_revision_there_is_no_head(db: None, client_with_key: Client) -> None:
    nothing = {"revision": 0, "chain": None, "recorded_at": None, "newest": 0}

    assert get(client_with_key, HEAD) == nothing
    assert get(client_with_key, CHAIN) == {"links": [], "next": None, "newest": 0}


def test_what_the_release_before_wrote_is_not_in_the_chain_yet(two_lists: None, client_with_key: Client) -> None:
    LedgerRevision.objects.filter(number=2).update(chain=None, link=None)

    head = get(client_with_key, HEAD)

    assert (head["revision"], head["newest"]) == (1, 2)
    assert [link["revision"] for link in get(client_with_key, CHAIN)["links"]] == [1]
    assert [one["chain"] for one in get(client_with_key, "/api/v1/feed")["revisions"]] == [head["chain"], None]


def test_a_list_that_is_damaged_is_told(two_lists: None, client_with_key: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE listing_snapshots SET rows = 'x'")

    answer = client_with_key.get(f"{CHAIN}/1/rows")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "LIST_DAMAGED")


def test_the_stream_and_files_name_the_hash_of_their_revision(two_lists: None, client_with_key: Client) -> None:
    number, chain = find_head()

    assert get(client_with_key, "/api/v1/feed")["revisions"][-1]["chain"] == chain
    assert get(client_with_key, "/api/v1/companies/export", format="manifest")["chain"] == chain
    past = get(client_with_key, "/api/v1/companies/export", format="manifest", revision=number - 1)
    assert past["chain"] == LedgerRevision.objects.get(number=number - 1).chain
    content = io.BytesIO(client_with_key.get("/api/v1/companies/export?format=parquet").getvalue())
    assert notes_of(content.getvalue())["chain"] == chain


@pytest.mark.parametrize("query", [{"after": "x"}, {"limit": 0}, {"limit": 1001}, {"from": 1}])
def test_what_cannot_be_asked_is_named(db: None, client_with_key: Client, query: dict[str, Any]) -> None:
    answer = client_with_key.get(CHAIN, query)

    assert answer.status_code == 400
    assert [*answer.json()["error"]["details"]] == [*query]


def test_without_a_key_nothing_is_told(db: None, client: Client) -> None:
    assert [client.get(path).status_code for path in (HEAD, CHAIN, f"{CHAIN}/1", f"{CHAIN}/1/rows")] == [401] * 4
