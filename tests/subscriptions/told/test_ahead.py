"""What a list of tomorrow says is told tonight, with its day, and not again when that day comes; views move then."""

import pytest

from companies.ledger.changes import roll_over
from companies.models import LedgerRevision
from subscriptions.models import SavedView
from subscriptions.told.wording import word_message
from tests.factories import make_issue
from tests.subscriptions.told.followers import (
    apply_list,
    contents,
    days_ago,
    follow,
    make_person,
    nissan,
    plan,
    told,
    toyota,
)

pytestmark = pytest.mark.django_db

TOMORROW = days_ago(-1)


@pytest.fixture(autouse=True)
def ledger() -> None:
    """A list of yesterday."""
    apply_list(days_ago(1), toyota(), nissan())


def test_events_of_tomorrow_are_told_once_tonight_in_words_that_say_from_when_on() -> None:
    subscription = follow(make_person())
    apply_list(TOMORROW, toyota(company_name="トヨタ"), nissan())
    plan()

    assert told(subscription) == [("renamed", "7203")]
    (content,) = contents(subscription)
    assert content["notices"][0]["is_ahead"] is True
    assert f"{TOMORROW} から" in str(word_message(content, "ja"))
    assert f"from {TOMORROW}" in str(word_message(content, "en"))

    assert roll_over(TOMORROW)
    plan()
    assert told(subscription) == [("renamed", "7203")]


def test_what_is_of_today_is_not_told_as_ahead() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(0), toyota(company_name="トヨタ"), nissan())
    plan()

    assert "is_ahead" not in contents(subscription)[0]["notices"][0]


def test_a_followed_view_moves_when_the_day_comes_and_names_that_day() -> None:
    owner = make_person()
    view = SavedView.objects.create(owner=owner, name="プライム", page="companies_company", query="market=0111")
    subscription = follow(owner, "view_entered", "view_left", saved_view=view)
    plan()
    apply_list(TOMORROW, toyota(market_code="0112"), nissan(), make_issue("7204"))
    plan()
    assert told(subscription) == []

    roll_over(TOMORROW)
    plan()

    assert told(subscription) == [("view_entered", "7204"), ("view_left", "7203")]
    assert {notice["date"] for notice in contents(subscription)[0]["notices"]} == {TOMORROW.isoformat()}
    assert LedgerRevision.objects.latest("number").kind == "in_force"
