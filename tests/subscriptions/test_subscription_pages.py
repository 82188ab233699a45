"""Subscriptions in the admin: filled in by the way that led there, of one's own things only, and what cannot be is said at its field."""

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sign_in.models import RecordedChange
from subscriptions.choices import LISTING_KINDS, DeliveryStatus
from subscriptions.models import Destination, SavedView, Subscription, WatchList
from subscriptions.watching import make_watch_list
from tests.subscriptions.admin_pages import DESTINATIONS, SUBSCRIPTIONS, delivery_to, sign_in, text, webhook_of

pytestmark = pytest.mark.usefixtures("two_lists", "private_receivers")
ADD = f"{SUBSCRIPTIONS}add/"


@pytest.fixture
def analyst() -> tuple[Client, User, Destination]:
    client, user = sign_in()
    return client, user, webhook_of(user)


def view_of(
    owner: User, name: str = "プライム", page: str = "companies_company", *, is_shared: bool = False
) -> SavedView:
    made: SavedView = SavedView.objects.create(
        owner=owner, name=name, page=page, query="market=0111", is_shared=is_shared
    )
    return made


def form_of(where: Destination, /, **fields: Any) -> dict[str, Any]:
    usual = {
        "name": "変化",
        "kinds": ["renamed"],
        "destination": where.pk,
        "timing": "at_once",
        "digest_time": "18:00",
        "is_active": "on",
    }
    return {**usual, **fields}


def initial(client: Client, query: str) -> dict[str, Any]:
    form = client.get(f"{ADD}{query}").context["adminform"].form
    return dict(form.initial)


def test_from_a_watch_list_all_is_filled_in_and_saving_is_enough(analyst: tuple[Client, User, Destination]) -> None:
    client, user, destination = analyst
    watch_list = make_watch_list(user, "マイ銘柄", ["1301"])
    page = text(client.get(f"/admin/subscriptions/watchlist/{watch_list.pk}/change/"))
    values = initial(client, f"?watch_list={watch_list.pk}")
    client.post(f"{ADD}?watch_list={watch_list.pk}", values)
    made = Subscription.objects.get()

    assert f'href="{ADD}?watch_list={watch_list.pk}"' in page
    assert (values["name"], values["timing"], set(values["kinds"])) == ("マイ銘柄の変化", "at_once", set(LISTING_KINDS))
    assert (made.owner, made.name, made.watch_list, made.destination) == (
        user,
        "マイ銘柄の変化",
        watch_list,
        destination,
    )
    assert (set(made.kinds), made.timing, made.digest_time, made.includes_history) == (
        set(LISTING_KINDS),
        "at_once",
        None,
        False,
    )
    change = RecordedChange.objects.get()
    assert (change.kind, change.subject, change.values["watch_list"]) == ("added", "マイ銘柄の変化", [None, "マイ銘柄"])


def test_from_a_saved_view_who_enters_and_leaves_is_filled_in(analyst: tuple[Client, User, Destination]) -> None:
    client, user, _ = analyst
    view, events = view_of(user), view_of(user, "イベント", "companies_listingevent")
    listed = text(client.get("/admin/subscriptions/savedview/"))
    values = initial(client, f"?saved_view={view.pk}")
    client.post(ADD, values)
    made = Subscription.objects.get()

    assert f'href="{ADD}?saved_view={view.pk}"' in listed
    assert f"?saved_view={events.pk}" not in listed
    assert (made.name, made.saved_view, set(made.kinds)) == ("プライムの出入り", view, {"view_entered", "view_left"})


def test_the_stars_message_leads_to_it(analyst: tuple[Client, User, Destination]) -> None:
    client, user, _ = analyst
    page = text(client.post("/admin/subscriptions/watchlist/star/1301/", {"is_on": "1"}, follow=True))

    assert f'href="{ADD}?watch_list={WatchList.objects.get(owner=user).pk}"' in page


def test_what_the_address_names_of_others_is_said_and_not_used(analyst: tuple[Client, User, Destination]) -> None:
    client, _, destination = analyst
    _, other = sign_in("other")
    foreign = make_watch_list(other, "他人の銘柄", ["1301"])
    for query in (
        f"?watch_list={foreign.pk}",
        f"?saved_view={view_of(other).pk}",
        f"?destination={webhook_of(other).pk}",
        "?watch_list=x",
    ):
        page = client.get(f"{ADD}{query}")
        values = page.context["adminform"].form.initial

        assert "見つからないため、使っていません。" in text(page)
        assert "他人の銘柄" not in text(page)
        assert ("watch_list" in values, "saved_view" in values, values["destination"]) == (False, False, destination.pk)


@pytest.mark.parametrize("field", ["watch_list", "saved_view", "destination"])
def test_nor_can_it_be_sent(analyst: tuple[Client, User, Destination], field: str) -> None:
    client, _, destination = analyst
    _, other = sign_in("other")
    foreign = {
        "watch_list": make_watch_list(other, "x"),
        "saved_view": view_of(other),
        "destination": webhook_of(other),
    }[field]
    answer = client.post(ADD, form_of(destination, **{field: foreign.pk}))

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert Subscription.objects.count() == 0


def test_a_view_that_is_shared_can_be_followed(analyst: tuple[Client, User, Destination]) -> None:
    client, _, destination = analyst
    _, other = sign_in("other")
    view = view_of(other, "共有", is_shared=True)
    client.post(ADD, form_of(destination, kinds=["view_entered"], saved_view=view.pk))

    assert Subscription.objects.get().saved_view == view


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["view_entered"]}, "saved_view"),
        ({"timing": "daily", "digest_time": ""}, "digest_time"),
        ({"timing": "daily", "digest_time": "x"}, "digest_time"),
        ({"name": ""}, "name"),
        ({"kinds": ["exploded"]}, "kinds"),
        ({"kinds": ["run_failed"]}, "kinds"),  # an analyst sees no runs
        ({"market_codes": ["9999"]}, "market_codes"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(
    analyst: tuple[Client, User, Destination], fields: dict[str, Any], field: str
) -> None:
    client, _, destination = analyst
    answer = client.post(ADD, form_of(destination, **fields))

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert Subscription.objects.count() == 0


def test_a_name_is_given_once(analyst: tuple[Client, User, Destination]) -> None:
    client, _, destination = analyst
    client.post(ADD, form_of(destination))
    answer = client.post(ADD, form_of(destination))

    assert "name" in answer.context["adminform"].form.errors
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(("role", "is_offered"), [("analyst", False), ("operator", True), ("administrator", True)])
def test_of_the_operation_is_offered_what_a_person_may_see(role: str, is_offered: bool) -> None:
    client, user = sign_in("one", role)
    webhook_of(user)
    page = text(client.get(ADD))

    assert ('value="run_failed"' in page) is is_offered
    assert 'value="renamed"' in page
    assert 'value="test"' not in page
    assert "銘柄の出来事" in page


def test_what_is_changed_is_told_otherwise_from_then_on_and_written_down(
    analyst: tuple[Client, User, Destination],
) -> None:
    client, _, destination = analyst
    client.post(ADD, form_of(destination))
    made = Subscription.objects.get()
    RecordedChange.objects.all().delete()
    client.post(
        f"{SUBSCRIPTIONS}{made.pk}/change/",
        form_of(destination, kinds=["renamed", "delisted"], timing="daily", market_codes=["0111"], is_active=""),
    )
    made.refresh_from_db()

    assert (sorted(made.kinds), made.timing, made.digest_time, made.market_codes) == (
        ["delisted", "renamed"],
        "daily",
        time(18),
        ["0111"],
    )
    assert made.is_active is False
    assert set(RecordedChange.objects.get().values) == {"kinds", "timing", "digest_time", "market_codes", "is_active"}


def test_saving_what_is_there_changes_nothing(analyst: tuple[Client, User, Destination]) -> None:
    client, _, destination = analyst
    client.post(ADD, form_of(destination))
    made = Subscription.objects.get()
    before = Subscription.objects.values().get()
    answer = client.post(f"{SUBSCRIPTIONS}{made.pk}/change/", form_of(destination))

    assert answer.status_code == 302
    assert Subscription.objects.values().get() == before
    assert [one.kind for one in RecordedChange.objects.all()] == ["added"]


@pytest.mark.parametrize("who", ["analyst", "superuser"])
def test_they_are_their_owners_only(analyst: tuple[Client, User, Destination], who: str) -> None:
    owner_client, _, destination = analyst
    owner_client.post(ADD, form_of(destination, name="ひみつの購読"))
    made = Subscription.objects.get()
    client = Client()
    client.force_login(User.objects.create_superuser("root") if who == "superuser" else sign_in("other")[1])
    answers = [
        client.get(f"{SUBSCRIPTIONS}{made.pk}/change/"),
        client.post(f"{SUBSCRIPTIONS}{made.pk}/change/", form_of(destination, name="盗んだ")),
        client.post(f"{SUBSCRIPTIONS}{made.pk}/delete/", {"post": "yes"}),
    ]
    made.refresh_from_db()

    assert {answer.status_code for answer in answers} == {302}
    assert made.name == "ひみつの購読"
    assert "ひみつの購読" not in text(client.get(SUBSCRIPTIONS))


def test_the_list_says_of_what_where_when_and_when_it_last_told_something(
    analyst: tuple[Client, User, Destination],
) -> None:
    client, user, destination = analyst
    watch_list = make_watch_list(user, "マイ銘柄", ["1301"])
    client.post(
        ADD,
        form_of(
            destination,
            kinds=["listed", "delisted", "renamed", "relisted"],
            watch_list=watch_list.pk,
            market_codes=["0111", "0112"],
        ),
    )
    client.post(ADD, form_of(destination, name="毎日", timing="daily", digest_time="07:30"))
    made = Subscription.objects.get(name="変化")
    delivered = delivery_to(destination, DeliveryStatus.DELIVERED, subscription=made)
    delivery_to(destination, subscription=made)
    page = client.get(SUBSCRIPTIONS)

    told = text(page)
    assert "ウォッチリスト「マイ銘柄」 / プライム・スタンダード" in told
    assert "ほか 1 種" in told
    assert "毎日 07:30" in told
    assert f'href="{DESTINATIONS}{destination.pk}/change/"' in told
    assert {row.name: row.last_told_at for row in page.context["cl"].result_list} == {
        "変化": delivered.ended_at,
        "毎日": None,
    }
