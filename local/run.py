"""`make run`: the whole product on one machine, until Ctrl-C."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from local.embedded import local_services, read_private
from local.errors import LocalServiceError
from local.places import LOCAL, PROJECT
from local.settings_for_children import children_environment
from local.supervision import RestartingManager
from local.termination import exit_if_terminated
from serving import COMMAND_LINE

_READY_SECONDS = 120


def run() -> int:
    """Services, preparation, then web, worker, notifier, beat and flower. One that dies is started again; one that cannot live stops all,
    flower excepted. Returns the exit code.
    """
    port = _choose_port("PORT", 8000, is_fixed=True)
    _choose_port("FLOWER_PORT", 5555, is_fixed="FLOWER_PORT" in os.environ)
    base_url = f"http://127.0.0.1:{port}"
    with local_services(os.environ, is_test=False) as urls:
        environment = {
            **children_environment(urls), "MEIGARA_BASE_URL": base_url, "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        prepared = subprocess.run([sys.executable, "-m", "local.prepare"], env=environment, cwd=PROJECT, check=False)
        if prepared.returncode != 0:
            raise LocalServiceError("データベースの準備に失敗しました。上のメッセージを確認してください。")
        credentials = read_private(LOCAL / "credentials.json")
        runtime = LOCAL / "runtime" / str(port)
        shutil.rmtree(runtime, ignore_errors=True)  # the counters of processes that are gone
        environment["FLOWER_BASIC_AUTH"] = f"{credentials['admin_user']}:{credentials['admin_password']}"
        exit_if_terminated()
        # Looked for anew: somebody may have taken it meanwhile.
        flower_port = _choose_port("FLOWER_PORT", 5555, is_fixed="FLOWER_PORT" in os.environ)
        return _supervise(environment, runtime, port=port, flower_port=flower_port)


def _supervise(environment: dict[str, str], runtime: Path, *, port: int, flower_port: int) -> int:
    manager = RestartingManager()
    environment = {"FLOWER_URL": f"http://127.0.0.1:{flower_port}/", **environment}
    flower = f"celery --app config --quiet flower --address=127.0.0.1 --port={flower_port} --logging=error"
    for name, command in {**program_commands(port, LOCAL), "flower": flower}.items():
        module, _, arguments = command.partition(" ")
        quoted = shlex.quote(sys.executable)
        # Flower's own numbers are not the product's.
        shared = {} if name == "flower" else {"PROMETHEUS_MULTIPROC_DIR": str(runtime)}
        add = manager.add_dispensable if name == "flower" else manager.add_process
        add(name, f"exec {quoted} -m {module} {arguments}", env={**environment, **shared}, cwd=str(PROJECT))
    # A closed terminal is no different from Ctrl-C.
    signal.signal(signal.SIGHUP, _raise_terminate)
    announce = threading.Thread(target=_announce_when_ready, args=(port, flower_port), daemon=True)
    announce.start()
    manager.loop()
    asked_to_stop = manager.returncode in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    if not asked_to_stop:
        ended = "、".join(name for name in manager.given_up)
        print(
            f"プロセスの 1 つ（{ended}）が終了したため、すべて停止しました。直前のログを確認してください。",
            file=sys.stderr,
        )
    return 0 if asked_to_stop else 1


def program_commands(port: int, directory: Path) -> dict[str, str]:
    """What the product consists of, by name: modules and their arguments. Beat keeps its times in `directory`."""
    return {
        "web": web_command(port),
        "worker": "celery --app config --quiet worker --queues celery --concurrency 2 --without-gossip --without-mingle",
        "notifier": (
            "celery --app config --quiet worker --hostname notifier@%h --queues deliveries --pool threads --concurrency 1"
            " --without-gossip --without-mingle"
        ),
        "beat": f"celery --app config --quiet beat --pidfile= --schedule {shlex.quote(str(directory / 'beat'))}",
    }


def web_command(port: int, application: str = "config.rsgi:application") -> str:
    """The module that serves, and its arguments."""
    return (
        f"granian {COMMAND_LINE} --workers 2 --workers-kill-timeout 25 --port {port} --log-level warning {application}"
    )


def _announce_when_ready(port: int, flower_port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.5)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if json.load(answer)["status"] == "ok":
                    break
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            continue
    lines = [
        "",
        "銘柄 Meigara を起動しました（Ctrl-C で終了）",
        f"  管理画面   http://127.0.0.1:{port}/admin/",
        f"  API 文書   http://127.0.0.1:{port}/api/docs/",
        f"  MCP        http://127.0.0.1:{port}/mcp（AI エージェント用。docs/agents.md）",
        f"  メトリクス http://127.0.0.1:{port}/metrics（metrics_token が必要）",
        f"  Flower     http://127.0.0.1:{flower_port}/",
        f"  認証情報   {LOCAL / 'credentials.json'}",
        "",
    ]
    print("\n".join(lines), flush=True)


def _choose_port(name: str, default: int, *, is_fixed: bool) -> int:
    """The port to listen on; another free one where the default is taken and nobody asked for it."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LocalServiceError(f"{name}={text} はポート番号ではありません（1 から 65535）。")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if is_fixed:
                raise LocalServiceError(
                    f"ポート {port} は使用中か、使えません。別のポートを指定してください（例: {name}={port + 1} make run）。"
                ) from error
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _raise_terminate(_signal_number: int, _frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)
