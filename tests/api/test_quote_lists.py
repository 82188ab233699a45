"""The list of companies with include=quote."""

import pytest
from django.test import Client
from django_redis import get_redis_connection
from pytest_django import DjangoAssertNumQueries

from api.generations import GENERATIONS_KEY
from api.keys import create_api_key
from datasources.models import DataSource
from tests.api.front import ask
from tests.factories import store_quote
from tests.fakes.yahoo import FakeYahoo

pytestmark = pytest.mark.usefixtures("two_lists")


def test_each_company_of_the_list_with_its_quote_costs_one_query_more(
    client_with_key: Client,
    quote_source: DataSource,
    yahoo: FakeYahoo,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    store_quote("7203")
    store_quote("1301", days_old=4)
    path = "/api/v1/companies?active_only=false"
    plain = client_with_key.get(path).json()
    with django_assert_num_queries(2):  # the key, the generation
        assert client_with_key.get(path).json() == plain

    with django_assert_num_queries(3):  # the key, the generation, the quotes
        answer = client_with_key.get(f"{path}&include=quote").json()

    quotes = {company["code"]: company.pop("quote") for company in answer["companies"]}
    assert answer == plain
    assert {code: quote and quote["is_stale"] for code, quote in quotes.items()} == {
        "1301": True, "130A": None, "7201": None, "7203": False, "9984": None,
    }  # fmt: skip
    assert quotes["7203"]["price"] == 2050.5
    assert quotes["7203"]["fetched_at"].endswith("+09:00")
    assert yahoo.requests == []


def test_pages_and_filters_go_on_with_quotes(client_with_key: Client) -> None:
    answer = client_with_key.get("/api/v1/companies?include=quote&limit=1&offset=1&ordering=-code")

    assert [company["code"] for company in answer.json()["companies"]] == ["7201"]
    assert "include=quote" in answer.headers["Link"]
    assert client_with_key.get("/api/v1/companies?include=quote&code=9999").json()["companies"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("include=quote&as_of=2024-03-29", "include"), ("include=price", "include"), ("include=", "include")],
)
def test_what_cannot_be_included_is_refused_by_name(client_with_key: Client, query: str, field: str) -> None:
    answer = client_with_key.get(f"/api/v1/companies?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]


@pytest.mark.parametrize("spelt", ["include=quote", "inclu%64e=quote"])
def test_a_list_with_quotes_is_never_answered_from_the_cache(spelt: str, quote_source: DataSource) -> None:
    key = create_api_key(name="front", scopes=["read"])[1]
    path = f"/api/v1/companies?{spelt}&code=7203"
    first = ask(path, key=key)
    store_quote()
    second = ask(path, key=key)
    plain = ask("/api/v1/companies?code=7203", key=key)

    assert (first.status, second.status) == (200, 200)
    assert first.json()["companies"][0]["quote"] is None
    assert second.json()["companies"][0]["quote"]["price"] == 2050.5
    assert second.headers["cache-control"] == "no-store"
    assert "etag" not in second.headers
    assert "quote" not in plain.json()["companies"][0]


@pytest.mark.parametrize("query", ["", "?include=quote"])
def test_a_list_is_answered_also_right_after_redis_forgot_the_generations(query: str) -> None:
    key = create_api_key(name="front", scopes=["read"])[1]
    assert ask("/api/v1/companies", key=key).status == 200
    get_redis_connection("state").delete(GENERATIONS_KEY)

    assert ask(f"/api/v1/companies{query}", key=key).status == 200


def test_through_the_door_a_list_with_quotes_costs_their_query_and_one_without_costs_none(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    key = create_api_key(name="front", scopes=["read"])[1]
    ask("/api/v1/companies", key=key)

    with django_assert_num_queries(0):
        assert ask("/api/v1/companies?limit=3&offset=1", key=key).status == 200
    with django_assert_num_queries(1):
        assert ask("/api/v1/companies?limit=3&offset=1&include=quote", key=key).status == 200
