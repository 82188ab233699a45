"""The canonical form of an EDINET code list: what is fingerprinted, compressed and kept. Pure."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from typing import Any

from companies.issuers.filer import FILER_FIELDS, Filer, read_state
from companies.ledger.snapshot_rows import PackedRows, Rows, State


def collect_filers(filers: Iterable[Filer]) -> dict[str, State]:
    """The rows of a list by EDINET code. Duplicates must have been refused before."""
    return {filer.edinet_code: read_state(filer) for filer in filers}


def pack_filers(rows: Rows) -> PackedRows:
    """JSON arrays `[EDINET code, field, …]` in the order of the codes."""
    table = [[code, *rows[code]] for code in sorted(rows)]
    canonical = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return PackedRows(hashlib.sha256(canonical).hexdigest(), canonical)


def unpack_filers(compressed: bytes | memoryview) -> dict[str, State]:
    """The rows, each with all fields: of those that came later, nothing is said."""
    table: list[list[Any]] = json.loads(zlib.decompress(compressed))
    return {row[0]: (*row[1:], *(None,) * (len(FILER_FIELDS) + 1 - len(row))) for row in table}
