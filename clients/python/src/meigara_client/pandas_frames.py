"""Frames of pandas (the extra `pandas`)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from meigara_client.joining import IS_LISTED, check_columns, codes_meant, not_days, not_text
from meigara_client.ledger import Ledger
from meigara_client.universe import Column, ListedState

_TOKYO = "Asia/Tokyo"
Numbers = npt.NDArray[np.int64]
_NO_END = np.iinfo(np.int64).max
# A code's days lie apart from the next code's: no date has so many days from 1970.
_DAYS = 2**23


def frame_of(columns: Sequence[Column]) -> Any:
    """Days are `datetime64`, moments those of Tokyo."""
    return pd.DataFrame({column.name: _series(column) for column in columns})


def asof_join(frame: Any, ledger: Ledger, *, on: str, by: str, columns: Sequence[str], prefix: str) -> Any:
    """A new frame: the rows as they are, in their order, with the state of each row's issue on its day."""
    check_columns(list(frame.columns), on=on, by=by, columns=columns, prefix=prefix)
    days, codes, is_asked = _days(frame[on], on), *_codes(frame[by], ledger, by)
    states = list(ledger.states())
    places = _places(states, codes, days)
    is_listed = places >= 0
    is_known = is_asked & (days != _no_day()) & (days >= _first_day(ledger))
    table = pd.DataFrame({name: _series(_column(states, name)) for name in columns if name != IS_LISTED})
    found = table.reindex(places)
    added = {
        prefix + name: pd.arrays.BooleanArray(is_listed, ~is_known) if name == IS_LISTED else found[name].array
        for name in columns
    }  # fmt: skip
    return frame.assign(**added)


def _column(states: Sequence[ListedState], name: str) -> Column:
    return Column(name, date if name.startswith("valid_") else str, [getattr(state, name) for state in states])


def _series(column: Column) -> Any:
    if column.kind is date:
        return pd.Series(pd.to_datetime(column.values).astype("datetime64[s]"))
    if column.kind is datetime:
        return pd.Series(pd.to_datetime(column.values, utc=True).tz_convert(_TOKYO))
    return pd.Series(column.values, dtype=object if column.kind is str else None)


def _no_day() -> int:
    return int(np.iinfo(np.int64).min)


def _first_day(ledger: Ledger) -> int:
    return _NO_END if ledger.first_day is None else _number(ledger.first_day)


def _number(day: date) -> int:
    """As numpy counts days."""
    return (day - date(1970, 1, 1)).days


def _days(values: Any, on: str) -> Numbers:
    """Days in Japan."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        raise not_days(on)
    moments = pd.to_datetime(values)
    if moments.dt.tz is not None:
        moments = moments.dt.tz_convert(_TOKYO).dt.tz_localize(None)
    days: Numbers = moments.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def _codes(values: Any, ledger: Ledger, by: str) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Each row's place among the codes of `ledger`, -1 for one that never was in a list; and whether a row has a code."""
    numbers, written = pd.factorize(values)
    if not all(isinstance(text, str) for text in written):
        raise not_text(by)
    place = {code: number for number, code in enumerate(dict.fromkeys(state.code for state in ledger.states()))}
    meant = codes_meant(ledger, list(written))
    places = np.array([*(place.get(meant.get(text, ""), -1) for text in written), -1], dtype=np.int64)
    return places[numbers], numbers >= 0


def _places(states: Sequence[ListedState], codes: Numbers, days: Numbers) -> Numbers:
    """Where in `states`, which are by code and day, each row's state is; -1 where there is none."""
    if not states:
        return np.full(len(codes), -1, dtype=np.int64)
    numbers = pd.factorize(np.array([state.code for state in states], dtype=object))[0]
    starts = np.array([_number(state.valid_from) for state in states], dtype=np.int64)
    ends = np.array([_NO_END if state.valid_until is None else _number(state.valid_until) for state in states], dtype=np.int64)  # fmt: skip
    within = np.clip(days, -_DAYS // 2, _DAYS // 2 - 1)
    found = np.searchsorted(numbers * _DAYS + starts, codes * _DAYS + within, side="right") - 1
    at = np.maximum(found, 0)
    is_found = (found >= 0) & (codes >= 0) & (numbers[at] == codes) & (days < ends[at])
    return np.where(is_found, found, -1)
