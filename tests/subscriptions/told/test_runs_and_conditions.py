"""What concerns the operation: runs that ended badly, what only time makes true, and destinations that are paused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.keys import create_api_key
from datasources.models import DataSource
from subscriptions.models import Delivery, Destination, OutboxEntry
from subscriptions.outbox.entries import record_entry
from syncjobs.models import SyncRun
from tests.subscriptions.told.followers import contents, follow, make_destination, make_person, plan, told

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)


def end(source: DataSource, status: str = "failed", **fields: Any) -> SyncRun:
    """A run that ended, later than those before it."""
    at = timezone.now() + timedelta(minutes=SyncRun.objects.count())
    values: dict[str, Any] = {
        "requested_date": DAY, "requested_by": "定期実行", "started_at": at, "completed_at": at + timedelta(seconds=30), **fields,
    }  # fmt: skip
    run: SyncRun = SyncRun.objects.create(source=source, status=status, **values)
    return run


def test_a_run_that_failed_is_told_to_who_operates(source: DataSource) -> None:
    subscription = follow(make_person("operator", "operator"), "run_failed")
    run = end(source, error_code="UPSTREAM_ERROR", error_message="応答がありません。")

    assert plan() == 1
    [content] = contents(subscription)
    assert (content["type"], content["revision"]) == ("operation", None)
    assert content["notices"] == [
        {
            "kind": "run_failed", "run": str(run.pk), "run_kind": "listing", "source_name": "J-Quants v2",
            "requested_date": "2026-11-26", "range_end": None, "date": "2026-11-26", "error_code": "UPSTREAM_ERROR",
            "error_message": "応答がありません。", "requested_by": "定期実行",
        }
    ]  # fmt: skip


def test_of_attempts_that_fail_one_after_the_other_the_first_is_told(source: DataSource) -> None:
    subscription = follow(make_person("operator", "operator"), "run_failed", "review_needed")
    first = end(source)
    end(source, retry_of=first)
    end(source)
    plan()
    end(source)
    end(source, "needs_review")
    end(source, "needs_review")
    plan()

    assert told(subscription) == [("run_failed", ""), ("review_needed", "")]


def test_what_fails_again_after_it_worked_or_of_another_day_is_told_again(source: DataSource) -> None:
    subscription = follow(make_person("operator", "operator"), "run_failed")
    end(source, requested_date=None)
    end(source, "completed", requested_date=None)
    end(source, requested_date=None)
    end(source, requested_date=date(2026, 11, 27))

    plan()

    assert len(told(subscription)) == 3


def test_of_a_backfill_its_own_end_is_told_and_not_each_of_its_days(source: DataSource) -> None:
    subscription = follow(make_person("operator", "operator"), "run_failed")
    parent = end(source, kind="backfill", range_end=DAY, error_code="DAYS_LEFT")
    for days in range(1, 4):
        end(source, parent=parent, requested_date=DAY - timedelta(days=days))

    plan()

    assert [content["notices"][0]["run"] for content in contents(subscription)] == [str(parent.pk)]


def test_a_run_that_nobody_keeps_any_more_is_not_told(source: DataSource) -> None:
    follow(make_person("operator", "operator"), "run_failed")
    end(source).delete()

    assert plan() == 0


def test_who_may_not_see_runs_any_more_is_not_told_of_them(source: DataSource) -> None:
    owner = make_person("operator", "operator")
    follow(owner, "run_failed", "list_too_old")
    owner.groups.clear()
    end(source)
    record_entry("list_too_old")

    assert plan() == 0


def test_a_condition_is_told_with_what_was_recorded_of_it() -> None:
    subscription = follow(make_person("operator", "operator"), "list_too_old")
    record_entry("list_too_old", subject={"name": "J-Quants", "day": "2026-11-20"}, occurrence="2026-11-20")

    plan()

    [notice] = contents(subscription)[0]["notices"]
    occurred_at = OutboxEntry.objects.get().occurred_at
    assert notice == {
        "kind": "list_too_old", "date": None, "name": "J-Quants", "day": "2026-11-20", "occurred_at": occurred_at.isoformat(),
    }  # fmt: skip


def test_what_concerns_one_alone_is_told_to_nobody_else() -> None:
    owner, other = make_person("owner"), make_person("administrator", "administrator")
    own, others = follow(owner, "key_ending"), follow(other, "key_ending")
    record_entry("key_ending", subject={"name": "自分のキー"}, owner=owner)
    record_entry("key_ending", subject={"name": "みんなのキー"})

    plan()

    assert [[content["notices"][0]["name"] for content in contents(one)] for one in (own, others)] == [
        ["自分のキー"], ["みんなのキー"],
    ]  # fmt: skip


def test_a_paused_destination_is_told_to_every_other_active_one_of_its_owner_once() -> None:
    owner, other = make_person("owner"), make_person("other")
    paused = make_destination(
        owner, "止まった", status="paused", status_reason="keeps_failing", shown_address="https://a/…"
    )
    places = [make_destination(owner, name) for name in ("一", "二")]
    make_destination(owner, "終わった", status="ended")
    make_destination(other, "ほかの人の")
    record_entry("destination_paused", subject={"destination": paused.pk}, owner=owner)

    assert [plan(), plan()] == [2, 0]

    for place in places:
        [content] = contents(destination=place)
        notice = content["notices"][0]
        assert (content["type"], content["total"]) == ("destination_paused", 1)
        assert {name: notice[name] for name in notice if name != "occurred_at"} == {
            "kind": "destination_paused", "date": None, "destination_id": paused.pk, "destination_name": "止まった",
            "channel": "webhook", "shown_address": "https://a/…", "reason": "keeps_failing",
        }  # fmt: skip


def test_a_paused_destination_is_not_told_at_a_place_whose_key_ended() -> None:
    owner = make_person()
    key, _ = create_api_key(name="key", scopes=["read"])
    paused = make_destination(owner, "止まった", status="paused")
    make_destination(owner, "キーの", api_key=key)
    make_destination(owner, "自分の")
    type(key).objects.update(revoked_at=timezone.now())
    record_entry("destination_paused", subject={"destination": paused.pk}, owner=owner)

    plan()

    assert list(Delivery.objects.values_list("destination__name", flat=True)) == ["自分の"]


def test_where_there_is_no_other_destination_nobody_is_told_later() -> None:
    owner = make_person()
    paused = make_destination(owner, "止まった", status="paused")
    record_entry("destination_paused", subject={"destination": paused.pk}, owner=owner)
    assert plan() == 0

    make_destination(owner, "後から")
    assert plan() == 0


def test_a_destination_that_is_gone_by_then_is_not_told_of() -> None:
    owner = make_person()
    make_destination(owner)
    record_entry("destination_paused", subject={"destination": 0}, owner=owner)

    assert plan() == 0
    assert Destination.objects.count() == 1
