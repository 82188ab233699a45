"""One request of an agent as one request to REST: what a tool asks, or, for everything else, whether its key is let in."""

from collections.abc import Mapping
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

import orjson
from django.utils import translation
from rest_framework.exceptions import APIException

from agents.operations import operations
from agents.questions import Question, read_question
from agents.rest import RestAnswer, ask
from api.endpoints.errors import ApiError, handle_exception
from wording.language import language_of

# Small, read with the scope `read` as the tools are, and nearly always in the cache.
_ASKED_FOR_ADMISSION = "/api/v1/companies/markets"
#: What is counted by its name; what else callers think up is one.
_METHODS = frozenset({"initialize", "notifications/initialized", "ping", "server/discover", "tools/call", "tools/list"})


def admit(rest: WSGIApplication, method: str, caller: WSGIEnvironment) -> RestAnswer:
    """200 where the key may read and its limit is not reached, which counts as one request of it; else REST's refusal."""
    label = method if method in _METHODS else "other"
    return ask(rest, Question(_ASKED_FOR_ADMISSION, "", f"mcp:{label}"), caller)


def answer_call(rest: WSGIApplication, name: str, arguments: Mapping[str, Any], caller: WSGIEnvironment) -> RestAnswer:
    """What REST answers to the call of a tool. Without a tool of that name it is the admission's."""
    operation = operations().get(name)
    if operation is None:
        return admit(rest, "tools/call", caller)
    with translation.override(language_of(caller)):
        try:
            return ask(rest, read_question(operation, arguments), caller)
        except (ApiError, APIException) as error:
            refused = handle_exception(error, {})
    admitted = ask(rest, Question(_ASKED_FOR_ADMISSION, "", f"mcp:{name}"), caller)
    if admitted.status != 200:
        return admitted
    return RestAnswer(refused.status_code, {**admitted.headers, "x-ledger-revision": ""}, orjson.dumps(refused.data))
