"""States added to rows of prices, in both kinds of frames, against plain Python that looks through every list."""

import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meigara_client.joining import COLUMNS, DEFAULT_COLUMNS, joiner_of
from meigara_client.ledger import Ledger
from meigara_client.universe import STATE_FIELDS, ListedState, Universe

from tests.laws.reference import DatedList, universes, versions
from tests.laws.strategies import dated_lists

FIRST = date(2024, 1, 4)
Rows = list[tuple[date | None, str | None]]
_days = st.none() | st.integers(-3, 12).map(lambda step: FIRST + timedelta(days=step))
_codes = st.none() | st.sampled_from(["1301", "13010", "7203", "7203.T", "130A", "25935", "9999", "259350"])
# Many rows an example: each is a question of its own.
_rows = st.lists(st.tuples(_days, _codes), min_size=10, max_size=40)


def state(code: str, start: date, end: date | None, **told: str | None) -> ListedState:
    values: dict[str, Any] = dict.fromkeys(STATE_FIELDS) | {"company_name": code, **told}
    return ListedState(code=code, valid_from=start, valid_until=end, recorded_in=1, recorded_at=None, **values)


def ledger_of(lists: list[DatedList]) -> Ledger:
    runs = versions(universes(lists))
    return Ledger(7, [state(code, start, end, **told) for code, start, end, told in runs])


def expected(lists: list[DatedList], rows: Rows) -> list[tuple[Any, ...]]:
    """By walking through the lists for each row: the last one on or before the day, and whether the code stands in it."""
    known = universes(lists)
    meant = {"13010": "1301", "7203.T": "7203"}
    told: list[tuple[Any, ...]] = []
    for day, written in rows:
        in_force = [one for one in sorted(known) if day is not None and one <= day]
        if not in_force or written is None:
            told.append((None,) * len(DEFAULT_COLUMNS))
            continue
        state = known[in_force[-1]].get(meant.get(written, written))
        told.append((state is not None, *((state or {}).get(name) for name in STATE_FIELDS)))
    return told


def in_pandas(ledger: Ledger, rows: Rows) -> list[tuple[Any, ...]]:
    frame = pd.DataFrame({"date": [day for day, _ in rows], "code": [code for _, code in rows]}, index=[5] * len(rows), dtype=object)  # fmt: skip
    frame["date"] = pd.to_datetime(frame["date"])
    joined = joiner_of(frame)(frame, ledger, on="date", by="code", columns=DEFAULT_COLUMNS, prefix="")
    assert joined[["date", "code"]].equals(frame)
    assert list(joined.index) == [5] * len(rows)
    return [tuple(None if pd.isna(value) else value for value in row) for row in joined[list(DEFAULT_COLUMNS)].itertuples(index=False)]  # fmt: skip


def in_polars(ledger: Ledger, rows: Rows) -> list[tuple[Any, ...]]:
    frame = pl.DataFrame({"date": [day for day, _ in rows], "code": [code for _, code in rows]}, schema={"date": pl.Date, "code": pl.String})  # fmt: skip
    joined = joiner_of(frame)(frame, ledger, on="date", by="code", columns=DEFAULT_COLUMNS, prefix="")
    assert joined.select("date", "code").equals(frame)
    return list(joined.select(DEFAULT_COLUMNS).iter_rows())


@settings(max_examples=60, deadline=None)
@given(lists=dated_lists, rows=_rows)
def test_each_row_has_the_state_of_its_day_as_if_the_lists_were_looked_through(
    lists: list[DatedList], rows: Rows
) -> None:
    ledger = ledger_of(lists)

    assert in_pandas(ledger, rows) == expected(lists, rows)
    assert in_polars(ledger, rows) == expected(lists, rows)


@settings(max_examples=30, deadline=None)
@given(lists=dated_lists)
def test_a_day_of_the_ledger_is_the_list_in_force(lists: list[DatedList]) -> None:
    ledger, known = ledger_of(lists), universes(lists)
    for step in range(12):
        day = FIRST + timedelta(days=step)
        in_force = [one for one in sorted(known) if one <= day]
        if in_force:
            found = {code: {name: getattr(state, name) for name in STATE_FIELDS} for code, state in ledger.as_of(day).items()}  # fmt: skip
            assert found == known[in_force[-1]]


JANUARY, FEBRUARY, MARCH = date(2024, 1, 4), date(2024, 2, 1), date(2024, 3, 1)
LEDGER = Ledger(
    1,
    [state("7203", JANUARY, FEBRUARY), state("7203", FEBRUARY, None, company_name="新"), state("9984", JANUARY, MARCH)],
)


def joined(frame: Any, **more: Any) -> Any:
    arguments = {"on": "date", "by": "code", "columns": ("is_listed", "company_name"), "prefix": "", **more}
    return joiner_of(frame)(frame, LEDGER, **arguments)


def test_a_row_has_the_state_of_its_day_and_none_from_the_first_list_on_that_lacks_the_issue() -> None:
    rows: list[tuple[str, str, bool | None, str | None]] = [
        ("2024-02-29", "9984", True, "9984"), ("2024-03-01", "9984", False, None), ("2024-01-03", "9984", None, None),
        ("2024-01-31", "7203", True, "7203"), ("2024-02-01", "7203", True, "新"), ("2026-01-01", "7203", True, "新"),
        ("2024-02-01", "9999", False, None), ("2024-01-30", "7203", True, "7203"),
    ]  # fmt: skip
    days, codes, is_listed, names = map(list, zip(*rows, strict=True))

    in_pandas = joined(pd.DataFrame({"date": days, "code": codes}))
    in_polars = joined(pl.DataFrame({"date": days, "code": codes}))

    assert [None if pd.isna(told) else told for told in in_pandas["is_listed"]] == is_listed
    assert [None if pd.isna(told) else told for told in in_pandas["company_name"]] == names
    assert (in_polars["is_listed"].to_list(), in_polars["company_name"].to_list()) == (is_listed, names)


@pytest.mark.parametrize(
    "days",
    [
        [date(2024, 1, 31), date(2024, 2, 1)],
        ["2024-01-31", "2024-02-01"],
        [datetime(2024, 1, 31, 23, 59), datetime(2024, 2, 1)],  # noqa: DTZ001 - of Japan, as frames have them
        # 23:59 in Tokyo, and midnight a minute later.
        [datetime(2024, 1, 31, 14, 59, tzinfo=UTC), datetime(2024, 1, 31, 15, 0, tzinfo=UTC)],
    ],
)
def test_days_are_those_of_japan_in_whatever_form_they_come(days: list[Any]) -> None:
    columns = {"date": days, "code": ["7203", "7203"]}

    assert list(joined(pd.DataFrame(columns))["company_name"]) == ["7203", "新"]
    assert list(joined(pl.DataFrame(columns))["company_name"]) == ["7203", "新"]


def test_first_and_last_days_can_be_added_under_other_names_and_moments_of_the_version_too() -> None:
    columns = {"day": [date(2024, 1, 31)], "ticker": ["72030"], "company_name": ["mine"]}
    more: dict[str, Any] = {"on": "day", "by": "ticker", "prefix": "then_", "columns": COLUMNS}

    [told] = joined(pl.DataFrame(columns), **more).to_dicts()
    in_pandas_too = joined(pd.DataFrame(columns), **more)

    assert (told["company_name"], told["then_company_name"], told["then_is_listed"]) == ("mine", "7203", True)
    assert (told["then_valid_from"], told["then_valid_until"]) == (date(2024, 1, 4), date(2024, 2, 1))
    assert list(in_pandas_too["then_valid_until"]) == [pd.Timestamp("2024-02-01")]
    assert str(in_pandas_too["then_is_listed"].dtype) == "boolean"


@pytest.mark.parametrize("library", [pd, pl])
def test_what_cannot_be_joined_is_told_with_the_remedy(library: Any) -> None:
    day = [date(2024, 1, 31)]
    with pytest.raises(TypeError, match="securities codes are text, and code is not"):
        joined(library.DataFrame({"date": day, "code": [7203]}))
    with pytest.raises(TypeError, match="date holds no days"):
        joined(library.DataFrame({"date": [20240131], "code": ["7203"]}))
    with pytest.raises(KeyError, match="the frame has no column date"):
        joined(library.DataFrame({"day": day, "code": ["7203"]}))
    with pytest.raises(ValueError, match="the frame has company_name already"):
        joined(library.DataFrame({"date": day, "code": ["7203"], "company_name": ["mine"]}))
    with pytest.raises(ValueError, match="no column colour can be added"):
        joined(library.DataFrame({"date": day, "code": ["7203"]}), columns=("colour",))


@pytest.mark.parametrize("frame", [[1, 2], pl.LazyFrame({"date": []}), pd.Series([1])])
def test_other_things_than_frames_are_refused(frame: object) -> None:
    with pytest.raises(TypeError, match=r"a pandas\.DataFrame or polars\.DataFrame is needed"):
        joiner_of(frame)


def test_frames_without_rows_and_a_ledger_without_lists_are_no_errors() -> None:
    empty = {"date": pd.Series([], dtype="datetime64[s]"), "code": pd.Series([], dtype=str)}
    assert list(joined(pd.DataFrame(empty)).columns) == ["date", "code", "is_listed", "company_name"]
    assert joined(pl.DataFrame({"date": [], "code": []})).columns == ["date", "code", "is_listed", "company_name"]
    rows: Rows = [(FIRST, "7203")]
    nothing = [(None,) * len(DEFAULT_COLUMNS)]
    assert (in_pandas(Ledger(0, []), rows), in_polars(Ledger(0, []), rows)) == (nothing, nothing)


def test_a_universe_becomes_a_frame() -> None:
    universe: Universe[ListedState] = LEDGER.as_of(date(2024, 2, 10))

    in_pandas, in_polars = universe.to_pandas(), universe.to_polars()

    assert list(in_pandas["code"]) == list(in_polars["code"]) == ["7203", "9984"]
    assert list(in_pandas["valid_from"]) == [pd.Timestamp("2024-02-01"), pd.Timestamp("2024-01-04")]
    assert in_polars["valid_until"].to_list() == [None, date(2024, 3, 1)]
    assert in_polars.schema["recorded_at"] == pl.Datetime("us", "Asia/Tokyo")
    assert in_polars.schema["market_code"] == pl.String
    assert Universe(ListedState, None, None, {}).to_polars().columns[0] == "code"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_not_installed_is_named_with_the_way_to_get_it(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"meigara_client.{library}_frames", raising=False)
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(ImportError, match=rf"{library} is not installed: pip install 'meigara-client\[{library}\]'"):
        getattr(LEDGER.as_of(JANUARY), f"to_{library}")()
