"""The two lists that tests begin with: put there from what was kept, they are what the product's own code makes of them."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from companies.ledger.entries import lock_ledger
from companies.ledger.history_proof import prove_history
from companies.ledger.snapshots import apply_snapshot
from companies.models import LedgerRevision, ListingSnapshot
from subscriptions.outbox.models import OutboxEntry
from tests.admin.test_known_at import correct
from tests.conftest import MARCH, apply_two_lists, make_two_lists
from tests.factories import make_issue
from tests.kept_rows import find_kept, put_or_make

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:.]{8,15}(\+\d\d|Z)?")
NUMBERED_OR_HASHED = re.compile(r'"(\w*id|fingerprint|chain|link)": ("(?:[^"\\]|\\.)*"|\d+)')


def stored() -> list[type[Model]]:
    return [model for model in apps.get_app_config("companies").get_models() if model._meta.managed]


def rows() -> dict[str, list[str]]:
    """Of all tables of the ledger, but for moments, numbers and hashes."""
    found = {}
    with connection.cursor() as cursor:
        for model in stored():
            cursor.execute(f'SELECT to_jsonb(kept)::text FROM "{model._meta.db_table}" AS kept')
            texts = [MOMENT.sub("*", NUMBERED_OR_HASHED.sub(r"\1", text)) for (text,) in cursor.fetchall()]
            found[model._meta.db_table] = sorted(texts)
    return found


def forget() -> None:
    with connection.cursor() as cursor:
        models: list[type[Model]] = [*stored(), OutboxEntry]
        tables = ", ".join(f'"{model._meta.db_table}"' for model in models)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_what_is_put_back_is_what_the_product_makes() -> None:
    apply_two_lists()
    kept = rows()
    if find_kept(make_two_lists) is None:
        pytest.skip("the tests' role may leave out no triggers")
    forget()
    make_two_lists()

    assert rows() == kept
    assert len(kept["companies"]) == 5


def test_it_is_of_now_and_of_one_piece() -> None:
    """Its hashes cover its moments, so the proof would tell of one that does not fit."""
    before = timezone.now()

    apply_two_lists()

    assert not prove_history(from_beginning=True).differences
    moments = list(LedgerRevision.objects.order_by("number").values_list("recorded_at", flat=True))
    assert before < moments[-1] < timezone.now()
    assert moments[0] < moments[1]
    assert before - timedelta(minutes=1) < moments[0]
    assert lock_ledger() > moments[1]


def test_what_comes_later_has_numbers_of_its_own() -> None:
    apply_two_lists()
    known = set(ListingSnapshot.objects.values_list("id", flat=True))

    applied = apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)

    assert applied.snapshot_id > max(known)


def test_where_something_is_there_already_the_product_makes_them() -> None:
    apply_snapshot(MARCH - timedelta(days=300), [make_issue("7203")], "jpx")

    apply_two_lists()

    assert LedgerRevision.objects.count() == 3
    assert not prove_history(from_beginning=True).differences


def test_facts_with_moments_are_covered_anew() -> None:
    for _ in range(2):
        forget()
        put_or_make(correct)
        if (kept := find_kept(correct)) is not None:
            assert kept.is_chained_anew
        assert LedgerRevision.objects.count() == 4
        assert not prove_history(from_beginning=True).differences
