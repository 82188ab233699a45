"""Who is not let in, what is wrong with a call, and what is no message: REST's own words, in the form that the protocol has for them."""

import json

import pytest
from mcp.shared.exceptions import MCPError

from tests.agents.asking import MODES, Told, call, call_message, message, over_http, post, rest, text_of
from tests.agents.conftest import Product

pytestmark = pytest.mark.django_db

LIST = message("tools/list")


@pytest.mark.parametrize("kind", ["revoked", "expired", "none", "unknown"])
@pytest.mark.parametrize("sent", [LIST, call_message("list_markets"), message("initialize"), b"no message"], ids=str)
def test_without_a_valid_key_nothing_is_answered(product: Product, kind: str, sent: bytes) -> None:
    headers = {} if kind == "none" else {"Authorization": f"Bearer {product.keys.get(kind, 'mgr_unknown')}"}
    found = post(product.url, sent, **headers)

    assert (found.status, found.headers["WWW-Authenticate"]) == (401, "ApiKey, Bearer")
    assert found.error["code"] == 401
    assert found.error["data"] == rest(product.url, "companies/markets", "mgr_unknown").error


@pytest.mark.parametrize("mode", MODES)
def test_a_program_shows_why_it_is_not_let_in(product: Product, mode: str) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        over_http(product.url, call("list_markets"), mode=mode, X_API_Key="mgr_unknown", Accept_Language="en")

    assert raised.group_contains(MCPError, match="INVALID_API_KEY: The API key is missing or not valid")


@pytest.mark.parametrize("sent", [LIST, call_message("list_markets")], ids=["list", "call"])
def test_a_key_that_may_not_read_is_told_so(product: Product, sent: bytes) -> None:
    found = post(product.url, sent, X_API_Key=product.keys["sync"])

    assert (found.status, found.error["data"]["code"]) == (403, "PERMISSION_DENIED")
    assert found.error["data"] == rest(product.url, "companies/markets", product.keys["sync"]).error


def test_requests_of_agents_and_of_rest_are_one_limit(product: Product) -> None:
    key = product.keys["6"]
    told = Told([])
    over_http(product.url, call("list_markets"), mode="legacy", told=told, X_API_Key=key)
    asked = len(told.responses)
    left = [response.headers["X-RateLimit-Remaining"] for response in told.responses]
    while asked < 6:
        assert rest(product.url, "companies/7203", key).status == 200
        asked += 1

    for sent in (LIST, call_message("get_company", code="7203"), call_message("get_company")):
        found = post(product.url, sent, X_API_Key=key, Accept_Language="en")
        wait = int(found.headers["Retry-After"])
        assert (found.status, found.headers["X-RateLimit-Remaining"]) == (429, "0")
        assert found.headers["RateLimit"].startswith('"hour";r=0;t=')
        assert 3590 < wait <= 3600
        assert json.loads(found.body)["id"] == 7
        assert found.error["message"] == f'RATE_LIMIT_EXCEEDED: Too many requests. {{"retry_after_seconds":{wait}}}'
        assert found.error["data"]["details"] == {"retry_after_seconds": wait}
    assert rest(product.url, "companies/7203", key).status == 429
    # What begins a session, what it lists and what is called: each is one request.
    assert left == [str(6 - number) for number in range(1, len(left) + 1)]


@pytest.mark.parametrize(
    ("name", "arguments", "path"),
    [
        ("get_company", {"code": "9999"}, "companies/9999"),
        ("get_company", {"code": "7203", "as_of": "2024-02-30"}, "companies/7203?as_of=2024-02-30"),
        ("get_company", {"code": "7203", "as_of": "2001-01-01"}, "companies/7203?as_of=2001-01-01"),
        ("get_company", {"code": "トヨタ"}, "companies/トヨタトヨタ"),
        ("list_companies", {"limit": 0}, "companies?limit=0"),
        ("list_companies", {"ordering": ["size"]}, "companies?ordering=size"),
        ("list_events", {"type": "listed", "after": "x"}, "companies/events?type=listed&after=x"),
        ("list_changes", {"from": "2024-02-29"}, "companies/changes?from=2024-02-29"),
        ("search_companies", {"q": ""}, "companies/search?q="),
        ("get_issuer", {"edinet_code": "E99999"}, "issuers/E99999"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_wrong_with_a_call_is_said_as_rest_says_it(
    product: Product, key: str, name: str, arguments: dict[str, str], path: str, language: str
) -> None:
    found = post(product.url, call_message(name, **arguments), X_API_Key=key, Accept_Language=language)
    of_rest = rest(product.url, path, key, Accept_Language=language)
    result = json.loads(found.body)["result"]
    error = json.loads(result["content"][0]["text"])["error"]

    assert (found.status, result["isError"], "structuredContent" in result) == (200, True, False)
    assert error["code"] == of_rest.error["code"]
    assert error["message"].replace("トヨタ", "") == of_rest.error["message"].replace("トヨタ", "")
    assert error["details"].keys() == of_rest.error["details"].keys()
    assert found.headers["X-RateLimit-Limit"] == "100000"


@pytest.mark.parametrize(
    ("name", "arguments", "field"),
    [
        ("list_companies", {"limit": 201}, "limit"), ("list_companies", {"offset": 5}, "offset"), ("get_company", {}, "code"),
        ("list_companies", {"code": {"$ne": 1}}, "code"), ("get_issuer", {"edinet_code": "../companies/markets"}, "edinet_code"),
        ("get_company", {"code": "7203", "format": "csv"}, "format"), ("list_companies", {"include": "quote"}, "include"),
    ],
)  # fmt: skip
def test_what_tools_do_not_take_is_refused_by_name(
    product: Product, key: str, name: str, arguments: dict[str, object], field: str
) -> None:
    found = over_http(product.url, call(name, **arguments), X_API_Key=key)
    error = json.loads(text_of(found))["error"]

    assert (found.is_error, error["code"], list(error["details"])) == (True, "VALIDATION_ERROR", [field])


@pytest.mark.parametrize(
    "code", ["markets", "events", "search", "7203/history", "sync/status", "..", "7203?as_of=2024-02-29"]
)
def test_a_code_leads_to_no_other_address(product: Product, key: str, code: str) -> None:
    found = over_http(product.url, call("get_company", code=code), X_API_Key=key)

    assert json.loads(text_of(found))["error"]["code"] == "COMPANY_NOT_FOUND"


def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(product: Product, key: str) -> None:
    found = post(product.url, call_message("delete_company", code="7203"), X_API_Key=key)

    assert (found.error["code"], found.headers["X-RateLimit-Limit"]) == (-32602, "100000")
    assert "no tool is named delete_company" in found.error["message"]
