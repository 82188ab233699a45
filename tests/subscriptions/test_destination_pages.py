"""The page of a destination: how it does, and what can be done about it; one's own only, asked first where something goes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from sign_in.models import RecordedChange
from subscriptions.choices import DeliveryStatus, DestinationStatus, PauseReason
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.destinations.states import pause
from subscriptions.models import Destination
from tests.subscriptions.admin_pages import DESTINATIONS, URL, delivery_to, sign_in, text, webhook_of
from tests.subscriptions.destination_asking import page_of, press, state_of, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_receivers")]

WAITING, DELIVERED, SKIPPED = DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED


ACTIONS = (
    "change",
    "live",
    "resume",
    "rotate",
    "resend",
    "address",
    "test",
    "pause",
    "confirm",
    "send_code",
    "delete",
    "history",
)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["analyst", "administrator", "superuser"])
def test_nobody_sees_or_touches_anothers(who: str, action: str) -> None:
    _, owner = sign_in("owner")
    destination = webhook_of(owner, "ひみつの受信")
    secrets = usable_secrets(destination)
    client = Client()
    if who == "superuser":
        client.force_login(User.objects.create_superuser("root"))
    else:
        client, _ = sign_in("other", who)
    fields = {"answer": "renew", "url": "http://127.0.0.1:1/", "name": "x", "language": "en", "post": "yes"}
    answers = [
        client.get(f"{DESTINATIONS}{destination.pk}/{action}/"),
        client.post(f"{DESTINATIONS}{destination.pk}/{action}/", fields),
    ]

    # Django leads away from what is not among somebody's rows.
    assert {answer.status_code for answer in answers} <= {302, 403, 404, 405}
    assert not any("ひみつの受信" in text(answer) for answer in answers)
    destination.refresh_from_db()
    assert (destination.name, destination.status, usable_secrets(destination), read_address(destination)) == (
        "ひみつの受信",
        "active",
        secrets,
        URL,
    )
    assert "ひみつの受信" not in text(client.get(DESTINATIONS))


def test_a_list_says_why_nothing_arrives_and_what_waits(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    well, stopped, failing = webhook_of(user, "元気"), webhook_of(user, "停止"), webhook_of(user, "失敗")
    for _ in range(2):
        delivery_to(stopped)
    pause(stopped)
    Destination.objects.filter(pk=failing.pk).update(failures=3, failing_since=timezone.now() - timedelta(hours=2))
    page = client.get(DESTINATIONS)
    rows = {row.name: row.waiting_count for row in page.context["cl"].result_list}

    assert rows == {"元気": 0, "停止": 2, "失敗": 0}
    assert "手動で停止（" in text(page)
    assert "から送れていません" in text(page)
    assert well.shown_address in text(page)
    assert "very-secret-path" not in text(page)


def test_a_test_message_is_sent_and_the_page_shows_what_comes_of_it(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    page = press(client, destination, "test")

    assert "テスト送信を始めました。" in page
    assert statuses(destination) == ["waiting"]
    assert f'hx-get="{DESTINATIONS}{destination.pk}/live/?known=active" hx-trigger="every 2s"' in page
    live = client.get(f"{DESTINATIONS}{destination.pk}/live/?known=active", headers={"HX-Request": "true"})
    assert "送信待ち 1 件" in text(live)
    assert "HX-Refresh" not in live.headers


def test_nothing_is_asked_for_anew_where_nothing_is_on_its_way(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery_to(destination, DELIVERED)

    page = page_of(client, destination)
    assert 'hx-trigger="every' not in page.partition('id="destination-live"')[2].partition(">")[0]
    assert "204" in page
    assert "1,234 ミリ秒" in page


def test_the_page_comes_anew_when_the_state_is_another(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    pause(destination, PauseReason.KEEPS_FAILING)
    live = client.get(f"{DESTINATIONS}{destination.pk}/live/?known=active", headers={"HX-Request": "true"})

    assert live.headers["HX-Refresh"] == "true"


def test_stopping_keeps_what_waits_and_is_written_down(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery_to(destination)
    page = press(client, destination, "pause")

    assert state_of(destination) == ("paused", "by_person")
    assert statuses(destination) == ["waiting"]
    assert "再開…" in page
    assert "テスト送信</button>" not in page
    assert RecordedChange.objects.get().values == {"status": ["active", "paused"]}
    assert "すでに停止しています。" in press(client, destination, "pause")


def test_an_action_that_is_only_looked_at_does_nothing(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    secrets = usable_secrets(destination)
    for action in ("test", "pause", "rotate", "resume", "resend"):
        client.get(f"{DESTINATIONS}{destination.pk}/{action}/")
    destination.refresh_from_db()

    assert (destination.status, statuses(destination), usable_secrets(destination)) == ("active", [], secrets)
    assert RecordedChange.objects.count() == 0


@pytest.mark.parametrize(
    ("answer", "left", "values"),
    [
        ("send", ["delivered", "waiting", "waiting"], {"status": ["paused", "active"]}),
        (
            "skip",
            ["delivered", "skipped", "skipped"],
            {"status": ["paused", "active"], "送らずに残した件数": [None, 2]},
        ),
    ],
)
def test_going_on_asks_first_and_in_numbers(
    analyst: tuple[Client, User], answer: str, left: list[str], values: dict[str, Any]
) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery_to(destination, DELIVERED)
    for _ in range(2):
        delivery_to(destination)
    pause(destination, PauseReason.KEEPS_FAILING)
    asked = press(client, destination, "resume")
    assert state_of(destination) == ("paused", "keeps_failing")

    page = press(client, destination, "resume", answer=answer)

    assert "送っていない通知が 2 件待っています。" in asked
    assert "待っている 2 件を送って再開" in asked
    assert "待っている 2 件を送らずに再開" in asked
    assert state_of(destination) == ("active", "")
    assert statuses(destination) == left
    assert "を再開しました。" in page
    assert RecordedChange.objects.get().values == values


def test_nothing_that_waits_needs_no_choice(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    pause(destination)
    asked = press(client, destination, "resume")

    assert "待っているものはありません。" in asked
    assert "送らずに" not in asked


@pytest.mark.parametrize(
    ("reason", "words", "advice"),
    [
        (PauseReason.BY_PERSON, "手動で停止しました。", "「再開」を押すと"),
        (PauseReason.KEEPS_FAILING, "3 日間送れなかったため", "受け取る側を直してから再開してください。"),
        (PauseReason.GONE, "410 Gone", "Webhook なら宛先を変え、ほかは作り直してください。"),
    ],
)
def test_why_it_stopped_and_what_to_do_now_is_said(
    analyst: tuple[Client, User], reason: PauseReason, words: str, advice: str
) -> None:
    client, user = analyst
    destination = webhook_of(user)
    status = DestinationStatus.ENDED if reason is PauseReason.GONE else DestinationStatus.PAUSED
    Destination.objects.filter(pk=destination.pk).update(status=status, status_reason=reason)
    page = page_of(client, destination)
    home = text(client.get("/admin/"))

    assert words in page
    assert advice in page
    assert "再開…" in page
    assert "届いていない通知先" in home
    assert f'href="{DESTINATIONS}{destination.pk}/change/">理由を見て再開する' in home


def test_the_first_page_says_nothing_where_all_is_well_nor_of_others(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    _, other = sign_in("other")
    webhook_of(user)
    pause(webhook_of(other))

    assert "届いていない通知先" not in text(client.get("/admin/"))
