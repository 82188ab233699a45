"""The same key in the header that many tools fill in by themselves."""

import pytest
from django.test import Client

from api.keys import create_api_key
from tests.api.front import ask

PATH = "/api/v1/companies/markets"
pytestmark = pytest.mark.django_db


def make_key(*scopes: str) -> str:
    return create_api_key(name="bearer", scopes=scopes or ["read"])[1]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_key_opens_as_a_bearer_token_too_ahead_of_django_and_in_it(scheme: str, client: Client) -> None:
    key = make_key()

    assert ask(PATH, authorization=f"{scheme} {key}").status == 200
    assert client.get(PATH, headers={"Authorization": f"{scheme} {key}"}).status_code == 200


def test_both_headers_are_one_key_with_one_limit() -> None:
    key = make_key()

    remaining = [
        ask(PATH, **sent).headers["x-ratelimit-remaining"]
        for sent in ({"key": key}, {"authorization": f"Bearer {key}"}, {"key": key})
    ]

    assert remaining == ["999", "998", "997"]


def test_where_both_are_sent_the_key_of_x_api_key_counts() -> None:
    assert ask(PATH, key=make_key(), authorization="Bearer wrong").status == 200
    assert ask(PATH, key="wrong", authorization=f"Bearer {make_key()}").status == 401


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer wrong", "mgr_key"])
def test_what_is_no_key_opens_nothing(authorization: str, client: Client) -> None:
    answer = ask(PATH, authorization=authorization)

    assert (answer.status, answer.headers["www-authenticate"]) == (401, "ApiKey, Bearer")
    assert client.get(PATH, headers={"Authorization": authorization}).status_code == 401


def test_a_session_behind_a_proxy_with_a_password_of_its_own_goes_on(admin_client: Client) -> None:
    assert admin_client.get(PATH, headers={"Authorization": "Basic dXNlcjpwYXNz"}).status_code == 200


def test_scopes_hold_for_bearer_tokens() -> None:
    assert ask(PATH, authorization=f"Bearer {make_key('sync')}").status == 403


def test_an_answer_for_one_authorization_is_not_for_another() -> None:
    varies = ask(PATH, authorization=f"Bearer {make_key()}").headers["vary"]

    assert "Authorization" in varies
    assert "X-API-Key" in varies
