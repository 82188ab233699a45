"""The quote of one company, refreshed when somebody asks for it and the stored one is no longer fresh."""

from dataclasses import dataclass

import structlog
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext

from companies.models import Company, Quote, QuoteGap
from companies.quotes.kept_quotes import PRICE_TOO_OLD, explain_old_price, is_known_gap, record_gaps, record_quotes
from companies.quotes.trading_hours import is_fresh, is_too_old
from database.connections import is_read_only
from datasources.connection_check import WORKS, note_outcome
from datasources.errors import QuoteNotCovered, SourceError, SourceNotAsked
from datasources.models import DataSource
from datasources.providers import QuoteProvider, labels_of, quote_provider_of
from syncjobs.quote_refresh_lock import find_failure, turn_to_refresh
from syncjobs.sources import find_quote_source

logger = structlog.get_logger(__name__)


class QuotesSwitchedOff(SourceError):
    """No source of quotes is enabled."""

    def __init__(self) -> None:
        super().__init__(
            "QUOTES_DISABLED",
            gettext("株価の取得は無効です。管理画面の「データソース」で {providers} を有効にしてください。").format(
                providers=labels_of(QuoteProvider)
            ),
        )


@dataclass(frozen=True, slots=True)
class CurrentQuote:
    """A quote, and where it is old the reason why there is no newer one."""

    quote: Quote
    problem: SourceError | None


def get_current_quote(company: Company) -> CurrentQuote:
    """The quote of a company: the stored one while it is fresh, else a new one, else the stored one with the reason.

    Writes what was fetched. Raises `QuotesSwitchedOff`, `QuoteNotCovered` and other `SourceError`s where none is stored.
    """
    problem: SourceError | None = None
    stored = Quote.objects.filter(company=company).first()
    if stored is None or not is_fresh(stored.fetched_at, timezone.now()):
        try:
            _refresh(company)
        except SourceError as error:
            problem = error
        except DatabaseError as error:
            if not is_read_only(error):
                raise
            problem = _cannot_be_kept()
        stored = Quote.objects.filter(company=company).first()
    if stored is None:
        raise problem or _failed_a_moment_ago(company.code)
    if problem is None and not is_fresh(stored.fetched_at, timezone.now()):
        problem = _failed_a_moment_ago(company.code)
    if problem is None and is_too_old(stored.market_time, timezone.now()):
        problem = SourceError(PRICE_TOO_OLD, explain_old_price(stored))
    return CurrentQuote(stored, problem)


def _refresh(company: Company) -> None:
    source = find_quote_source()
    if source is None:
        raise QuotesSwitchedOff
    noticed_at = QuoteGap.objects.filter(company=company).values_list("noticed_at", flat=True).first()
    provider = quote_provider_of(source)
    if not provider.covers(company.code) or is_known_gap(noticed_at, timezone.now()):
        raise QuoteNotCovered(company.code, str(provider.label))
    with turn_to_refresh(company.code) as is_ours:
        if is_ours:
            _fetch(provider, source, company.code)


def _fetch(provider: QuoteProvider, source: DataSource, code: str) -> None:
    try:
        with provider.open(source, is_on_demand=True) as client:
            quote = client.fetch_quote(code)
    except QuoteNotCovered:
        record_gaps([code], noticed_at=timezone.now())
        raise
    except SourceNotAsked:
        raise
    except SourceError as error:
        note_outcome(source, error.code, error.message)
        raise
    record_quotes([quote], provider.quote_source, fetched_at=timezone.now())
    if source.last_check_code != WORKS:
        note_outcome(source, WORKS, gettext("株価を取得できました。"))


def _cannot_be_kept() -> SourceError:
    return SourceError(
        "DATABASE_READ_ONLY",
        gettext("データベースが読み取り専用のため、新しい株価を保存できません。"),
        is_retryable=True,
    )


def _failed_a_moment_ago(code: str) -> SourceError:
    reason = find_failure(code) or "BUSY"
    message = gettext("株価を取得できません（理由: {reason}）。しばらくしてからやり直してください。")
    return SourceError(reason, message.format(reason=reason))
