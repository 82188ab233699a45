"""Every tool, asked with the official client over HTTP."""

import json
from typing import Any

import pytest
from mcp import Client

from tests.agents.asking import MODES, call, over_http, text_of
from tests.server import Server

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("mode", MODES)
def test_all_at_once(two_lists: None, running_server: Server, key: str, mode: str) -> None:
    async def ask(client: Client) -> Any:
        print(client.protocol_version, client.server_info, (client.instructions or "")[:80])
        tools = (await client.list_tools()).tools
        print(len(tools), len(json.dumps([t.model_dump(mode="json", by_alias=True, exclude_none=True) for t in tools], ensure_ascii=False)))
        return tools

    tools = over_http(running_server.base_url, ask, mode=mode, X_API_Key=key)
    print(json.dumps(tools[5].model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False, indent=1))
    found = over_http(running_server.base_url, call("list_companies", as_of="2024-02-29", limit=2), mode=mode, X_API_Key=key)
    print(found)
    print(over_http(running_server.base_url, call("get_company", code="7203.T"), mode=mode, X_API_Key=key))
    print(over_http(running_server.base_url, call("get_company", code="events", foo=1), mode=mode, X_API_Key=key))
    print(over_http(running_server.base_url, call("get_company", code="events"), mode=mode, X_API_Key=key))
    assert 0
