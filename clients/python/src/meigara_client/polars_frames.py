"""Frames of polars (the extra `polars`)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from meigara_client.joining import IS_LISTED, check_columns, codes_meant, not_days, not_text
from meigara_client.ledger import Ledger
from meigara_client.universe import Column

_TOKYO = "Asia/Tokyo"
_KINDS: dict[type, Any] = {
    str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean, date: pl.Date, datetime: pl.Datetime("us", _TOKYO),
}  # fmt: skip


def frame_of(columns: Sequence[Column]) -> pl.DataFrame:
    """Days are `Date`, moments those of Tokyo."""
    return pl.DataFrame([pl.Series(column.name, column.values, dtype=_KINDS[column.kind]) for column in columns])


def asof_join(
    frame: pl.DataFrame, ledger: Ledger, *, on: str, by: str, columns: Sequence[str], prefix: str
) -> pl.DataFrame:
    """A new frame: the rows as they are, in their order, with the state of each row's issue on its day."""
    check_columns(frame.columns, on=on, by=by, columns=columns, prefix=prefix)
    rows = pl.DataFrame({"day": _days(frame.get_column(on)), "written": _texts(frame.get_column(by))}).with_row_index(
        "row"
    )
    meant = codes_meant(ledger, rows.get_column("written").drop_nulls().unique().to_list())
    rows = rows.with_columns(code=pl.col("written").replace_strict(meant, default=None, return_dtype=pl.String))
    asked = rows.drop_nulls(["day", "code"]).sort("day")
    found = asked.join_asof(
        _table(ledger, columns), left_on="day", right_on="state_from", by_left="code", by_right="state_code", strategy="backward",
        check_sortedness=False, coalesce=False,
    )  # fmt: skip
    found = found.filter(pl.col("state_until").is_null() | (pl.col("day") < pl.col("state_until")))
    told = rows.join(found.drop("day", "written", "code"), on="row", how="left").sort("row")
    is_known = pl.col("written").is_not_null() & (pl.col("day") >= pl.lit(ledger.first_day, dtype=pl.Date))
    told = told.with_columns(pl.when(is_known).then(pl.col("state_from").is_not_null()).alias(_of(IS_LISTED)))
    return frame.hstack([told.get_column(_of(name)).alias(prefix + name) for name in columns])


def _of(name: str) -> str:
    """A column's name among those of the work, which the frame may have as well."""
    return f"told_{name}"


def _table(ledger: Ledger, columns: Sequence[str]) -> pl.DataFrame:
    states = list(ledger.states())
    work = [
        Column("state_code", str, [state.code for state in states]),
        Column("state_from", date, [state.valid_from for state in states]),
        Column("state_until", date, [state.valid_until for state in states]),
    ]
    told = [
        Column(_of(name), date if name.startswith("valid_") else str, [getattr(state, name) for state in states])
        for name in columns
        if name != IS_LISTED
    ]
    return frame_of([*work, *told]).sort("state_from")


def _days(values: pl.Series) -> pl.Series:
    """Days in Japan."""
    if values.dtype == pl.String:
        return values.str.to_date()
    if isinstance(values.dtype, pl.Datetime):
        zone = values.dtype.time_zone
        return (values if zone is None else values.dt.convert_time_zone(_TOKYO)).dt.date()
    if values.dtype not in (pl.Date, pl.Null):
        raise not_days(values.name)
    return values.cast(pl.Date)


def _texts(values: pl.Series) -> pl.Series:
    if not isinstance(values.dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
        raise not_text(values.name)
    return values.cast(pl.String)
