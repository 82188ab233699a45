"""Adding a destination in the admin: first how, then only its own fields; what is secret is in the answer and nowhere else."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from sign_in.models import RecordedChange
from subscriptions.destinations.feeds import find_feed
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.models import Destination
from tests.subscriptions.admin_pages import DESTINATIONS, SUBSCRIPTIONS, URL, sign_in, text

pytestmark = pytest.mark.django_db
ADD = f"{DESTINATIONS}add/"
SLACK = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx"


@pytest.fixture(autouse=True)
def private_receivers(settings: Any) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    settings.MAIL_FROM = "Meigara <meigara@example.com>"


def shown_once(answer: Any) -> str:
    found = re.search(r'id="shown-once"[^>]* value="([^"]+)"', text(answer))
    assert found is not None
    return found.group(1)


def fields_of(answer: Any) -> set[str]:
    form = text(answer).partition('<form method="post" class="max-w-2xl"')[2].partition("</form>")[0]
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', form)) - {"csrfmiddlewaretoken"}


def add(client: Client, channel: str, **fields: str) -> Any:
    return client.post(f"{ADD}?channel={channel}", {"name": "受信", "language": "ja", **fields})


def kept(client: Client) -> str:
    rows = [list(model.objects.values()) for model in (LogEntry, RecordedChange, Session)]
    return f"{rows} { {name: cookie.value for name, cookie in client.cookies.items()} }"


def test_the_first_step_is_how_and_the_second_asks_only_for_what_belongs_to_it() -> None:
    client, _ = sign_in()
    first = text(client.get(ADD))

    assert all(f"?channel={channel}" in first for channel in ("webhook", "mail", "chat", "atom"))
    asked = {
        channel: fields_of(client.get(f"{ADD}?channel={channel}")) for channel in ("webhook", "mail", "chat", "atom")
    }
    assert asked == {
        "webhook": {"url", "name", "language"}, "mail": {"address", "name", "language"}, "chat": {"url", "name", "language"},
        "atom": {"name", "language"},
    }  # fmt: skip
    assert "hooks.slack.com/services/" in text(client.get(f"{ADD}?channel=chat"))


def test_without_a_mail_server_mail_is_not_offered_and_it_is_said_why(settings: Any) -> None:
    settings.MAIL_FROM = ""
    client, _ = sign_in()
    first = text(client.get(ADD))

    assert "?channel=mail" not in first
    assert "メールサーバーが設定されていません。" in first


def test_a_persons_own_address_needs_no_code() -> None:
    client, user = sign_in()
    page = text(
        client.post(f"{ADD}?channel=mail", {"name": "メール", "language": "ja", "address": user.email}, follow=True)
    )

    assert Destination.objects.get().status == "active"
    assert "通知先「メール」を追加しました。" in page
    assert mail.outbox == []


def test_a_channel_that_is_none_is_said_and_asked_again() -> None:
    client, _ = sign_in()

    assert "その方法はありません。" in text(client.get(f"{ADD}?channel=pigeon"))


def test_a_webhooks_secret_is_in_the_answer_and_nowhere_else() -> None:
    client, user = sign_in()
    answer = add(client, "webhook", url=URL)
    plain = shown_once(answer)
    made = Destination.objects.get()
    pages = [text(client.get(path)) for path in (DESTINATIONS, f"{DESTINATIONS}{made.pk}/change/", "/admin/")]

    assert (made.owner, usable_secrets(made)) == (user, [plain])
    assert "no-store" in answer.headers["Cache-Control"]
    assert not any(secret in page for page in pages for secret in (plain, "very-secret-path"))
    assert plain not in kept(client)
    assert "very-secret-path" not in kept(client)
    change = RecordedChange.objects.get()
    assert (change.kind, change.person, change.subject) == ("added", "analyst", "受信")
    assert change.values == {
        "name": [None, "受信"], "channel": [None, "webhook"], "shown_address": [None, "127.0.0.1"], "language": [None, "ja"],
    }  # fmt: skip


def test_a_feeds_address_is_in_the_answer_and_nowhere_else() -> None:
    client, _ = sign_in()
    address = shown_once(add(client, "atom"))
    made = Destination.objects.get()
    token = address.rpartition("/")[2].removesuffix(".atom")
    page = text(client.get(f"{DESTINATIONS}{made.pk}/change/"))

    assert address.startswith("http://testserver/feeds/")
    assert find_feed(token) == made
    assert token not in page
    assert token not in kept(client)


def test_a_chats_address_is_a_secret_too() -> None:
    client, _ = sign_in()
    answer = add(client, "chat", url=SLACK)
    made = Destination.objects.get()
    page = text(client.get(f"{DESTINATIONS}{made.pk}/change/"))

    assert answer.status_code == 302
    assert "abcdefghijklmnopqrstuvwx" not in page
    assert "abcdefghijklmnopqrstuvwx" not in kept(client)


def test_a_mail_address_waits_for_the_code_that_was_sent_there() -> None:
    client, _ = sign_in()
    begun = text(client.get(f"{ADD}?channel=mail"))
    page = text(
        client.post(
            f"{ADD}?channel=mail", {"name": "メール", "language": "ja", "address": "me@example.com"}, follow=True
        )
    )
    made = Destination.objects.get()
    (sent,) = mail.outbox
    code = re.search(r"\b[0-9]{6,8}\b", str(sent.body))
    assert code is not None
    wrong = text(client.post(f"{DESTINATIONS}{made.pk}/confirm/", {"code": "0" * len(code.group())}, follow=True))
    made.refresh_from_db()
    status_before = made.status
    right = text(client.post(f"{DESTINATIONS}{made.pk}/confirm/", {"code": code.group()}, follow=True))
    made.refresh_from_db()

    assert 'value="analyst@example.com"' in begun
    assert "届いたコード" in page
    assert code.group() not in page
    assert (status_before, made.status) == ("unconfirmed", "active")
    assert "メールアドレスを確認しました。" not in wrong
    assert "メールアドレスを確認しました。" in right
    assert RecordedChange.objects.first().values == {"status": ["unconfirmed", "active"]}  # type: ignore[union-attr] # two are there


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "ftp://example.com/"}, "https:// から始まる URL を入力してください。"),
        ({"url": ""}, "この項目は必須です。"),
        ({"url": URL, "name": ""}, "この項目は必須です。"),
        ({"url": URL, "name": "もうある"}, "「もうある」という名前の通知先がもうあります。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(fields: dict[str, str], words: str) -> None:
    client, _ = sign_in()
    add(client, "webhook", url=URL, name="もうある")
    page = add(client, "webhook", **fields)

    assert words in text(page)
    assert Destination.objects.count() == 1


def test_a_name_is_offered_that_is_free() -> None:
    client, _ = sign_in()
    first = text(client.get(f"{ADD}?channel=webhook"))
    add(client, "webhook", url=URL, name="Webhook")

    assert 'value="Webhook"' in first
    assert 'value="Webhook 2"' in text(client.get(f"{ADD}?channel=webhook"))


def test_who_came_from_a_subscription_goes_back_to_it_with_the_destination() -> None:
    client, _ = sign_in()
    answer = client.get(f"{SUBSCRIPTIONS}add/", follow=True)
    way = answer.redirect_chain[-1][0]
    chosen = text(client.get(way))
    made = client.post(
        f"{ADD}?channel=webhook",
        {"name": "受信", "language": "ja", "url": URL, "next": f"{SUBSCRIPTIONS}add/?watch_list=1"},
    )

    assert way == f"{ADD}?next=%2Fadmin%2Fsubscriptions%2Fsubscription%2Fadd%2F"
    assert "?channel=webhook&amp;next=%2Fadmin%2Fsubscriptions" in chosen
    assert f'href="{SUBSCRIPTIONS}add/?watch_list=1&amp;destination={Destination.objects.get().pk}"' in text(made)


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/admin/elsewhere/", "https://evil.example/admin/subscriptions/subscription/add/"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(elsewhere: str) -> None:
    client, _ = sign_in()
    made = client.post(f"{ADD}?channel=webhook", {"name": "受信", "language": "ja", "url": URL, "next": elsewhere})

    assert elsewhere not in text(made)
    assert elsewhere not in text(client.get(ADD, {"next": elsewhere}))


def test_who_may_not_add_is_refused(client: Client) -> None:
    _, user = sign_in()
    user.groups.clear()
    client.force_login(user)

    assert client.get(ADD).status_code == 403
    assert client.post(f"{ADD}?channel=webhook", {"name": "a", "language": "ja", "url": URL}).status_code == 403
    assert Destination.objects.count() == 0


def test_a_wrong_code_takes_one_of_the_tries() -> None:
    client, _ = sign_in()
    add(client, "mail", address="me@example.com")
    made = Destination.objects.get()
    code = re.search(r"\b[0-9]{6}\b", str(mail.outbox[0].body))
    assert code is not None
    wrong = "000000" if code.group() != "000000" else "000001"
    pages = [text(client.post(f"{DESTINATIONS}{made.pk}/confirm/", {"code": wrong}, follow=True)) for _ in range(2)]

    assert "あと 4 回入力できます。" in pages[0]
    assert "あと 3 回入力できます。" in pages[1]
