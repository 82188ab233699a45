"""Refreshing the quotes of the universe that a source is set to, company by company."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext

from companies.choices import QuoteSource
from companies.models import Company
from companies.quotes.kept_quotes import is_known_gap, record_gaps, record_quotes
from companies.quotes.trading_hours import is_fresh
from datasources.connection_check import WORKS, note_outcome
from datasources.errors import QuoteNotCovered, SourceError
from datasources.providers import QuoteClient, quote_provider_of
from syncjobs.choices import RunPhase, RunStatus
from syncjobs.database_retry import retry_while_unavailable
from syncjobs.errors import RunLost
from syncjobs.models import SyncRun
from syncjobs.progress import Progress
from syncjobs.runs import change_status

#: So many companies in a row that cannot be fetched are the source's fault, not theirs.
_MOST_FAILURES_IN_A_ROW = 3
_SHOWN_FAILURES = 5


@dataclass(slots=True)
class _Tally:
    """What came of the companies so far, from where."""

    total: int
    source: QuoteSource
    updated: int = 0
    fresh: int = 0
    uncovered: int = 0
    failed: dict[str, SourceError] = field(default_factory=dict)
    failures_in_a_row: int = 0


def bring_in_quotes(run: SyncRun, client: QuoteClient, progress: Progress) -> None:
    """Work through the universe by code and end the run. Each quote is kept at once, and companies whose quote is fresh
    are skipped, so a run that was interrupted goes on where it stopped.

    A company that cannot be fetched does not hold up the others; the run then says which are left. Raises `SourceError`
    when the source refuses, or fails for several companies in a row.
    """
    companies = retry_while_unavailable(partial(_universe, run))
    tally = _Tally(total=len(companies), source=quote_provider_of(run.source).quote_source)
    for position, (code, fetched_at, missed_at) in enumerate(companies):
        progress.check_cancelled()
        progress.report(RunPhase.QUOTES, position, len(companies))
        now = timezone.now()
        if is_known_gap(missed_at, now):
            tally.uncovered += 1
        elif fetched_at is not None and is_fresh(fetched_at, now):
            tally.fresh += 1
        else:
            _refresh(code, client, tally)
    progress.report(RunPhase.QUOTES, len(companies), len(companies))
    # First: who sees the run ended sees how its source is.
    retry_while_unavailable(lambda: note_outcome(run.source, WORKS, gettext("株価を取得できました。")))
    retry_while_unavailable(lambda: _end(run, tally))


def _universe(run: SyncRun) -> list[tuple[str, datetime | None, datetime | None]]:
    """Codes in their order, each with when its quote was fetched and when the source said that it has none."""
    listed = Company.objects.active().filter(scale_category__in=run.source.quote_scale_categories).order_by("code")
    return list(listed.values_list("code", "quote__fetched_at", "quote_gap__noticed_at"))


def _refresh(code: str, client: QuoteClient, tally: _Tally) -> None:
    try:
        quote = client.fetch_quote(code)
    except QuoteNotCovered:
        retry_while_unavailable(lambda: record_gaps([code], noticed_at=timezone.now()))
        tally.uncovered += 1
    except SourceError as error:
        tally.failed[code] = error
        tally.failures_in_a_row += 1
        if _is_of_the_source(error) or tally.failures_in_a_row >= _MOST_FAILURES_IN_A_ROW:
            raise
    else:
        retry_while_unavailable(lambda: record_quotes([quote], tally.source, fetched_at=timezone.now()))
        tally.updated += 1
        tally.failures_in_a_row = 0


def _is_of_the_source(error: SourceError) -> bool:
    """Whether other companies would fare the same: everything but a fault of one answer or one connection."""
    return not (error.is_retryable or error.code == "INVALID_QUOTE") or error.code == "RATE_LIMITED"


def _end(run: SyncRun, tally: _Tally) -> None:
    counts = {
        "total_companies": tally.total,
        "updated_companies": tally.updated,
        "unchanged_companies": tally.fresh,
        "uncovered_companies": tally.uncovered,
    }
    if not tally.failed:
        if not change_status(run.pk, RunStatus.COMPLETED, **counts):
            raise RunLost
        return
    shown = gettext("、").join(list(tally.failed)[:_SHOWN_FAILURES])
    first = next(iter(tally.failed.values()))
    change_status(
        run.pk, RunStatus.FAILED, error_code="QUOTES_LEFT", **counts,
        error_message=gettext(
            "{total} 銘柄のうち {left} 銘柄の株価を取得できませんでした（{shown}）。最初の理由: {reason} "
            "取得した株価はそのまま残り、もう一度実行すると残りを取得します。"
        ).format(total=tally.total, left=len(tally.failed), shown=shown, reason=first.message),
    )  # fmt: skip
