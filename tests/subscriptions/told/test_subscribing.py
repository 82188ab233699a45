"""Making a subscription and changing it: all that is wrong is said at once, by field, with what to do."""

from datetime import UTC, time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from api.keys import create_api_key
from subscriptions.models import SavedView, Subscription
from subscriptions.told.checks import MOST_SUBSCRIPTIONS
from subscriptions.told.subscribing import change_subscription, subscribe
from subscriptions.watching import make_watch_list
from tests.subscriptions.told.followers import apply_list, days_ago, follow, make_destination, make_person, toyota

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_person()


def refusal(owner: User, **choice: Any) -> dict[str, list[str]]:
    values: dict[str, Any] = {"name": "購読", "kinds": ["renamed"], **choice}
    if "destination" not in values:
        values["destination"] = make_destination(owner)
    with pytest.raises(ValidationError) as refused:
        subscribe(owner=owner, **values)
    assert not Subscription.objects.filter(name="購読").exists()
    return refused.value.message_dict


def test_a_subscription_begins_now(owner: User) -> None:
    apply_list(days_ago(1), toyota())

    made = subscribe(
        owner=owner, name=" 改名 ", destination=make_destination(owner), kinds=["renamed", "renamed", "delisted"],
        watch_list=make_watch_list(owner, "自動車", ["7203"]), market_codes=("0111",),
    )  # fmt: skip

    found = Subscription.objects.get()
    assert found == made
    assert (found.name, found.kinds, found.market_codes) == ("改名", ["renamed", "delisted"], ["0111"])
    assert (found.told_number, found.told_revision, found.view_members, found.digest_due_at) == (1, 1, None, None)


def test_everything_that_is_wrong_is_said_at_once(owner: User) -> None:
    other = make_person("other")
    view = SavedView.objects.create(owner=other, name="v", page="companies_company", query="")

    problems = refusal(
        owner, name="", kinds=["renamed", "sunrise", "run_failed"], destination=make_destination(other),
        watch_list=make_watch_list(other, "w"), saved_view=view, market_codes=["0111", "9999"], timing="daily",
    )  # fmt: skip

    assert {field: len(texts) for field, texts in problems.items()} == {
        "name": 1, "destination": 1, "kinds": 2, "watch_list": 1, "saved_view": 1, "market_codes": 1, "digest_time": 1,
    }  # fmt: skip
    assert problems["market_codes"] == ["市場区分「9999」はありません。"]
    assert problems["kinds"][1] == "「同期の失敗」を見る権限がありません。"


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"kinds": []}, "kinds"), ({"kinds": ["test"]}, "kinds"), ({"kinds": ["view_entered"]}, "saved_view"),
        ({"name": "あ" * 61}, "name"), ({"timing": "weekly"}, "timing"), ({"digest_time": time(8)}, "digest_time"),
        ({"timing": "daily", "digest_time": time(8, tzinfo=UTC)}, "digest_time"),
        ({"kinds": ["revision"], "market_codes": ["0111"]}, "market_codes"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(owner: User, choice: dict[str, Any], field: str) -> None:
    assert [*refusal(owner, **choice)] == [field]


@pytest.mark.parametrize(
    ("page", "query", "words"),
    [
        ("companies_listingevent", "", "上場イベントの表示は購読できません"),
        ("companies_company", "as_of=2024-03-29", "時点を固定した表示"),
        ("companies_company", "market=0111&known_at=5", "時点を固定した表示"),
        ("companies_company", "market=9999", "9999"),
    ],
)
def test_a_view_that_never_changes_or_cannot_be_read_is_refused_in_words(
    owner: User, page: str, query: str, words: str
) -> None:
    view = SavedView.objects.create(owner=owner, name="v", page=page, query=query)

    problems = refusal(owner, kinds=["view_entered"], saved_view=view)

    assert [*problems] == ["saved_view"]
    assert words in problems["saved_view"][0]


def test_a_view_that_another_shares_may_be_followed(owner: User) -> None:
    view = SavedView.objects.create(
        owner=make_person("other"), name="v", page="companies_company", query="", is_shared=True
    )
    apply_list(days_ago(1), toyota())

    assert follow(owner, "view_entered", saved_view=view).view_members == ["7203"]


def test_a_key_has_only_the_destinations_that_it_made_in_its_hands(owner: User) -> None:
    key, _ = create_api_key(name="k", scopes=["read"])

    assert [*refusal(owner, api_key=key)] == ["destination"]
    assert follow(owner, destination=make_destination(owner, "key", api_key=key), api_key=key).api_key == key


def test_a_destination_that_ended_is_refused(owner: User) -> None:
    assert [*refusal(owner, destination=make_destination(owner, status="ended"))] == ["destination"]


def test_a_name_is_given_once_by_a_person(owner: User) -> None:
    follow(owner, name="同じ")
    other = make_person("other")
    follow(other, name="同じ")

    with pytest.raises(ValidationError, match="同じ"):
        follow(owner, name=" 同じ ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(owner=other).update(owner=owner)


def test_a_person_has_so_many_subscriptions_at_most(owner: User) -> None:
    destination = make_destination(owner)
    for _ in range(MOST_SUBSCRIPTIONS):
        follow(owner, destination=destination)

    assert [*refusal(owner, destination=destination)] == ["__all__"]


def test_refusals_are_told_in_english(owner: User) -> None:
    with override("en"):
        problems = refusal(owner, market_codes=["9999"], timing="daily")

    assert problems["market_codes"] == ["There is no market segment 9999."]
    assert problems["digest_time"] == ["Enter the time of the digest."]


def test_a_change_is_checked_as_a_new_one_is_and_keeps_the_place(owner: User) -> None:
    subscription = follow(owner)
    apply_list(days_ago(1), toyota())
    apply_list(days_ago(0), toyota())

    with pytest.raises(ValidationError) as refused:
        change_subscription(subscription, kinds=[], market_codes=["9999"])
    assert [*refused.value.message_dict] == ["kinds", "market_codes"]
    changed = change_subscription(subscription, kinds=["delisted"], name="廃止")
    assert (changed.name, changed.kinds, changed.told_number) == ("廃止", ["delisted"], 0)


def test_what_is_not_for_changing_is_refused(owner: User) -> None:
    with pytest.raises(ValidationError) as refused:
        change_subscription(follow(owner), owner=make_person("other"), told_number=0)

    assert [*refused.value.message_dict] == ["owner", "told_number"]


def test_another_view_is_followed_from_now_on(owner: User) -> None:
    apply_list(days_ago(1), toyota())
    views = [
        SavedView.objects.create(owner=owner, name=market, page="companies_company", query=f"market={market}")
        for market in ("0112", "0111")
    ]
    subscription = follow(owner, "view_entered", saved_view=views[0])
    assert subscription.view_members == []

    changed = change_subscription(subscription, saved_view=views[1])

    assert (changed.view_members, changed.told_number) == (["7203"], 1)


def test_one_that_cannot_be_read_any_more_can_be_stopped(owner: User) -> None:
    view = SavedView.objects.create(owner=owner, name="v", page="companies_company", query="market=0111")
    subscription = follow(owner, "view_entered", saved_view=view)
    SavedView.objects.update(query="market=9999")
    subscription.refresh_from_db()

    stopped = change_subscription(subscription, is_active=False)

    assert (stopped.is_active, stopped.inactive_reason) == (False, "by_person")
    with pytest.raises(ValidationError, match="9999"):
        change_subscription(subscription, is_active=True)
