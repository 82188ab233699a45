"""`manage.py mcp`: the same tools over stdio, asked by the official client; once started by it, too."""

import asyncio
import json
import os
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from mcp import Client

from tests.agents.asking import MODES, call, call_message, over_forked_stdio, over_http, over_stdio, post, text_of
from tests.agents.conftest import Product
from tests.server import database_url

pytestmark = pytest.mark.django_db


def environment(key: str, **more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url(), "MEIGARA_API_KEY": key, **more}


@pytest.mark.parametrize("mode", MODES)
def test_it_answers_what_http_answers(product: Product, key: str, mode: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_company", {"code": "7203"}),
        ("list_companies", {"as_of": "2024-02-29", "limit": 2}),
        ("get_company", {"code": "9999"}),
    ]

    async def ask(client: Client) -> list[tuple[list[str], object, bool]]:
        names = [tool.name for tool in (await client.list_tools()).tools]
        found = [await client.call_tool(name, arguments) for name, arguments in calls]
        return [(names, (text_of(result), result.structured_content), result.is_error) for result in found]

    found = over_forked_stdio(environment(key), ask, mode=mode)

    assert found == over_http(product.url, ask, mode=mode, X_API_Key=key)
    assert [is_error for *_, is_error in found] == [False, False, True]


def test_calls_at_the_same_time_are_each_answered_with_their_own(product: Product, key: str) -> None:
    codes = ["7203", "1301", "7201", "9984", "130A"] * 4

    async def ask(client: Client) -> list[str]:
        found = await asyncio.gather(*(client.call_tool("get_company", {"code": code}) for code in codes))
        return [result.structured_content["code"] for result in found]

    assert over_forked_stdio(environment(key), ask) == codes


def test_its_calls_are_of_the_same_limit_and_say_so(product: Product) -> None:
    key = product.keys["7"]
    for _ in range(5):
        assert post(product.url, call_message("list_markets"), X_API_Key=key).status == 200

    async def ask(client: Client) -> list[str]:
        return [text_of(await client.call_tool("list_markets", {})) for _ in range(2)]

    # One was asked when the command began.
    first, second = over_forked_stdio(environment(key), ask)
    assert "markets" in json.loads(first)
    assert json.loads(second)["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert json.loads(second)["error"]["details"]["retry_after_seconds"] > 3500


def test_what_is_logged_stays_out_of_the_conversation(product: Product, key: str) -> None:
    found = over_stdio(environment(key, LOG_LEVEL="DEBUG", LOG_FORMAT="json"), call("get_company", code="7203"))

    assert found.structured_content["code"] == "7203"


@pytest.mark.parametrize("key", ["", " ", "mgr_unknown"])
def test_without_a_valid_key_it_does_not_begin(db: None, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("MEIGARA_API_KEY", key)

    with pytest.raises(CommandError, match="MEIGARA_API_KEY" if not key.strip() else "API キーがないか、無効です"):
        call_command("mcp")
