"""`ENCRYPTION_KEYS` are lost: the ledger goes on, no page breaks, each says what to do, and what is entered anew works at once."""

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from datasources.checks import check_credentials_are_readable
from datasources.connection_check import check_connection
from datasources.models import DataSource
from subscriptions.admin.asking import ANSWER
from subscriptions.checks import check_addresses_are_readable
from subscriptions.deliveries.models import DeliveryAttempt
from subscriptions.destinations.models import Destination
from syncjobs.execution import execute_run
from syncjobs.runs import start_listing_run
from tests.admin.lost_keys import Kept, addresses_of, keep_everything, lose_keys
from tests.contract.test_hostile_admin import routes
from tests.factories import make_issue
from tests.fakes.jquants import API_KEY, FakeJquants
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import FakeMailServer
from tests.subscriptions.telling import make_due, send_all, statuses

APRIL = date(2024, 4, 30)
pytestmark = pytest.mark.django_db
_PART = re.compile(r"<[^>]+>|\(\?P<[^)]+\)")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    with FakeMailServer() as started:
        yield started


@pytest.fixture
def kept(
    two_lists: None,
    admin_user: User,
    jquants: FakeJquants,
    receiver: Receiver,
    mail_server: FakeMailServer,
    settings: Settings,
) -> Kept:
    """Everything, and the keys are gone."""
    made = keep_everything(admin_user, jquants, receiver, mail_server, settings)
    lose_keys(settings)
    return made


@pytest.fixture
def client(admin_client: Client) -> Client:
    admin_client.raise_request_exception = False
    return admin_client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_no_page_of_the_admin_breaks(kept: Kept, client: Client) -> None:
    addresses = {
        "/" + _PART.sub(pk, route)
        for route, parts in routes()
        if route.startswith("admin/") and "logout" not in route
        for pk in (addresses_of(kept, "/" + route) if parts else [""])
    }

    statuses = {address: client.get(address).status_code for address in sorted(addresses)}

    assert len(addresses) > 100
    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    what_is_wrong_and_what_to_do(kept, client)


def test_no_button_breaks_either(kept: Kept, client: Client) -> None:
    broken = []
    for pk in (kept.hook.pk, kept.mail.pk, kept.chat.pk, kept.feed.pk):
        for action in ("test", "send_code", "rotate", "resend", "pause", "resume", "address", "confirm"):
            answer = client.post(
                f"/admin/subscriptions/destination/{pk}/{action}/", {"answer": "renew", "code": "123456"},
                follow=action in ("test", "rotate"),
            )  # fmt: skip
            if answer.status_code >= 500:
                broken.append((pk, action, answer.status_code))
    for pk in (kept.source.pk, kept.other.pk):
        for action in ("check", "sync", "try"):
            answer = client.post(f"/admin/datasources/datasource/{pk}/{action}/", follow=True)
            if answer.status_code >= 500:
                broken.append((pk, action, answer.status_code))

    assert broken == []


def what_is_wrong_and_what_to_do(kept: Kept, client: Client) -> None:
    """As the pages say it."""
    hook = text(client.get(f"/admin/subscriptions/destination/{kept.hook.pk}/change/"))
    chat = text(client.get(f"/admin/subscriptions/destination/{kept.chat.pk}/change/"))
    code = text(client.post(f"/admin/subscriptions/destination/{kept.mail.pk}/send_code/", follow=True))
    source = text(client.get(f"/admin/datasources/datasource/{kept.source.pk}/change/"))

    assert "いまの ENCRYPTION_KEYS では読めないため、送れません" in hook
    assert "「宛先を変える」で URL を、「鍵の更新」で署名の鍵を入れ直して" in hook
    assert "この通知先を作り直し" in chat
    assert "保存されている宛先を読めません" in code
    assert "保存されている認証情報を復号できません" in source
    feed = text(client.get(f"/admin/subscriptions/destination/{kept.feed.pk}/change/"))
    assert "読めない" not in feed


def test_runs_and_deliveries_fail_in_words_and_the_ledger_goes_on(kept: Kept, client: Client) -> None:
    run = start_listing_run(kept.source, requested_by="test", day=APRIL)
    execute_run(run.pk)
    run.refresh_from_db()
    send_all()
    attempts = set(DeliveryAttempt.objects.values_list("error_code", flat=True))
    page = text(client.get(f"/admin/subscriptions/destination/{kept.hook.pk}/change/"))
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    key = create_api_key(name="screen", scopes=["read"])[1]
    companies = client.get("/api/v1/companies", headers={"X-API-Key": key}).json()["companies"]

    assert (run.status, run.error_code) == ("failed", "CREDENTIALS_UNREADABLE")
    assert "ENCRYPTION_KEYS" in run.error_message
    assert attempts == {"ADDRESS_UNREADABLE"}
    assert "保存されている宛先か署名の鍵を読めません（ADDRESS_UNREADABLE）" in page
    assert {row["code"] for row in companies} == {"7203", "7201"}


def test_who_lost_the_keys_forgets_what_they_opened_and_enters_it_anew(
    kept: Kept, client: Client, jquants: FakeJquants, receiver: Receiver
) -> None:
    assert [error.id for error in start_checks()] == ["datasources.E001", "subscriptions.E002"]
    with pytest.raises(CommandError, match="--forget-unreadable"):
        call_command("rotate_credentials")
    told = StringIO()
    call_command("rotate_credentials", "--forget-unreadable", "--dry-run", stdout=told)
    assert [error.id for error in start_checks()] == ["datasources.E001", "subscriptions.E002"]
    call_command("rotate_credentials", "--forget-unreadable", stdout=told)

    assert (
        "空にします（--dry-run のため、まだ何も変更していません）: 認証情報 2 件、トークン 2 件、通知先の宛先 3 件、署名の鍵 1 件"
        in told.getvalue()
    )
    assert "空にしました: 認証情報 2 件" in told.getvalue()
    assert start_checks() == []
    send_all()
    assert receiver.requests == []
    entered = {
        "name": "本番",
        "api_version": "v2",
        "plan": "unlimited",
        "base_url": jquants.url(),
        "is_enabled": "on",
        "api_key": API_KEY,
    }
    client.post(f"/admin/datasources/datasource/{kept.source.pk}/change/", entered)
    assert check_connection(DataSource.objects.get(pk=kept.source.pk)).message.startswith("接続できました")
    client.post(f"/admin/subscriptions/destination/{kept.hook.pk}/address/", {"url": receiver.url()})
    # A webhook that has an address and no secret sends nothing rather than unsigned.
    make_due(kept.hook)
    send_all()
    assert (receiver.requests, statuses(kept.hook)) == ([], ["waiting"])
    client.post(f"/admin/subscriptions/destination/{kept.hook.pk}/rotate/", {ANSWER: "renew"})
    kept.hook.refresh_from_db()
    make_due(kept.hook)
    send_all()
    assert statuses(kept.hook) == ["delivered"]


def test_the_api_says_so_too(kept: Kept, admin_user: User, client: Client) -> None:
    key, plain = create_api_key(name="own", scopes=["read", "subscribe"], created_by=admin_user, is_personal=True)
    Destination.objects.update(api_key=key)
    headers = {"X-API-Key": plain}

    secret = client.post(
        f"/api/v1/destinations/{kept.hook.pk}/secret", {}, content_type="application/json", headers=headers
    )
    code = client.post(
        f"/api/v1/destinations/{kept.mail.pk}/code", {}, content_type="application/json", headers=headers
    )

    # The one before cannot sign any more, so that it does not end later.
    assert secret.status_code == 200, secret.json()
    assert secret.json()["previous_until"] is None
    assert (code.status_code, code.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert "保存されている宛先を読めません" in code.json()["error"]["details"]["address"][0]


def start_checks() -> list[Any]:
    return [
        *check_credentials_are_readable(databases=["default"]),
        *check_addresses_are_readable(databases=["default"]),
    ]
