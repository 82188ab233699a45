"""A table as Parquet, sent while its rows come: a type for each column, and at the end of the file what it is and what proves it.

The library takes 60 MB of memory (15 of them the process's own) and a third of a second, so this module is loaded with the first such
file (`companies.export`), by processes that write one. Rows are held as columns of a row group at most. A column has the type of its kind even where all of it is empty.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from companies.columns import Column, Kind
from companies.sink import Sink
from companies.written_rows import PREFIX, Row, as_lines, as_text

_ROWS_AT_ONCE = 1000
#: Of what is held until it is written. Measured with 100,000 rows of 29 columns: the process grows by 12 MB, by 18 with twice as many.
_ROWS_IN_A_GROUP = 8_000
# Its own pool of memory grows by half as much again, and gives nothing back.
pa.set_memory_pool(pa.system_memory_pool())
_TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(),
    "word": pa.dictionary(pa.int32(), pa.string()),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "flag": pa.bool_(),
    "number": pa.int64(),
    "price": pa.decimal128(20, 4),
    "texts": pa.list_(pa.string()),
}


def write_parquet(rows: Iterable[Row], columns: Sequence[Column], notes: Mapping[str, str]) -> Iterator[bytes]:
    """The file in pieces. At its end stand the `notes`, and of its rows how many there are and the SHA-256 of the same as NDJSON."""
    schema = pa.schema([pa.field(column.name, _type_of(column)) for column in columns])
    sink, digest, count = Sink(), hashlib.sha256(), 0
    remaining, names = iter(rows), [column.name for column in columns]
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        held: list[pa.RecordBatch] = []
        while chunk := list(islice(remaining, _ROWS_AT_ONCE)):
            digest.update(as_lines(chunk, names))
            count += len(chunk)
            held.append(pa.record_batch([_as_array(chunk, column) for column in columns], schema=schema))
            if len(held) * _ROWS_AT_ONCE >= _ROWS_IN_A_GROUP:
                _write_group(writer, held)
                yield sink.take()
        _write_group(writer, held)
        proof = {"row_count": str(count), "content_sha256": digest.hexdigest()}
        writer.add_key_value_metadata({PREFIX + name: text for name, text in {**notes, **proof}.items()})
    yield sink.take()


def _write_group(writer: parquet.ParquetWriter, held: list[pa.RecordBatch]) -> None:
    """What is held, which is empty then. One dictionary a group: with several the file would have none."""
    if held:
        writer.write_table(pa.Table.from_batches(held).unify_dictionaries())
        held.clear()


def _type_of(column: Column) -> pa.DataType:
    if column.kind == "pairs":
        return pa.struct([pa.field(name, pa.list_(pa.string())) for name in column.names])
    return _TYPES[column.kind]


def _as_array(chunk: Sequence[Row], column: Column) -> pa.Array:
    read = _READ.get(column.kind)
    values = [row[column.name] for row in chunk]
    if read is not None:
        values = [None if value is None else read(value) for value in values]
    return pa.array(values, type=_type_of(column))


def _as_day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_instant(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


#: Where rows have it otherwise: days and instants as answers write them, texts that are numbers.
_READ = {"text": as_text, "word": as_text, "day": _as_day, "instant": _as_instant, "price": Decimal}
