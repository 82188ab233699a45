"""Log lines: no secret in any, one for each request, and the same id in all that belong together."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from api.keys import create_api_key
from logs.scrubbing import HIDDEN, scrub, scrub_text
from tests.local.stack import PROJECT
from tests.server import serve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /token/auth_refresh?refreshtoken=abc.def-123&x=1", f"GET /token/auth_refresh?refreshtoken={HIDDEN}&x=1"),
        ("Authorization: Bearer eyJhbGciOi.J9.abc", f"Authorization: Bearer {HIDDEN}"),
        ("{'x-api-key': 'jq-key-0123'}", f"{{'x-api-key': '{HIDDEN}'}}"),
        ('{"password": "correct horse", "n": 1}', f'{{"password": "{HIDDEN} horse", "n": 1}}'),
        ("redis://:hunter22@127.0.0.1:6379/0", f"redis://:{HIDDEN}@127.0.0.1:6379/0"),
        ("postgresql://user:p%40ss@db/meigara", f"postgresql://user:{HIDDEN}@db/meigara"),
        ("key mgr_abcdefghijklmnopqrstuvwxyz0123456789", f"key {HIDDEN}"),
        ("mgr_abcdef", "mgr_abcdef"),  # the prefix that is shown everywhere
        ("GET /feeds/mgf_abcdefghijklmnopqrstuvwxyz0123456789.atom", f"GET /feeds/{HIDDEN}.atom"),
        (
            "POST https://hooks.slack.com/services/T1/A1/abc failed",
            f"POST https://hooks.slack.com/services/{HIDDEN} failed",
        ),
        ("https://discord.com/api/webhooks/12/abc-d_e", f"https://discord.com/api/webhooks/{HIDDEN}"),
        ("'tgram://12:abc/-1'", f"'tgram://{HIDDEN}'"),
        ("https://x.logic.azure.com/a?sp=b&sig=abc-1&sv=1", f"https://x.logic.azure.com/a?sp=b&sig={HIDDEN}&sv=1"),
        ("gAAAAABmZm9vYmFyYmF6cXV4Zm9vYmFyYmF6", HIDDEN),
        ("idToken=abc", f"idToken={HIDDEN}"),
        ("sessionid=abc; csrftoken=def", f"sessionid={HIDDEN}; csrftoken={HIDDEN}"),
        ("トヨタ自動車 7203 を取り込みました", "トヨタ自動車 7203 を取り込みました"),
        ("pagination_key=x, key=public", "pagination_key=x, key=public"),
    ],
)
def test_secrets_are_known_by_their_form(text: str, expected: str) -> None:
    assert scrub_text(text) == expected


def test_secrets_are_known_by_the_name_of_their_field_at_any_depth() -> None:
    line = {
        "event": "e", "password": "x", "headers": {"X-Api-Key": "k", "Accept": "json"}, "list": [{"token": "t"}, 7],
        "api_key": None, "source_id": 3, "token_count": 2, "error": ValueError("password=abc"),
    }  # fmt: skip

    assert scrub(None, "info", line) == {
        "event": "e", "password": HIDDEN, "headers": {"X-Api-Key": HIDDEN, "Accept": "json"},
        "list": [{"token": HIDDEN}, 7], "api_key": None, "source_id": 3, "token_count": 2,
        "error": f"password={HIDDEN}",
    }  # fmt: skip


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def get(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return int(error.code)


@pytest.mark.parametrize(
    ("tells_tasks", "expected"), [(True, ["task_started", "task_failed"]), (False, ["task_failed"])]
)
def test_who_does_the_same_every_few_seconds_tells_of_tasks_what_fails(tells_tasks: bool, expected: list[str]) -> None:
    program = (
        "import logging.config, structlog; from logs.logging_settings import logging_settings\n"
        f"logging.config.dictConfig(logging_settings('json', 'INFO', tells_tasks={tells_tasks}))\n"
        "logger = structlog.get_logger('django_structlog.celery.receivers')\n"
        "logger.info('task_started'); logger.error('task_failed')"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stderr

    assert [json.loads(line)["event"] for line in said.splitlines()] == expected


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_request_has_one_line_with_its_id_and_no_query(tmp_path: Path, two_lists: None) -> None:
    _, key = create_api_key(name="t", scopes=["read"])
    with serve(tmp_path, LOG_LEVEL="INFO", LOG_FORMAT="json") as server:
        for request_id in ("cold", "warm"):
            sent = {"X-API-Key": key, "X-Request-ID": request_id}
            assert get(f"{server.base_url}/api/v1/companies/search?q=%E3%83%88%E3%83%A8%E3%82%BF", **sent) == 200
        assert get(f"{server.base_url}/api/v1/companies/{key}", **{"X-API-Key": key}) == 404
        assert get(f"{server.base_url}/api/%E9%8A%98%E6%9F%84", **{"X-API-Key": key}) == 404
        assert get(f"{server.base_url}/admin/login/?next=/secret", **{"X-Request-ID": "page"}) == 200
        assert get(f"{server.base_url}/nothing", **{"X-Request-ID": "bad id\twith spaces"}) == 404
        for path in ("/healthz", "/readyz", "/metrics"):
            get(server.base_url + path)

    lines = lines_of(tmp_path / "web.log")
    assert [line["event"] for line in lines] == ["api_request"] * 4 + ["request_finished"] * 2
    cold, warm, unknown, japanese, page, missing = lines
    assert (cold["request_id"], cold["method"], cold["path"], cold["status"], cold["key"]) == (
        "cold", "GET", "/api/v1/companies/search", 200, key[:10],
    )  # fmt: skip
    assert cold.keys() == warm.keys() >= {"timestamp", "level", "logger", "duration_ms", "endpoint", "answered_by"}
    assert (unknown["status"], unknown["path"]) == (404, f"/api/v1/companies/{HIDDEN}")
    assert japanese["path"] == "/api/銘柄"
    assert (page["request_id"], page["request"], page["code"]) == ("page", "GET /admin/login/", 200)
    assert missing["request_id"] not in ("", "bad id\twith spaces")
    assert key not in (tmp_path / "web.log").read_text()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_crash_is_one_event_with_its_traceback_and_without_values(tmp_path: Path) -> None:
    _, key = create_api_key(name="t", scopes=["read"])
    sent = {"X-API-Key": key, "X-Request-ID": "crash"}
    with serve(tmp_path, LOG_LEVEL="INFO", LOG_FORMAT="json", DJANGO_SETTINGS_MODULE="tests.api.failing_settings") as s:
        for path in ("/api/bug", "/api/plain/bug", "/page/bug"):
            assert get(s.base_url + path, **sent) == 500

    lines = lines_of(tmp_path / "web.log")
    crashes = [line for line in lines if line["event"] == "unhandled_exception"]
    assert [line["path"] for line in crashes] == ["/api/bug", "/api/plain/bug", "/page/bug"]
    assert all(line["request_id"] == "crash" and "Traceback" in line["exception"] for line in crashes)
    assert sum("Traceback" in json.dumps(line) for line in lines) == 3
