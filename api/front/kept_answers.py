"""The answers that there are already: in this process, in Redis, being built by another request, or made from memory."""

import time

from api import metrics
from api.front.admission import Admission, Verdict
from api.front.answer_store import StoredAnswer, compress_for, find_answer, make_answer, stop_building, store_answer
from api.front.cached_routes import Built
from api.front.process_cache import hold
from api.front.question import Question
from api.front.redis_guard import answers_guard
from api.front.stages import PassOn, Stage, ToBuild
from database.connections import give_back_connection

#: How long one request waits for another that builds the same answer.
_LONGEST_WAIT_SECONDS = 2.0
_POLL_SECONDS = 0.004


def find_cached(question: Question, admission: Admission) -> StoredAnswer | None:
    """The answer in the cache, waited for where another request builds it right now."""
    answer: StoredAnswer | None = None
    if admission.verdict == Verdict.HELD and question.held is not None:
        answer = _with_compressed(question, admission, question.held.answer)
    elif admission.verdict == Verdict.HIT:
        packed = admission.body if admission.is_gzip else b""
        body = b"" if packed else admission.body
        found = StoredAnswer(admission.etag, admission.link, body, packed, admission.state, admission.revision)
        hold(question.logical_key, admission.entry, found)
        answer = _with_compressed(question, admission, found)
    elif admission.verdict == Verdict.WAIT:
        answer = _wait(admission.entry)
    if answer is not None:
        metrics.CACHE_HITS.labels(question.route.cache_type).inc()
    elif admission.entry and question.logical_key:
        metrics.CACHE_MISSES.labels(question.route.cache_type).inc()
    return answer


def make_from_memory(question: Question, admission: Admission) -> Built | None:
    """The answer made from what this process holds; `None` where Django has to make it."""
    if question.route.from_memory is None or not admission.entry:
        return None
    try:
        return question.route.from_memory(question.match, question.query, admission.generation)
    finally:
        # Where the database was asked; kept by a thread, its connection would outlive a failover.
        give_back_connection()


def keep(stage: ToBuild | PassOn, question: Question, built: Built) -> StoredAnswer:
    """Make an answer of what was built, and keep it for others if that is this request's part."""
    answer = make_answer(built, accepts_gzip=question.accepts_gzip)
    if isinstance(stage, ToBuild):
        _store(question, stage.admission, answer)
    return answer


def give_up(stage: Stage) -> None:
    """There is nothing to keep: let those who wait go on."""
    if isinstance(stage, ToBuild):
        with answers_guard.during("store"):
            stop_building(stage.admission.entry)


def _store(question: Question, admission: Admission, answer: StoredAnswer) -> None:
    with answers_guard.during("store"):
        store_answer(question.route.family, admission.entry, answer, question.route.ttl_seconds)


def _with_compressed(question: Question, admission: Admission, answer: StoredAnswer) -> StoredAnswer:
    """With its compressed form too, where the caller understands it and it is worth it; then all others have it."""
    if not question.accepts_gzip or answer.gzip:
        return answer
    compressed = compress_for(answer)
    if compressed is not answer:
        _store(question, admission, compressed)
        hold(question.logical_key, admission.entry, compressed)
    return compressed


def _wait(entry: str) -> StoredAnswer | None:
    """What another request is building; `None` when it gave up, or takes too long."""
    give_up_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
        answer, is_building = None, False
        with answers_guard.during("wait"):
            answer, is_building = find_answer(entry)
        if answer is not None or not is_building:
            return answer
    return None
