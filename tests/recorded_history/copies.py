"""What a copy of all versions and the ledger itself are compared by."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def digest_of(versions: Iterable[Mapping[str, Any]]) -> str:
    """In whatever order; a version is as the feed tells it."""
    rows = sorted(json.dumps(version, sort_keys=True, default=str) for version in versions)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
