"""The page of a destination: how it does, and what can be done about it; one's own only, asked first where something goes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key
from sign_in.models import RecordedChange
from subscriptions.choices import DeliveryStatus, DestinationStatus, PauseReason
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.feeds import find_feed, make_feed
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.destinations.states import pause
from subscriptions.models import Delivery, Destination
from tests.subscriptions.admin_pages import DELIVERIES, DESTINATIONS, URL, delivery_to, sign_in, text, webhook_of

pytestmark = pytest.mark.django_db
WAITING, DELIVERED, SKIPPED = DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED


@pytest.fixture(autouse=True)
def private_receivers(settings: Any) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True


@pytest.fixture
def analyst() -> tuple[Client, User]:
    return sign_in()


def page_of(client: Client, destination: Destination) -> str:
    return text(client.get(f"{DESTINATIONS}{destination.pk}/change/"))


def press(client: Client, destination: Destination, action: str, **fields: str) -> str:
    return text(client.post(f"{DESTINATIONS}{destination.pk}/{action}/", fields, follow=True))


def statuses(destination: Destination) -> list[str]:
    return list(Delivery.objects.filter(destination=destination).order_by("id").values_list("status", flat=True))


def state_of(destination: Destination) -> tuple[str, str]:
    destination.refresh_from_db()
    return destination.status, destination.status_reason


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


def test_a_new_secret_is_asked_for_first_shown_once_and_the_old_one_holds_a_day(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    (old,) = usable_secrets(destination)
    asked = press(client, destination, "rotate")
    destination.refresh_from_db()
    before = usable_secrets(destination)
    answer = client.post(f"{DESTINATIONS}{destination.pk}/rotate/", {"answer": "renew"})
    destination.refresh_from_db()
    new, still = usable_secrets(destination)

    assert "24 時間は、新しい鍵と前の鍵の両方で署名します。" in asked
    assert before == [old]
    assert still == old
    assert new in text(answer)
    assert old not in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert new not in page_of(client, destination)
    change = RecordedChange.objects.get()
    assert (change.kind, change.values) == ("secret_changed", {})
    assert "一つ前の鍵は、すぐに使えなくなります。" in press(client, destination, "rotate")


def test_a_feeds_new_address_ends_the_old_one_after_it_was_said(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    feed, old = make_feed(owner=user, name="フィード")
    asked = press(client, feed, "rotate")
    still = find_feed(old)
    answer = text(client.post(f"{DESTINATIONS}{feed.pk}/rotate/", {"answer": "renew"}))

    assert "いまのアドレスはすぐに使えなくなり、元に戻せません。" in asked
    assert still == feed
    assert find_feed(old) is None
    assert "/feeds/" in answer
    assert old not in answer


def test_another_address_is_taken_with_what_waits(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    form = text(client.get(f"{DESTINATIONS}{destination.pk}/address/"))
    wrong = press(client, destination, "address", url="nonsense")
    done = press(client, destination, "address", url="http://127.0.0.1:1/other-secret")
    destination.refresh_from_db()

    assert "very-secret-path" not in form
    assert "https://" in wrong
    assert "宛先を変えました。" in done
    assert "other-secret" not in done
    assert read_address(destination) == "http://127.0.0.1:1/other-secret"
    change = RecordedChange.objects.get()
    assert (change.kind, "secret" in str(change.values)) == ("secret_changed", False)


def range_of(days: int) -> dict[str, str]:
    now = timezone.localtime() + timedelta(hours=1)
    since = now - timedelta(days=days)
    return {
        "since_0": f"{since:%Y-%m-%d}",
        "since_1": f"{since:%H:%M}",
        "until_0": f"{now:%Y-%m-%d}",
        "until_1": f"{now:%H:%M}",
    }


def test_a_time_is_sent_again_after_it_was_said_how_many_that_are(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery_to(destination, DELIVERED, days_ago=9)
    kept = [delivery_to(destination, DELIVERED, days_ago=2), delivery_to(destination, SKIPPED, days_ago=1)]
    delivery_to(destination)
    asked = press(client, destination, "resend", **range_of(5))
    assert Delivery.objects.count() == 4
    done = press(client, destination, "resend", **range_of(5), answer="send")

    assert "2 件を、もう一度送ります。" in asked
    assert "2 件を再送する" in asked
    assert "2 件を送る列に入れました。" in done
    again = Delivery.objects.filter(is_repeat=True).order_by("id")
    assert [one.webhook_id for one in again] == [one.webhook_id for one in kept]
    assert RecordedChange.objects.get().values == {"再送した件数": [None, 2]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "この項目は必須です。"),
        ({"since_0": "2024-03-29", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "終わりは、始まりより後にしてください。"),
        ({"since_0": "きのう", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "日付として読めません"),
        ({"since_0": "2024-03-28", "since_1": "10:00", "until_0": "2024-03-29", "until_1": "09:00"}, "この期間に送ったものはありません"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_meant_is_said(analyst: tuple[Client, User], fields: dict[str, str], words: str) -> None:
    client, user = analyst
    destination = webhook_of(user)

    assert words in press(client, destination, "resend", **fields, answer="send")


def test_deleting_says_in_numbers_what_goes(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user, "受信")
    for _ in range(3):
        delivery_to(destination, DELIVERED)
    waiting = delivery_to(destination)
    asked = text(client.get(f"{DESTINATIONS}{destination.pk}/delete/"))
    still = Destination.objects.count()
    client.post(f"{DESTINATIONS}{destination.pk}/delete/", {"post": "yes"})

    assert "まだ送っていない通知 1 件（もう送りません）" in asked
    assert "配信: 4" in asked
    assert waiting.webhook_id not in asked
    assert still == 1
    assert (Destination.objects.count(), Delivery.objects.count()) == (0, 0)
    change = RecordedChange.objects.get()
    assert (change.kind, change.subject) == ("deleted", "受信")
    assert "very-secret-path" not in str(change.values)


def test_a_name_and_a_language_are_changed_and_written_down(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user, "前")
    client.post(f"{DESTINATIONS}{destination.pk}/change/", {"name": "後", "language": "en"})
    destination.refresh_from_db()

    assert (destination.name, destination.language) == ("後", "en")
    assert RecordedChange.objects.get().values == {"name": ["前", "後"], "language": ["ja", "en"]}


def test_one_that_a_key_made_says_so(analyst: tuple[Client, User], api_key_of: Any) -> None:
    client, user = analyst
    destination = webhook_of(user, "機械の", api_key=api_key_of(user, "夜間バッチ"))

    assert "API キー「夜間バッチ」" in text(client.get(DESTINATIONS))
    assert "API キー「夜間バッチ」" in page_of(client, destination)


@pytest.fixture
def api_key_of() -> Any:
    return lambda owner, name: create_api_key(name=name, scopes=["read"], created_by=owner)[0]


def test_a_delivery_tells_what_was_said_and_what_came_of_it(analyst: tuple[Client, User]) -> None:
    client, user = analyst
    destination = webhook_of(user)
    delivery = delivery_to(destination, DELIVERED)
    page = text(client.get(f"{DELIVERIES}{delivery.pk}/change/"))

    assert delivery.webhook_id in page
    assert "送る JSON" in page
    assert "&quot;type&quot;: &quot;test&quot;" in page
    assert "1,234 ミリ秒" in page
    assert 'name="_save"' not in page


def test_one_is_sent_again_with_its_id_and_one_that_waits_is_left_out_after_asking(
    analyst: tuple[Client, User],
) -> None:
    client, user = analyst
    destination = webhook_of(user)
    sent, waiting = delivery_to(destination, DELIVERED), delivery_to(destination)
    client.post(f"{DELIVERIES}{sent.pk}/again/")
    asked = text(client.post(f"{DELIVERIES}{waiting.pk}/skip/"))
    waiting.refresh_from_db()
    before = waiting.status
    client.post(f"{DELIVERIES}{waiting.pk}/skip/", {"answer": "skip"})
    waiting.refresh_from_db()

    assert Delivery.objects.get(is_repeat=True).webhook_id == sent.webhook_id
    assert "1 件を送らないことにします。" in asked
    assert (before, waiting.status) == ("waiting", "skipped")
    assert [change.values for change in RecordedChange.objects.order_by("id")] == [
        {"再送した件数": [None, 1]},
        {"送らずに残した件数": [None, 1]},
    ]


@pytest.mark.parametrize("action", ["change", "again", "skip", "delete"])
def test_deliveries_are_their_owners_only(action: str) -> None:
    _, owner = sign_in("owner")
    delivery = delivery_to(webhook_of(owner))
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    answer = client.post(f"{DELIVERIES}{delivery.pk}/{action}/", {"answer": "skip", "post": "yes"})

    assert answer.status_code in (302, 403, 404)
    assert statuses(delivery.destination) == ["waiting"]
    assert list(client.get(DELIVERIES).context["cl"].result_list) == []


def test_deliveries_are_deleted_by_no_hand() -> None:
    client, user = sign_in("boss", "administrator")
    delivery = delivery_to(webhook_of(user), DELIVERED)
    page = text(client.get(f"{DELIVERIES}{delivery.pk}/change/"))

    assert f"{DELIVERIES}{delivery.pk}/delete/" not in page
    assert client.post(f"{DELIVERIES}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Delivery.objects.count() == 1


def test_a_person_is_deleted_with_what_was_told_to_them(admin_client: Client) -> None:
    _, leaving = sign_in("leaving")
    delivery_to(webhook_of(leaving), DELIVERED)
    admin_client.post(f"/admin/auth/user/{leaving.pk}/delete/", {"post": "yes"})

    assert User.objects.filter(username="leaving").count() == 0
    assert (Destination.objects.count(), Delivery.objects.count()) == (0, 0)
