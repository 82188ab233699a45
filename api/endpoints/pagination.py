"""Where the other pages of a list are: the `Link` header (RFC 8288)."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode


def page_links(path: str, query: Iterable[tuple[str, str]], *, state: str, limit: int, offset: int, total: int) -> str:
    """`first`, `prev`, `next` and `last` as far as they exist, relative to the server; empty where one page is all.

    They ask for the same state, so that who follows them gets the whole list or is told that it changed.
    """
    last = max(total - 1, 0) // limit * limit
    offsets = {"first": 0, "prev": max(offset - limit, 0), "next": offset + limit, "last": last}
    if offset <= 0:
        del offsets["prev"]
    if offset + limit >= total:
        del offsets["next"]
    if len(offsets) == 2 and last == 0:
        return ""
    others = [(name, value) for name, value in query if name not in ("state", "limit", "offset")]
    start = f"{quote(path)}?{urlencode([*others, ('state', state), ('limit', limit)])}&offset="
    return ", ".join(f'<{start}{position}>; rel="{relation}"' for relation, position in offsets.items())
