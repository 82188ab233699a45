"""What the palette offers: to everyone what they may do."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from config.commands import COMMANDS

pytestmark = pytest.mark.django_db

#: What all may do with themselves.
OWN = {
    "パスワードを変更する",
    "二段階認証を設定する",
    "API の説明を読む",
    "API を使う",
    "画面の明るさを切り替える",
    "キーボードの使い方",
    "ログアウト",
}
LOOKING = {"2 つの日を比べる", "月別のイベント件数を見る", "購読を追加する", "通知先を追加する"}
RUNNING = {"同期を始める", "一覧ファイルを取り込む", "EDINET コード一覧を取り込む"}
GIVING = {"データソースを登録する", "API キーを作る", "ユーザーを追加する"}
ALLOWED = {
    "analyst": OWN | LOOKING | {"API キーを作る"},
    "operator": OWN | LOOKING | RUNNING | {"API キーを作る"},
    "administrator": OWN | LOOKING | RUNNING | GIVING,
}


def sign_in(*roles: str) -> Client:
    user = User.objects.create_user("one", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


def offered(page: Any) -> set[str]:
    part = page.content.decode().partition('id="palette-commands"')[2].partition("</dialog>")[0]
    return {words.strip() for words in re.findall(r'role="option"[^>]*>([^<]*)<', part)}


@pytest.mark.parametrize("role", list(ALLOWED))
def test_each_role_is_offered_what_it_may_do(role: str) -> None:
    assert offered(sign_in(role).get("/admin/")) == ALLOWED[role]


def test_who_may_nothing_is_offered_no_more_than_their_own_affairs_and_no_search() -> None:
    page = sign_in().get("/admin/")

    assert offered(page) == OWN
    assert "data-suggest" not in page.content.decode()
    assert (
        'data-suggest="/admin/companies/company/suggest/"' in sign_in_again("analyst").get("/admin/").content.decode()
    )


def sign_in_again(role: str) -> Client:
    user = User.objects.get()
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", [name for _title, name, _permission in COMMANDS])
def test_every_command_opens_a_page(admin_client: Client, name: str) -> None:
    # Who has no destination yet is led to making one before subscribing.
    assert admin_client.get(reverse(name), follow=True).status_code == 200


def test_who_is_not_signed_in_sees_neither_palette_nor_menu(client: Client) -> None:
    page = client.get("/admin/login/").content.decode()

    assert 'id="palette"' not in page
    assert '<a class="skip-link" href="#page">本文へ移動</a>' in page
    assert 'id="page"' in page


@pytest.mark.parametrize(
    "path", ["", "companies/company/", "companies/company/compare/", "syncjobs/syncrun/add/", "auth/user/add/", "password_change/", "second-factor/"]
)  # fmt: skip
def test_every_page_begins_with_the_way_to_its_content_and_has_the_help(admin_client: Client, path: str) -> None:
    page = admin_client.get(f"/admin/{path}").content.decode()
    body = page.partition("<body")[2].partition(">")[2]

    first = re.search(r"<(?:a|button|input|select|textarea)\b[^>]*>", body)
    assert first is not None
    assert first.group() == '<a class="skip-link" href="#content">'
    assert page.count('id="content"') == 1
    assert page.count('<dialog id="palette"') == page.count('<dialog id="shortcuts"') == 1


def test_the_palette_costs_no_question_to_the_database(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = sign_in("operator")
    client.get("/admin/password_change/")
    # Session, user, permissions of the user and of their groups, second factor.
    with django_assert_max_num_queries(6):
        client.get("/admin/password_change/")
