"""API keys in the admin: shown once, one's own, their use, revoked after a look at what that would do."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key, find_api_key
from api.models import ApiKey, ApiKeyUse
from sign_in.models import RecordedChange

pytestmark = pytest.mark.django_db

KEYS = "/admin/api/apikey/"
NEVER = {"expires_at_0": "", "expires_at_1": ""}


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def analyst(client: Client) -> Client:
    user = User.objects.create_user("one-analyst", is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    client.force_login(user)
    return client


def made(answer: Any) -> str:
    """The key that the answer shows."""
    page = text(answer)
    return page[page.index('value="mgr_') + 7 :].partition('"')[0]


def test_a_key_is_shown_in_the_answer_and_nowhere_else(admin_client: Client) -> None:
    answer = admin_client.post(
        f"{KEYS}add/", {"name": "研究用", "scopes": ["read"], "rate_limit_per_hour": 1000, **NEVER}
    )
    plain = made(answer)
    key = ApiKey.objects.get()
    later = [text(admin_client.get(path)) for path in (KEYS, f"{KEYS}{key.pk}/change/", "/admin/")]

    assert find_api_key(plain) == key
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'data-copy="new-key"' in text(answer)
    assert f"curl -H &quot;X-API-Key: {plain}" in text(answer) or f'curl -H "X-API-Key: {plain}' in text(answer)
    assert not any(plain in page for page in later)
    kept = [list(model.objects.values()) for model in (LogEntry, RecordedChange, Session, ApiKey)]
    assert plain not in str(kept)
    assert plain not in str({name: cookie.value for name, cookie in admin_client.cookies.items()})


def test_an_analyst_makes_a_key_of_their_own_for_what_they_may_do_themselves(analyst: Client) -> None:
    form = text(analyst.get(f"{KEYS}add/"))
    own = {"name": "私の", "scopes": ["read", "subscribe"], "rate_limit_per_hour": 9999999, **NEVER}
    key = find_api_key(made(analyst.post(f"{KEYS}add/", own)))

    assert ['value="read"' in form, 'value="subscribe"' in form, 'value="sync"' in form, "rate_limit" in form] == [
        True, True, False, False,
    ]  # fmt: skip
    assert key is not None
    assert (key.scopes, key.rate_limit_per_hour, key.created_by) == (["read", "subscribe"], 1000, User.objects.get())


@pytest.mark.parametrize("scopes", [["sync"], ["read", "sync"], []])
def test_an_analyst_makes_none_for_more_or_for_nothing(analyst: Client, scopes: list[str]) -> None:
    answer = analyst.post(f"{KEYS}add/", {"name": "私の", "scopes": scopes, **NEVER})

    assert "scopes" in answer.context["adminform"].form.errors
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("more", [{"scopes": ["read", "sync"]}, {"scopes": ["read"], "rate_limit_per_hour": 50_000}])
def test_who_was_an_administrator_goes_on_with_no_key_of_that_time_but_may_revoke_it(
    analyst: Client, more: dict[str, Any]
) -> None:
    soon = timezone.now() + timedelta(days=1)
    key, _ = create_api_key(name="以前の", created_by=User.objects.get(), expires_at=soon, **more)
    address = f"{KEYS}{key.pk}/change/"

    page = text(analyst.get(address))
    extended = analyst.post(address, {"name": "以前の", "scopes": ["read"], **NEVER})
    key.refresh_from_db()

    assert "以前の" in page
    assert 'name="expires_at_0"' not in page
    assert (extended.status_code, key.expires_at) == (403, soon)
    assert analyst.post(f"{KEYS}{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_key_of_a_person_who_was_disabled_says_so(admin_client: Client) -> None:
    key, _ = create_api_key(
        name="去った人の",
        scopes=["read"],
        is_personal=True,
        created_by=User.objects.create_user("gone", is_active=False),
    )

    assert "作成者が無効" in text(admin_client.get(KEYS))
    assert "作成者が無効" in text(admin_client.get(f"{KEYS}{key.pk}/change/"))


def test_an_analyst_sees_and_revokes_nobody_elses(analyst: Client) -> None:
    other, plain = create_api_key(name="他の人の", scopes=["read"])
    own, _ = create_api_key(name="私の", scopes=["read"], created_by=User.objects.get())

    listed = text(analyst.get(KEYS))
    assert ["私の" in listed, "他の人の" in listed] == [True, False]
    # Django leads away from what is not among somebody's rows.
    assert analyst.get(f"{KEYS}{other.pk}/change/").status_code == 302
    assert analyst.get(f"{KEYS}{other.pk}/revoke/").status_code == 404
    assert analyst.post(f"{KEYS}{other.pk}/revoke/").status_code == 404
    analyst.post(KEYS, {"action": "revoke_keys", "_selected_action": [other.pk, own.pk]})
    assert find_api_key(plain) == other
    own.refresh_from_db()
    assert own.revoked_at is not None


def test_revoking_asks_first_and_says_how_often_the_key_was_used(admin_client: Client) -> None:
    key, plain = create_api_key(name="研究用", scopes=["read"])
    ApiKeyUse.objects.create(
        key=key, day=timezone.localdate(), endpoint="company-list", requests=1234, last_address="203.0.113.7",
        last_used_at=timezone.now(),
    )  # fmt: skip
    asked = text(admin_client.get(f"{KEYS}{key.pk}/revoke/"))
    still = find_api_key(plain)
    done = text(admin_client.post(f"{KEYS}{key.pk}/revoke/", follow=True))

    assert "最近 30 日に 1,234 回使われています" in asked
    assert "203.0.113.7 からです" in asked
    assert still == key
    assert find_api_key(plain) is None
    assert "1 件のキーを失効させました" in done
    assert "失効させる…" not in done
    change = RecordedChange.objects.get()
    assert (change.kind, change.person, change.subject) == ("revoked", "admin", str(key))


def test_the_page_of_a_key_draws_its_use_and_says_it_in_tables(admin_client: Client) -> None:
    key, _ = create_api_key(name="研究用", scopes=["read"])
    empty = text(admin_client.get(f"{KEYS}{key.pk}/change/"))
    today = timezone.localdate()
    for day, requests in ((today, 30), (today - timedelta(days=2), 60)):
        ApiKeyUse.objects.create(
            key=key, day=day, endpoint="company-search", requests=requests, last_address="203.0.113.7",
            last_used_at=timezone.now(),
        )  # fmt: skip
    page = text(admin_client.get(f"{KEYS}{key.pk}/change/"))

    assert "使われた記録はありません" in empty
    assert "合計 90 回" in page
    assert page.count("<rect") == 2
    assert 'height="60"' in page
    assert "<code>/api/v1/companies/search</code>" in page
    assert "203.0.113.7 から" in page


def test_who_may_only_look_cannot_revoke(client: Client) -> None:
    key, plain = create_api_key(name="研究用", scopes=["read"])
    user = User.objects.create_user("operator", is_staff=True)
    user.groups.add(Group.objects.get(name="operator"))
    client.force_login(user)

    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 404
    assert find_api_key(plain) == key


def test_an_administrators_change_of_a_key_is_written_down_with_both_values(admin_client: Client) -> None:
    key, _ = create_api_key(name="研究用", scopes=["read"])
    admin_client.post(
        f"{KEYS}{key.pk}/change/", {"name": "研究用", "scopes": ["read", "sync"], "rate_limit_per_hour": 50, **NEVER}
    )

    assert RecordedChange.objects.get().values == {
        "scopes": [["read"], ["read", "sync"]], "rate_limit_per_hour": [1000, 50],
    }  # fmt: skip
