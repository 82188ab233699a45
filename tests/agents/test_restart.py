"""A conversation that began with one start of the product goes on with the next: nothing of it is kept there."""

from pathlib import Path

import pytest
from mcp import Client

from api.keys import create_api_key
from tests.agents.asking import MODES, over_http
from tests.ports import free_port
from tests.server import serve_at

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("mode", MODES)
def test_a_conversation_outlives_the_server(two_lists: None, tmp_path: Path, mode: str) -> None:
    port, key = free_port(), create_api_key(name="agent", scopes=["read"])[1]

    async def ask(client: Client) -> list[str]:
        found = [await client.call_tool("get_company", {"code": "7203"})]
        first.__exit__(None, None, None)
        with serve_at(port, tmp_path):
            found.append(await client.call_tool("get_company", {"code": "1301"}))
        return [result.structured_content["company_name"] for result in found]

    first = serve_at(port, tmp_path)
    first.__enter__()
    assert over_http(f"http://127.0.0.1:{port}", ask, mode=mode, X_API_Key=key) == [
        "トヨタ自動車",
        "極洋ホールディングス",
    ]
