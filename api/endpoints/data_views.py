"""The bases of all viewsets. What an action answers is of one state of the data, where that is counted in generations,
and names it.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import Any, ClassVar, TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from api.endpoints.errors import ApiError
from api.endpoints.filters import StrictFilterSet
from api.endpoints.idempotency import done_once, read_key
from api.endpoints.states import HEADER, REVISION_HEADER, StateFilterSet, refuse_other_state
from api.front.admission import FAMILY
from api.front.cached_routes import Built
from api.generations import read_generations
from database.connections import one_snapshot

Row = TypeVar("Row")
Action = Callable[..., HttpResponseBase]
# An import commits once in some hundred milliseconds at most; the first row comes much sooner.
_ATTEMPTS = 10


class ApiViewSet(GenericViewSet[Any]):
    """Reads the query before any action: one that takes no parameters refuses all."""

    filterset_class: type[StrictFilterSet] = StrictFilterSet
    #: What its list takes, where its other actions take less.
    list_filterset: ClassVar[type[StrictFilterSet] | None] = None
    #: Of its operations in the schema.
    tag: ClassVar[str]
    #: Of its actions that are sent by POST, those that only read: nothing of them has to be done once.
    reading_actions: ClassVar[frozenset[str]] = frozenset()
    #: What was read of the query.
    values: dict[str, Any]

    def get_filterset_class(self) -> type[StrictFilterSet]:
        """What the action takes."""
        if self.action == "list" and self.list_filterset is not None:
            return self.list_filterset
        return self.filterset_class

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, whether they may, and then for what; and whether it was asked before."""
        super().initial(request, *args, **kwargs)
        if self.action in (None, "metadata"):
            return
        self.values = self.get_filterset_class().read(request.query_params)
        if self.action not in self.reading_actions and (key := read_key(request)) is not None:
            name = (request.method or "").lower()
            setattr(self, name, done_once(self, getattr(self, name), key))


class DataViewSet(ApiViewSet):
    """Of data that is counted in generations. Its actions are `of_one_state`, or answer from what the process holds."""

    #: Of `api.generations`.
    family: ClassVar[str]
    filterset_class: type[StrictFilterSet] = StateFilterSet
    #: The state that is asked for.
    wanted_state: str | None
    #: The state that is answered from, inside `of_one_state`.
    state: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Likewise, with the state set apart."""
        request.META[FAMILY] = self.family
        super().initial(request, *args, **kwargs)
        if self.action not in (None, "metadata"):
            self.wanted_state = self.values.pop("state", None)


def of_one_state(action: Action) -> Action:
    """Decorator: the database stands still while the action reads, and its answer names the state."""

    @wraps(action)
    def answer(view: DataViewSet, request: Request, **path: Any) -> HttpResponseBase:
        with one_snapshot():
            view.state = read_generations().of(view.family)
            refuse_other_state(view.wanted_state, view.state)
            response = action(view, request, **path)
        response.headers[HEADER] = view.state
        return response

    return answer


def streamed_of_one_state(action: Action) -> Action:
    """Decorator for the rows of one statement, sent while they come; the action must have read the first. No transaction
    is held open for slow readers: what was read belongs to the state that was the current one before the first row and
    still is after it.
    """

    @wraps(action)
    def answer(view: DataViewSet, request: Request, **path: Any) -> HttpResponseBase:
        view.state = read_generations().of(view.family)
        for _ in range(_ATTEMPTS):
            refuse_other_state(view.wanted_state, view.state)
            response = action(view, request, **path)
            before, view.state = view.state, read_generations().of(view.family)
            if before == view.state:
                response.headers[HEADER] = view.state
                return response
            response.close()
        raise ApiError(
            503, "SERVICE_UNAVAILABLE", gettext("データが続けて変わっています。しばらくしてからやり直してください。")
        )

    return answer


def begun(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, the first of them read already."""
    first = next(rows, None)
    return iter(()) if first is None else chain((first,), rows)


def built_answer(built: Built, *, is_kept: bool = True) -> HttpResponse:
    """An answer that is JSON already. One that changes without its generation is kept for nobody."""
    headers = {HEADER: built.state}
    if built.revision:
        headers[REVISION_HEADER] = built.revision
    if built.link:
        headers["Link"] = built.link
    if not is_kept:
        headers["Cache-Control"] = "no-store"
    return HttpResponse(built.body, content_type="application/json", headers=headers)
