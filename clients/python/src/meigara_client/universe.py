"""Who was listed on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from types import NoneType
from typing import Any, Generic, Protocol, TypeVar, get_args

from meigara_client.extras import load_frames
from meigara_client.models import Version

_VERSION_FIELDS = tuple(field.name for field in fields(Version))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedState(Version):
    """What the lists say of one issue from `valid_from` to the day before `valid_until` (`None`: still)."""

    code: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ListedState":
        """Out of a line of the file of all histories."""
        told = Version.from_json(data)
        return cls(code=data["code"], **{name: getattr(told, name) for name in _VERSION_FIELDS})


#: What the lists themselves say of an issue.
STATE_FIELDS = tuple(
    field.name
    for field in fields(Version)
    if field.name not in ("valid_from", "valid_until", "recorded_in", "recorded_at")
)


@dataclass(frozen=True, slots=True)
class Column:
    """Of a frame: values of one kind, or `None`."""

    name: str
    kind: type
    values: list[Any]


class _Listed(Protocol):
    @property
    def code(self) -> str:
        """Its securities code."""


State = TypeVar("State", bound=_Listed)


class Universe(Mapping[str, State], Generic[State]):
    """The issues listed on `day` by what was known at `revision`, by code: `"7203" in universe`, `universe["7203"].company_name`, `later.keys() - universe.keys()`."""

    __slots__ = ("_model", "_states", "day", "revision")

    def __init__(self, model: type[State], day: date | None, revision: int | None, states: Mapping[str, State]) -> None:
        self._model: Any = model
        self.day, self.revision, self._states = day, revision, states

    @property
    def codes(self) -> list[str]:
        """In order."""
        return sorted(self._states)

    def __getitem__(self, code: str) -> State:
        return self._states[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def __repr__(self) -> str:
        return f"<Universe of {self.day or 'now'}: {len(self)} issues, revision {self.revision}>"

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`, a row an issue, in the order of the codes (needs `meigara-client[pandas]`)."""
        return load_frames("pandas").frame_of(self._columns())

    def to_polars(self) -> Any:
        """A `polars.DataFrame`, likewise (needs `meigara-client[polars]`)."""
        return load_frames("polars").frame_of(self._columns())

    def _columns(self) -> list[Column]:
        states = [self._states[code] for code in self.codes]
        kinds = {field.name: _kind_of(field.type) for field in fields(self._model)}
        names = ["code", *(name for name, kind in kinds.items() if name != "code" and kind is not None)]
        return [Column(name, kinds[name] or str, [getattr(state, name) for state in states]) for name in names]


def _kind_of(annotation: Any) -> type | None:
    """Of a field's values, apart from `None`; `None` for what has parts and is no column."""
    kinds = [kind for kind in (get_args(annotation) or (annotation,)) if kind is not NoneType]
    return kinds[0] if len(kinds) == 1 and kinds[0] in (str, int, float, bool, date, datetime) else None
