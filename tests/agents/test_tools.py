"""Every tool, asked with the official client over HTTP."""

import hashlib
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client, types

from agents.tools import MOST_ROWS, TOOLS, USUAL_ROWS
from tests.agents.asking import MODES, call, over_http, rest, text_of
from tests.agents.conftest import Product

# A database is made for who is marked so.
pytestmark = pytest.mark.django_db

#: A call of each, and what one asks of REST for the same.
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "search_companies": ({"q": "トヨタ"}, "companies/search?q=%E3%83%88%E3%83%A8%E3%82%BF&limit=25"),
    "get_company": ({"code": "7203.T", "as_of": "2024-02-29"}, "companies/7203?as_of=2024-02-29"),
    "get_company_history": ({"code": "1301"}, "companies/1301/history"),
    "get_company_identifiers": ({"code": "7203"}, "companies/7203/identifiers"),
    "get_company_lineage": ({"code": "7203", "status": ["confirmed"]}, "companies/7203/lineage?status=confirmed"),
    "list_companies": (
        {"as_of": "2024-02-29", "market_code": ["0111", "0112"], "active_only": True, "limit": 2},
        "companies?as_of=2024-02-29&market_code=0111,0112&active_only=true&limit=2&after=0",
    ),
    "list_events": ({"from": "2024-03-01", "type": ["listed"]}, "companies/events?from=2024-03-01&type=listed&limit=25&after=0"),
    "list_changes": ({"from": "2024-02-29", "to": "2024-03-29"}, "companies/changes?from=2024-02-29&to=2024-03-29&limit=25&after=0"),
    "list_announcements": ({"kind": ["delisted"]}, "companies/announcements?kind=delisted&limit=25&after=0"),
    "list_successions": ({"min_confidence": 0.5}, "lineage?min_confidence=0.5&limit=25"),
    "list_issuers": ({"q": "トヨタ", "limit": 1}, "issuers?q=%E3%83%88%E3%83%A8%E3%82%BF&limit=1"),
    "get_issuer": ({"edinet_code": "E02144"}, "issuers/E02144"),
    "list_markets": ({}, "companies/markets"),
    "list_sectors": ({"type": "17"}, "companies/sectors?type=17"),
    "list_snapshots": ({"source": ["jpx"]}, "snapshots?source=jpx&limit=25"),
    "get_ledger_head": ({}, "ledger/head"),
    "list_ledger_chain": ({"after": 1, "limit": 1}, "ledger/chain?after=1&limit=1"),
    "list_calendar_days": ({"from": "2024-03-28", "to": "2024-04-01"}, "calendar?from=2024-03-28&to=2024-04-01"),
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_each_answers_what_rest_answers_and_holds_its_schema(product: Product, key: str, mode: str) -> None:
    """The client itself refuses what is not as the tool's output schema says."""

    async def ask(client: Client) -> dict[str, types.CallToolResult]:
        return {name: await client.call_tool(name, arguments) for name, (arguments, _) in CALLS.items()}

    found = over_http(product.url, ask, mode=mode, X_API_Key=key)

    assert found.keys() == TOOLS.keys()
    for name, result in found.items():
        of_rest = rest(product.url, CALLS[name][1], key)
        assert (name, result.is_error, result.structured_content) == (name, False, json.loads(of_rest.body))
        assert text_of(result).encode() == of_rest.body
    assert [row["code"] for row in found["search_companies"].structured_content["companies"]] == ["7203"]
    assert found["get_company"].structured_content["market_code"] == "0111"
    assert found["get_issuer"].structured_content["edinet_code"] == "E02144"


@pytest.mark.parametrize("mode", MODES)
def test_they_say_what_they_take_and_give_in_two_languages_and_that_they_only_read(
    product: Product, key: str, mode: str
) -> None:
    async def ask(client: Client) -> tuple[list[types.Tool], str]:
        return (await client.list_tools()).tools, client.instructions or ""

    tools, instructions = over_http(product.url, ask, mode=mode, Authorization=f"Bearer {key}")

    assert [tool.name for tool in tools] == list(TOOLS)
    for tool in tools:
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
        assert tool.output_schema is not None
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        japanese, english = (tool.description or "").split("\n")
        texts = [(japanese, english)] + [
            tuple(part["description"].split(" / ")) for part in tool.input_schema["properties"].values()
        ]
        assert all(not one.isascii() and "、" not in other for one, other in texts), tool.name
        if "limit" in tool.input_schema["properties"]:
            limit = tool.input_schema["properties"]["limit"]
            assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, MOST_ROWS, USUAL_ROWS)
        if "code" in tool.input_schema["properties"]:
            assert json.dumps(tool.input_schema["properties"]["code"]).count("pattern") == 1
    assert "known_at" in instructions
    # All of them have to fit where a model keeps its tools.
    assert sum(len(json.dumps(tool.input_schema)) + len(tool.description or "") for tool in tools) < 40_000


def test_pages_are_told_of_and_belong_to_one_revision(product: Product, key: str) -> None:
    async def ask(client: Client) -> list[types.CallToolResult]:
        found = [await client.call_tool("list_companies", {"limit": 3})]
        while following := found[-1].structured_content["next"]:
            found.append(await client.call_tool("list_companies", {"limit": 3, "after": following}))
        return found

    first, last = over_http(product.url, ask, X_API_Key=key)

    codes = [row["code"] for page in (first, last) for row in page.structured_content["companies"]]
    assert codes == ["1301", "130A", "7201", "7203"]
    assert first.meta is not None
    revision = first.meta["meigara/ledger_revision"]
    assert first.content[1].text.split("\n") == [  # type: ignore[union-attr] # a text
        f'続きは after="{first.structured_content["next"]}" / more with after="{first.structured_content["next"]}"',
        f"台帳の改訂 {revision}。同じ内容をもう一度: known_at={revision} / ledger revision {revision}; the same again: known_at={revision}",
    ]
    assert "after" not in last.content[1].text  # type: ignore[union-attr]


def test_the_chain_is_walked_from_a_number_on_to_the_head(product: Product, key: str) -> None:
    head = over_http(product.url, call("get_ledger_head"), X_API_Key=key).structured_content
    first = over_http(product.url, call("list_ledger_chain", limit=1), X_API_Key=key)
    rest_of_it = over_http(product.url, call("list_ledger_chain", after=1), X_API_Key=key).structured_content

    assert [link["revision"] for link in first.structured_content["links"]] == [1]
    assert first.content[1].text == "続きは after=1 / more with after=1"  # type: ignore[union-attr] # a text
    links = [*first.structured_content["links"], *rest_of_it["links"]]
    assert [hashlib.sha256(link["link"].encode()).hexdigest() for link in links] == [link["chain"] for link in links]
    assert (links[-1]["revision"], links[-1]["chain"], rest_of_it["next"]) == (head["revision"], head["chain"], None)


def test_what_was_known_at_a_revision_is_asked_for_by_its_number(product: Product, key: str) -> None:
    then = over_http(product.url, call("get_company", code="1301", known_at=1), X_API_Key=key)
    now = over_http(product.url, call("get_company", code="1301"), X_API_Key=key)

    assert then.structured_content["company_name"] == "極洋"
    assert now.structured_content["company_name"] == "極洋ホールディングス"


def test_a_list_by_offsets_says_where_it_goes_on(product: Product, key: str) -> None:
    first = over_http(product.url, call("list_snapshots", limit=1), X_API_Key=key)
    last = over_http(product.url, call("list_snapshots", limit=1, offset=1), X_API_Key=key)

    assert first.content[1].text == "続きは offset=1 / more with offset=1"  # type: ignore[union-attr]
    assert len(last.content) == 1
