"""Named questions about runs."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from syncjobs.choices import ACTIVE_STATUSES, RunKind, RunStatus


class SyncRunQuerySet(models.QuerySet[Any]):
    def without_listing(self) -> Self:
        """Without the fetched rows, which are large and only needed to apply them."""
        return self.defer("listing")

    def of_their_own(self) -> Self:
        """Runs that somebody started; not the days of a back-fill."""
        return self.filter(parent=None)

    def of_lists(self) -> Self:
        """Runs that bring in lists."""
        return self.filter(kind__in=(RunKind.LISTING, RunKind.BACKFILL))

    def active(self) -> Self:
        """Waiting for a worker, or with one."""
        return self.filter(status__in=ACTIVE_STATUSES)

    def silent_since(self, moment: datetime) -> Self:
        """With a worker that has given no sign of life since `moment`. A day of a running back-fill gives none itself."""
        silent = self.filter(status=RunStatus.RUNNING, heartbeat_at__lt=moment)
        return silent.exclude(parent__status=RunStatus.RUNNING)

    def sum_counts(self) -> dict[str, int]:
        """What all of them together brought in: new, updated and deactivated companies."""
        fields = ("new_companies", "updated_companies", "deactivated_companies")
        return {name: total or 0 for name, total in self.aggregate(**{f: models.Sum(f) for f in fields}).items()}
