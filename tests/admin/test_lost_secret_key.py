"""`SECRET_KEY` is lost: people sign in again, links and codes of before hold no more, and nothing else is missing."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from api.keys import create_api_key
from datasources.credentials import Credentials, find_credentials, store_credentials
from datasources.models import DataSource
from subscriptions.destinations.mail_addresses import make_mail
from subscriptions.destinations.stop_links import stop_link
from tests.contract.test_hostile_admin import routes
from tests.fakes.smtp import FakeMailServer
from tests.subscriptions.destinations.test_mail_addresses import code_in
from tests.subscriptions.mailing import use_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    with FakeMailServer() as started:
        yield started


def lose_secret(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = f"another-{uuid4().hex}-{uuid4().hex}", []


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_session_of_before_is_asked_to_sign_in_on_every_page_and_the_password_holds(
    two_lists: None, admin_user: User, settings: Settings
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(admin_user)
    assert client.get("/admin/companies/company/").status_code == 200
    lose_secret(settings)

    statuses = {}
    for route, parts in routes():
        if route.startswith("admin/") and not parts and "logout" not in route:
            statuses[route] = client.get(f"/{route}").status_code
    again = client.post(
        "/admin/login/?next=/admin/companies/company/", {"username": "admin", "password": "password"}, follow=True
    )

    assert {route: status for route, status in statuses.items() if status >= 500} == {}
    assert statuses["admin/companies/company/"] == 302
    assert (again.status_code, "7203" in text(again)) == (200, True)


def test_keys_and_credentials_need_no_secret_key(two_lists: None, settings: Settings) -> None:
    source = DataSource.objects.create(name="J-Quants")
    store_credentials(source, Credentials("an-api-key-of-a-source"))
    key = create_api_key(name="screen", scopes=["read"])[1]
    lose_secret(settings)

    assert find_credentials(DataSource.objects.get(pk=source.pk)).api_key == "an-api-key-of-a-source"
    assert APIClient(headers={"X-API-Key": key}).get("/api/v1/companies").status_code == 200


def test_links_in_mail_lead_to_no_error_and_a_code_of_before_is_a_wrong_one(
    admin_user: User, admin_client: Client, mail_server: FakeMailServer, settings: Settings
) -> None:
    use_server(settings, mail_server, PUBLIC_URL="https://meigara.example.com")
    mail = make_mail(owner=admin_user, name="メール", address=f"a-{uuid4().hex}@example.com")
    link = stop_link(mail.pk).removeprefix("https://meigara.example.com")
    assert admin_client.get(link).status_code == 200
    code = code_in(mail_server)
    lose_secret(settings)
    admin_client.force_login(admin_user)

    page = f"/admin/subscriptions/destination/{mail.pk}"
    wrong = text(admin_client.post(f"{page}/confirm/", {"code": code}, follow=True))

    assert Client().get(link).status_code == 404
    assert "コードが違います" in wrong
    assert f"{page}/send_code/" in wrong
