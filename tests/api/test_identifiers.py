"""GET /companies/{code}/identifiers."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement

pytestmark = pytest.mark.usefixtures("two_lists")

ROUTE = "/api/v1/companies/7203/identifiers"
OLD, NEW, FIGI = "JP3633400001", "JP3756600007", "BBG000BCM915"


@pytest.fixture(autouse=True)
def identifiers(two_lists: None) -> None:
    import_identifiers(
        [Statement("7203", "isin", OLD, origin="first.csv"), Statement("7203", "figi", FIGI, origin="first.csv")]
    )
    import_identifiers([Statement("7203", "isin", NEW, date(2024, 4, 1), origin="second.csv")])
    import_identifiers([Statement("1375", "isin", OLD, origin="third.csv")])


def told(answer: Any) -> list[tuple[Any, ...]]:
    names = ("scheme", "value", "valid_from", "valid_until", "origin", "recorded_in")
    return [tuple(one[name] for name in names) for one in answer.json()["identifiers"]]


def test_each_identifier_has_its_validity_its_origin_and_when_it_was_recorded(
    client_with_key: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client_with_key.get("/api/v1/companies/7201/identifiers")
    # Savepoint and its end aside: the newest revision; the identifiers; the moments of their revisions.
    with django_assert_num_queries(5):
        answer = client_with_key.get("/api/v1/companies/7203/identifiers")

    assert answer.json()["code"] == "7203"
    assert told(answer) == [
        ("figi", FIGI, None, None, "first.csv", 3),
        ("isin", OLD, None, "2024-04-01", "first.csv", 4),
        ("isin", NEW, "2024-04-01", None, "second.csv", 4),
    ]
    assert answer.json()["identifiers"][0]["recorded_at"].endswith("+09:00")
    assert answer["X-Ledger-Revision"] == "5"


def test_as_it_was_known_at_a_revision(client_with_key: Client) -> None:
    for parameter in ("known_at", "revision"):
        answer = client_with_key.get(f"{ROUTE}?{parameter}=3")
        assert told(answer) == [
            ("figi", FIGI, None, None, "first.csv", 3),
            ("isin", OLD, None, None, "first.csv", 3),
        ]
        assert answer["X-Ledger-Revision"] == "3"
    assert told(client_with_key.get(f"{ROUTE}?revision=2")) == []


def test_a_code_in_any_notation_and_one_of_no_list_that_has_an_identifier(client_with_key: Client) -> None:
    assert len(told(client_with_key.get("/api/v1/companies/72030/identifiers"))) == 3
    assert told(client_with_key.get("/api/v1/companies/1375.T/identifiers")) == [
        ("isin", OLD, None, None, "third.csv", 5)
    ]
    assert told(client_with_key.get("/api/v1/companies/7201/identifiers")) == []


def test_a_code_that_nobody_knows_or_knew_then_is_not_found(client_with_key: Client) -> None:
    for path in ("0000/identifiers", "1332/identifiers", "1375/identifiers?revision=4", "130A/identifiers?revision=1"):
        answer = client_with_key.get(f"/api/v1/companies/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "COMPANY_NOT_FOUND")


def test_a_revision_that_is_not_there_and_an_unknown_parameter_are_refused(client_with_key: Client) -> None:
    assert client_with_key.get(f"{ROUTE}?revision=9").json()["error"]["code"] == "REVISION_NOT_FOUND"
    assert client_with_key.get(f"{ROUTE}?scheme=isin").status_code == 400


def test_without_a_key_nothing_is_told(client: Client) -> None:
    assert client.get(ROUTE).status_code == 401
