"""Official days that are announced or taken back, and successions that a person confirmed."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.models import Succession, SuccessionKind, SuccessionStatus
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from subscriptions.choices import NoticeKind
from subscriptions.watching import make_watch_list
from tests.subscriptions.told.followers import (
    apply_list,
    contents,
    days_ago,
    follow,
    make_person,
    plan,
    told,
    toyota,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("list_of_last_week")]
OFFICIAL, SUCCESSION = NoticeKind.OFFICIAL_DATE.value, NoticeKind.SUCCESSION.value


def announce(*days: OfficialDay) -> None:
    year = timezone.localdate().year
    covers = [Coverage(kind, date(year - 1, 1, 1), date(year + 1, 12, 31)) for kind in ("listed", "delisted")]
    import_official_dates(list(days), origin="JPX", covers=covers, force=True)


def test_a_delisting_that_is_announced_is_told_and_told_as_taken_back() -> None:
    subscription = follow(make_person(), OFFICIAL)
    day = timezone.localdate() + timedelta(days=30)
    announce(OfficialDay("7201", "delisted", day, "完全子会社化"))
    plan()
    announce()
    plan()

    assert told(subscription) == [(OFFICIAL, "7201"), (f"-{OFFICIAL}", "7201")]
    assert contents(subscription)[0]["notices"] == [
        {
            "kind": OFFICIAL, "code": "7201", "company_name": "日産自動車", "market_code": "0111", "date": day.isoformat(),
            "observed_after": None, "old_value": None, "new_value": "delisted", "reason": "完全子会社化", "is_gone": False,
            "is_history": False,
        }
    ]  # fmt: skip


def test_days_of_years_ago_are_history() -> None:
    owner = make_person()
    usual, all_of_it = follow(owner, OFFICIAL), follow(owner, OFFICIAL, includes_history=True)
    announce(OfficialDay("7201", "listed", days_ago(200), None))

    plan()

    assert [told(usual), told(all_of_it)] == [[], [(OFFICIAL, "7201")]]


def test_an_issue_that_no_list_has_yet_is_told_of_whatever_the_markets() -> None:
    subscription = follow(make_person(), OFFICIAL, market_codes=["0113"])
    announce(
        OfficialDay("130A", "listed", timezone.localdate() + timedelta(days=7), None),
        OfficialDay("7201", "delisted", timezone.localdate() + timedelta(days=7), None),
    )

    plan()

    assert told(subscription) == [(OFFICIAL, "130A")]


def test_the_official_day_of_an_event_is_told_with_it() -> None:
    subscription = follow(make_person(), "delisted")
    announce(OfficialDay("7201", "delisted", days_ago(3), None))
    apply_list(days_ago(1), toyota())

    plan()

    [notice] = contents(subscription)[0]["notices"]
    assert (notice["date"], notice["official_on"]) == (days_ago(1).isoformat(), days_ago(3).isoformat())


def test_a_confirmed_succession_is_told_to_who_watches_either_of_both() -> None:
    owner = make_person()
    before, after, neither = (
        follow(owner, SUCCESSION, watch_list=make_watch_list(owner, code, [code])) for code in ("7201", "7203", "9999")
    )
    proposed = Succession.objects.create(
        predecessor="7201", successor="7203", day=days_ago(1), kind=SuccessionKind.MERGER, evidence={}, confidence=0.9
    )
    decide_succession(proposed, SuccessionStatus.CONFIRMED, decided_by="tester")

    plan()

    assert [told(one) for one in (before, after, neither)] == [[(SUCCESSION, "7203")], [(SUCCESSION, "7203")], []]
    [notice] = contents(before)[0]["notices"]
    assert [notice[name] for name in ("old_value", "predecessor_name", "new_value", "company_name", "succession_kind")] == [
        "7201", "日産自動車", "7203", "トヨタ自動車", "merger",
    ]  # fmt: skip
