"""The names under which receivers know messages: each attempt carries the same, so that what comes twice is known."""

from uuid import uuid4


def new_webhook_id() -> str:
    """Never given before."""
    return f"msg_{uuid4().hex}"
