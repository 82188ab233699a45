"""Which issue came after which, in the API: by itself, as a chain, and in events."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.lineage.proposals import propose_successions
from companies.known.reading import newest_revision
from companies.ledger.snapshots import apply_snapshot
from companies.models import Succession
from tests.factories import make_codes, make_issue, make_list

SEPTEMBER, OCTOBER = date(2024, 9, 30), date(2024, 10, 31)
BANK = {"sector33_code": "7050", "sector17_code": "15"}


@pytest.fixture(autouse=True)
def merged(db: None) -> None:
    """Two banks went into one."""
    others = make_list(make_codes(40))
    banks = [make_issue("8001", company_name="東山銀行", **BANK), make_issue("8002", company_name="北岳銀行", **BANK)]
    apply_snapshot(SEPTEMBER, [*others, *banks], "jpx")
    apply_snapshot(
        OCTOBER, [*others, make_issue("9001", company_name="東山北岳フィナンシャルグループ", **BANK)], "jpx", force=True
    )
    propose_successions()


def confirm(predecessor: str) -> None:
    decide_succession(
        Succession.objects.get(predecessor=predecessor), SuccessionStatus.CONFIRMED, decided_by="operator"
    )


def get(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_successions_are_told_with_what_is_proposed_and_what_is_a_fact(client_with_key: Client) -> None:
    confirm("8002")

    told = get(client_with_key, "lineage?limit=1")

    assert (told["total"], told["limit"], told["offset"]) == (2, 1, 0)
    (one,) = told["successions"]
    assert set(one) == {"predecessor", "successor", "date", "kind", "confidence", "status", "evidence"}
    assert (one["predecessor"], one["successor"], one["date"], one["kind"], one["status"]) == (
        "8001", "9001", "2024-10-31", "merger", "proposed",
    )  # fmt: skip
    assert 0 < one["confidence"] <= 1
    assert one["evidence"]["rule"] == "gone_and_come"


def test_successions_are_narrowed(client_with_key: Client) -> None:
    confirm("8002")

    def codes(query: str) -> list[str]:
        return [one["predecessor"] for one in get(client_with_key, f"lineage?{query}")["successions"]]

    assert codes("status=confirmed") == ["8002"]
    assert codes("status=proposed,confirmed") == ["8001", "8002"]
    assert (codes("kind=merger"), codes("kind=other_code")) == (["8001", "8002"], [])
    assert (codes("code=8002"), codes("code=9001.T")) == (["8002"], ["8001", "8002"])
    assert codes("min_confidence=1") == []


@pytest.mark.parametrize(
    "query", ["status=maybe", "kind=sale", "min_confidence=2", "min_confidence=x", "known_at=1", "limit=0"]
)
def test_what_is_not_understood_is_refused(client_with_key: Client, query: str) -> None:
    assert client_with_key.get(f"/api/v1/lineage?{query}").status_code == 400


def test_the_chain_of_a_company_is_whole_from_each_end(client_with_key: Client) -> None:
    first, last = (get(client_with_key, f"companies/{code}/lineage") for code in ("8002", "90010"))

    assert (first["code"], last["code"]) == ("8002", "9001")
    assert [one["predecessor"] for one in first["successions"]] == ["8001", "8002"]
    assert first["successions"] == last["successions"]
    assert [(one["code"], one["company_name"], one["is_active"]) for one in first["companies"]] == [
        ("8001", "東山銀行", False), ("8002", "北岳銀行", False), ("9001", "東山北岳フィナンシャルグループ", True),
    ]  # fmt: skip


def test_only_facts_make_the_chain_where_only_facts_are_asked_for(client_with_key: Client) -> None:
    confirm("8002")

    told = get(client_with_key, "companies/8001/lineage?status=confirmed")

    assert ([one["code"] for one in told["companies"]], told["successions"]) == (["8001"], [])


def test_a_code_of_no_company_has_no_lineage(client_with_key: Client) -> None:
    answer = client_with_key.get("/api/v1/companies/4999/lineage")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "COMPANY_NOT_FOUND")


def test_who_may_not_read_gets_nothing() -> None:
    assert [Client().get(f"/api/v1/{path}").status_code for path in ("lineage", "companies/8001/lineage")] == [401, 401]


def test_events_tell_successors_and_predecessors_once_they_are_confirmed(client_with_key: Client) -> None:
    def told(query: str = "") -> dict[tuple[str, str], Any]:
        events = get(client_with_key, f"companies/events?code=8001,8002,9001{query}")["events"]
        return {(one["code"], one["type"]): (one["succeeded_by"], one["preceded_by"]) for one in events}

    nothing: dict[tuple[str, str], Any] = {
        ("8001", "delisted"): ([], None),
        ("8002", "delisted"): ([], None),
        ("9001", "listed"): (None, []),
    }
    assert told() == nothing
    before = newest_revision()

    confirm("8001")
    confirm("8002")

    assert told() == {
        ("8001", "delisted"): (["9001"], None), ("8002", "delisted"): (["9001"], None), ("9001", "listed"): (None, ["8001", "8002"]),
    }  # fmt: skip
    assert told(f"&known_at={before}") == nothing
    assert told(f"&revision={before + 1}")["9001", "listed"] == (None, ["8001"])
    (event,) = get(client_with_key, "companies/8001/history")["events"]
    assert event["succeeded_by"] == ["9001"]
    (event,) = get(client_with_key, f"companies/8001/history?revision={before}")["events"]
    assert event["succeeded_by"] == []


def test_the_file_of_events_tells_them_too(client_with_key: Client) -> None:
    confirm("8001")
    confirm("8002")

    answer = client_with_key.get("/api/v1/companies/events/export?format=csv&after_code=8000")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]

    assert rows[0].endswith(",changes,succeeded_by,preceded_by")
    assert rows[1].endswith(",9001,")
    assert rows[-1].endswith(",,8001 8002")
