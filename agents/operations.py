"""What the REST API's own schema says of the operations behind the tools: path, parameters and the form of the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular.settings import spectacular_settings

from agents.tools import MOST_ROWS, TOOLS, USUAL_ROWS, ToolKind
from agents.wording import PARAMETERS, both

Schema = dict[str, Any]
_REFERENCE, _DEFINITION = "#/components/schemas/", "#/$defs/"
# Words for readers of the API's pages, in Japanese alone; examples are long.
_NOT_TOLD = frozenset({"description", "example", "examples", "x-spec-enum-id"})


@dataclass(frozen=True, slots=True)
class Operation:
    """How one tool is asked, and what it answers: two JSON Schemas."""

    tool: ToolKind
    path: str
    in_path: frozenset[str]
    input_schema: Schema
    output_schema: Schema


@cache
def operations() -> dict[str, Operation]:
    """All of them, by the name of their tool. Takes half a second the first time; not to be called where an event loop runs."""
    generator = spectacular_settings.DEFAULT_GENERATOR_CLASS(api_version=spectacular_settings.VERSION)
    schema = generator.get_schema(request=None, public=True)
    found = {
        operation["operationId"]: (path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method == "get"
    }
    return {name: _read(tool, *found[name], schema["components"]["schemas"]) for name, tool in TOOLS.items()}


def _read(tool: ToolKind, path: str, operation: Schema, components: Schema) -> Operation:
    given = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        tool, path, frozenset(name for name in tool.parameters if given[name]["in"] == "path"),
        _input_schema(tool, given), _with_definitions(answer, components),
    )  # fmt: skip


def _input_schema(tool: ToolKind, given: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {name: _property(name, given[name]["schema"]) for name in tool.parameters},
        "required": [name for name in tool.parameters if given[name].get("required")],
        "additionalProperties": False,
    }


def _property(name: str, of_rest: Schema) -> Schema:
    found = {**of_rest, "description": both(*PARAMETERS[name])}
    if name == "limit":
        found |= {"maximum": MOST_ROWS, "default": USUAL_ROWS}
    if name == "after":
        found["default"] = 0 if of_rest.get("type") == "integer" else "0"
    return found


def _with_definitions(schema: Schema, components: Schema) -> Schema:
    """The schema as one document: what it refers to stands beside it."""
    root = _told(components[schema["$ref"].removeprefix(_REFERENCE)])
    definitions: Schema = {}
    waiting = [*_references(root)]
    while waiting:
        name = waiting.pop().removeprefix(_DEFINITION)
        if name not in definitions:
            definitions[name] = _told(components[name])
            waiting += _references(definitions[name])
    return {**root, "$defs": dict(sorted(definitions.items()))} if definitions else root


def _told(schema: Any, *, is_of_names: bool = False) -> Any:
    """Without words; `is_of_names` where keys are names of ours and no keywords: an answer may have a `description`."""
    if isinstance(schema, list):
        return [_told(part) for part in schema]
    if isinstance(schema, str):
        return schema.replace(_REFERENCE, _DEFINITION)
    if not isinstance(schema, dict):
        return schema
    return {
        key: _told(part, is_of_names=key == "properties" and not is_of_names)
        for key, part in schema.items()
        if is_of_names or key not in _NOT_TOLD
    }


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _references(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key == "$ref":
                yield part
            else:
                yield from _references(part)
