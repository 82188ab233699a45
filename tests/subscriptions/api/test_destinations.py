"""`/api/v1/destinations`: made, told, changed, paused, tried and deleted, each by who made it, and without a secret in any answer but one."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from standardwebhooks.webhooks import Webhook

from subscriptions.choices import PauseReason
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.making import make_webhook
from subscriptions.destinations.secrets import usable_secrets
from subscriptions.destinations.states import change_status
from subscriptions.models import Delivery, Destination
from subscriptions.told.checks import MOST_DESTINATIONS
from tests.subscriptions.api.conftest import DELIVERIES, DESTINATIONS, HOOK, URL, Caller, error_of, named

pytestmark = pytest.mark.django_db


def path_of(destination: Any, action: str = "") -> str:
    pk = destination["id"] if isinstance(destination, dict) else destination.pk
    return f"{DESTINATIONS}/{pk}{'/' if action else ''}{action}"


def test_a_program_makes_a_webhook_and_finds_it_again(
    caller: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = caller.post(DESTINATIONS, {**HOOK, "language": "en"})

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    told = made.json()
    secret, feed_url = told.pop("secret"), told.pop("feed_url")
    assert (secret.startswith("whsec_"), feed_url) == (True, None)
    assert {name: told[name] for name in ("name", "channel", "language", "status", "status_reason", "waiting", "failures")} == {
        "name": "社内", "channel": "webhook", "language": "en", "status": "active", "status_reason": "", "waiting": 0, "failures": 0,
    }  # fmt: skip
    # The key, its person, the person's own rights and those of groups; how many there are; the page.
    with django_assert_num_queries(6):
        listed = caller.get(DESTINATIONS)
    assert listed.json() == {"destinations": [told], "total": 1, "limit": 100, "offset": 0}
    assert listed.headers["Cache-Control"] == "no-store"
    assert caller.get(path_of(told)).json() == told
    destination = Destination.objects.get()
    assert (destination.owner, usable_secrets(destination), read_address(destination)) == (caller.person, [secret], URL)
    assert destination.api_key is not None


def test_no_answer_has_a_secret_but_the_one_that_makes_it(
    caller: Caller, hook: Any, deliver: Callable[..., Delivery]
) -> None:
    rotated = caller.post(path_of(hook, "secret")).json()["secret"]
    deliver(hook["id"])
    later = [
        caller.get(DESTINATIONS), caller.get(path_of(hook)), caller.patch(path_of(hook), {"name": "別名"}),
        caller.post(path_of(hook, "pause")), caller.post(path_of(hook, "resume")), caller.post(path_of(hook, "test")),
        caller.get(DELIVERIES), caller.post(DESTINATIONS, HOOK), caller.post(DESTINATIONS, {**HOOK, "name": "別名"}),
    ]  # fmt: skip

    told = [json.dumps(answer.json(), ensure_ascii=False) for answer in later]
    assert [one for one in told for word in (hook["secret"], rotated, "very-secret-path") if word in one] == []
    assert len({hook["secret"], rotated}) == 2


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["channel", "name"]),
        ({**HOOK, "name": " "}, ["name"]),
        ({**HOOK, "name": 7}, ["name"]),
        ({**HOOK, "name": "a\nb"}, ["name"]),
        ({**HOOK, "name": "あ" * 61}, ["name"]),
        ({**HOOK, "channel": "fax"}, ["channel"]),
        ({**HOOK, "address": "http://127.0.0.1/"}, ["address"]),
        ({**HOOK, "address": "https://10.0.0.1/"}, ["address"]),
        ({**HOOK, "address": "ftp://93.184.216.34/"}, ["address"]),
        ({"name": "x", "channel": "webhook"}, ["address"]),
        ({"name": "x", "channel": "mail"}, ["address"]),
        ({"name": "x", "channel": "mail", "address": "nobody"}, ["address"]),
        ({"name": "x", "channel": "chat", "address": "https://93.184.216.34/"}, ["address"]),
        ({"name": "x", "channel": "atom", "address": URL}, ["address"]),
        ({**HOOK, "language": "fr"}, ["language"]),
        ({**HOOK, "url": URL, "secret": "whsec_mine"}, ["secret", "url"]),
        ([HOOK], ["body"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_body_is_named(caller: Caller, settings: Any, body: Any, fields: list[str]) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False

    assert named(caller.post(DESTINATIONS, body)) == fields
    assert not Destination.objects.exists()


def test_a_name_is_given_once_and_who_asks_again_finds_what_is_theirs(
    caller: Caller, hook: Any, other_key: Caller, stranger: Caller
) -> None:
    again, elsewhere = caller.post(DESTINATIONS, HOOK), other_key.post(DESTINATIONS, HOOK)

    assert (error_of(again), error_of(elsewhere)) == ((409, "NAME_TAKEN"), (409, "NAME_TAKEN"))
    assert again.json()["error"]["details"] == {"name": "社内", "id": hook["id"]}
    # Another program's: it is there, and no more is told of it.
    assert elsewhere.json()["error"]["details"] == {"name": "社内"}
    assert stranger.post(DESTINATIONS, HOOK).status_code == 201


def test_another_key_and_another_person_find_nothing_of_it_and_change_nothing(
    hook: Any, by_hand: Destination, other_key: Caller, stranger: Caller, caller: Caller
) -> None:
    before = list(Destination.objects.order_by("pk").values())
    for one in (other_key, stranger):
        assert one.get(DESTINATIONS).json()["destinations"] == []
        for action in ("", "test", "secret", "pause", "resume", "code", "token", "confirm", "replay"):
            body = {"confirm": {"code": "1"}, "replay": {"since": "2026-11-01T00:00:00Z"}}.get(action)
            answer = one.post(path_of(hook, action), body) if action else one.get(path_of(hook))
            assert error_of(answer) == (404, "DESTINATION_NOT_FOUND"), action
        assert error_of(one.patch(path_of(hook), {"name": "mine"})) == (404, "DESTINATION_NOT_FOUND")
        assert error_of(one.delete(path_of(hook))) == (404, "DESTINATION_NOT_FOUND")
    # A program does not have what its person made by hand either.
    assert error_of(caller.get(path_of(by_hand))) == (404, "DESTINATION_NOT_FOUND")
    assert list(Destination.objects.order_by("pk").values()) == before


def test_a_person_who_is_signed_in_has_all_that_is_theirs(
    signed_in: Caller, hook: Any, by_hand: Destination, stranger: Caller
) -> None:
    stranger.post(DESTINATIONS, HOOK)

    assert [one["name"] for one in signed_in.get(DESTINATIONS).json()["destinations"]] == ["手作業", "社内"]
    assert signed_in.post(path_of(hook, "pause")).json()["status"] == "paused"
    made = signed_in.post(DESTINATIONS, {**HOOK, "name": "画面から"})
    assert made.status_code == 201
    assert Destination.objects.get(pk=made.json()["id"]).api_key is None


def test_a_list_is_narrowed_and_comes_in_pages(caller: Caller) -> None:
    for name in ("c", "a", "b"):
        caller.post(DESTINATIONS, {**HOOK, "name": name})
    caller.post(DESTINATIONS, {"name": "d", "channel": "atom"})

    page = caller.get(DESTINATIONS, limit=2, channel="webhook")

    assert ([one["name"] for one in page.json()["destinations"]], page.json()["total"]) == (["a", "b"], 3)
    assert f'<{DESTINATIONS}?channel=webhook&limit=2&offset=2>; rel="next"' in page.headers["Link"]
    assert caller.get(DESTINATIONS, status="paused").json()["total"] == 0
    assert named(caller.get(DESTINATIONS, chanel="webhook")) == ["chanel"]


def test_what_is_named_is_changed_and_nothing_else(caller: Caller, hook: Any) -> None:
    told = caller.patch(path_of(hook), {"name": "新しい名前", "address": "https://93.184.216.35/"}).json()

    destination = Destination.objects.get()
    assert (told["name"], told["language"], told["address"]) == ("新しい名前", "ja", "https://93.184.216.35")
    assert (read_address(destination), usable_secrets(destination)) == ("https://93.184.216.35/", [hook["secret"]])
    assert caller.patch(path_of(hook), {}).json() == caller.get(path_of(hook)).json()


def test_a_change_is_made_whole_or_not_at_all(caller: Caller, hook: Any, settings: Any) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False
    caller.post(DESTINATIONS, {**HOOK, "name": "もう一つ"})

    assert named(caller.patch(path_of(hook), {"name": "新", "address": "https://10.0.0.1/"})) == ["address"]
    taken = caller.patch(path_of(hook), {"name": "もう一つ", "address": "https://93.184.216.35/"})
    assert error_of(taken) == (409, "NAME_TAKEN")
    assert named(caller.patch(path_of(hook), {"channel": "mail", "status": "active"})) == ["channel", "status"]
    destination = Destination.objects.get(pk=hook["id"])
    assert (destination.name, read_address(destination)) == ("社内", URL)


def test_only_a_webhook_is_led_elsewhere(caller: Caller) -> None:
    feed = caller.post(DESTINATIONS, {"name": "feed", "channel": "atom"}).json()

    assert named(caller.patch(path_of(feed), {"address": URL})) == ["address"]
    assert caller.patch(path_of(feed), {"language": "en"}).json()["language"] == "en"


def test_it_is_paused_and_resumed_as_often_as_one_asks(
    caller: Caller, hook: Any, deliver: Callable[..., Delivery]
) -> None:
    waiting = deliver(hook["id"])
    paused = [caller.post(path_of(hook, "pause")).json() for _ in range(2)]
    resumed = [caller.post(path_of(hook, "resume")).json() for _ in range(2)]

    assert [(one["status"], one["status_reason"], one["waiting"]) for one in paused] == [("paused", "by_person", 1)] * 2
    assert paused[0]["status_message"] == "手動で停止"
    assert [(one["status"], one["status_message"], one["waiting"]) for one in resumed] == [("active", "", 1)] * 2
    waiting.refresh_from_db()
    assert waiting.status == "waiting"


def test_what_waits_is_left_out_where_that_is_asked_for(
    caller: Caller, hook: Any, deliver: Callable[..., Delivery]
) -> None:
    waiting = deliver(hook["id"])
    assert error_of(caller.post(path_of(hook, "resume"), {"skip_waiting": True})) == (409, "DESTINATION_NOT_PAUSED")
    caller.post(path_of(hook, "pause"))

    told = caller.post(path_of(hook, "resume"), {"skip_waiting": True}).json()

    waiting.refresh_from_db()
    assert (told["status"], told["waiting"], waiting.status) == ("active", 0, "skipped")
    assert named(caller.post(path_of(hook, "resume"), {"skip_waiting": "yes", "all": True})) == ["all"]


def test_one_that_its_receiver_ended_cannot_be_paused_and_begins_again(caller: Caller, hook: Any) -> None:
    change_status(hook["id"], Destination._meta.get_field("status").choices and "ended", PauseReason.GONE)  # type: ignore[arg-type]

    refused = caller.post(path_of(hook, "pause"))

    assert (error_of(refused), refused.json()["error"]["details"]) == (
        (409, "DESTINATION_NOT_ACTIVE"),
        {"status": "ended"},
    )
    assert caller.post(path_of(hook, "resume")).json()["status"] == "active"


def test_a_test_is_a_delivery_like_others(caller: Caller, hook: Any) -> None:
    told = caller.post(path_of(hook, "test"))

    assert told.status_code == 201
    assert {name: told.json()[name] for name in ("destination", "type", "status", "attempts", "last_attempt", "is_repeat")} == {
        "destination": hook["id"], "type": "test", "status": "waiting", "attempts": 0, "last_attempt": None, "is_repeat": False,
    }  # fmt: skip
    caller.post(path_of(hook, "pause"))
    refused = caller.post(path_of(hook, "test"))
    assert (error_of(refused), refused.json()["error"]["details"]) == ((409, "NOTHING_IS_SENT"), {"status": "paused"})
    assert Delivery.objects.count() == 1


def test_a_secret_is_changed_while_both_hold(caller: Caller, hook: Any) -> None:
    told = caller.post(path_of(hook, "secret"))

    assert told.status_code == 200
    secret = told.json()["secret"]
    assert usable_secrets(Destination.objects.get()) == [secret, hook["secret"]]
    until = datetime.fromisoformat(told.json()["previous_until"])
    assert timedelta(hours=23) < until - timezone.now() <= timedelta(hours=24)
    assert Webhook(secret)


def test_what_only_one_channel_has_is_refused_for_others(caller: Caller, hook: Any) -> None:
    feed = caller.post(DESTINATIONS, {"name": "feed", "channel": "atom"}).json()

    assert error_of(caller.post(path_of(feed, "secret"))) == (409, "OTHER_CHANNEL")
    assert error_of(caller.post(path_of(feed, "confirm"), {"code": "1"})) == (409, "OTHER_CHANNEL")
    for action in ("token", "code"):
        assert error_of(caller.post(path_of(hook, action))) == (409, "OTHER_CHANNEL")


def test_the_address_of_a_feed_is_shown_once_and_made_anew(caller: Caller) -> None:
    feed = caller.post(DESTINATIONS, {"name": "feed", "channel": "atom"}).json()

    renewed = caller.post(path_of(feed, "token")).json()["feed_url"]

    assert (feed["secret"], feed["feed_url"].startswith("http://testserver/feeds/")) == (None, True)
    assert renewed != feed["feed_url"]
    assert feed["feed_url"] not in str(caller.get(path_of(feed)).json())


def test_a_range_is_sent_again(caller: Caller, hook: Any, deliver: Callable[..., Delivery]) -> None:
    sent = deliver(hook["id"], "delivered")
    deliver(hook["id"], "skipped", created_at=timezone.now() - timedelta(days=3))
    hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()

    told = caller.post(path_of(hook, "replay"), {"since": hour_ago})

    assert (told.status_code, told.json()) == (200, {"deliveries": 1})
    again = Delivery.objects.latest("pk")
    assert (again.webhook_id, again.status, again.is_repeat) == (sent.webhook_id, "waiting", True)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["since"]), ({"since": "yesterday"}, ["since"]), ({"since": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, ["until"]),
        ({"since": "2026-11-02T00:00:00Z", "from": 1}, ["from"]),
    ],
)  # fmt: skip
def test_a_range_that_is_none_is_named(caller: Caller, hook: Any, body: Any, fields: list[str]) -> None:
    assert named(caller.post(path_of(hook, "replay"), body)) == fields


def test_it_is_deleted_with_what_it_had(caller: Caller, hook: Any, deliver: Callable[..., Delivery]) -> None:
    deliver(hook["id"])

    gone = caller.delete(path_of(hook))

    assert (gone.status_code, gone.content) == (204, b"")
    assert error_of(caller.get(path_of(hook))) == (404, "DESTINATION_NOT_FOUND")
    assert error_of(caller.delete(path_of(hook))) == (404, "DESTINATION_NOT_FOUND")
    assert not Delivery.objects.exists()
    assert caller.get(f"{DESTINATIONS}/{2**63}").status_code == 404


def test_more_than_a_person_may_have_is_refused_whichever_key_asks(
    caller: Caller, other_key: Caller, sato: User
) -> None:
    for number in range(MOST_DESTINATIONS):
        make_webhook(owner=sato, name=str(number), url=URL)

    assert named(other_key.post(DESTINATIONS, HOOK)) == ["body"]
    assert Destination.objects.count() == MOST_DESTINATIONS
