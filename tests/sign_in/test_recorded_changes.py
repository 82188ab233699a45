"""Who changed what, from what to what, in one place; and nothing that is secret."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from datasources.models import DataSource
from sign_in.models import RecordedChange
from sign_in.recording import differences
from sign_in.second_factor import begin
from syncjobs.models import SyncRun
from syncjobs.runs import cancel_run
from tests.fakes.jquants import API_KEY, MAIL_ADDRESS, PASSWORD, FakeJquants

pytestmark = pytest.mark.django_db

CHANGES = "/admin/sign_in/recordedchange/"
SOURCES = "/admin/datasources/datasource/"


def text(response: Any) -> str:
    return str(response.content.decode())


def source_form(fake: FakeJquants, **changed: str) -> dict[str, str]:
    values = {"name": "本番", "api_version": "v2", "plan": "unlimited", "base_url": fake.url(), "is_enabled": "on",
              "api_key": API_KEY, "mail_address": MAIL_ADDRESS, "password": PASSWORD}  # fmt: skip
    return {**values, **changed}


def test_differences_have_the_old_and_the_new_of_what_differs() -> None:
    assert differences({"a": 1, "b": [1], "c": None}, {"a": 2, "b": [1], "c": "x"}) == {"a": [1, 2], "c": [None, "x"]}


def test_a_data_source_is_followed_from_its_making_to_its_end_without_a_secret(
    admin_client: Client, jquants: FakeJquants
) -> None:
    admin_client.post(f"{SOURCES}add/", source_form(jquants))
    source = DataSource.objects.get(name="本番")
    admin_client.post(f"{SOURCES}{source.pk}/change/", source_form(jquants, plan="free", api_key=""))
    admin_client.post(f"{SOURCES}{source.pk}/delete/", {"post": "yes"})
    changes = list(RecordedChange.objects.order_by("id"))

    # Address and password of the other version were entered each time, and are kept.
    assert [change.kind for change in changes] == ["secret_changed", "added", "secret_changed", "changed", "deleted"]
    assert changes[3].values == {"plan": ["unlimited", "free"]}
    assert changes[4].values["name"] == ["本番", None]
    assert {change.person for change in changes} == {"admin"}
    assert {change.address for change in changes} == {"127.0.0.1"}
    page = text(admin_client.get(CHANGES))
    stored = str(list(RecordedChange.objects.values()))
    assert [secret in page + stored for secret in (API_KEY, MAIL_ADDRESS, PASSWORD)] == [False] * 3


def test_a_user_is_followed_too_roles_and_password(admin_client: Client) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    values = {"username": "reader", "is_active": "on", "is_staff": "on", "last_name": "", "first_name": "", "email": "",
              "groups": [Group.objects.get(name="analyst").pk], "last_login_0": "", "last_login_1": "",
              "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    admin_client.post(f"/admin/auth/user/{user.pk}/change/", values)
    new = {"password1": "another-password-2026", "password2": "another-password-2026", "usable_password": "true"}
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/password/", new)
    begin(user)
    admin_client.post("/admin/auth/user/", {"action": "remove_second_factors", "_selected_action": [user.pk]})
    roles, password, factor = RecordedChange.objects.order_by("id")

    assert answer.status_code == 302
    assert (roles.kind, roles.values) == ("changed", {"groups": [[], ["analyst"]]})
    assert (password.kind, password.values) == ("secret_changed", {})
    assert factor.kind == "second_factor_removed"
    assert "another-password-2026" not in str(list(RecordedChange.objects.values()))


def test_a_password_that_was_refused_is_no_change(admin_client: Client) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    admin_client.post(
        f"/admin/auth/user/{user.pk}/password/", {"password1": "a", "password2": "b", "usable_password": "true"}
    )

    assert RecordedChange.objects.count() == 0


def test_a_rejected_list_is_written_down_and_a_run_that_was_only_stopped_is_not(source: DataSource) -> None:
    waiting = SyncRun.objects.create(
        source=source, status="needs_review", completed_at=timezone.now(), requested_by="test"
    )
    cancel_run(waiting, cancelled_by="管理画面: admin")
    cancel_run(SyncRun.objects.create(source=source, requested_by="test"), cancelled_by="管理画面: admin")
    change = RecordedChange.objects.get()

    assert (change.kind, change.person, change.subject_id) == ("rejected", "admin", str(waiting.pk))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=unlimited", 1),
        ("q=本番", 1),
        ("q=admin", 1),
        ("q=nothing", 0),
        ("kind__exact=changed", 1),
        ("kind__exact=deleted", 0),
    ],
)
def test_changes_are_searched_by_who_what_and_value(query: str, found: int, admin_client: Client) -> None:
    RecordedChange.objects.create(
        person="admin", kind="changed", subject_model="datasources.datasource", subject_id="1", subject="本番",
        values={"plan": ["unlimited", "free"]},
    )  # fmt: skip

    assert admin_client.get(f"{CHANGES}?{query}").context["cl"].result_count == found


def test_values_are_told_in_the_words_of_their_fields(admin_client: Client) -> None:
    RecordedChange.objects.create(
        person="admin", kind="changed", subject_model="datasources.datasource", subject_id="1", subject="本番",
        values={"plan": ["light", "free"], "is_enabled": [True, False], "base_url": ["", "https://example.com"]},
    )  # fmt: skip
    page = text(admin_client.get(CHANGES))

    assert "契約プラン: Light（毎分 60 回） → Free（毎分 5 回）" in page
    assert "有効: はい → いいえ" in page
    assert "ベース URL: ― → https://example.com" in page
    assert "データソース" in page


def test_nobody_edits_the_record(admin_client: Client) -> None:
    change = RecordedChange.objects.create(
        person="admin", kind="changed", subject_model="gone.model", subject_id="1", subject="x"
    )

    assert admin_client.get(f"{CHANGES}add/").status_code == 403
    assert admin_client.post(f"{CHANGES}{change.pk}/change/", {"person": "other"}).status_code == 403
    assert admin_client.post(f"{CHANGES}{change.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{CHANGES}{change.pk}/change/").status_code == 200


def test_only_administrators_see_it() -> None:
    statuses = {}
    for role in ("analyst", "operator", "administrator"):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        statuses[role] = client.get(CHANGES).status_code

    assert statuses == {"analyst": 403, "operator": 403, "administrator": 200}
