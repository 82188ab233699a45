"""The answers that there are already: in this process, in Redis, being built by another request, or made from memory.

An answer is kept under the name of its entry, which has the generation in it that its data is of: what was published before the
request came in. So one of another generation is never found.
"""

import time

from api import metrics
from api.front.admission import Admission
from api.front.answer_store import (
    PREFIX,
    Part,
    StoredAnswer,
    compress_for,
    find_answer,
    look_up,
    make_answer,
    stop_building,
    store_answer,
)
from api.front.cached_routes import Built
from api.front.compression import WORTH_COMPRESSING
from api.front.process_cache import process_cache
from api.front.question import Question
from api.front.redis_guard import answers_guard
from api.front.stages import PassOn, Ready, Stage, ToBuild
from api.front.validators import what_it_is_of
from api.state_moments import state_moments
from database.connections import give_back_connection

#: How long one request waits for another that builds the same answer.
LONGEST_WAIT_SECONDS = 2.0
_POLL_SECONDS = 0.004
#: What took longer to make from what is at hand is worth a trip to Redis, for the other processes.
_COSTLY_SECONDS = 0.002
#: What is larger is sent by who looks after slow readers.
_LARGEST_AT_ONCE = 128 * 1024


def find_answer_to(question: Question, admission: Admission, generation: str) -> Stage:
    """How far a request comes that was let in, and asks for an answer of a generation."""
    if not question.logical_key:
        built = _make_from_memory(question, generation)
        answer = None if built is None else _make_answer(question, built)
        return PassOn(question, admission) if answer is None else _ready(question, admission, answer)
    entry = _entry(question, generation)
    answer = _find_held(question, entry) or _make_at_hand(question, generation, entry)
    if answer is not None:
        return _ready(question, admission, answer)
    part, answer = _find_in_redis(question, entry)
    if answer is not None:
        return _ready(question, admission, answer)
    metrics.CACHE_MISSES.labels(question.route.cache_type).inc()
    stage = ToBuild(question, admission, entry) if part == Part.BUILD else PassOn(question, admission)
    built = _make_from_memory(question, generation)
    return stage if built is None else _ready(question, admission, keep(stage, question, built))


def find_held_answer(question: Question, admission: Admission) -> StoredAnswer | None:
    """The right answer where this process holds it, Redis has it and nothing is left to be done but to send it."""
    held, generation = question.held, admission.generation_of(question.route.family)
    if (
        held is None
        or not held.is_stored
        or held.size > _LARGEST_AT_ONCE
        or not generation
        or held.entry != _entry(question, generation)
    ):
        return None
    answer = held.answer
    is_ready = bool(answer.gzip) or len(answer.body) < WORTH_COMPRESSING if question.accepts_gzip else bool(answer.body)
    return answer if is_ready and question.is_of_state_wanted(answer) else None


def keep(stage: ToBuild | PassOn, question: Question, built: Built) -> StoredAnswer:
    """Make an answer of what was built, and keep it for others if that is this request's part."""
    answer = _make_answer(question, built)
    if isinstance(stage, ToBuild):
        _store(question, stage.entry, answer)
        process_cache.hold(question.logical_key, stage.entry, answer)
    return answer


def give_up(stage: Stage) -> None:
    """There is nothing to keep: let those who wait go on."""
    if isinstance(stage, ToBuild):
        with answers_guard.during("store"):
            stop_building(stage.entry)


def _entry(question: Question, generation: str) -> str:
    return f"{PREFIX}{generation}:{question.logical_key}"


def _ready(question: Question, admission: Admission, answer: StoredAnswer) -> Stage:
    """Where it is of another state than asked for, Django knows whether the caller's is current."""
    return Ready(question, admission, answer) if question.is_of_state_wanted(answer) else PassOn(question, admission)


def _find_held(question: Question, entry: str) -> StoredAnswer | None:
    """The one that this process holds, if it is the right one. Asked for a second time, the others get it as well."""
    held = question.held
    if held is None or held.entry != entry or not (held.answer.body or question.accepts_gzip):
        return None
    metrics.CACHE_HITS.labels(question.route.cache_type).inc()
    if not held.is_stored:
        _store(question, entry, held.answer)
        process_cache.hold(question.logical_key, entry, held.answer)
    return _with_compressed(question, entry, held.answer)


def _make_at_hand(question: Question, generation: str, entry: str) -> StoredAnswer | None:
    """Made of what this process has at hand, which takes about as long as Redis to say whether somebody did so before."""
    began = time.thread_time()
    built = _make_from_memory(question, generation, at_hand=True)
    if built is None:
        return None
    metrics.CACHE_MISSES.labels(question.route.cache_type).inc()
    answer = _make_answer(question, built)
    is_costly = time.thread_time() - began > _COSTLY_SECONDS
    if is_costly:
        _store(question, entry, answer)
    process_cache.hold(question.logical_key, entry, answer, is_stored=is_costly)
    return answer


def _find_in_redis(question: Question, entry: str) -> tuple[Part | None, StoredAnswer | None]:
    """The answer, waited for where another request builds it right now; or the part that falls to this one, if any."""
    part, answer = None, None
    if not answers_guard.is_paused:
        with answers_guard.during("find"):
            part, answer = look_up(entry, accepts_gzip=question.accepts_gzip)
    if part == Part.WAIT:
        answer = _wait(entry)
    if answer is not None:
        metrics.CACHE_HITS.labels(question.route.cache_type).inc()
        process_cache.hold(question.logical_key, entry, answer)
        answer = _with_compressed(question, entry, answer)
    return part, answer


def _make_from_memory(question: Question, generation: str, *, at_hand: bool = False) -> Built | None:
    """The answer made from what this process holds, loaded where it has to be; `None` where Django has to make it."""
    if question.route.from_memory is None:
        return None
    try:
        return question.route.from_memory(question.match, question.query, generation, at_hand=at_hand)
    finally:
        # Where the database was asked, of the names in a past universe too; kept by a thread, its connection would outlive a failover.
        give_back_connection()


def _make_answer(question: Question, built: Built) -> StoredAnswer:
    try:
        route = question.route
        of = what_it_is_of(route.family, built.state, built.revision, question.query, route)
        modified = state_moments.of(of)
    finally:
        give_back_connection()
    return make_answer(built, accepts_gzip=question.accepts_gzip, modified=modified)


def _store(question: Question, entry: str, answer: StoredAnswer) -> None:
    with answers_guard.during("store"):
        store_answer(question.route.family, entry, answer, question.route.ttl_seconds)


def _with_compressed(question: Question, entry: str, answer: StoredAnswer) -> StoredAnswer:
    """With its compressed form too, where the caller understands it and it is worth it; then all others have it."""
    if not question.accepts_gzip or answer.gzip:
        return answer
    compressed = compress_for(answer)
    if compressed is not answer:
        _store(question, entry, compressed)
        process_cache.hold(question.logical_key, entry, compressed)
    return compressed


def _wait(entry: str) -> StoredAnswer | None:
    """What another request is building; `None` when it gave up, or takes too long."""
    give_up_at = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < give_up_at:
        time.sleep(_POLL_SECONDS)
        answer, is_building = None, False
        with answers_guard.during("wait"):
            answer, is_building = find_answer(entry)
        if answer is not None or not is_building:
            return answer
    return None
