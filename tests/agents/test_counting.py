"""Each request of an agent is counted, timed, limited and logged once, as what it is."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.agents.asking import call, call_message, message, over_http, post
from tests.agents.conftest import Product

pytestmark = pytest.mark.django_db


def test_a_line_of_the_log_says_which_tool_was_called_by_whom_and_what_was_read(product: Product) -> None:
    key = product.keys["reading"]
    for name, sent in (("one", call_message("get_company", code="7203")), ("two", call_message("get_company")), ("three", message("tools/list")), ("four", message("made/up"))):  # fmt: skip
        post(product.url, sent, X_API_Key=key, X_Request_ID=f"counted-{name}")

    lines = [
        json.loads(line) for line in product.log_path.read_text().splitlines() if '"request_id": "counted-' in line
    ]
    assert [(line["request_id"], line["endpoint"], line["path"], line["status"]) for line in lines] == [
        ("counted-one", "mcp:get_company", "/api/v1/companies/7203", 200),
        ("counted-two", "mcp:get_company", "/api/v1/companies/markets", 200),
        ("counted-three", "mcp:tools/list", "/api/v1/companies/markets", 200),
        ("counted-four", "mcp:other", "/api/v1/companies/markets", 200),
    ]
    assert {(line["key"], line["address"], line["event"]) for line in lines} == {(key[:10], "127.0.0.1", "api_request")}
    assert not [line for line in product.log_path.read_text().splitlines() if "StreamableHTTP" in line or key in line]


def test_of_two_processes_none_lets_in_one_too_many(product: Product) -> None:
    sent = call_message("get_company", code="7203")

    def ask(_number: int) -> int:
        return post(product.url, sent, X_API_Key=product.keys["25"]).status

    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(ask, range(40)))

    assert (statuses.count(200), statuses.count(429)) == (25, 15)


def test_many_at_once_are_each_answered_with_their_own(product: Product, key: str) -> None:
    def ask(code: str) -> tuple[str, str]:
        found = over_http(product.url, call("get_company", code=code), X_API_Key=key)
        return code, found.structured_content["code"]

    with ThreadPoolExecutor(8) as threads:
        assert all(asked == told for asked, told in threads.map(ask, ["7203", "1301", "7201", "9984", "130A"] * 8))
