"""What becomes of a request before Django sees it: let in or not, answered from the cache or not.

Redis away: everything goes on to Django, which asks the database; uncounted, and that is counted.
"""

import re
import time
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import redis
import structlog

from api import metrics
from api.endpoints.negotiation import accepts_gzip, accepts_json
from api.front.admission import Admission, Verdict, Wanted, admit, find_entry, list_keys
from api.front.answer_store import StoredAnswer, compress_for, find_answer, make_answer, stop_building, store_answer
from api.front.cached_routes import CachedRoute, find_route, split_state
from api.front.key_confirmation import confirm_key, publish_from_database
from api.front.process_cache import HeldAnswer, find_held, hold
from api.generations import publish_generations
from api.keys import hash_key, list_hashes
from database.connections import give_back_connection
from sign_in.client_address import counted_address

logger = structlog.get_logger(__name__)

#: After a failure Redis is left alone for so long, so that requests do not queue up at its time-outs.
_PAUSE_SECONDS = 1.0
#: How long one request waits for another that builds the same answer.
_LONGEST_WAIT_SECONDS = 2.0
_POLL_SECONDS = 0.004

# Of the two servers of Redis: "state" and "answers".
_paused_until = {"state": 0.0, "answers": 0.0}


class IncomingRequest(NamedTuple):
    """What is known of a request before Django sees it. Without an admission Django has to find out who asks."""

    admission: Admission | None = None
    route: CachedRoute | None = None
    match: re.Match[str] | None = None
    # Without the state that is asked for, which stands beside it.
    query: str = ""
    state: str = ""
    accepts_gzip: bool = False
    if_none_match: str = ""
    logical_key: str = ""
    held: HeldAnswer | None = None
    # The database was just found to be away: what is not in the cache cannot be answered.
    is_database_away: bool = False
    # The key is none; with how many seconds an address that sent too many of them has to wait, or 0.
    is_wrong: bool = False
    wait_seconds: int = 0
    # Redis has no memory left to count the request with: it is not let through.
    is_uncountable: bool = False

    @property
    def is_builder(self) -> bool:
        """Whether the answer to this request is to be kept for others."""
        return self.admission is not None and self.admission.verdict == Verdict.BUILD


def receive(environ: WSGIEnvironment) -> IncomingRequest:
    """Look at a request: its key, its limit, and the cached answer."""
    plain = environ.get("HTTP_X_API_KEY")
    incoming = _read(environ) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else IncomingRequest()
    if plain is None:
        return incoming
    if _is_paused("state"):
        metrics.UNLIMITED.inc()
        return incoming
    try:
        return _admit(hash_key(plain), incoming, counted_address(environ))
    except redis.exceptions.OutOfMemoryError:
        metrics.CACHE_FAILURES.labels("full").inc()
        logger.error("redis_full", during="admission")
        return incoming._replace(is_uncountable=True)
    except redis.RedisError as error:
        metrics.UNLIMITED.inc()
        note_failure("admission", error)
        return incoming


def find_cached(incoming: IncomingRequest) -> StoredAnswer | None:
    """The answer in the cache, waited for where another request builds it right now."""
    admission = incoming.admission
    if admission is None or incoming.route is None:
        return None
    answer: StoredAnswer | None = None
    if admission.verdict == Verdict.HELD and incoming.held is not None:
        answer = incoming.held.answer
    elif admission.verdict == Verdict.HIT:
        packed = admission.body if admission.is_gzip else b""
        body = b"" if packed else admission.body
        answer = StoredAnswer(admission.etag, admission.link, body, packed, admission.state)
        hold(incoming.logical_key, admission.entry, answer)
    if answer is not None:
        metrics.CACHE_HITS.labels(incoming.route.cache_type).inc()
        return _keep_compressed(incoming, answer) if incoming.accepts_gzip and not answer.gzip else answer
    if admission.verdict == Verdict.WAIT:
        answer_of_other = _wait(admission.entry)
        if answer_of_other is not None:
            metrics.CACHE_HITS.labels(incoming.route.cache_type).inc()
            return answer_of_other
    if admission.entry and incoming.logical_key:
        metrics.CACHE_MISSES.labels(incoming.route.cache_type).inc()
    return None


def build_from_memory(incoming: IncomingRequest) -> StoredAnswer | None:
    """The answer made from what this process holds, kept for others; `None` where Django has to make it."""
    admission, route = incoming.admission, incoming.route
    if admission is None or route is None or route.from_memory is None or incoming.match is None or not admission.entry:
        return None
    try:
        built = route.from_memory(incoming.match, incoming.query, admission.generation)
    finally:
        # Where the database was asked; kept by a thread, its connection would outlive a failover.
        give_back_connection()
    return None if built is None else keep(incoming, built.body, built.link, built.state)


def is_of_state_wanted(incoming: IncomingRequest, answer: StoredAnswer) -> bool:
    """Whether an answer may be sent; where it is of another state, Django knows whether the caller's is current."""
    return incoming.state in ("", answer.state)


def keep(incoming: IncomingRequest, body: bytes, link: str, state: str) -> StoredAnswer:
    """Make an answer of a body, and keep it for others if that is this request's part."""
    answer = make_answer(body, link, state, accepts_gzip=incoming.accepts_gzip)
    if incoming.is_builder and incoming.admission is not None and incoming.route is not None:
        try:
            store_answer(incoming.route.family, incoming.admission.entry, answer, incoming.route.ttl_seconds)
        except redis.RedisError as error:
            note_failure("store", error)
    return answer


def give_up(incoming: IncomingRequest) -> None:
    """There is nothing to keep: let those who wait go on."""
    if incoming.is_builder and incoming.admission is not None:
        try:
            stop_building(incoming.admission.entry)
        except redis.RedisError as error:
            note_failure("store", error)


def seconds_to_wait(admission: Admission) -> int:
    """Until one more request fits in."""
    return max(1, -(-(admission.reset_at - admission.now) // 1000))


def note_failure(during: str, error: redis.RedisError) -> None:
    """Log and count that a server of Redis could not be used, and leave it alone for a moment."""
    server = "state" if during == "admission" else "answers"
    _paused_until[server] = time.monotonic() + _PAUSE_SECONDS
    metrics.CACHE_FAILURES.labels(during).inc()
    logger.warning("cache_unavailable", during=during, error=type(error).__name__)


def _is_paused(server: str) -> bool:
    return time.monotonic() < _paused_until[server]


def _read(environ: WSGIEnvironment) -> IncomingRequest:
    found = find_route(environ["PATH_INFO"])
    accept = environ.get("HTTP_ACCEPT", "")
    if found is None or (accept and not accepts_json(accept)):
        return IncomingRequest()
    match, route = found
    query, state = split_state(environ.get("QUERY_STRING", ""))
    if route.is_live(query):
        return IncomingRequest(match=match, route=route, query=query, state=state)
    logical_key = route.logical_key(match, query)
    return IncomingRequest(
        match=match,
        route=route,
        query=query,
        state=state,
        logical_key=logical_key,
        held=find_held(logical_key),
        accepts_gzip=accepts_gzip(environ),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH", ""),
    )


def _admit(key_hash: str, incoming: IncomingRequest, address: str) -> IncomingRequest:
    wanted = Wanted()
    if incoming.route is not None:
        # A held answer is of use only in the form that the caller understands.
        is_held = incoming.held is not None and (bool(incoming.held.answer.body) or incoming.accepts_gzip)
        held_entry = incoming.held.entry if incoming.held is not None and is_held else ""
        wanted = Wanted(incoming.route.family, incoming.logical_key, held_entry, incoming.accepts_gzip)
    admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.UNLISTED and publish_from_database(lambda: list_keys(list_hashes)):
        admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.WRONG:
        return incoming._replace(
            is_wrong=True, wait_seconds=seconds_to_wait(admission) if admission.remaining < 0 else 0
        )
    is_away = False
    if admission.verdict in (Verdict.UNKNOWN, Verdict.UNLISTED, Verdict.RECHECK):
        is_valid = confirm_key(key_hash)
        is_away = is_valid is None
        if is_valid is False:
            return incoming._replace(is_wrong=True)
        if is_away and admission.verdict != Verdict.RECHECK:
            return incoming
        admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.UNPUBLISHED:
        publish_from_database(publish_generations)
    if not _is_paused("answers"):
        try:
            admission = find_entry(admission, wanted)
        except redis.RedisError as error:
            note_failure("find", error)
    return incoming._replace(admission=None if admission.key is None else admission, is_database_away=is_away)


def _keep_compressed(incoming: IncomingRequest, answer: StoredAnswer) -> StoredAnswer:
    compressed = compress_for(answer)
    if compressed is not answer and incoming.admission is not None and incoming.route is not None:
        try:
            store_answer(incoming.route.family, incoming.admission.entry, compressed, incoming.route.ttl_seconds)
        except redis.RedisError as error:
            note_failure("store", error)
        hold(incoming.logical_key, incoming.admission.entry, compressed)
    return compressed


def _wait(entry: str) -> StoredAnswer | None:
    """What another request is building; `None` when it gave up, or takes too long."""
    give_up_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
        try:
            answer, is_building = find_answer(entry)
        except redis.RedisError as error:
            note_failure("wait", error)
            return None
        if answer is not None or not is_building:
            return answer
    return None
