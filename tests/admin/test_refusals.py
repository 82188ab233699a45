"""What a person sees when something cannot be done."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory, override_settings
from django.views.defaults import server_error

pytestmark = pytest.mark.django_db


def test_a_refusal_says_whom_to_ask(client: Client) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))
    page = client.get("/admin/api/apikey/")

    assert page.status_code == 403
    assert "管理者に役割（グループ）の追加を依頼してください" in page.content.decode()


def test_a_form_that_was_open_too_long_says_that_nothing_was_written() -> None:
    page = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})

    assert page.status_code == 403
    assert "何も書き込んでいません" in page.content.decode()


@pytest.mark.parametrize(("language", "words"), [("ja", "ページがありません"), ("en", "No such page")])
def test_a_page_that_is_not_there(client: Client, language: str, words: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/nowhere")

    assert page.status_code == 404
    assert words in page.content.decode()


@override_settings(DEBUG=False)
def test_an_error_of_ours_says_so_in_japanese() -> None:
    page = server_error(RequestFactory().get("/admin/"))

    assert page.status_code == 500
    assert "サーバー内部でエラーが発生しました" in page.content.decode()
