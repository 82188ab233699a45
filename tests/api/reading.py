"""What a caller with a key reads, by the path below `/api/v1/`."""

from typing import Any

from django.test import Client


def get(client: Client, path: str) -> Any:
    return client.get(f"/api/v1/{path}").json()


def read(client: Client, path: str) -> str:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def codes(client: Client, path: str) -> list[str]:
    return [company["code"] for company in get(client, path)["companies"]]
