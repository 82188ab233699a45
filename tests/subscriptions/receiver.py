"""The receivers of the documentation, as processes of their own, and a hand that signs as the product does."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.local.stack import PROJECT
from tests.ports import free_port
from tests.syncjobs.worker import wait_until

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """`docs/receive_webhooks.py`, with what it keeps in `directory`."""

    program = "receive_webhooks.py"

    def __init__(
        self, directory: Path, *, base_url: str = "http://127.0.0.1:9", key: str = "none", secrets: str = SECRET
    ) -> None:
        self.port, self.path = free_port(), directory / "copy.sqlite3"
        self.log_path = directory / "receiver.log"
        self.base_url = base_url
        self._environment = {
            **os.environ, "WEBHOOK_SECRETS": secrets, "MEIGARA_API_KEY": key, "AGAIN_AFTER_SECONDS": "0.2",
            "INBOX": str(self.path), "PYTHONPATH": "",
        }  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def arguments(self) -> list[str]:
        return [str(self.port), str(self.path), self.base_url]

    def start(self, **more: str) -> "Receiver":
        """Until it listens."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(PROJECT / "docs" / self.program), *self.arguments()],
                env={**self._environment, **more}, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until(self._listens, self.log)
        return self

    def kill(self) -> None:
        """SIGKILL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of its answer."""
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def rows(self, sql: str) -> list[Any]:
        """Of what it keeps; nothing where it has nothing yet."""
        with suppress(sqlite3.OperationalError):
            copy = sqlite3.connect(self.path, timeout=30)
            try:
                return copy.execute(sql).fetchall()
            finally:
                copy.close()
        return []

    def log(self) -> str:
        return self.log_path.read_text()[-3000:]

    def _listens(self) -> bool:
        assert self.process.poll() is None, self.log()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


class LibraryReceiver(Receiver):
    """`docs/receive_with_library.py`."""

    program = "receive_with_library.py"

    def arguments(self) -> list[str]:
        return [str(self.port)]


def signed(body: bytes, *, secret: str = SECRET, webhook_id: str = "msg_1", age_seconds: float = 0) -> dict[str, str]:
    """Headers as the product sends them."""
    at = datetime.fromtimestamp(int(time.time() - age_seconds), UTC)
    return {
        "webhook-id": webhook_id, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body.decode()), "content-type": "application/json",
    }  # fmt: skip
