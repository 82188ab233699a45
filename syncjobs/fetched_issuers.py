"""Fetched filers kept with a run while a person decides on them. Pure."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, fields

from companies.issuers.filer import Filer

_FIELDS = tuple(field.name for field in fields(Filer))


def pack_issuers(filers: Sequence[Filer]) -> bytes:
    """All fields of all rows, in their order. The names of the fields are kept with them."""
    return zlib.compress(json.dumps([_FIELDS, *map(astuple, filers)], ensure_ascii=False).encode())


def unpack_issuers(packed: bytes | memoryview) -> list[Filer]:
    names, *rows = json.loads(zlib.decompress(packed))
    return [Filer(**dict(zip(names, row, strict=True))) for row in rows]
