"""A mail server over real SMTP, and on demand every fault."""

import asyncio
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "meigara", "correct horse battery staple"

#: What is answered to a recipient.
_TO_RECIPIENT = {
    "unknown": "550 5.1.1 <{address}>: no such user here",
    "policy": "550 5.7.1 blocked by policy",
    "greylisted": "451 4.7.1 try again later",
    "closing": "421 4.3.2 service shutting down",
}


@dataclass
class FakeMailServer:
    """`accepted` are the mails that it took; `connections` how often it was spoken to."""

    tls: SSLContext | None = None
    starts_tls: SSLContext | None = None
    asks_password: bool = False
    accepted: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)
    fault: str = ""

    def fail(self, fault: str) -> None:
        """From now on; an empty one heals."""
        assert fault in {"", "refused", "hang", "drop", "silent", *_TO_RECIPIENT}
        self.fault = fault

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 aiosmtpd's
        self.recipients.append(address)
        if self.fault in _TO_RECIPIENT:
            return _TO_RECIPIENT[self.fault].format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's
        if self.fault == "refused":
            return "554 5.6.0 message refused\x07"
        if self.fault == "hang":
            await asyncio.get_running_loop().run_in_executor(None, self.let_go.wait, 30)
        if self.fault == "drop":
            server.transport.abort()
            return "250 OK"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.accepted.append(message)
        return "250 OK"

    def start(self) -> Self:
        fake = self

        class Server(SMTP):
            def connection_made(self, transport: Any) -> None:
                fake.connections += fake.starts_tls is None or not self._tls_handshake_okay
                super().connection_made(transport)

            async def _handle_client(self) -> None:
                if fake.fault == "silent":
                    await asyncio.get_running_loop().run_in_executor(None, fake.let_go.wait, 30)
                await super()._handle_client()

        def make() -> Server:
            return Server(
                fake, hostname="mail.example.com", enable_SMTPUTF8=False, tls_context=fake.starts_tls, loop=self._loop,
                authenticator=fake._judge if fake.asks_password else None, auth_required=fake.asks_password,
                auth_require_tls=fake.starts_tls is not None,
            )  # fmt: skip

        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = self._loop.create_server(make, "127.0.0.1", 0, ssl=self.tls)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        return self

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        self.let_go.set()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _close(self) -> None:
        self._server.close()
        conversations = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _judge(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        is_right = isinstance(told, LoginPassword) and (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(
            success=is_right, handled=False, message=None if is_right else f"535 5.7.8 {USER} has another password"
        )
