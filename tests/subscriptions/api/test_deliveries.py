"""`/api/v1/deliveries`: what went out and what waits, in pages by cursor, sent again and left out, by who has the destination."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subscriptions.models import Delivery, Destination
from tests.subscriptions.api.conftest import DELIVERIES, DESTINATIONS, HOOK, Caller, attempt, error_of, named

pytestmark = pytest.mark.django_db
Deliver = Callable[..., Delivery]


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["deliveries"]]


def test_the_last_deliveries_are_told_with_the_last_attempt_of_each(
    caller: Caller, hook: Any, deliver: Deliver, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent, failing = deliver(hook["id"], "delivered", attempts=2), deliver(hook["id"], attempts=2)
    attempt(sent, 503)
    good = attempt(sent, 204, error_code="", answer_start="ok")
    attempt(failing, None, error_code="TIMEOUT", answer_start="")
    bad = attempt(failing, 500)

    # The key, its person, the person's own rights and those of groups; the page; its last attempts.
    with django_assert_num_queries(6):
        answer = caller.get(DELIVERIES)

    assert answer.headers["Cache-Control"] == "no-store"
    newest, oldest = answer.json()["deliveries"]
    assert {name: oldest[name] for name in oldest if name not in ("created_at", "ended_at", "last_attempt")} == {
        "id": sent.pk, "webhook_id": sent.webhook_id, "destination": hook["id"], "subscription": None, "type": "listing_events", "revision": 2,
        "notices": 1, "status": "delivered", "is_repeat": False, "attempts": 2,
    }  # fmt: skip
    assert oldest["last_attempt"] == {
        "at": good.at.isoformat().replace("+00:00", "Z") if good.at else None, "duration_ms": 7, "status_code": 204, "error_code": "",
        "answer_start": "ok",
    } or Delivery.objects.filter(attempted=good, attempted__at=oldest["last_attempt"]["at"]).exists()  # fmt: skip
    assert (oldest["last_attempt"]["status_code"], newest["last_attempt"]["error_code"]) == (204, "HTTP_500")
    assert (newest["id"], newest["ended_at"], bad.status_code) == (failing.pk, None, 500)
    assert "content" not in newest


def test_one_is_told_with_what_it_says_and_every_attempt(caller: Caller, hook: Any, deliver: Deliver) -> None:
    delivery = deliver(hook["id"])
    attempt(delivery, None, error_code="TIMEOUT", answer_start="")
    attempt(delivery, 500)

    told = caller.get(f"{DELIVERIES}/{delivery.pk}").json()

    assert told["content"] == {"type": "listing_events", "revision": 2, "notices": []}
    assert [(one["status_code"], one["error_code"], one["answer_start"]) for one in told["attempted"]] == [
        (None, "TIMEOUT", ""), (500, "HTTP_500", "oops"),
    ]  # fmt: skip
    assert told["last_attempt"] == told["attempted"][-1]


def test_pages_follow_each_other_and_miss_nothing_of_what_comes_meanwhile(
    caller: Caller, hook: Any, deliver: Deliver
) -> None:
    made = [deliver(hook["id"]).pk for _ in range(5)]

    first = caller.get(DELIVERIES, limit=2, status="waiting")
    deliver(hook["id"])
    second = caller.get(DELIVERIES, limit=2, after=first.json()["next"])
    third = caller.get(DELIVERIES, limit=2, after=second.json()["next"])

    assert [*ids(first), *ids(second), *ids(third)] == made[::-1]
    assert third.json()["next"] is None
    assert first.headers["Link"] == f'<{DELIVERIES}?limit=2&status=waiting&after={made[3]}>; rel="next"'
    assert "Link" not in third.headers
    assert ids(caller.get(DELIVERIES, limit=6)) == [made[-1] + 1, *made[::-1]]
    assert caller.get(DELIVERIES, limit=6).json()["next"] is None


def test_they_are_narrowed(caller: Caller, hook: Any, deliver: Deliver) -> None:
    other = caller.post(DESTINATIONS, {**HOOK, "name": "別"}).json()
    day_ago = timezone.now() - timedelta(days=1)
    old = deliver(hook["id"], "delivered", created_at=day_ago)
    new, elsewhere = deliver(hook["id"]), deliver(other["id"], "skipped")

    assert ids(caller.get(DELIVERIES)) == [elsewhere.pk, new.pk, old.pk]
    assert ids(caller.get(DELIVERIES, destination=hook["id"])) == [new.pk, old.pk]
    assert ids(caller.get(DELIVERIES, status="delivered,skipped")) == [elsewhere.pk, old.pk]
    assert ids(caller.get(DELIVERIES, since=day_ago.isoformat())) == [elsewhere.pk, new.pk, old.pk]
    assert ids(caller.get(DELIVERIES, until=day_ago.isoformat())) == []
    assert ids(caller.get(DELIVERIES, until=(day_ago + timedelta(seconds=1)).isoformat())) == [old.pk]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"after": "x"}, ["after"]), ({"after": "0"}, ["after"]), ({"limit": "0"}, ["limit"]), ({"limit": "1001"}, ["limit"]), ({"status": "lost"}, ["status"]),
        ({"since": "yesterday"}, ["since"]), ({"since": "2026-11-02T00:00:00Z", "until": "2026-11-02T00:00:00Z"}, ["until"]), ({"offset": "1"}, ["offset"]),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(caller: Caller, query: dict[str, str], fields: list[str]) -> None:
    assert named(caller.get(DELIVERIES, **query)) == fields


def test_another_key_and_another_person_find_nothing_of_them_and_change_nothing(
    caller: Caller,
    other_key: Caller,
    stranger: Caller,
    signed_in: Caller,
    hook: Any,
    by_hand: Destination,
    deliver: Deliver,
) -> None:
    of_program, of_hand = deliver(hook["id"]), deliver(by_hand.pk)
    for one in (other_key, stranger):
        assert ids(one.get(DELIVERIES)) == []
        assert error_of(one.get(DELIVERIES, destination=hook["id"])) == (404, "DESTINATION_NOT_FOUND")
        for path in (f"{DELIVERIES}/{of_program.pk}", f"{DELIVERIES}/{of_hand.pk}"):
            answers = [one.get(path), one.post(f"{path}/send-again"), one.post(f"{path}/skip")]
            assert [error_of(answer) for answer in answers] == [(404, "DELIVERY_NOT_FOUND")] * 3
    assert ids(caller.get(DELIVERIES)) == [of_program.pk]
    assert error_of(caller.post(f"{DELIVERIES}/{of_hand.pk}/skip")) == (404, "DELIVERY_NOT_FOUND")
    of_stranger = deliver(stranger.post(DESTINATIONS, HOOK).json()["id"])
    assert ids(signed_in.get(DELIVERIES)) == [of_hand.pk, of_program.pk]
    assert signed_in.get(f"{DELIVERIES}/{of_stranger.pk}").status_code == 404
    of_stranger.delete()
    assert list(Delivery.objects.order_by("pk").values_list("pk", "status")) == [
        (of_program.pk, "waiting"), (of_hand.pk, "waiting"),
    ]  # fmt: skip


def test_what_was_sent_is_sent_again_under_its_id_and_what_waits_is_not_doubled(
    caller: Caller, hook: Any, deliver: Deliver
) -> None:
    sent, waiting = deliver(hook["id"], "delivered"), deliver(hook["id"])

    again = caller.post(f"{DELIVERIES}/{sent.pk}/send-again")
    same = caller.post(f"{DELIVERIES}/{waiting.pk}/send-again")

    assert (again.status_code, same.status_code) == (201, 201)
    told = again.json()
    assert (told["webhook_id"], told["status"], told["is_repeat"]) == (sent.webhook_id, "waiting", True)
    assert told["id"] not in (sent.pk, waiting.pk)
    assert same.json()["id"] == waiting.pk
    assert Delivery.objects.count() == 3


def test_what_waits_is_left_out_once_and_what_was_sent_is_not(caller: Caller, hook: Any, deliver: Deliver) -> None:
    sent, waiting = deliver(hook["id"], "delivered"), deliver(hook["id"])

    skipped = [caller.post(f"{DELIVERIES}/{waiting.pk}/skip") for _ in range(2)]
    refused = caller.post(f"{DELIVERIES}/{sent.pk}/skip")

    assert [(one.status_code, one.json()["status"]) for one in skipped] == [(200, "skipped")] * 2
    assert (error_of(refused), refused.json()["error"]["details"]) == (
        (409, "DELIVERY_NOT_WAITING"),
        {"status": "delivered"},
    )
    assert named(caller.post(f"{DELIVERIES}/{waiting.pk}/skip", {"all": True})) == ["all"]
