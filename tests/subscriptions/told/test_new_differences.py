"""A difference between official days and lists is told once, when nothing explains it and nobody accepted it."""

import threading
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.utils import timezone

from companies.issuers.official_dates.accepting import accept_difference, revoke_acceptance
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.reconciling import reconciled
from companies.issuers.official_dates.rows import OfficialDay
from subscriptions.models import OutboxEntry, ToldDifference
from subscriptions.outbox.entries import number_new_entries
from subscriptions.told.new_differences import tell_new_differences
from subscriptions.told.wording import word_message
from tests.factories import make_codes
from tests.subscriptions.told.followers import contents, follow, make_person, plan
from tests.syncjobs.worker import wait_until

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def bring_in(*days: OfficialDay) -> None:
    import_official_dates(days, origin="csv")


def told() -> list[dict[str, Any]]:
    return [entry.subject for entry in OutboxEntry.objects.filter(kind="difference_found").order_by("id")]


def look() -> int:
    return tell_new_differences(timezone.now())


def never_listed(*codes: str) -> list[OfficialDay]:
    """In no list though it is told to have been listed between two: nothing explains that."""
    return [OfficialDay(code, "listed", date(2024, 3, 15)) for code in codes]


def test_a_difference_is_told_once_with_what_is_known_of_it() -> None:
    bring_in(*never_listed("2001"), OfficialDay("9984", "delisted", date(2024, 3, 15)))

    assert [look(), look()] == [1, 0]
    assert told() == [
        {
            "key": "only_official:never_listed:listed:2001:2024-03-15", "agreement": "only_official", "event": "listed",
            "code": "2001", "company_name": "", "cause": "never_listed", "official_on": "2024-03-15", "observed_after": None,
            "day": None,
        }
    ]  # fmt: skip


def test_only_what_is_new_is_told() -> None:
    bring_in(*never_listed("2001"))
    look()
    bring_in(*never_listed("2001", "2002"))

    assert [look(), look()] == [1, 0]
    assert [subject["code"] for subject in told()] == ["2001", "2002"]


def test_what_was_accepted_before_anybody_looked_is_not_told_and_what_was_told_is_not_told_again() -> None:
    bring_in(*never_listed("2001", "2002"))
    for one in reconciled():
        if one.code == "2001":
            accept_difference(one.key, reason="別の市場", accepted_by="運用")
    look()
    for one in reconciled():
        if one.code == "2002":
            accept_difference(one.key, reason="別の市場", accepted_by="運用")
            revoke_acceptance(one.key)

    assert look() == 0
    assert [subject["code"] for subject in told()] == ["2002"]


@pytest.mark.parametrize(("count", "entries"), [(10, 10), (11, 1)])
def test_many_at_once_are_told_together(count: int, entries: int) -> None:
    bring_in(*never_listed(*make_codes(count, first=2001)))

    assert [look(), look()] == [entries, 0]
    if entries == 1:
        [subject] = told()
        assert (subject["differences"], len(subject["first"])) == (count, 10)


def test_two_who_look_at_once_tell_each_once() -> None:
    bring_in(*never_listed(*make_codes(8, first=2001)))
    reconciled()
    start = threading.Barrier(3)

    def look_with_others() -> None:
        try:
            start.wait()
            look()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look_with_others) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(subject["code"] for subject in told()) == make_codes(8, first=2001)


def test_who_comes_while_another_is_about_to_tell_waits_and_tells_nothing() -> None:
    bring_in(*never_listed("2001"))
    [key] = [one.key for one in reconciled() if one.code == "2001"]
    counts = []

    def look_with_others() -> None:
        try:
            counts.append(look())
        finally:
            connections.close_all()

    thread = threading.Thread(target=look_with_others)
    with transaction.atomic():
        ToldDifference.objects.create(key=key)
        thread.start()
        wait_until(is_somebody_waiting)
    thread.join()

    assert counts == [0]
    assert told() == []


def is_somebody_waiting() -> bool:
    """For the end of another's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_it_is_worded_in_both_languages() -> None:
    subscription = follow(make_person("operator", "operator"), "difference_found")
    bring_in(*never_listed("2001"), OfficialDay("1301", "delisted", date(2024, 3, 15)))
    look()
    bring_in(*never_listed(*make_codes(12, first=3001)))
    look()
    number_new_entries()
    plan()

    lines = {
        language: [line for content in contents(subscription) for line in word_message(content, language).lines]
        for language in ("ja", "en")
    }
    assert sorted(lines["ja"]) == [
        "公式の日との新しい相違 12 件。管理画面の「公式の日と一覧の照合」を確認してください。",
        "公式の日との新しい相違: 2001 新規上場、公式だけ、どの一覧にもない。前後の一覧の間は短く、コードか日付の誤りとみられる（公式の日 2024-03-15）",
        "公式の日との新しい相違: 極洋ホールディングス (1301) 上場廃止、公式だけ、公式の廃止日の後の一覧にも載っている（公式の日 2024-03-15）",
    ]
    assert len(lines["en"]) == 3
