"""Whether the peer does the work that it is compared by: its answers are held against ours before anything is measured."""

import json
from typing import Any


def compare_answers(what: str, ours: bytes, peer: bytes, *, is_same: bool) -> None:
    """Raises `RuntimeError` where they have other fields or another number of rows; with `is_same`, for any difference."""
    left, right = json.loads(ours), json.loads(peer)
    if is_same and left != right:
        raise RuntimeError(f"{what}: the peer's answer differs from ours at {_first_difference(left, right)}")
    if (shape := _shape(left)) != _shape(right):
        raise RuntimeError(f"{what}: the peer's answer is {_shape(right)}, ours {shape}")


def _shape(answer: dict[str, Any]) -> dict[str, Any]:
    """The names of the fields, and of the rows their number and the fields of the first."""
    return {
        name: (len(value), list(value[0]) if value else []) if isinstance(value, list) else ""
        for name, value in answer.items()
    }


def _first_difference(left: Any, right: Any, path: str = "") -> str:
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        pairs = [(f".{name}", left[name], right[name]) for name in left]
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = [(f"[{place}]", one, other) for place, (one, other) in enumerate(zip(left, right, strict=True))]
    else:
        return f"{path or 'the whole'} ({str(left)[:80]} / {str(right)[:80]})"
    return next(_first_difference(one, other, path + step) for step, one, other in pairs if one != other)
