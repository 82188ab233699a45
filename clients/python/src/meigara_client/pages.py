"""Lists that come in pages, whose pages belong together."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, Self, TypeVar

from meigara_client.errors import StateChanged, UnexpectedAnswer
from meigara_client.transport import Answer, Transport

_LONGEST_PAGE = 1000
# A list that changes while it is read is read anew so many times.
_ATTEMPTS = 3


class Model(Protocol):
    """Made out of an answer."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises `KeyError`, `TypeError` and `ValueError`."""


Found = TypeVar("Found", bound=Model)
Part = TypeVar("Part")


def read(model: type[Found], data: Any) -> Found:
    """What an answer says. Raises `UnexpectedAnswer` where it lacks what the schema promises."""
    try:
        return model.from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedAnswer(f"{model.__name__} cannot be read from the answer: {error!r}") from error


def part_of(data: Any, name: str, kind: type[Part]) -> Part:
    """One part of an answer, of this kind. Raises `UnexpectedAnswer` where it lacks or is of another."""
    try:
        part = data[name]
        if not isinstance(part, kind):
            raise TypeError(f"it is {part!r:.80}")
    except (KeyError, TypeError) as error:
        raise UnexpectedAnswer(f"{name} cannot be read from the answer: {error!r}") from error
    return part


class Pages:
    """Of one server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def walk(self, path: str, parameters: Mapping[str, object]) -> Iterator[Answer]:
        """Page by page, all of the revision of the first, by the cursor that holds on to it. Whoever takes a page has read it when asking for the next."""
        page = self._transport.get(path, {**parameters, "limit": _LONGEST_PAGE, "after": "0"})
        yield page
        # What chose the revision is in the cursor from here on.
        others = {name: value for name, value in parameters.items() if name not in ("known_at", "revision")}
        while page.data.get("next") is not None:
            page = self._transport.get(path, {**others, "limit": _LONGEST_PAGE, "after": page.data["next"]})
            yield page

    def whole_walk(
        self, path: str, parameters: Mapping[str, object], name: str
    ) -> tuple[int | None, list[dict[str, Any]]]:
        """All rows, and the revision they are of."""
        rows: list[dict[str, Any]] = []
        revision = None
        for page in self.walk(path, parameters):
            revision = page.revision
            rows += part_of(page.data, name, list)
        return revision, rows

    def of_one_state(self, path: str, parameters: Mapping[str, object], name: str) -> list[dict[str, Any]]:
        """All rows of a list that has no revisions: of one state of the data, or `StateChanged` where it changed again and again."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._all_of_one_state(path, parameters, name)
            except StateChanged:
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError(_ATTEMPTS)

    def _all_of_one_state(self, path: str, parameters: Mapping[str, object], name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        state, total = None, 1
        while len(rows) < total:
            page = self._transport.get(
                path, {**parameters, "limit": _LONGEST_PAGE, "offset": len(rows), "state": state}
            )
            state, total = page.state, part_of(page.data, "total", int)
            more = part_of(page.data, name, list)
            if not more:
                break
            rows += more
        return rows
