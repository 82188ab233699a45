"""Companies that a person watches, and a list of April that changes them."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from subscriptions.models import WatchedCompany, WatchList
from subscriptions.watched_changes import load_watched_changes
from tests.factories import make_issue

APRIL = date(2024, 4, 30)

LISTS = "/admin/subscriptions/watchlist/"


def sign_in(name: str = "analyst") -> tuple[Client, User]:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    client = Client()
    client.force_login(user)
    return client, user


def star(client: Client, code: str, *, is_on: bool = True) -> Any:
    return client.post(f"{LISTS}star/{code}/", {"is_on": "1" if is_on else "0"}, follow=True)


def watched_by(user: User) -> dict[str, list[str]]:
    watched = WatchedCompany.objects.order_by("code")
    return {
        one.name: list(watched.filter(watch_list=one).values_list("code", flat=True))
        for one in WatchList.objects.filter(owner=user)
    }


def apply_april() -> None:
    """1301 is renamed again, 7201 leaves, 9984 is back."""
    issues = [
        make_issue("7203", company_name="トヨタ自動車", market_code="0112"),
        make_issue("1301", company_name="極洋マリン", sector17_code="1", sector33_code="0050", scale_category="-"),
        make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250"),
    ]
    apply_snapshot(APRIL, issues, "jpx", force=True)


def take_back_april() -> None:
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=APRIL).pk, reason="誤った一覧", withdrawn_by="tester")


def told(user: User) -> list[tuple[str, str, str, str, bool]]:
    return [
        (change.code, change.label, change.old, change.new, change.is_gone)
        for of_list in load_watched_changes(user)
        for change in of_list.changes
    ]
