"""The base of the endpoints whose data is counted in generations: each answer is of one state, and names it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, ClassVar, TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.endpoints.errors import ApiError
from api.endpoints.pagination import page_links
from api.endpoints.schema import describe
from api.endpoints.states import HEADER, StateParameters, refuse_other_state
from api.front.cached_routes import Built
from api.generations import read_generations
from database.connections import one_snapshot

View = TypeVar("View", bound=type["DataView"])
Row = TypeVar("Row")
# An import commits once in some hundred milliseconds at most; the first row comes much sooner.
_ATTEMPTS = 10


class DataView(APIView):
    """Reads the parameters, answers from what the process holds or from the database, and names the state.

    A subclass says of which `family` its data is, which `parameters` it takes, and has `answer` or `answer_held`.
    """

    family: ClassVar[str]
    parameters: ClassVar[type[StateParameters]] = StateParameters

    def get(self, request: Request, **path: Any) -> HttpResponseBase:
        """One answer, of one state."""
        values = self.parameters.read(request.query_params)
        wanted = values.pop("state", None)
        held = self.answer_held(request, values, wanted, **path)
        if held is not None:
            return held
        with one_snapshot():
            state = read_generations().of(self.family)
            refuse_other_state(wanted, state)
            response = self.answer(request, values, state, **path)
        response.headers[HEADER] = state
        return response

    def answer_held(
        self, request: Request, values: dict[str, Any], wanted: str | None, *_: Any, **path: Any
    ) -> HttpResponse | None:
        """The answer made of what this process holds, with its state; `None` where the database has to be asked."""
        return None

    def answer(self, request: Request, values: dict[str, Any], state: str, *_: Any, **path: Any) -> HttpResponseBase:
        """The answer from the database, which stands still meanwhile."""
        raise NotImplementedError


class StreamedDataView(DataView):
    """Answers with the rows of one statement while they come. No transaction is held open for slow readers: what was
    read belongs to the state that was the current one before the first row and still is after it.
    """

    def get(self, request: Request, **path: Any) -> HttpResponseBase:
        """One answer, of one state; `answer` must have read its first row."""
        values = self.parameters.read(request.query_params)
        wanted = values.pop("state", None)
        state = read_generations().of(self.family)
        for _ in range(_ATTEMPTS):
            refuse_other_state(wanted, state)
            response = self.answer(request, values, state, **path)
            before, state = state, read_generations().of(self.family)
            if before == state:
                response.headers[HEADER] = state
                return response
            response.close()
        raise ApiError(
            503,
            "SERVICE_UNAVAILABLE",
            ja="データが続けて変わっています。しばらくしてからやり直してください。",
            en="The data keeps changing. Try again later.",
        )


def begun(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, the first of them read already."""
    first = next(rows, None)
    return iter(()) if first is None else chain((first,), rows)


def describe_data(**description: Any) -> Callable[[View], View]:
    """Decorator for a `DataView`: `api.endpoints.schema.describe` for its GET, with its parameters and the 409."""

    def decorate(view: View) -> View:
        get = describe(parameters=[view.parameters], names_state=True, **description)
        decorated: View = extend_schema_view(get=get)(view)
        return decorated

    return decorate


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """The query's names and values as they came, repeated ones too."""
    return [(name, str(value)) for name, values in request.query_params.lists() for value in values]


def built_answer(built: Built, *, is_kept: bool = True) -> HttpResponse:
    """An answer that is JSON already. One that changes without its generation is kept for nobody."""
    headers = {HEADER: built.state}
    if built.link:
        headers["Link"] = built.link
    if not is_kept:
        headers["Cache-Control"] = "no-store"
    return HttpResponse(built.body, content_type="application/json", headers=headers)


def page_answer(
    request: Request, values: dict[str, Any], state: str, *, total: int, headers: Mapping[str, str] | None = None,
    **body: Any,
) -> Response:  # fmt: skip
    """A page, `body` by name, with the total of all, and the links to the other pages, of the same state."""
    limit, offset = values["limit"], values["offset"]
    link = page_links(request.path, query_pairs(request), state=state, limit=limit, offset=offset, total=total)
    told = {**(headers or {}), **({"Link": link} if link else {})}
    return Response({**body, "total": total, "limit": limit, "offset": offset}, headers=told)
