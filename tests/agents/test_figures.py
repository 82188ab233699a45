"""What one process counts of agents, in figures and for each key."""

import json

import pytest

from api import metrics
from api.key_uses import key_uses
from api.keys import create_api_key
from tests.agents.asking import call_message
from tests.api.front import ask

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("two_lists")
def test_a_process_counts_tools_apart_from_endpoints() -> None:
    key, plain = create_api_key(name="agent", scopes=["read"])
    count, duration = metrics.of_request("GET", "mcp:list_markets", 200)
    before, _ = count._value.get(), key_uses.take()
    sent = json.dumps(call_message("list_markets")).encode()

    for _ in range(3):
        found = ask("/mcp", key=plain, method="POST", body=sent, accept="application/json")
        assert (found.status, found.json()["result"]["isError"]) == (200, False)

    counted = {name: (one.requests, one.address) for (key_id, name), one in key_uses.take().items() if key_id == key.pk}
    assert count._value.get() - before == 3
    assert duration._sum.get() > 0
    assert counted == {"mcp:list_markets": (3, "127.0.0.1")}


@pytest.mark.usefixtures("two_lists")
def test_a_cookie_and_what_asks_for_another_form_are_not_handed_on() -> None:
    _, plain = create_api_key(name="agent", scopes=["read"])
    sent = json.dumps(call_message("list_markets")).encode()
    more = {"cookie": "sessionid=x", "accept_encoding": "gzip", "if_none_match": "*", "cache_control": "no-cache"}

    found = ask("/mcp", key=plain, method="POST", body=sent, accept="application/json", **more)
    assert len(found.json()["result"]["structuredContent"]["markets"]) > 3
    assert ask("/mcp", method="POST", body=sent, accept="application/json", **more).status == 401
