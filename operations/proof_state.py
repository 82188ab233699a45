"""When the history was proven last, and what came of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from companies.ledger.proof_records import find_last_proof
from companies.models import LedgerRevision
from operations.part_states import PartState, Row

#: As the alert has it: two nights.
_OLD = timedelta(days=2)
_LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'


def proof_metrics() -> Iterator[Metric]:
    """Nothing while there is nothing to prove. A history that was never proven is as old as its first revision; how many differences
    it has nobody knows.
    """
    last = find_last_proof()
    since = last.started_at if last else LedgerRevision.objects.aggregate(at=Min("recorded_at"))["at"]
    if since is not None:
        yield GaugeMetricFamily(
            "history_proof_age_seconds", "Since the last proof of the history began, whatever it found.",
            value=(timezone.now() - since).total_seconds(),
        )  # fmt: skip
    if last is not None:
        yield GaugeMetricFamily(
            "history_proof_differences", "What the last proof of the history found wrong.", value=last.difference_count
        )


def proof_row(now: datetime) -> Row:
    """For people, with the way to all proofs."""
    title = gettext("履歴の検証")
    try:
        last = find_last_proof()
    except DatabaseError:
        return title, PartState.UNAVAILABLE, ""
    if last is None:
        return title, PartState.UNKNOWN, gettext("まだ検証していません。")
    at = f"{timezone.localtime(last.started_at):%Y-%m-%d %H:%M}"
    if last.difference_count:
        state, told = PartState.WRONG, gettext("{at}、相違 {count:,} 件").format(at=at, count=last.difference_count)
    else:
        state = PartState.BEHIND if now - last.started_at > _OLD else PartState.OK
        told = gettext("{at}、改訂 {number:,} まで相違なし").format(at=at, number=last.until_revision)
    return title, state, format_html(_LINK, reverse("admin:companies_historyproof_changelist"), told)
