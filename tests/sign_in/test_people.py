"""People in the admin: somebody new can sign in, with roles that say what they are for."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from sign_in.roles import ROLES

pytestmark = pytest.mark.django_db

USERS = "/admin/auth/user/"
PASSWORD = "reader-of-lists-2026"


def text(response: Any) -> str:
    return str(response.content.decode())


def form(**changed: Any) -> dict[str, Any]:
    role = Group.objects.get(name="analyst").pk
    values = {"username": "reader", "password1": PASSWORD, "password2": PASSWORD, "groups": [role], "last_name": "山田",
              "first_name": "花子", "email": ""}  # fmt: skip
    return {**values, **changed}


def test_a_new_user_can_sign_in_at_once(admin_client: Client) -> None:
    added = admin_client.post(f"{USERS}add/", form(), follow=True)
    user = User.objects.get(username="reader")
    visitor = Client()
    signed_in = visitor.post("/admin/login/", {"username": "reader", "password": PASSWORD})

    assert (user.is_staff, user.is_superuser, [group.name for group in user.groups.all()]) == (True, False, ["analyst"])
    assert "reader さんは、いまからログインできます。" in text(added)
    assert added.redirect_chain == [(USERS, 302)]
    assert signed_in.status_code == 302
    assert visitor.get("/admin/companies/company/").status_code == 200


def test_where_a_second_factor_is_required_the_form_says_so_and_the_new_user_sets_it_up(
    admin_client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = text(admin_client.get(f"{USERS}add/"))
    admin_client.post(f"{USERS}add/", form())
    visitor = Client()
    visitor.post("/admin/login/", {"username": "reader", "password": PASSWORD})

    assert "初めてのログインで、二段階認証の設定を求めます。" in page
    assert visitor.get("/admin/", follow=True).redirect_chain[0][0].startswith("/admin/second-factor/")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"groups": []}, "ロールを 1 つ以上選んでください"),
        ({"password2": "another-password-2026"}, "パスワード"),
        ({"username": ""}, "必須です"),
    ],
)
def test_what_would_keep_them_out_is_refused_at_its_field(
    changed: dict[str, Any], words: str, admin_client: Client
) -> None:
    assert words in text(admin_client.post(f"{USERS}add/", form(**changed)))
    assert not User.objects.filter(username="reader").exists()


@pytest.mark.parametrize("path", ["add/", "{pk}/change/"])
def test_each_role_says_beside_its_box_what_it_may_do(path: str, admin_client: Client) -> None:
    page = text(admin_client.get(USERS + path.format(pk=User.objects.get().pk)))

    assert [str(role.description) in page for role in ROLES.values()] == [True, True, True]
    assert "閲覧者（analyst）" in page


def test_roles_are_given_and_taken_on_the_page_of_a_user(admin_client: Client) -> None:
    admin_client.post(f"{USERS}add/", form())
    user = User.objects.get(username="reader")
    operator = Group.objects.get(name="operator").pk
    values = {"username": "reader", "is_active": "on", "is_staff": "on", "groups": [operator], "last_name": "山田",
              "first_name": "花子", "email": "", "last_login_0": "", "last_login_1": "",
              "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    answer = admin_client.post(f"{USERS}{user.pk}/change/", values)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert [group.name for group in user.groups.all()] == ["operator"]


def test_the_list_says_who_can_sign_in_and_as_what(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin_client.post(f"{USERS}add/", form())
    User.objects.create_user("nobody")
    User.objects.create_user("left", is_staff=True, is_active=False)
    admin_client.get(USERS)
    # Session, user, two counts, the rows, their roles, and the roles to filter by.
    with django_assert_max_num_queries(8):
        page = text(admin_client.get(USERS))

    assert ["ログイン不可" in page, "無効" in page, "閲覧者（analyst）" in page, "山田 花子" in page] == [True] * 4


def test_the_list_of_groups_says_what_each_is_for(admin_client: Client) -> None:
    Group.objects.create(name="other")
    page = text(admin_client.get("/admin/auth/group/"))

    assert str(ROLES["operator"].description) in page
    assert "管理者が作ったグループです" in page
