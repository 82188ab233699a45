"""What a call of a tool asks of the REST API: a path and a query. Values are REST's to judge; only what it cannot see is refused here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Field

from agents.operations import Operation
from agents.tools import MOST_ROWS, USUAL_ROWS
from api.endpoints.parameters import WholeNumber, refuse_names
from companies.api.errors import company_not_found
from companies.code_notation import find_code

_LIMIT = WholeNumber(min_value=1, max_value=MOST_ROWS)
_EDINET_CODE = re.compile(r"[A-Za-z][0-9]{5}")


@dataclass(frozen=True, slots=True)
class Question:
    """One GET. `label` names what asks, in logs and figures."""

    path: str
    query: str
    label: str


def read_question(operation: Operation, arguments: Mapping[str, Any]) -> Question:
    """Raises REST framework's `ValidationError` by argument, or `ApiError`, as the API would."""
    tool = operation.tool
    refuse_names(arguments, operation.input_schema["properties"])
    given = {name: value for name, value in arguments.items() if value is not None}
    if missing := [name for name in operation.input_schema["required"] if name not in given]:
        raise ValidationError({name: [Field.default_error_messages["required"]] for name in missing})
    in_path = {name: _PATH_VALUES[name](given.pop(name)) for name in operation.in_path}
    query = {name: _text_of(name, value) for name, value in given.items()}
    if "limit" in tool.parameters:
        query["limit"] = _limit_of(query.get("limit"))
    if tool.is_by_cursor:
        query.setdefault("after", "0")
    return Question(operation.path.format_map(in_path), urlencode(sorted(query.items())), f"mcp:{tool.name}")


def _limit_of(text: str | None) -> str:
    if text is None:
        return str(USUAL_ROWS)
    try:
        return str(_LIMIT.run_validation(text))
    except ValidationError as error:
        raise ValidationError({"limit": error.detail}) from error


def _text_of(name: str, value: Any) -> str:
    """As a query has it: lists by commas."""
    if isinstance(value, list):
        return ",".join(_text_of(name, one) for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ValidationError({name: [gettext("文字列か数、またはそれらの配列で指定してください。")]})


def _code_in_path(value: Any) -> str:
    """As the product stores it: words such as `events` are other paths, and no codes."""
    code = find_code(str(value))
    if code is None:
        raise company_not_found(str(value))
    return code


def _edinet_code_in_path(value: Any) -> str:
    if not _EDINET_CODE.fullmatch(str(value)):
        raise ValidationError({"edinet_code": [gettext("EDINET コード（例: E02144）を指定してください。")]})
    return str(value)


_PATH_VALUES: dict[str, Callable[[Any], str]] = {"code": _code_in_path, "edinet_code": _edinet_code_in_path}
