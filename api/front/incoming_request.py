"""What becomes of a request before Django sees it: let in or not, answered from what is there or not.

Redis away: everything is passed on to Django, which asks the database; uncounted, and that is counted.
"""

from http import HTTPStatus
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import redis
import structlog

from api import metrics
from api.front import kept_answers
from api.front.admission import Admission, Verdict, Wanted, admit, find_entry, list_keys
from api.front.key_confirmation import confirm_key, publish_from_database
from api.front.question import Question, read_question
from api.front.redis_guard import answers_guard, state_guard
from api.front.stages import PassOn, Ready, Refused, Stage, ToBuild
from api.generations import publish_generations
from api.keys import hash_key, list_hashes
from sign_in.client_address import counted_address

logger = structlog.get_logger(__name__)

#: Why a request is refused, where the status does not say so.
WRONG_API_KEYS = "WRONG_API_KEYS"


class _LetIn(NamedTuple):
    """Admitted by Redis, or, without an admission, to be judged by Django."""

    admission: Admission | None = None
    # The database was just found to be away: what is not in the cache cannot be answered.
    is_database_away: bool = False


def find_stage(environ: WSGIEnvironment) -> Stage:
    """Look at a request: its key, its limit, and the answer that there is."""
    question = read_question(environ)
    plain = environ.get("HTTP_X_API_KEY")
    if plain is None:
        return PassOn(question, None)
    wanted = Wanted() if question is None else question.wanted
    let_in = _let_in(hash_key(plain), question, wanted, counted_address(environ))
    if isinstance(let_in, Refused):
        return let_in
    admission, is_database_away = let_in
    stage: Stage = PassOn(question, admission)
    if question is not None and admission is not None:
        if not answers_guard.is_paused:
            with answers_guard.during("find"):
                admission = find_entry(admission, wanted)
        stage = _answer(question, admission)
    if is_database_away and not isinstance(stage, Ready):
        kept_answers.give_up(stage)
        return Refused(question, HTTPStatus.SERVICE_UNAVAILABLE, admission)
    return stage


def _answer(question: Question, admission: Admission) -> Stage:
    answer = kept_answers.find_cached(question, admission)
    if answer is None:
        stage = ToBuild(question, admission) if admission.verdict == Verdict.BUILD else PassOn(question, admission)
        built = kept_answers.make_from_memory(question, admission)
        if built is None:
            return stage
        answer = kept_answers.keep(stage, question, built)
    return Ready(question, admission, answer) if question.is_of_state_wanted(answer) else PassOn(question, admission)


def _let_in(key_hash: str, question: Question | None, wanted: Wanted, address: str) -> _LetIn | Refused:
    if not state_guard.is_paused:
        with state_guard.during("admission"):
            try:
                return _admit(key_hash, question, wanted, address)
            except redis.exceptions.OutOfMemoryError:
                metrics.CACHE_FAILURES.labels("full").inc()
                logger.error("redis_full", during="admission")
                return Refused(question, HTTPStatus.SERVICE_UNAVAILABLE)
    metrics.UNLIMITED.inc()
    return _LetIn()


def _admit(key_hash: str, question: Question | None, wanted: Wanted, address: str) -> _LetIn | Refused:
    """Ask Redis, and the database where Redis does not know. Raises `redis.RedisError`."""
    admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.UNLISTED and publish_from_database(lambda: list_keys(list_hashes)):
        admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.WRONG:
        if admission.remaining < 0:
            wait_seconds = seconds_to_wait(admission)
            return Refused(question, HTTPStatus.TOO_MANY_REQUESTS, None, wait_seconds, WRONG_API_KEYS)
        return Refused(question, HTTPStatus.UNAUTHORIZED)
    is_away = False
    if admission.verdict in (Verdict.UNKNOWN, Verdict.UNLISTED, Verdict.RECHECK):
        is_valid = confirm_key(key_hash)
        is_away = is_valid is None
        if is_valid is False:
            return Refused(question, HTTPStatus.UNAUTHORIZED)
        if is_away and admission.verdict != Verdict.RECHECK:
            return _LetIn()
        admission = admit(key_hash, wanted, address)
    if admission.verdict == Verdict.UNPUBLISHED:
        publish_from_database(publish_generations)
    if admission.verdict == Verdict.LIMITED:
        return Refused(question, HTTPStatus.TOO_MANY_REQUESTS, admission, seconds_to_wait(admission))
    return _LetIn(None if admission.key is None else admission, is_away)


def seconds_to_wait(admission: Admission) -> int:
    """Until one more request fits in."""
    return max(1, -(-(admission.reset_at - admission.now) // 1000))
