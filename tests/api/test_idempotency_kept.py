"""First answers as they are kept: by whom they can be read, for how long, and what of kills and of many at once."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import override_settings
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from api import idempotent_answers
from api.idempotent_answers import RepeatableRequest, begin, forget_answers
from api.models import ApiKey, IdempotentAnswer
from config.celery import app
from database.connections import database_now
from datasources.models import DataSource
from subscriptions.models import Destination, WatchList
from syncjobs.models import SyncRun
from syncjobs.tasks import forget_idempotent_answers
from tests.api.front import Answer
from tests.api.sending import DESTINATIONS, KEY, LISTS, SYNC, code_of, send
from tests.fakes.smtp import FakeMailServer
from tests.server import database_url, serve
from tests.subscriptions.mailing import use_server

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

#: An address that no name has to be looked up for.
MAIL = {"name": "自分", "channel": "mail", "address": "taro@example.com"}
_MANY_ANSWERS = """
INSERT INTO idempotent_answers (caller, key_hash, fingerprint, status, sealed, created_at)
SELECT caller, lpad(number::text, 64, '0'), '', 200, '', now() FROM unnest(%s::text[]) AS caller, generate_series(1, %s) AS number
"""
HOOK = {"name": "社内", "channel": "webhook", "address": "https://93.184.216.34/hook/very-secret-path"}


def test_killed_anywhere_it_is_done_once_by_its_repeat(operator_key: str, source: DataSource) -> None:
    command = [sys.executable, "-m", "tests.api.killed_requests", operator_key]
    environment = {**os.environ, "DATABASE_URL": database_url(), "LOG_LEVEL": "ERROR"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    ends = [json.loads(line) for line in run.stdout.splitlines()]

    assert {end["status"] for end in ends} == {201}
    assert {end["runs"] for end in ends} == {1}
    by_kind = Counter((end["was_killed"], end["is_replayed"]) for end in ends)
    assert by_kind[True, False] >= 3, "before the commit: the repeat did it"
    assert by_kind[True, True] >= 1, "after the commit: the repeat was told of it"
    assert by_kind[False, True] == 1, "not killed any more: the end of the walk"


def test_what_the_server_could_not_do_is_done_by_the_repeat(person_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE watched_companies RENAME TO elsewhere")
    try:
        failed = send(LISTS, {"name": "first", "codes": []}, api_key=person_key)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO watched_companies")
    assert failed.status == 500
    assert not WatchList.objects.exists(), "and nothing half"
    assert not IdempotentAnswer.objects.exists()

    again = send(LISTS, {"name": "first", "codes": []}, api_key=person_key)
    assert (again.status, "idempotency-replayed" in again.headers) == (201, False)


def test_wrong_codes_count_with_a_key_as_without(person_key: str, settings: Settings) -> None:
    with FakeMailServer() as server:
        use_server(settings, server)
        made = send(DESTINATIONS, MAIL, api_key=person_key, key="make").json()
    for number in range(2):
        refused = send(f"{DESTINATIONS}/{made['id']}/confirm", {"code": "x"}, api_key=person_key, key=f"try-{number}")
        assert code_of(refused) == (400, "VALIDATION_ERROR")

    confirmation = Destination.objects.get().confirmation
    assert confirmation is not None
    assert confirmation["tries_left"] == 3


def test_a_secret_is_told_to_who_repeats_and_stands_nowhere(person_key: str) -> None:
    first, again = (send(DESTINATIONS, HOOK, api_key=person_key) for _ in range(2))

    assert again.body == first.body
    assert first.json()["secret"].startswith("whsec_")
    assert Destination.objects.count() == 1
    row = IdempotentAnswer.objects.get()
    stored = repr([bytes(row.sealed), row.key_hash, row.fingerprint, row.caller])
    assert first.json()["secret"][6:] not in stored
    assert "very-secret-path" not in stored
    assert KEY not in stored


def test_under_another_secret_key_the_answer_is_lost_and_nothing_is_done(person_key: str, settings: Settings) -> None:
    first, old = send(DESTINATIONS, HOOK, api_key=person_key), settings.SECRET_KEY
    with override_settings(SECRET_KEY="another" * 10):
        assert code_of(send(DESTINATIONS, HOOK, api_key=person_key)) == (409, "IDEMPOTENT_ANSWER_LOST")
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[old]):
        assert send(DESTINATIONS, HOOK, api_key=person_key).body == first.body
    assert Destination.objects.count() == 1


def test_while_the_first_is_at_work_the_second_is_told_to_come_again(operator_key: str, source: DataSource) -> None:
    pk = ApiKey.objects.get().pk
    is_begun, may_end = threading.Event(), threading.Event()
    holder = threading.Thread(target=hold, args=(f"key {pk}", is_begun, may_end))
    holder.start()
    is_begun.wait(30)
    try:
        second = send(SYNC, api_key=operator_key)
    finally:
        may_end.set()
        holder.join()

    assert code_of(second) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert second.headers["retry-after"] == "1"
    assert not SyncRun.objects.exists()
    assert send(SYNC, api_key=operator_key).status == 201


def hold(caller: str, is_begun: threading.Event, may_end: threading.Event) -> None:
    """A request that takes its time."""
    from_here = RepeatableRequest(caller, KEY, "")
    connection.set_autocommit(False)
    try:
        begin(from_here)
        is_begun.set()
        may_end.wait(30)
    finally:
        connection.rollback()
        connection.close()


def test_of_many_at_once_one_is_done(person_key: str) -> None:
    told: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: told.append(send(LISTS, {"name": "first"}, api_key=person_key)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = [answer for answer in told if answer.status == 201]
    assert WatchList.objects.count() == 1
    assert len([answer for answer in made if "idempotency-replayed" not in answer.headers]) == 1
    assert {answer.body for answer in made} == {made[0].body}
    assert {code_of(answer) for answer in told if answer not in made} <= {(409, "IDEMPOTENCY_KEY_IN_USE")}


def test_two_web_processes_do_it_once_between_them(person_key: str, tmp_path: Path) -> None:
    answers: list[httpx.Response] = []

    def post(url: str) -> None:
        headers = {"X-API-Key": person_key, "Idempotency-Key": KEY}
        answers.append(httpx.post(f"{url}{LISTS}", json={"name": "first"}, headers=headers, timeout=30))

    with serve(tmp_path, workers=2) as one:
        threads = [threading.Thread(target=post, args=(one.base_url,)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        post(one.base_url)

    made = [answer for answer in answers if answer.status_code == 201]
    assert len([answer for answer in made if "idempotency-replayed" not in answer.headers]) == 1
    assert {answer.content for answer in made} == {answers[-1].content}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert WatchList.objects.count() == 1


def test_after_a_day_the_key_is_a_new_one(person_key: str) -> None:
    send(LISTS, {"name": "first"}, api_key=person_key)
    IdempotentAnswer.objects.update(created_at=Now() - timedelta(hours=23, minutes=59))
    assert "idempotency-replayed" in send(LISTS, {"name": "first"}, api_key=person_key).headers
    assert forget_answers(database_now()) == 0

    IdempotentAnswer.objects.update(created_at=Now() - timedelta(hours=24, seconds=1))
    assert send(LISTS, {"name": "second"}, api_key=person_key).status == 201
    assert IdempotentAnswer.objects.count() == 1, "the new one in the place of the old"


def test_every_hour_the_old_ones_go(person_key: str) -> None:
    send(LISTS, {"name": "first"}, api_key=person_key)
    IdempotentAnswer.objects.update(created_at=Now() - timedelta(hours=25))
    send(LISTS, {"name": "second"}, api_key=person_key, key="second")
    forget_idempotent_answers()

    assert IdempotentAnswer.objects.count() == 1
    assert app.conf.beat_schedule["forget-idempotent-answers"]["schedule"] == timedelta(hours=1)
    assert (
        not PeriodicTask.objects.filter(task="syncjobs.tasks.forget_idempotent_answers").exclude(crontab=None).exists()
    )


def test_a_callers_keys_are_bounded(person_key: str) -> None:
    pk = ApiKey.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute(_MANY_ANSWERS, [[f"key {pk}", f"key {pk + 1}"], idempotent_answers.MOST_KEYS - 1])
    assert IdempotentAnswer.objects.count() == 2 * (idempotent_answers.MOST_KEYS - 1)

    assert send(LISTS, {"name": "last"}, api_key=person_key).status == 201
    full = send(LISTS, {"name": "more"}, api_key=person_key, key="more")
    assert code_of(full) == (429, "RATE_LIMIT_EXCEEDED")
    assert full.json()["error"]["details"]["reason"] == "IDEMPOTENCY_KEYS"
    assert full.headers["retry-after"] == "3600"
    assert "idempotency-replayed" in send(LISTS, {"name": "last"}, api_key=person_key).headers
    assert send(LISTS, {"name": "more"}, api_key=person_key, key="").status == 201, "without a key as before"
