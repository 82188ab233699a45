"""One set of local services for all commands of a checkout: the first starts them, the others join."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from local.errors import LocalServiceError
from local.places import local_directory
from local.postgres import Postgres
from local.valkey import Valkey

_JOIN_SECONDS = 60
_URLS = ("DATABASE_URL", "BROKER_URL", "REDIS_URL")


@contextmanager
def local_services(given: Mapping[str, str], *, is_test: bool) -> Iterator[dict[str, str]]:
    """`DATABASE_URL`, `BROKER_URL` and `REDIS_URL` for the block: as given where set, else of services that are joined or
    started. Who names a Redis of their own and no broker has both in it, as in production.

    Who starts services stops them. The lock belongs to a live process: the kernel gives it back however that ends, so
    a stale state file can never be mistaken for running services.
    """
    known = {name: given[name] for name in _URLS if given.get(name)}
    if not known.get("BROKER_URL") and known.get("REDIS_URL"):
        known["BROKER_URL"] = given.get("CELERY_BROKER_URL") or known["REDIS_URL"]
    wanted = [name for name in _URLS if name not in known]
    if not wanted:
        yield known
        return
    directory = local_directory(is_test=is_test)
    with (directory / "services.lock").open("a") as lock:
        urls = _join(directory, lock, wanted)
        if urls is not None:
            yield {**known, **urls}
            return
        with _started(directory, wanted, is_test=is_test) as urls:
            yield {**known, **urls}


def write_private(path: Path, contents: Mapping[str, Any]) -> None:
    """Write JSON that only the user may read, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(contents, file, indent=2, ensure_ascii=False)
        file.write("\n")
    unfinished.replace(path)


def read_private(path: Path) -> dict[str, Any]:
    """What `write_private` wrote; empty when there is nothing readable."""
    try:
        contents = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return contents if isinstance(contents, dict) else {}


def _join(directory: Path, lock: TextIOWrapper, wanted: list[str]) -> dict[str, str] | None:
    """The URLs of services that another command runs; `None` when we got the lock and have to start them."""
    deadline = time.monotonic() + _JOIN_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            urls = read_private(directory / "services.json")
            if all(urls.get(name) for name in wanted):
                return {name: str(urls[name]) for name in wanted}
            time.sleep(0.1)  # the other command is still starting them
        else:
            return None
    raise LocalServiceError(
        f"別のコマンドがローカルサービスを起動中ですが、{_JOIN_SECONDS} 秒待っても使えません。"
        "そのコマンドを止めてから、もう一度実行してください。"
    )


@contextmanager
def _started(directory: Path, wanted: list[str], *, is_test: bool) -> Iterator[dict[str, str]]:
    state = directory / "services.json"
    left_behind = read_private(state).get("socket_directory")
    if left_behind and Path(left_behind).name.startswith("meigara-"):
        shutil.rmtree(left_behind, ignore_errors=True)
    state.unlink(missing_ok=True)
    with ExitStack() as stack:
        urls, contents = {}, {}
        if "DATABASE_URL" in wanted:
            postgres = Postgres(directory, is_test=is_test)
            stack.callback(postgres.stop)
            postgres.start()
            urls["DATABASE_URL"] = postgres.url
            contents["socket_directory"] = str(postgres.socket_directory)
        # The queue and what is counted must never be dropped; the cache makes room for itself.
        for name, valkey in (
            ("REDIS_URL", Valkey(directory, "cache", max_megabytes=256, policy="allkeys-lru")),
            ("BROKER_URL", Valkey(directory, "queue", max_megabytes=256, policy="noeviction")),
        ):
            if name in wanted:
                stack.callback(valkey.stop)
                valkey.start()
                urls[name] = valkey.url
        write_private(state, {**urls, **contents})
        stack.callback(state.unlink, missing_ok=True)
        yield urls
