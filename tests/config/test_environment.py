"""A start without its secrets."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "ALLOWED_HOSTS": "meigara.example.com",
    "DATABASE_URL": "postgresql://user:password@db.invalid/meigara",
    "REDIS_URL": "redis://redis.invalid:6379/0",
}


def manage(*words: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=PROJECT, env={"PATH": os.environ["PATH"], **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
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
