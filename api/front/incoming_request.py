"""What becomes of a request before Django sees it: let in or not, answered from what is there or not.

Redis away: everything is passed on to Django, which asks the database; uncounted, and that is counted.
"""

import time
from http import HTTPStatus
from math import ceil
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import structlog

from api import metrics
from api.front.admission import Admission, Told, Verdict, list_keys
from api.front.kept_answers import find_answer_to, find_held_answer, give_up
from api.front.key_confirmation import confirm_key, publish_from_database
from api.front.leases import leases
from api.front.question import Question, read_question
from api.front.sent_key import find_key
from api.front.stages import PassOn, Ready, Refused, Stage
from api.generations import turn_and_publish
from api.keys import hash_key, list_hashes
from sign_in.client_address import counted_address

logger = structlog.get_logger(__name__)

#: Why a request is refused, where the status does not say so.
WRONG_API_KEYS = "WRONG_API_KEYS"
#: How often it is asked again where permits are out that may come back.
_SETTLED_AFTER = 3


class _LetIn(NamedTuple):
    """Admitted by Redis, or, without an admission, to be judged by Django."""

    admission: Admission | None = None
    # The database was just found to be away: what is not in the cache cannot be answered.
    is_database_away: bool = False


def find_stage(environ: WSGIEnvironment) -> Stage:
    """Look at a request: its key, its limit, and the answer that there is."""
    question = read_question(environ)
    plain = find_key(environ)
    if plain is None:
        return PassOn(question, None)
    let_in = _let_in(hash_key(plain), question, environ)
    if isinstance(let_in, Refused):
        return let_in
    admission, is_database_away = let_in
    if admission is None or question is None:
        return PassOn(question, admission)
    if not (generation := admission.generation_of(question.route.family)) and admission.numbers:
        publish_from_database(turn_and_publish)
    stage = find_answer_to(question, admission, generation) if generation else PassOn(question, admission)
    if is_database_away and not isinstance(stage, Ready):
        give_up(stage)
        return Refused(question, HTTPStatus.SERVICE_UNAVAILABLE, admission)
    return stage


def find_ready(environ: WSGIEnvironment) -> Ready | None:
    """The answer to a request where this process has permit and answer at hand: found in some microseconds, asking nobody. Without
    it nothing has changed.
    """
    plain = find_key(environ)
    if plain is None or "HTTP_CACHE_CONTROL" in environ:
        return None
    key_hash = hash_key(plain)
    known = leases.look(key_hash)
    question = None if known is None else read_question(environ)
    if known is None or question is None or question.held is None:
        return None
    answer = find_held_answer(question, known)
    # Somebody else may have taken the last permit, or brought a newer lease.
    admission = None if answer is None else leases.take(key_hash)
    if answer is None or admission is None:
        return None
    if admission.numbers != known.numbers and find_held_answer(question, admission) is None:
        leases.put_back(key_hash)
        return None
    metrics.CACHE_HITS.labels(question.route.cache_type).inc()
    return Ready(question, admission, answer)


def _let_in(key_hash: str, question: Question | None, environ: WSGIEnvironment) -> _LetIn | Refused:
    anew = "no-cache" in environ.get("HTTP_CACHE_CONTROL", "")
    if not anew and (admission := leases.take(key_hash)) is not None:
        return _LetIn(admission)
    return _admit(key_hash, question, counted_address(environ), anew=anew)


def _admit(key_hash: str, question: Question | None, address: str, *, anew: bool) -> _LetIn | Refused:
    """Ask Redis, and the database where Redis does not know."""
    told, is_away = leases.ask(key_hash, address, anew=anew), False
    if _says(told, Verdict.UNLISTED) and publish_from_database(lambda: list_keys(list_hashes)):
        told = leases.ask(key_hash, address)
    if _says(told, Verdict.UNKNOWN, Verdict.UNLISTED, Verdict.RECHECK):
        is_valid = confirm_key(key_hash)
        is_away = is_valid is None
        if is_valid is False:
            return Refused(question, HTTPStatus.UNAUTHORIZED)
        if is_away and not _says(told, Verdict.RECHECK):
            return _LetIn()
        told = leases.ask(key_hash, address)
    for _ in range(_SETTLED_AFTER):
        if isinstance(told, Told) and told.verdict == Verdict.SETTLING:
            time.sleep(told.wait_seconds)
            told = leases.ask(key_hash, address)
    return _LetIn(told, is_away) if isinstance(told, Admission) else _judge(told, question)


def _says(told: Told | Admission | None, *verdicts: Verdict) -> bool:
    return isinstance(told, Told) and told.verdict in verdicts


def _judge(told: Told | None, question: Question | None) -> _LetIn | Refused:
    """Of a request that was not admitted; where Redis does not know, Django judges it."""
    if told is not None and told.verdict == Verdict.FULL:
        metrics.CACHE_FAILURES.labels("full").inc()
        logger.error("redis_full", during="admission")
        return Refused(question, HTTPStatus.SERVICE_UNAVAILABLE)
    if told is not None and told.verdict == Verdict.WRONG:
        if told.wait_seconds:
            return Refused(question, HTTPStatus.TOO_MANY_REQUESTS, None, ceil(told.wait_seconds), WRONG_API_KEYS)
        return Refused(question, HTTPStatus.UNAUTHORIZED)
    if told is not None and told.refused is not None:
        return Refused(question, HTTPStatus.TOO_MANY_REQUESTS, told.refused, max(1, ceil(told.wait_seconds)))
    if told is None:
        metrics.UNLIMITED.inc()
    return _LetIn()
