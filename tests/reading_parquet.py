"""Parquet as three libraries read it, each row as NDJSON tells it: what they disagree in is a fault of the file."""

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars
from pyarrow import parquet

Rows = list[dict[str, Any]]

_JAPAN = ZoneInfo("Asia/Tokyo")


def by_pyarrow(content: bytes) -> Rows:
    return [plain(row) for row in parquet.read_table(io.BytesIO(content)).to_pylist()]


def by_polars(content: bytes) -> Rows:
    return [plain(row) for row in polars.read_parquet(io.BytesIO(content)).to_dicts()]


def by_duckdb(content: bytes) -> Rows:
    with tempfile.TemporaryDirectory() as directory, duckdb.connect() as connection:
        path = Path(directory, "file.parquet")
        path.write_bytes(content)
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        return [plain(dict(zip(names, row, strict=True))) for row in found.fetchall()]


READERS: dict[str, Callable[[bytes], Rows]] = {"pyarrow": by_pyarrow, "polars": by_polars, "duckdb": by_duckdb}


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it: days and instants in Japan as texts, and of what differs only what there is."""
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(_JAPAN).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: pair for name, pair in value.items() if pair is not None}
    return value


def types_of(content: bytes) -> dict[str, str]:
    """Of each column, as the file keeps it."""
    return {field.name: str(field.type) for field in parquet.read_schema(io.BytesIO(content))}


def notes_of(content: bytes) -> dict[str, str]:
    """What stands at the end of the file, without the library's own."""
    found = parquet.ParquetFile(io.BytesIO(content)).metadata.metadata
    names = {name.decode(): text.decode() for name, text in found.items()}
    return {name.removeprefix("meigara."): text for name, text in names.items() if name.startswith("meigara.")}


def as_lines(rows: Rows) -> bytes:
    """What the hash of the content is of."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
