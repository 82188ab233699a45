"""Questions to the server and its answers: connections, the key, repetition, kept answers, errors by code. Everything asked is a GET, which may be
repeated; the key goes to the server that was named and nowhere else, for no redirection is followed.
"""

import json
import platform
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from meigara_client.errors import ApiError, ConfigurationError, ServerUnreachable, UnexpectedAnswer, api_error
from meigara_client.etag_cache import EtagCache, KeptAnswer
from meigara_client.reading import as_query
from meigara_client.retrying import Retries, is_passing, read_retry_after
from meigara_client.version import VERSION

Result = TypeVar("Result")

_USER_AGENT = f"meigara-client/{VERSION} (Python {platform.python_version()}; httpx {httpx.__version__})"
_KEY = re.compile(r"[\x21-\x7e]+")
_HASH = re.compile("[0-9a-f]{64}")
_API = "/api/v1"
#: What came, or was to come, and did not come whole.
_CUT = (httpx.TransportError, httpx.DecodingError)


@dataclass(frozen=True, slots=True)
class Answer:
    """`revision` is the last of the ledger that it knows of, `state` that of all data; `None` where it tells none."""

    data: Any
    revision: int | None
    state: str | None


class _Key(httpx.Auth):
    """Puts the key into each request, and shows it to nobody."""

    def __init__(self, api_key: str) -> None:
        self.__key = api_key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-Key"] = self.__key
        yield request

    def __repr__(self) -> str:
        return "<API key>"


class Transport:
    """One server."""

    def __init__(
        self, base_url: str, api_key: str, *, language: str, timeout_seconds: float, retries: Retries, cache: EtagCache | None,
        http_transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        self.base_url = _checked_url(base_url)
        self._seconds, self._retries, self._cache = timeout_seconds, retries, cache
        headers = {"Accept-Language": language, "User-Agent": _USER_AGENT}
        self._http = httpx.Client(
            base_url=self.base_url + _API, auth=_Key(_checked_key(api_key)), headers=headers, timeout=timeout_seconds,
            follow_redirects=False, transport=http_transport,
        )  # fmt: skip

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def get(self, path: str, parameters: Mapping[str, object] | None = None, *, held_seconds: float = 0) -> Answer:
        """What is there, as JSON. `held_seconds`: so long the server may keep it back. Raises `ApiError`, `ServerUnreachable`, `UnexpectedAnswer`."""
        query = httpx.QueryParams(tuple(as_query(parameters or {})))
        timeout = httpx.Timeout(self._seconds, read=self._seconds + held_seconds)
        return self._repeated(lambda: self._ask(path, query, timeout))

    def query(self, path: str, body: Mapping[str, object]) -> Answer:
        """What is there, asked by a body; it only reads, so it is repeated as `get` is. Raises as that does."""
        return self._repeated(lambda: self._query(path, body))

    @contextmanager
    def lines(self, path: str, parameters: Mapping[str, object]) -> Iterator[tuple[int, str | None, Iterator[str]]]:
        """A file, line by line as it arrives, with its revision and that one's hash, where it has one. One that breaks off raises `BrokenOff` in the midst
        of it.
        """
        query = httpx.QueryParams(tuple(as_query(parameters)))
        response = self._repeated(lambda: self._open(path, query))
        try:
            revision = _revision(response.headers.get("X-Ledger-Revision"))
            if revision is None:
                raise UnexpectedAnswer(f"the file at {path} does not say of which revision it is")
            yield revision, _chain(response.headers.get("X-Ledger-Head"), revision), _whole_lines(response)
        finally:
            response.close()

    def pause(self, attempt: int) -> bool:
        """Wait as after so many attempts. False: there are no more."""
        wait = self._retries.wait_after(attempt, None)
        if wait is not None:
            self._retries.sleep(wait)
        return wait is not None

    def _repeated(self, ask: Callable[[], Result]) -> Result:
        attempt = 0
        while True:
            attempt += 1
            try:
                return ask()
            except ApiError as error:
                wait = self._retries.wait_after(attempt, error.retry_after_seconds) if is_passing(error) else None
                if wait is None:
                    raise
            except _CUT as error:
                wait = self._retries.wait_after(attempt, None)
                if wait is None:
                    raise _unreachable(self.base_url, attempt, error) from error
            self._retries.sleep(wait)

    def _ask(self, path: str, query: httpx.QueryParams, timeout: httpx.Timeout) -> Answer:
        address = str(self._http.build_request("GET", path, params=query).url)
        kept = self._cache.find(address) if self._cache is not None else None
        headers = {"If-None-Match": kept.etag} if kept is not None else {}
        response = self._http.get(path, params=query, headers=headers, timeout=timeout)
        revision, state = response.headers.get("X-Ledger-Revision"), response.headers.get("X-Data-State")
        if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
            return _answer(kept.body, revision or kept.revision, state or kept.state)
        _raise_for(response)
        answer = _answer(response.content, revision, state)
        if self._cache is not None and "etag" in response.headers:
            self._cache.keep(KeptAnswer(address, response.headers["etag"], response.content, revision, state))
        return answer

    def _query(self, path: str, body: Mapping[str, object]) -> Answer:
        response = self._http.post(path, json=body)
        _raise_for(response)
        return _answer(
            response.content, response.headers.get("X-Ledger-Revision"), response.headers.get("X-Data-State")
        )

    def _open(self, path: str, query: httpx.QueryParams) -> httpx.Response:
        request = self._http.build_request("GET", path, params=query)
        response = self._http.send(request, stream=True)
        if response.is_success:
            return response
        try:
            response.read()
        finally:
            response.close()
        _raise_for(response)
        raise AssertionError(response.status_code)


class BrokenOff(Exception):
    """The connection ended before the file did."""


def _whole_lines(response: httpx.Response) -> Iterator[str]:
    """A line is whole when its end has arrived."""
    rest = ""
    try:
        for text in response.iter_text():
            *whole, rest = (rest + text).split("\n")
            yield from whole
    except _CUT as error:
        raise BrokenOff(f"{type(error).__name__}: {error}") from error
    if rest:
        raise BrokenOff("the last line has no end")


def _answer(body: bytes, revision: str | None, state: str | None) -> Answer:
    try:
        data = json.loads(body)
    except ValueError as error:
        raise UnexpectedAnswer(f"not JSON: {body[:80]!r}") from error
    return Answer(data, _revision(revision), state)


def _revision(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError as error:
        raise UnexpectedAnswer(f"not the number of a revision: {text!r}") from error


def _chain(head: str | None, revision: int) -> str | None:
    """The hash in `NUMBER:HASH`, of that revision; servers of before tell none."""
    if head is None:
        return None
    number, _, chain = head.partition(":")
    if number != str(revision) or not _HASH.fullmatch(chain):
        raise UnexpectedAnswer(f"not the head of revision {revision}: {head[:80]!r}")
    return chain


def _raise_for(response: httpx.Response) -> None:
    if response.is_success:
        return
    if response.has_redirect_location:
        location = response.headers["location"]
        raise UnexpectedAnswer(f"the server sends us on to {location}: name that address as base_url, if it is yours")
    try:
        body = response.json()
    except ValueError:
        body = None
    raise api_error(
        response.status_code, body, request_id=response.headers.get("X-Request-ID"),
        retry_after_seconds=read_retry_after(response.headers.get("Retry-After")),
    )  # fmt: skip


def _unreachable(base_url: str, attempts: int, error: httpx.RequestError) -> ServerUnreachable:
    return ServerUnreachable(f"{base_url} gave no whole answer in {attempts} attempts: {type(error).__name__}: {error}")


def _checked_url(text: str) -> str:
    # Whatever stands around it, and wherever the address would be divided: no part of it is shown.
    if "@" in text:
        raise ConfigurationError("base_url holds a name or password; give the key as api_key instead")
    try:
        url = httpx.URL(text.strip())
        is_address = url.scheme in ("http", "https") and url.host and not url.query and not url.fragment
    except (httpx.InvalidURL, ValueError):
        is_address = False
    if not is_address:
        raise ConfigurationError("base_url is the server's address, such as https://meigara.example")
    return str(url).rstrip("/").removesuffix(_API)


def _checked_key(api_key: str) -> str:
    if not _KEY.fullmatch(api_key.strip()):
        raise ConfigurationError("api_key has characters that no key has, or none at all")
    return api_key.strip()
