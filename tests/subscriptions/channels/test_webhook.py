"""One attempt at a receiver of every kind: what it is told, what of its answer is kept, and that nothing is asked twice."""

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from subscriptions.channels.sending import Job, Outcome
from subscriptions.channels.webhook import WebhookChannel, make_body, read_retry_after
from subscriptions.destinations.secrets import make_secret
from subscriptions.told.notices import make_content
from tests.fakes.certificates import make_certificate
from tests.fakes.receiver import Receiver

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SECRET, OLD_SECRET = make_secret(), make_secret()


def make_job(address: str, **fields: Any) -> Job:
    values: dict[str, Any] = {
        "delivery_id": 1, "webhook_id": "msg_1", "channel": "webhook", "address": address, "secrets": [SECRET], "language": "ja",
        "destination_id": 1, "subscription_id": 7, "content": make_content("test", [], header={}, epoch="e"), "created_at": NOW,
    }  # fmt: skip
    return Job(**{**values, **fields})


def send(address: str, **fields: Any) -> Outcome:
    return WebhookChannel().send(make_job(address, **fields))


def test_a_message_arrives_signed_with_its_id_and_is_json_of_its_content(receiver: Receiver) -> None:
    content = make_content("test", [], header={"source": "取引所"}, epoch="e")
    outcome = send(receiver.url("/hook?token=a%20b"), content=content)

    (seen,) = receiver.received
    assert (outcome.is_delivered, outcome.status_code, outcome.error_code) == (True, 204, "")
    assert (seen.method, seen.path) == ("POST", "/hook?token=a%20b")
    assert (seen.headers["Content-Type"], seen.headers["User-Agent"]) == (
        "application/json; charset=utf-8", "Meigara-Webhooks/1",
    )  # fmt: skip
    assert seen.webhook_id == "msg_1"
    assert (seen.is_signed_by(SECRET), seen.is_signed_by(OLD_SECRET)) == (True, False)
    told = seen.json()
    assert list(told) == ["type", "timestamp", "subscription_id", "language", "text", "data"]
    assert (told["type"], told["timestamp"], told["subscription_id"], told["language"]) == (
        "test", "2026-11-26T09:00:00Z", 7, "ja",
    )  # fmt: skip
    assert told["data"] == content
    assert told["text"] == "テスト送信: 届いていれば、この通知先の設定は完了です"
    assert "取引所".encode() in seen.body


def test_while_a_secret_is_changed_both_sign(receiver: Receiver) -> None:
    send(receiver.url(), secrets=[SECRET, OLD_SECRET])

    (seen,) = receiver.received
    assert len(seen.headers["webhook-signature"].split(" ")) == 2
    assert (seen.is_signed_by(SECRET), seen.is_signed_by(OLD_SECRET), seen.is_signed_by(make_secret())) == (
        True, True, False,
    )  # fmt: skip


def test_the_time_of_an_attempt_is_signed_and_is_the_present(receiver: Receiver) -> None:
    send(receiver.url())

    (seen,) = receiver.received
    told_at = datetime.fromtimestamp(int(seen.headers["webhook-timestamp"]), tz=UTC)
    assert abs(datetime.now(UTC) - told_at) < timedelta(minutes=1)
    signature = Webhook(SECRET).sign("msg_1", told_at, seen.body.decode())
    assert seen.headers["webhook-signature"] == signature


def test_the_body_of_a_delivery_is_the_same_whenever_it_is_made() -> None:
    job = make_job("http://127.0.0.1:1/")
    assert make_body(job) == make_body(job)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("error", 500, "HTTP_500"), ("refused", 400, "HTTP_400"), ("redirect", 302, "REDIRECTED"), ("gone", 410, "HTTP_410"),
        ("too_many", 429, "HTTP_429"), ("until_noon", 503, "HTTP_503"), ("cut", None, "CONNECTION_FAILED"),
    ],
)  # fmt: skip
def test_what_a_receiver_does_is_said_and_it_is_asked_once(
    receiver: Receiver, fault: str, status: int | None, code: str
) -> None:
    receiver.fail(fault)

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code, outcome.error_code) == (False, status, code)
    assert outcome.is_gone == (fault == "gone")
    assert len(receiver.received) == 1


@pytest.mark.parametrize("fault", ["silence", "drip_head"])
@pytest.mark.usefixtures("short_waits")
def test_an_answer_that_does_not_begin_ends_the_attempt(receiver: Receiver, fault: str) -> None:
    receiver.fail(fault)

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code, outcome.error_code) == (False, None, "TIMEOUT")
    assert outcome.duration_ms < 10_000  # of the 20 s that it drips
    assert len(receiver.received) == 1


@pytest.mark.usefixtures("short_waits")
def test_a_2xx_whose_body_drips_is_delivered_in_bounded_time(receiver: Receiver) -> None:
    receiver.fail("drip")

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code) == (True, 200)
    assert set(outcome.answer_start) == {"."}
    assert outcome.duration_ms < 10_000
    assert len(receiver.received) == 1


def test_of_a_huge_answer_the_beginning_is_read_and_500_letters_are_kept(receiver: Receiver) -> None:
    receiver.fail("huge")

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code) == (True, 200)
    assert outcome.answer_start == "A" * 500
    assert len(receiver.received) == 1


def test_of_an_answer_text_is_kept_without_what_cannot_be_seen(receiver: Receiver) -> None:
    receiver.fail("error")
    assert send(receiver.url()).answer_start == "<h1>Internal Server Error</h1>[31m at receiver.example"
    receiver.fail("picture")
    assert send(receiver.url()).answer_start == ""


@pytest.mark.parametrize(
    ("charset", "shown"),
    [("utf-7", "ok"), ("idna", "ok+2AA-"), ("undefined", "ok+2AA-"), ("unheard-of", "ok+2AA-")],
)
def test_whatever_encoding_an_answer_names_what_is_kept_of_it_can_be_written(
    receiver: Receiver, charset: str, shown: str
) -> None:
    receiver.fail(charset)

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code, outcome.answer_start) == (True, 200, shown)


@pytest.mark.parametrize("fault", ["cut_short", "broken_chunks"])
def test_a_2xx_whose_body_breaks_off_is_delivered(receiver: Receiver, fault: str) -> None:
    receiver.fail(fault)

    outcome = send(receiver.url())

    assert (outcome.is_delivered, outcome.status_code, outcome.answer_start) == (True, 200, "taken")
    assert len(receiver.received) == 1


def test_a_cookie_that_an_answer_sets_is_not_brought_back(receiver: Receiver) -> None:
    receiver.fail("accepted")
    channel = WebhookChannel()

    assert channel.send(make_job(receiver.url())).is_delivered
    assert channel.send(make_job(receiver.url())).is_delivered

    assert ["Cookie" in seen.headers for seen in receiver.received] == [False, False]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), (" 7 ", 7.0), ("Thu, 26 Nov 2026 11:00:00 GMT", 7_200.0), ("Thu, 26 Nov 2026 08:00:00 GMT", 0.0),
        ("Thu, 26 Nov 2026 10:00:00 -0000", 3_600.0), ("soon", None), ("", None), ("-5", None), ("1e3", None), ("９", None),
    ],
)  # fmt: skip
def test_a_receiver_says_in_seconds_or_by_a_date_when_to_come_again(text: str, seconds: float | None) -> None:
    assert read_retry_after({"Retry-After": text}, NOW) == seconds


def test_nobody_there_is_a_failure_in_a_word() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        outcome = send(f"http://127.0.0.1:{nobody.getsockname()[1]}/hook")

    assert (outcome.is_delivered, outcome.status_code, outcome.error_code) == (False, None, "CONNECTION_FAILED")


def test_a_name_is_judged_at_each_connection_and_a_private_address_gets_nothing(
    receiver: Receiver, settings: Settings
) -> None:
    """What was public when it was entered may lead inside today."""
    settings.ALLOW_PRIVATE_RECEIVERS = False
    settings.ALLOW_PRIVATE_SOURCES = True  # a rule of others
    asked = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    outcome = WebhookChannel(resolve).send(make_job(f"https://rebound.example.com:{receiver.port}/hook"))

    assert (outcome.is_delivered, outcome.error_code) == (False, "ADDRESS_REFUSED")
    assert asked == ["rebound.example.com"]
    assert receiver.received == []


def test_it_connects_to_the_address_that_was_checked_and_asks_for_the_name_once(receiver: Receiver) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    outcome = WebhookChannel(lambda _host: next(answers)).send(
        make_job(f"http://once.example.com:{receiver.port}/hook")
    )

    assert outcome.is_delivered
    assert [seen.headers["Host"] for seen in receiver.received] == [f"once.example.com:{receiver.port}"]
    assert len(list(answers)) == 1


def test_over_tls_the_certificate_has_to_be_of_the_name(tmp_path: Path) -> None:
    context, known = make_certificate(tmp_path, "right.example.com")
    with Receiver(secure=context) as secure:
        channel = WebhookChannel(lambda _host: ["127.0.0.1"], known_by=known)

        right = channel.send(make_job(f"https://right.example.com:{secure.port}/hook"))
        wrong = channel.send(make_job(f"https://wrong.example.com:{secure.port}/hook"))
        unknown = WebhookChannel(lambda _host: ["127.0.0.1"]).send(
            make_job(f"https://right.example.com:{secure.port}/hook")
        )

        assert (right.is_delivered, right.status_code) == (True, 204)
        assert [one.error_code for one in (wrong, unknown)] == ["TLS_ERROR", "TLS_ERROR"]
        assert len(secure.received) == 1


def test_neither_the_address_nor_the_secrets_are_in_the_words_of_a_job() -> None:
    words = repr(make_job("https://hooks.example.com/very-secret-path"))

    assert "very-secret-path" not in words
    assert SECRET not in words


def test_a_body_can_be_read_by_who_knows_json_alone(receiver: Receiver) -> None:
    send(receiver.url(), content=make_content("test", [], header={"source": '\u2028"\\'}, epoch="e"))
    assert json.loads(receiver.received[0].body)["data"]["source"] == '\u2028"\\'


def test_what_is_told_is_in_words_of_the_language_and_of_many_the_rest_is_counted() -> None:
    notices = [
        {
            "kind": "renamed", "code": "7203", "company_name": "トヨタ", "market_code": "0111", "date": "2024-03-29",
            "observed_after": "2024-02-29", "old_value": "トヨタ自動車", "new_value": "トヨタ", "is_gone": False,
            "is_history": False,
        }
    ] * 32  # fmt: skip
    content = make_content("listing_events", notices, header={"date_in_force": "2024-03-29"}, epoch="e")

    japanese, english = (
        json.loads(make_body(make_job("", content=content, language=one)))["text"].split("\n") for one in ("ja", "en")
    )

    assert (len(japanese), len(english)) == (32, 32)
    assert "トヨタ自動車" in japanese[1]
    assert japanese[-1] == "ほか 2 件"
    assert english[-1] == "and 2 more"
