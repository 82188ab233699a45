"""How each kind of process meets the database, and what becomes of a statement that takes too long."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from environ import Env

from companies.ledger.entries import lock_ledger
from database.database_settings import ConnectionLimits, database_settings, read_connection_limits
from database.process_kind import ProcessKind, find_process_kind
from tests.server import Server, database_url, serve

LIMITS = ConnectionLimits(
    pool_size=8,
    statement_timeout_seconds=15,
    lock_timeout_seconds=5,
    idle_in_transaction_timeout_seconds=60,
    is_pooled_externally=False,
)
URL = "postgresql://user:password@db.invalid:5432/meigara"


@pytest.mark.parametrize(
    ("words", "environment", "kind"),
    [
        (["/venv/bin/celery", "--app", "config", "worker"], {}, "worker"),
        (["/venv/bin/celery", "worker", "--hostname", "notifier@%h", "--queues", "deliveries"], {}, "notifier"),
        (["/venv/lib/celery/__main__.py", "--app", "config", "beat"], {"MEIGARA_PROCESS": "web"}, "beat"),
        (["/venv/bin/celery", "--app", "config", "inspect", "ping"], {}, "manage"),
        (["/venv/bin/granian", "config.wsgi:application"], {"MEIGARA_PROCESS": "web"}, "web"),
        (["manage.py", "worker"], {"MEIGARA_PROCESS": "web"}, "manage"),
        ([], {}, "manage"),
    ],
)
def test_a_process_knows_which_part_it_is(words: list[str], environment: dict[str, str], kind: str) -> None:
    assert find_process_kind(words, environment) == kind


@pytest.mark.parametrize("kind", list(ProcessKind))
def test_every_process_tells_the_database_who_it_is(kind: ProcessKind) -> None:
    assert database_settings(URL, LIMITS, kind)["OPTIONS"]["application_name"] == f"meigara-{kind}"


def test_only_web_processes_are_cut_off() -> None:
    web = database_settings(URL, LIMITS, ProcessKind.WEB)["OPTIONS"]

    assert web["options"] == (
        "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
    )
    assert "options" not in database_settings(URL, LIMITS, ProcessKind.WORKER)["OPTIONS"]
    assert "options" not in database_settings(URL, LIMITS, ProcessKind.MANAGE)["OPTIONS"]


def test_options_of_the_address_come_last_and_win() -> None:
    settings = database_settings(f"{URL}?options=-c%20statement_timeout%3D1s", LIMITS, ProcessKind.WEB)

    assert settings["OPTIONS"]["options"].endswith("-c statement_timeout=1s")


def test_behind_pgbouncer_nothing_is_asked_that_it_refuses() -> None:
    settings = database_settings(URL, replace(LIMITS, is_pooled_externally=True), ProcessKind.WEB)

    assert "options" not in settings["OPTIONS"]
    assert settings["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert database_settings(URL, LIMITS, ProcessKind.WEB)["DISABLE_SERVER_SIDE_CURSORS"] is False


@pytest.mark.parametrize(("name", "value"), [("DATABASE_POOL_SIZE", "0"), ("WEB_STATEMENT_TIMEOUT_SECONDS", "-1")])
def test_bounds_that_make_no_sense_are_refused_at_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured):
        read_connection_limits(Env())


@pytest.mark.django_db
def test_what_is_written_to_the_ledger_is_not_cut_off_in_a_web_process_either() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'; SET LOCAL lock_timeout = '5s'")
        with transaction.atomic():
            lock_ledger()
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")

            assert cursor.fetchone() == ("0", "0")


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    """The web server with short patience; its log is in `tmp_path`."""
    with serve(
        tmp_path, "tests.database.slow_rsgi:application", workers=1,
        WEB_STATEMENT_TIMEOUT_SECONDS="0.4", WEB_LOCK_TIMEOUT_SECONDS="0.2", LOG_FORMAT="json",
    ) as server:  # fmt: skip
        yield server


def ask(server: Server, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"{server.base_url}{path}", timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


UNAVAILABLE = {
    "error": {
        "code": "SERVICE_UNAVAILABLE",
        "message": "一時的に利用できません。しばらくしてからやり直してください。",
        "details": {},
    }
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_statement_that_takes_too_long_is_cut_off_and_the_caller_told_so(server: Server, tmp_path: Path) -> None:
    assert ask(server, "/api/slow") == (503, UNAVAILABLE)
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE companies IN SHARE MODE")
        assert ask(server, "/api/waiting") == (503, UNAVAILABLE)
    assert ask(server, "/api/session") == (
        200,
        {
            "application_name": "meigara-web",
            "statement_timeout": "400ms",
            "lock_timeout": "200ms",
            "idle_in_transaction_session_timeout": "1min",
        },
    )
    log = (tmp_path / "web.log").read_text()
    assert "Traceback" not in log
    assert log.count("statement_cut_off") == 2


@pytest.mark.django_db
def test_a_command_works_under_its_own_name_and_without_bounds() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('application_name'), current_setting('statement_timeout')")

        assert cursor.fetchone() == ("meigara-manage", "0")
