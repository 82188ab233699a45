"""Signing in with a second factor: who is asked, what is refused, what is left without it."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGE, CODE = "/admin/second-factor/", "/admin/second-factor/code/"
PASSWORD = "a-long-password-2026"


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("one", password=PASSWORD)


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return client


def code_of_app(user: User, *, steps_ahead: int = 0) -> str:
    """What the app shows now, or `steps_ahead` half minutes later; no code is taken twice."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + steps_ahead * device.step
    return f"{totp.token():06}"


def switch_on(client: Client, user: User) -> list[str]:
    """The codes for paper."""
    client.get(PAGE)
    page = client.post(PAGE, {"code": code_of_app(user)}).content.decode()
    return re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", page)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_without_one_the_password_is_enough(user: User) -> None:
    assert sign_in(user).get("/admin/").status_code == 200


def test_it_is_switched_on_by_a_code_of_the_app(user: User) -> None:
    client = sign_in(user)
    page = text(client.get(PAGE))
    wrong = text(client.post(PAGE, {"code": "000000"}))
    codes = switch_on(client, user)

    assert "<svg" in page
    assert "コードが違います" in wrong
    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200


def test_from_then_on_the_password_opens_nothing_by_itself(user: User) -> None:
    switch_on(sign_in(user), user)
    client = sign_in(user)

    for path in ("/admin/", "/admin/auth/user/", "/admin/companies/company/?q=a", PAGE):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith(CODE)
    assert client.get("/api/v1/companies").status_code == 401
    assert "トヨタ" not in text(client.get(CODE))


def test_the_code_leads_to_where_one_wanted_to_go(user: User) -> None:
    switch_on(sign_in(user), user)
    client = sign_in(user)
    asked = client.get("/admin/companies/company/?q=a").headers["Location"]
    answer = client.post(asked, {"code": code_of_app(user, steps_ahead=1), "next": "/admin/companies/company/?q=a"})

    assert answer.headers["Location"] == "/admin/companies/company/?q=a"
    assert client.get("/admin/companies/company/").status_code == 200
    assert client.get("/api/v1/companies").status_code == 200
    assert client.get(CODE).headers["Location"] == "/admin/"


def test_nobody_is_led_to_another_site(user: User) -> None:
    switch_on(sign_in(user), user)
    answer = sign_in(user).post(CODE, {"code": code_of_app(user, steps_ahead=1), "next": "https://example.com/"})

    assert answer.headers["Location"] == "/admin/"


def test_no_code_is_taken_twice(user: User) -> None:
    switch_on(sign_in(user), user)
    code = code_of_app(user, steps_ahead=1)
    assert sign_in(user).post(CODE, {"code": code}).status_code == 302
    again = sign_in(user)

    assert "コードが違います" in text(again.post(CODE, {"code": code}))
    assert again.get("/admin/").status_code == 302


def test_a_code_on_paper_opens_once_and_does_not_make_the_app_wait(user: User) -> None:
    codes = switch_on(sign_in(user), user)

    assert sign_in(user).post(CODE, {"code": codes[0].upper()}).status_code == 302
    assert sign_in(user).post(CODE, {"code": codes[0]}).status_code == 200
    assert sign_in(user).post(CODE, {"code": code_of_app(user, steps_ahead=1)}).status_code == 302


def test_it_is_switched_off_by_a_code(user: User) -> None:
    client = sign_in(user)
    codes = switch_on(client, user)

    assert "コードが違います" in text(client.post(PAGE, {"code": "zzzzzzzzzz"}))
    assert "解除しました" in text(client.post(PAGE, {"code": code_of_app(user, steps_ahead=1)}, follow=True))
    assert sign_in(user).get("/admin/").status_code == 200
    assert sign_in(user).post(CODE, {"code": codes[1]}).headers["Location"] == "/admin/"


def test_who_lost_everything_is_let_in_by_an_administrator(user: User, admin_client: Client) -> None:
    switch_on(sign_in(user), user)
    action = {"action": "remove_second_factors", "_selected_action": [user.pk]}

    assert "1 人の二段階認証を解除しました。" in text(admin_client.post("/admin/auth/user/", action, follow=True))
    assert sign_in(user).get("/admin/").status_code == 200


def test_where_it_is_required_everyone_sets_it_up_first(user: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = sign_in(user)

    assert client.get("/admin/companies/company/").headers["Location"].startswith(PAGE)
    assert client.get("/api/v1/companies").status_code == 401
    assert len(switch_on(client, user)) == 10
    assert client.get("/admin/companies/company/").status_code == 200


def test_the_key_is_shown_to_its_owner_only(user: User, admin_client: Client) -> None:
    switch_on(sign_in(user), user)
    key = TOTPDevice.objects.get().key

    for path in (f"/admin/auth/user/{user.pk}/change/", "/admin/auth/user/", PAGE):
        assert key not in text(admin_client.get(path))
    assert admin_client.get("/admin/otp_totp/totpdevice/").status_code == 404
