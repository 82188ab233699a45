"""The MCP server: its tools, and how an answer of REST becomes a tool's result."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from django.conf import settings
from mcp import types
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from agents.operations import Operation, operations
from agents.rest import RestAnswer
from agents.tools import TOOLS
from agents.wording import INSTRUCTIONS, both

#: Finds the answer to a call: of a request as the transport has it (`None` over stdio), a tool and its arguments.
FindAnswer = Callable[[Any, str, dict[str, Any]], Awaitable[RestAnswer]]

_REVISION = "meigara/ledger_revision"
_READS_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
# What tools there are depends on the release alone, for every caller.
_CACHE_HINTS: dict[CacheableMethod, CacheHint] = {"tools/list": CacheHint(ttl_ms=3_600_000, scope="public")}


def make_server(find_answer: FindAnswer) -> Server[Any]:
    """One that keeps nothing from request to request."""
    tools = [_tool(operation) for operation in operations().values()]

    async def list_tools(_context: ServerRequestContext, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(context: ServerRequestContext, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(
                types.INVALID_PARAMS, both(f"{params.name} というツールはありません", f"no tool is named {params.name}")
            )
        return result_of(await find_answer(context.request, params.name, params.arguments or {}), params.name)

    return Server(
        "meigara", version=settings.SPECTACULAR_SETTINGS["VERSION"], title=both("銘柄 Meigara", "issues listed in Tokyo"),
        instructions=INSTRUCTIONS, website_url=settings.PUBLIC_URL or None, cache_hints=_CACHE_HINTS,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


def result_of(answer: RestAnswer, name: str) -> types.CallToolResult:
    """The body as it is, as text and as structured content; of an error the API's, as text. Then how to go on."""
    text = types.TextContent(type="text", text=answer.body.decode())
    if answer.status != 200:
        return types.CallToolResult(content=[text], is_error=True)
    body = orjson.loads(answer.body)
    revision = answer.headers.get("x-ledger-revision", "")
    hints = [*_hints(body, revision, name)]
    return types.CallToolResult(
        content=[text, *([types.TextContent(type="text", text="\n".join(hints))] if hints else [])],
        structured_content=body,
        _meta={_REVISION: int(revision)} if revision else None,
    )


def _hints(body: dict[str, Any], revision: str, name: str) -> list[str]:
    found = []
    if following := body.get("next"):
        place = orjson.dumps(following).decode()
        found.append(both(f"続きは after={place}", f"more with after={place}"))
    elif "offset" in TOOLS[name].parameters and (end := body["offset"] + body["limit"]) < body["total"]:
        found.append(both(f"続きは offset={end}", f"more with offset={end}"))
    if revision and "known_at" in TOOLS[name].parameters:
        found.append(
            both(
                f"台帳の改訂 {revision}。同じ内容をもう一度: known_at={revision}",
                f"ledger revision {revision}; the same again: known_at={revision}",
            )
        )
    return found


def _tool(operation: Operation) -> types.Tool:
    tool = operation.tool
    return types.Tool(
        name=tool.name, title=both(*tool.title), description="\n".join(tool.description), input_schema=operation.input_schema,
        output_schema=operation.output_schema, annotations=_READS_ONLY,
    )  # fmt: skip
