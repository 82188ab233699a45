"""Facts beside the lists (who stood behind a code, official dates, identifiers), each with the revisions between which it was known."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RecordedQuerySet(models.QuerySet[Any]):
    """Facts, of now and of the past."""

    def known_at(self, revision: int | None = None) -> Self:
        """Those that were known once a revision was; without one, those that are known now."""
        if revision is None:
            return self.filter(withdrawn_in=None)
        return self.filter(Q(withdrawn_in=None) | Q(withdrawn_in__gt=revision), recorded_in__lte=revision)


class Recorded(models.Model):
    """A fact that a revision recorded, and perhaps a later one took back. Nothing of it is ever changed or deleted."""

    recorded_in = models.BigIntegerField(_("記録した改訂"))
    withdrawn_in = models.BigIntegerField(_("取り下げた改訂"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_in=None) | Q(recorded_in__lt=F("withdrawn_in")),
                name="ck_%(class)s_known_for_a_while",
            )
        ]
