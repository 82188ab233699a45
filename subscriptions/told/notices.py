"""What a message contains: `type`, what is said of the revision that it is of, and `notices`, each with its `kind`. No words of a language,
but names, which are data.

What happened becomes notices in `listing_notices`, `run_notices`, `followed_views` and `paused_destinations`; `telling` says who gets which.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from subscriptions.told.told_notice import Notice

#: What a receiver can take in one piece; more comes in parts.
MOST_NOTICES = 500


def make_content(
    kind: str, notices: Sequence[Notice], *, header: dict[str, Any], epoch: str, is_history: bool = False, part: int = 1,
    parts: int = 1, total: int | None = None, more: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What `Message.content` is."""
    return {
        "type": kind, "revision": header.get("revision"), "recorded_at": header.get("recorded_at"),
        "source": header.get("source"), "date_in_force": header.get("date_in_force"), "is_history": is_history, "epoch": epoch,
        "part": part, "parts": parts, "total": len(notices) if total is None else total, **(more or {}),
        "notices": list(notices),
    }  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """What two contents that are the same have in common."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
