"""A start without its secrets."""

import os
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from config.secret_files import SECRETS
from logs.scrubbing import _OF_ENVIRONMENT, _URLS_OF_ENVIRONMENT
from tests.deploy import told
from tests.forking import run_unread

COMPLETE = {name: value for name, value in told.COMPLETE.items() if name in told.REQUIRED}


@cache
def manage(*words: str, **environment: str) -> tuple[int, str]:
    done = run_unread(["manage.py", *words], {"PATH": os.environ["PATH"], **environment})
    return done.returncode, done.stdout + done.stderr


def test_production_refuses_to_start_without_its_secrets_and_names_every_one() -> None:
    code, output = manage("check")

    assert code == 1
    assert output.startswith("設定エラー: 次の環境変数を設定してください。")
    assert [line.split(":")[0].strip() for line in output.splitlines()[1:]] == list(COMPLETE)


def test_only_what_is_missing_is_named() -> None:
    code, output = manage("check", **{**COMPLETE, "SECRET_KEY": " "})

    assert code == 1
    assert len(output.splitlines()) == 2
    assert "SECRET_KEY" in output


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Every secret of a complete environment in a file, as an editor leaves it: with a line's end."""
    told = {}
    for name, value in COMPLETE.items():
        if name in SECRETS:
            (tmp_path / name).write_text(f"{value}\n")
            told[f"{name}_FILE"] = str(tmp_path / name)
        else:
            told[name] = value
    return told


def test_every_secret_may_stand_in_a_file(files: dict[str, str]) -> None:
    assert [name for name in files if name.endswith("_FILE")] == [
        "SECRET_KEY_FILE", "ENCRYPTION_KEYS_FILE", "DATABASE_URL_FILE", "REDIS_URL_FILE",
    ]  # fmt: skip
    # No variable but these is hidden in logs for what it is.
    assert {*_OF_ENVIRONMENT, *_URLS_OF_ENVIRONMENT} == set(SECRETS)
    assert manage("check", "--deploy", "--fail-level", "WARNING", **files) == manage(
        "check", "--deploy", "--fail-level", "WARNING", **COMPLETE
    )
    code, output = manage("shell", "--no-imports", "-c", SHOW, **files, METRICS_TOKEN_FILE=files["SECRET_KEY_FILE"])
    assert code == 0, output
    assert output.splitlines() == [COMPLETE["SECRET_KEY"], COMPLETE["SECRET_KEY"], COMPLETE["REDIS_URL"], "[hidden]"]


SHOW = """
from django.conf import settings
from logs.scrubbing import scrub_text
print(settings.SECRET_KEY, settings.METRICS_TOKEN, settings.CACHES["default"]["LOCATION"], sep="\\n")
print(scrub_text(settings.SECRET_KEY))
"""


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"SECRET_KEY": "s" * 60}, "SECRET_KEY と SECRET_KEY_FILE の両方"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE=/nowhere/key を読めません（No such file or directory）"),
        ({"REDIS_URL_FILE": "/dev/null"}, "REDIS_URL_FILE=/dev/null は空です"),
        ({"DATABASE_URL_FILE": sys.executable}, "DATABASE_URL_FILE=.*UTF-8 ではありません"),
    ],
)
def test_a_file_that_cannot_be_meant_is_named_and_what_is_in_it_is_not(
    files: dict[str, str], told: dict[str, str], complaint: str
) -> None:
    code, output = manage("check", **{**files, **told})

    assert code == 1
    assert re.search(complaint, output)
    assert "0123456789abcdef" not in output


def test_a_file_variable_without_a_file_is_as_if_it_were_not_there(files: dict[str, str]) -> None:
    code, output = manage("shell", "--no-imports", "-c", SHOW, **COMPLETE, SECRET_KEY_FILE="", METRICS_TOKEN_FILE="")
    assert (code, output.splitlines()[0]) == (0, COMPLETE["SECRET_KEY"])


def test_flower_finds_its_password_in_a_file(files: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "flower").write_text("operator:open-sesame\n")
    show = (
        "import sys; from config.celery import app; from celery.bin.celery import main; import atexit, os;"
        "atexit.register(lambda: print(os.environ['FLOWER_BASIC_AUTH']));"
        "sys.argv = ['celery', '--app', 'config', 'flower', '--help']; sys.exit(main())"
    )

    done = run_unread(
        ["-c", show],
        {"PATH": os.environ["PATH"], **files, "FLOWER_BASIC_AUTH_FILE": str(tmp_path / "flower")},
    )

    assert done.stdout.splitlines()[-1:] == ["operator:open-sesame"], done.stderr


def test_a_development_start_needs_only_its_services() -> None:
    code, output = manage("check", DEBUG="true")

    assert code == 1
    assert [line.split(":")[0].strip() for line in output.splitlines()[1:]] == ["DATABASE_URL", "REDIS_URL"]
    assert manage("check", DEBUG="true", **{k: COMPLETE[k] for k in ("DATABASE_URL", "REDIS_URL")})[0] == 0


def test_a_complete_production_environment_passes_the_deployment_check() -> None:
    assert manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE)[0] == 0


def test_an_unreadable_database_address_is_explained_without_telling_it() -> None:
    code, output = manage("check", **{**COMPLETE, "DATABASE_URL": "postgresql://user:secret@db:port/x%zz"})

    assert code == 1
    assert "DATABASE_URL を読めません" in output
    assert "secret" not in output


def test_a_key_that_is_none_is_named_by_its_place_and_not_repeated() -> None:
    keys = f"{COMPLETE['ENCRYPTION_KEYS']},my-secret-but-not-a-key"

    code, output = manage("check", **{**COMPLETE, "ENCRYPTION_KEYS": keys})

    assert code == 1
    assert "ENCRYPTION_KEYS の 2 番目は Fernet 鍵ではありません" in output
    assert "my-secret" not in output
