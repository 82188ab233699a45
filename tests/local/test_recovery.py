"""What a crash leaves behind does not keep the next start from working, and never costs data."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from local.places import find_postgres
from tests.local.stack import finish, start, wait_for

WRITE = (
    "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute('CREATE TABLE kept ()')"
)
READ = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT FROM kept')"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory that services in `tmp_path` will have."""
    directory = tmp_path / "test"
    directory.mkdir()
    tmp_path.chmod(0o711)
    return find_postgres(directory).home / "postgres"


def run_script(directory: Path, script: str, **told: str) -> tuple[int, str, str]:
    return finish(start(directory, "exec", "--test", "--", sys.executable, "-c", script, log_path=None, **told))


def test_a_half_made_data_directory_is_made_anew(tmp_path: Path, data: Path) -> None:
    (data / "base").mkdir(parents=True)
    data.with_name("postgres.new-1").mkdir()

    assert run_script(tmp_path, WRITE) == (0, "", "")
    assert not data.with_name("postgres.new-1").exists()


def test_data_survive_a_stale_pid_file_that_names_another_process_and_a_killed_server(
    tmp_path: Path, data: Path
) -> None:
    assert run_script(tmp_path, WRITE)[0] == 0
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")

    assert run_script(tmp_path, READ) == (0, "", "")
    assert psutil.pid_exists(os.getpid())

    process = start(tmp_path, "exec", "--test", "--", "sleep", "60")
    wait_for((tmp_path / "test" / "services.json").exists)
    server = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    server.kill()
    process.send_signal(signal.SIGTERM)
    finish(process)

    assert run_script(tmp_path, READ) == (0, "", "")


def test_data_of_another_version_are_refused_and_left_alone(tmp_path: Path, data: Path) -> None:
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")

    code, _, errors = run_script(tmp_path, READ)

    assert code == 1
    assert "PostgreSQL 15 のデータです（必要なのは 18）" in errors
    assert (data / "PG_VERSION").read_text() == "15\n"


def test_secrets_are_made_once_and_only_for_the_user(tmp_path: Path) -> None:
    show = "import os; print(os.environ['SECRET_KEY'], os.environ['ENCRYPTION_KEYS'])"
    # Where a database is named none is made.
    _, first, _ = run_script(tmp_path, show, DATABASE_URL="postgresql://elsewhere.invalid/x")
    _, second, _ = run_script(tmp_path, show, DATABASE_URL="postgresql://elsewhere.invalid/x")

    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert tmp_path.stat().st_mode & 0o077 == 0o011
    assert first == second != ""
