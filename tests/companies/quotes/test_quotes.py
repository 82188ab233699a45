"""Keeping quotes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from companies.choices import QuoteSource
from companies.models import Company, Quote, QuoteGap
from companies.quotes.kept_quotes import FetchedQuote, is_known_gap, record_gaps, record_quotes

pytestmark = pytest.mark.usefixtures("two_lists")

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TOYOTA = FetchedQuote("7203", Decimal("2050.5"), Decimal(2000), "JPY", NOON)
NISSAN = FetchedQuote("7201", Decimal("400.1"), None, "JPY", NOON)


def record(*quotes: FetchedQuote) -> int:
    return record_quotes(quotes, QuoteSource.YAHOO, fetched_at=NOON)


def test_quotes_are_kept_in_three_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):  # companies, quotes, gaps
        assert record(TOYOTA, NISSAN) == 2

    toyota = Quote.objects.get(company__code="7203")
    assert (toyota.price, toyota.previous_close, toyota.change) == (Decimal("2050.5"), Decimal(2000), Decimal("50.5"))
    assert toyota.change_percent == Decimal("2.52")
    assert (toyota.currency, toyota.source, toyota.market_time, toyota.fetched_at) == ("JPY", "yahoo", NOON, NOON)
    nissan = Quote.objects.get(company__code="7201")
    assert (nissan.change, nissan.change_percent) == (None, None)


def test_a_newer_quote_replaces_the_older_one() -> None:
    record(TOYOTA)
    record(replace(TOYOTA, price=Decimal(2100)))

    assert Quote.objects.get().change == 100


def test_a_second_time_changes_nothing() -> None:
    record(TOYOTA)
    before = Quote.objects.values().get()
    record(TOYOTA)

    assert Quote.objects.values().get() == before


def test_codes_of_no_company_are_left_out() -> None:
    assert record(replace(TOYOTA, code="0001")) == 0
    assert Quote.objects.count() == 0


def test_a_gap_is_remembered_for_a_day_and_leaves_the_last_quote() -> None:
    record(TOYOTA)
    record_gaps(["7203"], noticed_at=NOON)
    record_gaps(["7203"], noticed_at=NOON)

    assert Quote.objects.count() == 1
    assert is_known_gap(QuoteGap.objects.get().noticed_at, NOON + timedelta(hours=23))
    assert not is_known_gap(NOON, NOON + timedelta(hours=24))
    assert not is_known_gap(None, NOON)


def test_a_quote_ends_a_gap() -> None:
    record_gaps(["7203"], noticed_at=NOON)
    record(TOYOTA)

    assert QuoteGap.objects.count() == 0


@pytest.mark.parametrize("wrong", [{"price": Decimal(0)}, {"previous_close": Decimal(-1)}])
def test_the_database_refuses_prices_that_are_none(wrong: dict[str, Decimal]) -> None:
    record(TOYOTA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.update(**wrong)


def test_a_quote_goes_with_its_company() -> None:
    record(TOYOTA)
    Company.objects.filter(code="7203").delete()

    assert Quote.objects.count() == 0
