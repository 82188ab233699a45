"""What a caller has already, and need not be sent again: `ETag` with `If-None-Match`, `Last-Modified` with `If-Modified-Since`.

Source: RFC 9110, 8.8 and 13. Of both `If-None-Match` decides. No two states of the data have a second in common (`api.state_moments`): an
`If-Modified-Since` that is one of these seconds came from an answer of that state. Any other may be of the caller's clock: that says as much only
where it is later by more than the time for which a process may still answer of the state before, were its publication lost with a process.
"""

import hashlib
import time
from functools import lru_cache
from wsgiref.types import WSGIEnvironment

from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe

from api.endpoints import states
from api.front.admission import FAMILY
from api.front.cached_routes import CachedRoute, canonical_query, parameter_names
from api.state_moments import state_moments

#: Twice the minute after which generations are read again, whoever did not publish them (`api.generations`).
_SETTLED_SECONDS = 120
_OF_A_REVISION = frozenset({"known_at", "revision"})
#: What a file says of itself, and an answer without it does not.
_OF_A_BODY = ("Content-Type", "Content-Length", "Content-Disposition")


def what_it_is_of(family: str, state: str, revision: str, query: str, route: CachedRoute | None = None) -> str:
    """What an answer follows from: the state of a family of data, whose numbers others have as well, and the day where that decides, too; of
    what was known once, the revision and the state of the masters, whose names are told as they are now.
    """
    if not state:
        return ""
    if revision and ("known_at" in query or "revision" in query) and _OF_A_REVISION & parameter_names(query):
        return f"{family}:r{revision}.{state.partition('.')[2]}"
    is_of_a_day = route is not None and "{today}" in route.key
    return f"{family}:{state}@{timezone.localdate()}" if is_of_a_day else f"{family}:{state}"


@lru_cache(maxsize=256)
def last_modified(seconds: int) -> tuple[str, str]:
    """The header, of a second that is known and has come."""
    return "Last-Modified", http_date(seconds)


def has_it(etag: str, modified: int, if_none_match: str, if_modified_since: str) -> bool:
    """Whether the caller has what is asked for."""
    if if_none_match:
        return if_none_match == "*" or etag in if_none_match
    return bool(if_modified_since) and _is_unmodified(modified, if_modified_since)


def is_file_known(headers: dict[str, str], environ: WSGIEnvironment) -> bool:
    """Whether the caller has a file already that is about to be sent; its validators are put to the `headers`. Files are not kept: their
    `ETag` is weak, of the state and what is asked.
    """
    query = canonical_query(environ.get("QUERY_STRING", ""))
    of = what_it_is_of(environ[FAMILY], headers[states.HEADER], headers.get(states.REVISION_HEADER, ""), query)
    # On the connection that the rows come by, which is given back after the last.
    modified = state_moments.of(of)
    etag = hashlib.blake2b(f"{of} {environ['PATH_INFO']}?{query}".encode(errors="replace"), digest_size=16).hexdigest()
    headers["ETag"] = f'W/"{etag}"'
    if 0 < modified <= time.time():
        headers |= dict([last_modified(modified)])
    if not has_it(etag, modified, environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_IF_MODIFIED_SINCE", "")):
        return False
    for name in _OF_A_BODY:
        headers.pop(name, None)
    return True


def _is_unmodified(modified: int, since: str) -> bool:
    now = time.time()
    if not 0 < modified <= now or (asked := parse_http_date_safe(since)) is None:
        return False
    return asked == modified or modified + _SETTLED_SECONDS <= asked <= now
