"""How a row and its values are written where nothing but text is kept: as a line of JSON, and in a cell. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
#: Before the names of what a file says of itself, where those of other programs stand, too.
PREFIX = "meigara."


def as_lines(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """A JSON object a line (NDJSON). These bytes are what the SHA-256 of an export's content is of, whatever its format: who changes them
    changes the hash of every file that was ever given out.
    """
    return b"".join(
        json.dumps({column: row[column] for column in columns}, ensure_ascii=False, default=str).encode() + b"\n"
        for row in rows
    )


def as_text(value: Any) -> str:
    """In one cell: nothing for what is not known, codes side by side, and what has parts as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)
