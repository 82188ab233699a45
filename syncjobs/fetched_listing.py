"""Fetched rows kept with a run while a person decides on them. Pure."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple, fields

from companies.listed_issue import ListedIssue

_FIELDS = tuple(field.name for field in fields(ListedIssue))


def pack_issues(issues: Sequence[ListedIssue]) -> bytes:
    """All fields of all rows, in their order. The names of the fields are kept with them."""
    return zlib.compress(json.dumps([_FIELDS, *map(astuple, issues)], ensure_ascii=False).encode())


def unpack_issues(packed: bytes | memoryview) -> list[ListedIssue]:
    names, *rows = json.loads(zlib.decompress(packed))
    return [ListedIssue(**dict(zip(names, row, strict=True))) for row in rows]
