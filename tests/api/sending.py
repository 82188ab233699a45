"""Requests with an `Idempotency-Key`."""

from typing import Any

from tests.api.front import Answer, ask, json_body

SYNC, LISTS, DESTINATIONS = "/api/v1/companies/sync", "/api/v1/watch-lists", "/api/v1/destinations"
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"


def send(path: str, body: Any = None, *, api_key: str, key: str = KEY, method: str = "POST", **headers: str) -> Answer:
    """With the key, or none where it is empty."""
    given = {"idempotency_key": key} if key else {}
    return ask(path, key=api_key, method=method, body=json_body(body), **given, **headers)


def code_of(answer: Answer) -> tuple[int, str]:
    """Of an error."""
    return answer.status, answer.json()["error"]["code"]
