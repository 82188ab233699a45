"""What the two kinds of frames have in common when states are added to rows of prices."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from meigara_client.extras import LIBRARIES, load_frames
from meigara_client.ledger import Ledger
from meigara_client.universe import STATE_FIELDS

#: Whether the issue was listed on that day; empty where nobody knows: before the first list, without a day or a code.
IS_LISTED = "is_listed"
DEFAULT_COLUMNS = (IS_LISTED, *STATE_FIELDS)
COLUMNS = (*DEFAULT_COLUMNS, "valid_from", "valid_until")


def joiner_of(frame: object) -> Callable[..., Any]:
    """The function that adds states to a frame of that kind. Raises `TypeError` for anything else."""
    library = type(frame).__module__.partition(".")[0]
    if library not in LIBRARIES or type(frame).__name__ != "DataFrame":
        raise TypeError(f"a pandas.DataFrame or polars.DataFrame is needed, not {type(frame).__name__} (of a LazyFrame: collect() first)")  # fmt: skip
    found: Callable[..., Any] = load_frames(library).asof_join
    return found


def check_columns(present: Collection[str], *, on: str, by: str, columns: Sequence[str], prefix: str) -> None:
    """Raises `KeyError` and `ValueError` that say what to do."""
    lacking = [name for name in (on, by) if name not in present]
    if lacking:
        raise KeyError(f"the frame has no column {', '.join(lacking)}: name its columns by on= and by=")
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise ValueError(f"no column {', '.join(unknown)} can be added; there are {', '.join(COLUMNS)}")
    taken = [name for name in columns if prefix + name in present]
    if taken:
        raise ValueError(f"the frame has {', '.join(prefix + name for name in taken)} already: choose columns=, or a prefix=")  # fmt: skip


def not_text(by: str) -> TypeError:
    """Of codes that are numbers."""
    return TypeError(f"securities codes are text, and {by} is not: 130A is a code as well; read the column as text")


def not_days(on: str) -> TypeError:
    """Of days that are numbers."""
    return TypeError(f"{on} holds no days: dates, moments, or texts such as 2024-03-01 are needed")


def codes_meant(ledger: Ledger, written: Sequence[str]) -> dict[str, str]:
    """How codes are written in the frame → how they are in the lists, for those that ever were in one."""
    found = {text: ledger.code_of(text) for text in written}
    return {text: code for text, code in found.items() if code is not None}
