"""Who may tell others by the API, and for whom: the scope, the person behind a key, their rights; through the front as behind it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from api.keys import create_api_key
from tests.api.front import ask
from tests.subscriptions.api.conftest import (
    DELIVERIES,
    DESTINATIONS,
    HOOK,
    SAVED_VIEWS,
    SUBSCRIPTIONS,
    WATCH_LISTS,
    Caller,
    error_of,
    with_key,
)
from tests.subscriptions.told.followers import make_person

LISTS = (DESTINATIONS, SUBSCRIPTIONS, DELIVERIES, WATCH_LISTS, SAVED_VIEWS)


def reason_of(answer: Any) -> str:
    assert error_of(answer) == (403, "PERMISSION_DENIED")
    return str(answer.json()["error"]["details"]["reason"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
def test_a_key_needs_the_scope_and_a_person_and_each_refusal_says_the_remedy(path: str, sato: User) -> None:
    without_scope = with_key(sato, "read", "sync").get(path)
    of_nobody = with_key(None).get(path)

    assert (reason_of(without_scope), reason_of(of_nobody)) == ("SCOPE_MISSING", "KEY_WITHOUT_PERSON")
    assert "subscribe" in without_scope.json()["error"]["message"]
    assert "--user" in of_nobody.json()["error"]["message"]
    assert error_of(Caller(sato, Client()).get(path)) == (401, "INVALID_API_KEY")
    assert with_key(sato).get(path).status_code == 200


@pytest.mark.django_db
def test_in_english_too(sato: User) -> None:
    key = create_api_key(name="x", scopes=["subscribe"])[1]
    answer = Client(headers={"X-API-Key": key, "Accept-Language": "en"}).get(DESTINATIONS)

    assert answer.json()["error"]["message"].isascii()


@pytest.mark.django_db
def test_a_person_who_may_not_sign_in_is_nobody_to_act_for(caller: Caller, sato: User) -> None:
    User.objects.update(is_staff=False)

    assert reason_of(caller.get(DESTINATIONS)) == "KEY_WITHOUT_PERSON"
    User.objects.update(is_active=False)
    assert error_of(caller.get(DESTINATIONS)) == (401, "INVALID_API_KEY")


@pytest.mark.django_db
def test_a_key_may_do_what_its_person_may_and_no_more(caller: Caller, hook: Any, sato: User) -> None:
    path = f"{DESTINATIONS}/{hook['id']}"
    group = Group.objects.get(name="analyst")
    deeds: list[tuple[str, Callable[[], Any]]] = [
        ("add_destination", lambda: caller.post(DESTINATIONS, {**HOOK, "name": "x"})),
        ("change_destination", lambda: caller.patch(path, {"name": "x"})),
        ("change_destination", lambda: caller.post(f"{path}/secret")),
        ("view_destination", lambda: caller.get(path)),
        ("delete_destination", lambda: caller.delete(path)),
    ]
    for right, refused in deeds:
        permission = group.permissions.get(codename=right)
        group.permissions.remove(permission)
        assert reason_of(refused()) == "RIGHT_MISSING", right
        group.permissions.add(permission)
    assert caller.get(path).status_code == 200


@pytest.mark.django_db
def test_who_is_signed_in_without_rights_is_refused_and_others_than_staff_are_nobody(db: None) -> None:
    client, visitor = Client(), Client()
    client.force_login(User.objects.create_user("guest", is_staff=True))
    visitor.force_login(User.objects.create_user("visitor"))

    assert reason_of(client.get(DESTINATIONS)) == "RIGHT_MISSING"
    assert visitor.get(DESTINATIONS).status_code == 401


@pytest.mark.django_db
def test_a_session_changes_nothing_without_the_token_of_its_page(sato: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sato)

    assert client.post(DESTINATIONS, HOOK, content_type="application/json").status_code == 403


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_through_the_front_it_is_made_changed_and_deleted_counted_and_kept_by_nobody() -> None:
    key = create_api_key(name="bot", scopes=["subscribe"], created_by=make_person("sato"), rate_limit_per_hour=50)[1]

    made = ask(DESTINATIONS, key=key, method="POST", body=json.dumps(HOOK).encode())
    path = f"{DESTINATIONS}/{made.json()['id']}"
    changed = ask(path, key=key, method="PATCH", body=b'{"name": "b"}')
    listed = ask(DESTINATIONS, key=key)
    deleted = ask(path, key=key, method="DELETE")

    answers = [made, changed, listed, deleted]
    assert [answer.status for answer in answers] == [201, 200, 200, 204]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 4
    assert "etag" not in listed.headers
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["49", "48", "47", "46"]
    assert (changed.json()["name"], deleted.body) == ("b", b"")
    path = f"{DESTINATIONS}/{ask(DESTINATIONS, key=key, method='POST', body=json.dumps(HOOK).encode()).json()['id']}"
    for method, body, content_type, status in (
        ("PUT", b"{}", "application/json", 405), ("PATCH", b"{", "application/json", 400), ("PATCH", b"a=b", "text/plain", 415),
        ("OPTIONS", b"", "application/json", 200),
    ):  # fmt: skip
        assert ask(path, key=key, method=method, body=body, content_type=content_type).status == status


@pytest.mark.django_db
def test_scripts_of_origins_that_are_allowed_may_change_and_delete(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://screen.example"]
    for method in ("PATCH", "DELETE"):
        told = client.options(
            f"{DESTINATIONS}/1", headers={"Origin": "https://screen.example", "Access-Control-Request-Method": method}
        )
        assert method in told.headers["Access-Control-Allow-Methods"]
