"""What changed since a moment (`updated_since`)."""

from datetime import datetime

from django.db import transaction

from companies.api.universe import Universe
from companies.ledger.entries import wait_for_writers
from companies.models import Company, LedgerRevision, WithdrawnVersion


def wait_for_changes() -> None:
    """Wait for those who are writing: a change bears a time of before its commit, and who asks again from now on would miss it."""
    with transaction.atomic():
        wait_for_writers()


def removed_since(moment: datetime, universe: Universe) -> list[str]:
    """Codes that were known once, were taken back as a whole since, and are not among the companies any more."""
    revisions = LedgerRevision.objects.filter(recorded_at__gte=moment, number__lte=universe.revision)
    taken_back = WithdrawnVersion.objects.filter(withdrawn_in__in=revisions.values("number"))
    # Whose first list was corrected before its day is still to come, and was never seen.
    coming = Company.objects.filter(is_coming=True).values("code")
    codes = taken_back.exclude(code__in=coming).order_by("code").values_list("code", flat=True).distinct()
    return [code for code in codes if code and universe.find(code) is None]
