"""Errors that no endpoint means to give: one shape, no internals."""

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.api.failing_urls")


@pytest.fixture
def quiet_client() -> Client:
    """A client that gets the answer where Django's test client would raise."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("bug", 500, "INTERNAL_SERVER_ERROR"),
        ("database", 503, "SERVICE_UNAVAILABLE"),
        ("denied", 403, "PERMISSION_DENIED"),
        ("missing", 404, "NOT_FOUND"),
        ("throttled", 429, "RATE_LIMIT_EXCEEDED"),
        ("plain/bug", 500, "INTERNAL_SERVER_ERROR"),
        ("plain/missing", 404, "NOT_FOUND"),
    ],
)
def test_every_failure_has_the_one_shape(quiet_client: Client, path: str, status: int, code: str) -> None:
    answer = quiet_client.get(f"/api/{path}")

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert "hunter2" not in answer.content.decode()
    assert "10.0.0.5" not in answer.content.decode()


def test_a_throttled_caller_is_told_how_long_to_wait(quiet_client: Client) -> None:
    assert quiet_client.get("/api/throttled").headers["Retry-After"] == "7"


def test_a_body_that_cannot_be_read_is_explained(quiet_client: Client) -> None:
    broken = quiet_client.post("/api/bug", data="{", content_type="application/json")
    form = quiet_client.post("/api/bug", data={"a": "b"})

    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert "body" in broken.json()["error"]["details"]
    assert (form.status_code, form.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_answer_in_another_format_is_not_to_be_had(quiet_client: Client) -> None:
    answer = quiet_client.post("/api/bug", data={}, content_type="application/json", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (406, "NOT_ACCEPTABLE")
