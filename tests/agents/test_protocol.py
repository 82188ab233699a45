"""`/mcp` as the protocol has it: one message a POST, no streams, no sessions, nothing from pages of other origins."""

import json

import httpx2
import pytest
from mcp import Client, types

from tests.agents.asking import Told, call_message, message, over_http, post
from tests.agents.conftest import Product

pytestmark = pytest.mark.django_db

LIST = message("tools/list")


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_there_is_nothing_but_post(product: Product, key: str, method: str, path: str) -> None:
    found = httpx2.request(method, f"{product.url}{path}", headers={"X-API-Key": key, "Accept": "text/event-stream"})

    assert (found.status_code, found.headers["Allow"]) == (405, "POST, OPTIONS")
    assert method == "HEAD" or found.json()["error"]["data"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200), ({"Origin": "http://127.0.0.1:{port}"}, 200), ({"Origin": "http://localhost:{port}", "Host": "localhost:{port}"}, 200),
        ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://evil.example:{port}", "Host": "evil.example:{port}"}, 403),
        ({"Host": "evil.example"}, 403), ({"Origin": "http://127.0.0.1.evil.example:{port}"}, 403),
    ],
)  # fmt: skip
def test_pages_of_other_origins_are_refused(product: Product, key: str, headers: dict[str, str], status: int) -> None:
    sent = {name: value.format(port=product.server.port) for name, value in headers.items()}

    assert post(product.url, LIST, X_API_Key=key, **sent).status == status


def test_a_browser_may_ask_first_what_it_may_send(product: Product) -> None:
    asked = {
        "Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "mcp-protocol-version",
    }  # fmt: skip
    found = httpx2.options(f"{product.url}/mcp", headers=asked)

    # No origin is allowed here; that it is asked of Django's own answer shows in its length.
    assert (found.status_code, "access-control-allow-origin" in found.headers, found.text) == (200, False, "")


def test_the_way_back_is_as_guarded_as_the_api_s(product: Product, key: str) -> None:
    found = post(product.url, LIST, X_API_Key=key, X_Request_ID="agent-7")

    assert found.headers["X-Request-ID"] == "agent-7"
    assert found.headers["Content-Type"] == "application/json"
    assert (found.headers["Cache-Control"], found.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert "mcp-session-id" not in found.headers
    assert int(found.headers["X-RateLimit-Remaining"]) < 100_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[]", 400), (b'{"jsonrpc":"2.0","id":1}', 400), (b"[" * 100_000, 400), (b"\xff\xfe", 400), (b"", 400),
        (json.dumps([LIST, LIST]).encode(), 400), (b'"tools/list"', 400), (b" " * 300_000, 413),
    ],
    ids=["half", "empty-list", "no-method", "deep", "no-text", "nothing", "batch", "word", "large"],
)  # fmt: skip
def test_what_is_no_message_is_refused(product: Product, key: str, body: bytes, status: int) -> None:
    found = post(product.url, body, X_API_Key=key)

    assert (found.status, json.loads(found.body)["jsonrpc"]) == (status, "2.0")


def test_of_repeated_names_the_last_holds_for_who_is_asked_and_for_what_is_answered(product: Product, key: str) -> None:
    """The message is read twice: ahead of the SDK and by it."""
    body = json.dumps(call_message("get_company", code="7203")).replace(
        '"code": "7203"', '"code": "7203", "code": "7201"'
    )
    found = post(product.url, body.encode(), X_API_Key=key)

    assert json.loads(found.body)["result"]["structuredContent"]["code"] == "7201"


def test_other_forms_of_a_body_and_of_an_answer_are_refused(product: Product, key: str) -> None:
    assert post(product.url, LIST, X_API_Key=key, Content_Type="text/plain").status == 400
    assert post(product.url, LIST, X_API_Key=key, Accept="text/html").status == 406
    assert post(product.url, LIST, X_API_Key=key, MCP_Protocol_Version="1999-01-01").status == 400


def test_a_notification_is_taken_and_not_answered(product: Product, key: str) -> None:
    found = post(product.url, {"jsonrpc": "2.0", "method": "notifications/initialized"}, X_API_Key=key)

    assert (found.status, found.body) == (202, b"")


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_the_version_is_agreed_on(product: Product, key: str, mode: str, version: str) -> None:
    async def ask(client: Client) -> tuple[str, types.Implementation | None]:
        return client.protocol_version, client.server_info

    told = Told([])
    agreed, server = over_http(product.url, ask, mode=mode, told=told, X_API_Key=key)

    assert agreed == version
    assert server is not None
    assert (server.name, server.version) == ("meigara", "1.0.0")
    assert all("mcp-session-id" not in response.headers for response in told.responses)


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18"])
def test_older_programs_are_answered_in_their_version(product: Product, key: str, version: str) -> None:
    begun = message("initialize", protocolVersion=version, capabilities={}, clientInfo={"name": "old", "version": "1"})
    found = json.loads(post(product.url, begun, X_API_Key=key).body)["result"]

    assert (found["protocolVersion"], found["serverInfo"]["name"]) == (version, "meigara")
    assert "known_at" in found["instructions"]


def test_methods_that_there_are_not_are_said_to_be_none(product: Product, key: str) -> None:
    assert post(product.url, message("resources/list"), X_API_Key=key).error["code"] == -32601
    assert json.loads(post(product.url, message("ping"), X_API_Key=key).body)["result"] == {}
