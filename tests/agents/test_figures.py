"""What one process counts of agents, in figures and for each key."""

import json
from ipaddress import ip_network

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from api import metrics
from api.key_uses import key_uses
from api.keys import create_api_key
from tests.agents.asking import call_message
from tests.api.front import ask

pytestmark = pytest.mark.django_db
CALL = json.dumps(call_message("list_markets")).encode()


@pytest.mark.usefixtures("two_lists")
def test_a_process_counts_tools_apart_from_endpoints() -> None:
    key, plain = create_api_key(name="agent", scopes=["read"])
    count, duration = metrics.of_request("GET", "mcp:list_markets", 200)
    before, _ = count._value.get(), key_uses.take()

    for _ in range(3):
        found = ask("/mcp", key=plain, method="POST", body=CALL, accept="application/json")
        assert (found.status, found.json()["result"]["isError"]) == (200, False)

    counted = {name: (one.requests, one.address) for (key_id, name), one in key_uses.take().items() if key_id == key.pk}
    assert count._value.get() - before == 3
    assert duration._sum.get() > 0
    assert counted == {"mcp:list_markets": (3, "127.0.0.1")}


@pytest.mark.usefixtures("two_lists")
def test_the_form_of_an_answer_is_not_the_caller_s_to_choose() -> None:
    _, plain = create_api_key(name="agent", scopes=["read"])
    more = {"accept_encoding": "gzip", "if_none_match": "*", "cache_control": "no-cache"}

    for _ in range(2):  # made, and kept
        found = ask("/mcp", key=plain, method="POST", body=CALL, accept="application/json", **more)
        assert len(found.json()["result"]["structuredContent"]["markets"]) > 3


@pytest.mark.usefixtures("two_lists")
def test_who_is_signed_in_to_the_admin_has_not_asked(client: Client) -> None:
    """The cookie of a browser goes with whatever a page has it send."""
    client.force_login(User.objects.create_superuser("admin"))
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    assert ask("/api/v1/companies/markets", cookie=cookie).status == 200
    assert ask("/mcp", method="POST", body=CALL, accept="application/json", cookie=cookie).status == 401


@pytest.mark.usefixtures("two_lists")
def test_behind_a_proxy_the_address_is_the_client_s(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    key, plain = create_api_key(name="agent", scopes=["read"])
    key_uses.take()

    ask("/mcp", key=plain, method="POST", body=CALL, accept="application/json", x_forwarded_for="203.0.113.9")

    assert key_uses.take()[key.pk, "mcp:list_markets"].address == "203.0.113.9"


def test_without_tls_a_message_is_left_to_django_which_leads_there(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    found = ask("/mcp", method="POST", body=CALL, accept="application/json")

    # This process was started without the setting: its Django leads nowhere, and has no such page.
    assert (found.status, b"jsonrpc" in found.body) == (404, False)


def test_pages_of_an_allowed_origin_may_ask_and_read(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://inspector.example"]
    asked = {
        "access_control_request_method": "POST",
        "access_control_request_headers": "mcp-protocol-version, x-api-key",
    }

    first = ask("/mcp", method="OPTIONS", origin="https://inspector.example", **asked)
    then = ask("/mcp", method="POST", body=CALL, accept="application/json", origin="https://inspector.example")

    assert first.headers["access-control-allow-origin"] == "https://inspector.example"
    assert {"mcp-protocol-version", "x-api-key"} <= set(first.headers["access-control-allow-headers"].split(", "))
    assert (then.status, then.headers["access-control-allow-origin"]) == (401, "https://inspector.example")
