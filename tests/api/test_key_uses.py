"""How often each key asks what: counted in a process, added up in the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from api.key_uses import KeyUses, forget_uses_before, key_uses
from api.keys import create_api_key
from api.models import ApiKey, ApiKeyUse
from api.shown_uses import show_uses
from syncjobs.tasks import purge_old_runs
from tests.api.front import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> ApiKey:
    return create_api_key(name="one", scopes=["read"])[0]


def test_what_two_processes_counted_is_added_up(key: ApiKey) -> None:
    one, other = KeyUses(), KeyUses()
    for _ in range(3):
        one.count(key.pk, "company-list", "203.0.113.7")
    other.count(key.pk, "company-list", "203.0.113.8")
    other.count(key.pk, "company-detail", "203.0.113.8")

    assert (one.tell(), other.tell()) == (1, 2)
    uses = ApiKeyUse.objects.order_by("endpoint").values_list("endpoint", "requests", "last_address", "day")
    today = timezone.localdate()
    assert list(uses) == [
        ("company-detail", 1, "203.0.113.8", today), ("company-list", 4, "203.0.113.8", today),
    ]  # fmt: skip


def test_what_was_told_is_not_told_again(key: ApiKey) -> None:
    uses = KeyUses()
    uses.count(key.pk, "company-list", "203.0.113.7")

    assert (uses.tell(), uses.tell()) == (1, 0)
    assert ApiKeyUse.objects.get().requests == 1


def test_a_key_that_is_gone_has_no_uses(key: ApiKey) -> None:
    uses = KeyUses()
    uses.count(key.pk + 1, "company-list", "203.0.113.7")
    uses.count(key.pk, "company-list", "203.0.113.7")
    uses.tell()

    assert ApiKeyUse.objects.get().key_id == key.pk


def test_what_could_not_be_told_is_told_with_the_next(key: ApiKey) -> None:
    uses = KeyUses()
    uses.count(key.pk, "company-list", "203.0.113.7")
    counted = uses.take()
    uses.count(key.pk, "company-list", "203.0.113.9")
    uses.put_back(counted)
    uses.tell()

    assert ApiKeyUse.objects.values_list("requests", "last_address").get() == (2, "203.0.113.9")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_the_database_did_not_take_is_there_the_next_time() -> None:
    uses = KeyUses()
    uses.count(2**63, "company-list", "203.0.113.7")  # larger than any number of a key

    assert uses.tell() == 0
    assert [one.requests for one in uses.take().values()] == [1]


def test_uses_are_shown_by_day_and_by_the_paths_that_people_know(key: ApiKey) -> None:
    today = date(2026, 11, 26)
    at = datetime(2026, 11, 26, 3, tzinfo=UTC)
    for day, endpoint, requests in (
        (today, "company-list", 30), (today, "company-detail", 10), (today - timedelta(days=1), "company-list", 10),
        (today - timedelta(days=30), "company-list", 500), (today, "-", 1),
    ):  # fmt: skip
        ApiKeyUse.objects.create(
            key=key, day=day, endpoint=endpoint, requests=requests, last_used_at=at, last_address="203.0.113.7"
        )
    shown = show_uses(key, today)

    assert (shown.total, shown.most, len(shown.bars), shown.last_address) == (51, 41, 30, "203.0.113.7")
    assert shown.endpoints == [("/api/v1/companies", 40), ("/api/v1/companies/{code}", 10), ("-", 1)]
    assert [(bar.day, bar.requests) for bar in shown.used_days] == [(today, 41), (today - timedelta(days=1), 10)]
    assert (shown.bars[-1].height, shown.bars[0].height) == (120, 0)


def test_uses_of_long_ago_are_forgotten(key: ApiKey) -> None:
    today = timezone.localdate()
    for days in (400, 401):
        ApiKeyUse.objects.create(
            key=key, day=today - timedelta(days=days), endpoint="-", requests=1, last_used_at=timezone.now()
        )
    purge_old_runs()

    assert ApiKeyUse.objects.get().day == today - timedelta(days=400)
    assert forget_uses_before(today) == 1


@pytest.mark.usefixtures("two_lists")
def test_every_request_with_a_key_is_counted_whoever_answers_it_and_none_without_one() -> None:
    key, plain = create_api_key(name="two", scopes=["read"])
    key_uses.take()
    statuses = [ask("/api/v1/companies/7203", key=given).status for given in (plain, plain, None, "mgr_wrong")]
    ask("/api/v1/nowhere", key=plain)
    counted = key_uses.take()

    assert statuses == [200, 200, 401, 401]
    assert {endpoint: (pk, one.requests, one.address) for (pk, endpoint), one in counted.items()} == {
        "company-detail": (key.pk, 2, "127.0.0.1"), "-": (key.pk, 1, "127.0.0.1"),
    }  # fmt: skip
