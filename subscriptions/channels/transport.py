"""HTTP to a receiver that a person entered: to an address that was checked when it connects, no further than that, bounded in time and in
what is read. The one place in `subscriptions` that speaks it to webhooks.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from django.conf import settings
from django.views.decorators.debug import sensitive_variables
from urllib3.exceptions import HTTPError

from datasources.addresses import HostRefused, Resolve, resolve_name
from datasources.deadlines import cut_after
from datasources.pinned_connections import open_session
from subscriptions.deliveries.limits import MOST_ADDRESSES
from subscriptions.destinations.addresses import approve_receiver

#: So much of an answer is read; its beginning is kept, the rest is nobody's.
MOST_BYTES = 4096
_CHUNK_BYTES = 512


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: the status, the headers (by their names in any letters) and the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    start: bytes
    encoding: str | None


class SendingFailed(Exception):
    """There was no answer; `code` says why in a word for programs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@sensitive_variables()
def post(
    url: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolve = resolve_name, known_by: str | None = None
) -> Answer:
    """One request, and what came back. `known_by`: a file of certificates, in place of the public ones. Raises `SendingFailed`."""
    limits = settings.DELIVERY_LIMITS
    timeouts = (limits.connect_timeout_seconds, limits.read_timeout_seconds)
    # The head of the answer has to be there in the time that one pause may take, however it drips.
    with open_session(
        lambda scheme, host: approve_receiver(scheme, host, resolve)[:MOST_ADDRESSES], reads_in_all=1
    ) as session:
        session.verify = known_by or True
        try:
            with session.post(
                url, data=body, headers=dict(headers), timeout=timeouts, stream=True, allow_redirects=False
            ) as response:  # fmt: skip
                return Answer(response.status_code, response.headers, _read_start(response), response.encoding)
        # Messages of the library hold whole URLs, which may be secrets: they are not passed on as causes.
        except HostRefused:
            raise SendingFailed("ADDRESS_REFUSED") from None
        except (requests.RequestException, TimeoutError, UnicodeError, OSError) as error:
            raise SendingFailed(_word_for(error)) from None


def _read_start(response: requests.Response) -> bytes:
    """An answer is one with its head: that its body does not come, or breaks off, takes nothing from it."""
    start, began = bytearray(), time.monotonic()
    allowed = settings.DELIVERY_LIMITS.read_timeout_seconds
    try:
        with cut_after(allowed, response.raw.shutdown):
            # As it comes: unpacked by nobody, so that a small answer does not become a large one.
            while len(start) < MOST_BYTES and time.monotonic() - began < allowed:
                chunk = response.raw.read1(_CHUNK_BYTES, decode_content=False)
                if not chunk:
                    break
                start += chunk
    except (OSError, TimeoutError, requests.RequestException, HTTPError):
        pass
    return bytes(start[:MOST_BYTES])


def _word_for(error: Exception) -> str:
    """The more particular ones first."""
    if isinstance(error, requests.Timeout | TimeoutError):
        return "TIMEOUT"
    if isinstance(error, requests.exceptions.SSLError):
        return "TLS_ERROR"
    if isinstance(error, requests.exceptions.InvalidURL | UnicodeError):
        return "ADDRESS_UNUSABLE"
    return "CONNECTION_FAILED"
