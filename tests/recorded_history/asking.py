"""Asking the product over HTTP, and writing down what it said and when."""

import hashlib
import http.client
import time
from dataclasses import dataclass, field
from itertools import count

from api.endpoints.states import HEADER, REVISION_HEADER
from tests.recorded_history.history import History, Read

_numbers = count(1)
#: What is no answer to a question about the data: the product says that it cannot, or that too many ask.
_NO_ANSWER = frozenset({0, 429, 502, 503})


def digest_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0 where there was none. Names of headers are in small letters."""

    began: float
    ended: float
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def digest(self) -> str:
        return digest_of_bytes(self.body)

    @property
    def is_none(self) -> bool:
        return self.status in _NO_ANSWER


class Line:
    """A connection to one of the product's servers, which stays with one of its processes; another one after it broke."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key
        self._connection: http.client.HTTPConnection | None = None
        self.name = ""

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """With the key."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=40)
            self.name = f"{self._port} #{next(_numbers)}"
        sent = {"X-API-Key": self._key, "Content-Type": "application/json", **headers}
        began = time.monotonic()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(began, time.monotonic(), 0)
        return Answer(
            began,
            time.monotonic(),
            response.status,
            {name.lower(): text for name, text in response.headers.items()},
            content,
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def read(
    line: Line, history: History, client: str, course: int, path: str, *, asked: str = "", etag: str = ""
) -> Answer:
    """Ask for what a path leads to, now or as of what is `asked`; whatever may be answered instead is a failure."""
    address = f"{path}{'&' if '?' in path else '?'}{asked}" if asked else path
    answer = line.ask("GET", address, **({"If-None-Match": etag} if etag else {}))
    if answer.is_none:
        history.miss(f"Read {answer.status}")
        return answer
    assert answer.status == 200 or (etag and answer.status == 304), (answer.status, address, answer.body[:500])
    history.note(
        Read(
            client=client, began=answer.began, ended=answer.ended, course=course, connection=line.name, resource=path,
            revision=int(answer.headers.get(REVISION_HEADER.lower(), 0)), state=answer.headers[HEADER.lower()], etag=answer.headers["etag"],
            digest=answer.digest if answer.status == 200 else "", asked=asked,
        )
    )  # fmt: skip
    return answer
