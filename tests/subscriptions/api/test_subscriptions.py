"""`/api/v1/subscriptions`: what is told where, by who made it, of what is theirs."""

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import DjangoAssertNumQueries

from subscriptions.models import Destination, SavedView, Subscription
from subscriptions.watching import make_watch_list
from tests.subscriptions.api.conftest import DESTINATIONS, HOOK, SUBSCRIPTIONS, Caller, error_of, named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_lists")]
KINDS = ["renamed", "delisted"]


def make(caller: Caller, hook: Any, **more: Any) -> Any:
    body = {"name": "変化", "destination": hook["id"], "kinds": KINDS, **more}
    return caller.post(SUBSCRIPTIONS, {name: value for name, value in body.items() if value != "left out"})


@pytest.fixture
def subscription(caller: Caller, hook: Any) -> Any:
    made = make(caller, hook)
    assert made.status_code == 201, made.content
    return made.json()


def path_of(subscription: Any) -> str:
    return f"{SUBSCRIPTIONS}/{subscription['id']}"


def test_a_program_subscribes_and_finds_it_again(
    caller: Caller, hook: Any, sato: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    watch_list = make_watch_list(sato, "マイ銘柄", ["7203"])

    made = make(caller, hook, watch_list=watch_list.pk, market_codes=["0111"], timing="daily", digest_time="18:00")

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    told = made.json()
    assert {name: told[name] for name in told if name not in ("id", "created_at", "next_digest_at")} == {
        "name": "変化", "destination": hook["id"], "kinds": KINDS, "watch_list": watch_list.pk, "saved_view": None, "market_codes": ["0111"],
        "includes_history": False, "timing": "daily", "digest_time": "18:00", "is_active": True, "inactive_reason": "", "inactive_message": "",
    }  # fmt: skip
    assert told["next_digest_at"].endswith("T09:00:00Z")
    # The key, its person, the person's own rights and those of groups; how many there are; the page.
    with django_assert_num_queries(6):
        listed = caller.get(SUBSCRIPTIONS)
    assert listed.json() == {"subscriptions": [told], "total": 1, "limit": 100, "offset": 0}
    assert caller.get(path_of(told)).json() == told
    stored = Subscription.objects.get()
    assert (stored.owner, stored.api_key, stored.digest_time) == (sato, Destination.objects.get().api_key, time(18))


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"name": "left out"}, ["name"]),
        ({"destination": "left out"}, ["destination"]),
        ({"destination": "12"}, ["destination"]),
        ({"destination": 10**17}, ["destination"]),
        ({"kinds": []}, ["kinds"]),
        ({"kinds": ["renamed", "bankrupt"]}, ["kinds"]),
        ({"kinds": ["test"]}, ["kinds"]),
        ({"kinds": ["run_failed"]}, ["kinds"]),
        ({"kinds": ["view_entered"]}, ["saved_view"]),
        ({"watch_list": 999, "saved_view": 999}, ["saved_view", "watch_list"]),
        ({"market_codes": ["9999"]}, ["market_codes"]),
        ({"timing": "weekly"}, ["timing"]),
        ({"timing": "daily"}, ["digest_time"]),
        ({"timing": "daily", "digest_time": "1800"}, ["digest_time"]),
        ({"timing": "daily", "digest_time": "25:00"}, ["digest_time"]),
        ({"digest_time": "18:00"}, ["digest_time"]),
        ({"includes_history": "yes"}, ["includes_history"]),
        ({"markets": ["0111"], "owner": 1, "api_key": 1, "told_number": 0}, ["api_key", "markets", "owner", "told_number"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_body_is_named(caller: Caller, hook: Any, more: Any, fields: list[str]) -> None:
    answer = make(caller, hook, **more)

    assert named(answer) == fields
    assert not Subscription.objects.exists()


def test_who_may_see_runs_is_told_of_them(caller: Caller, hook: Any, sato: User) -> None:
    sato.groups.set(Group.objects.filter(name="operator"))

    assert make(caller, hook, kinds=["run_failed"]).status_code == 201


def test_what_is_wrong_with_members_of_a_list_is_said_in_sentences_with_their_places(caller: Caller, hook: Any) -> None:
    answer = make(caller, hook, market_codes=["0111", "", "0112", ""])

    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == {
        "market_codes": ["2 番目: この項目は空にできません。", "4 番目: この項目は空にできません。"]
    }


def test_nothing_of_others_is_named_in_ones_own(
    caller: Caller, other_key: Caller, stranger: Caller, hook: Any, by_hand: Destination
) -> None:
    tanaka = stranger.person
    lists = make_watch_list(tanaka, "tanaka"), make_watch_list(caller.person, "sato")
    views = [
        SavedView.objects.create(owner=tanaka, name=name, page="companies_company", query="", is_shared=is_shared)
        for name, is_shared in (("private", False), ("shared", True))
    ]
    elsewhere = stranger.post(DESTINATIONS, HOOK).json()

    assert named(make(caller, elsewhere)) == ["destination"]
    assert named(make(caller, {"id": by_hand.pk})) == ["destination"]
    assert named(make(other_key, hook)) == ["destination"]
    assert named(make(caller, hook, watch_list=lists[0].pk)) == ["watch_list"]
    assert named(make(caller, hook, kinds=["view_entered"], saved_view=views[0].pk)) == ["saved_view"]
    # What is another's is answered as what is not there at all.
    for field, pk in (("destination", elsewhere["id"]), ("watch_list", lists[0].pk), ("saved_view", views[0].pk)):
        assert make(caller, hook, **{field: pk}).json() == make(caller, hook, **{field: 10**9}).json()
    made = make(caller, hook, watch_list=lists[1].pk, name="a")
    shared = make(caller, hook, kinds=["view_entered"], saved_view=views[1].pk, name="b")
    assert (made.status_code, shared.status_code) == (201, 201)
    for field, pk in (("destination", by_hand.pk), ("watch_list", lists[0].pk), ("saved_view", views[0].pk)):
        assert named(caller.patch(path_of(made.json()), {field: pk})) == [field]


def test_another_key_and_another_person_find_nothing_of_it_and_change_nothing(
    subscription: Any, other_key: Caller, stranger: Caller
) -> None:
    before = list(Subscription.objects.values())
    for one in (other_key, stranger):
        assert one.get(SUBSCRIPTIONS).json()["total"] == 0
        answers = [
            one.get(path_of(subscription)),
            one.patch(path_of(subscription), {"name": "x"}),
            one.delete(path_of(subscription)),
        ]
        assert [error_of(answer) for answer in answers] == [(404, "SUBSCRIPTION_NOT_FOUND")] * 3
    assert list(Subscription.objects.values()) == before


def test_a_person_who_is_signed_in_has_what_their_programs_made(signed_in: Caller, subscription: Any) -> None:
    assert [one["id"] for one in signed_in.get(SUBSCRIPTIONS).json()["subscriptions"]] == [subscription["id"]]
    assert signed_in.patch(path_of(subscription), {"name": "私の"}).json()["name"] == "私の"


def test_a_name_is_given_once(caller: Caller, hook: Any, subscription: Any, stranger: Caller) -> None:
    again = make(caller, hook)

    assert error_of(again) == (409, "NAME_TAKEN")
    assert again.json()["error"]["details"] == {"name": "変化", "id": subscription["id"]}
    other = make(caller, hook, name="別").json()
    assert error_of(caller.patch(path_of(other), {"name": "変化"})) == (409, "NAME_TAKEN")
    assert caller.patch(path_of(other), {"name": "別"}).status_code == 200


def test_what_is_named_is_changed_and_nothing_else(caller: Caller, subscription: Any) -> None:
    told = caller.patch(path_of(subscription), {"kinds": ["listed"], "timing": "daily", "digest_time": "07:30"}).json()

    changed = {"kinds": ["listed"], "timing": "daily", "digest_time": "07:30", "next_digest_at": told["next_digest_at"]}
    assert told == {**subscription, **changed}
    assert told["next_digest_at"].endswith("T22:30:00Z")
    assert caller.patch(path_of(subscription), {}).json() == told


def test_it_is_stopped_and_begun_again(caller: Caller, subscription: Any, hook: Any) -> None:
    stopped = caller.patch(path_of(subscription), {"is_active": False}).json()
    begun = caller.patch(path_of(subscription), {"is_active": True}).json()
    made = make(caller, hook, name="まだ", is_active=False).json()

    assert (stopped["is_active"], stopped["inactive_reason"], stopped["inactive_message"]) == (
        False,
        "by_person",
        "手動で停止",
    )
    assert begun == subscription
    assert made["is_active"] is False


def test_a_wrong_change_changes_nothing(caller: Caller, subscription: Any) -> None:
    assert named(caller.patch(path_of(subscription), {"name": "x", "timing": "daily"})) == ["digest_time"]
    assert named(caller.patch(path_of(subscription), {"told_number": 0})) == ["told_number"]
    assert caller.get(path_of(subscription)).json() == subscription


def test_a_list_is_narrowed_to_a_destination(caller: Caller, hook: Any, subscription: Any) -> None:
    assert caller.get(SUBSCRIPTIONS, destination=hook["id"]).json()["total"] == 1
    assert caller.get(SUBSCRIPTIONS, destination=hook["id"] + 1).json()["total"] == 0
    assert named(caller.get(SUBSCRIPTIONS, destination="x")) == ["destination"]


def test_it_is_deleted(caller: Caller, subscription: Any) -> None:
    assert caller.delete(path_of(subscription)).status_code == 204
    assert error_of(caller.delete(path_of(subscription))) == (404, "SUBSCRIPTION_NOT_FOUND")
