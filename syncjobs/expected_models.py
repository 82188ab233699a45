"""What should have come in: the exchange's calendar as a source told it, and the lists that are missing and tried for."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One day of the exchange: whether shares are traded on it. Learnt from a source, a year back and two months ahead."""

    day = models.DateField(_("日"), primary_key=True)
    is_business_day = models.BooleanField(_("営業日"))
    learnt_at = models.DateTimeField(_("取得日時"), db_default=Now())

    class Meta:
        db_table = "calendar_days"
        verbose_name = _("取引カレンダー")
        verbose_name_plural = _("取引カレンダー")
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)


class ExpectedList(models.Model):
    """One business day whose list is due from a source and not in the ledger. The row goes when the list is there.

    All times are of the clock by which runs are decided.
    """

    source = models.ForeignKey(
        "datasources.DataSource", models.CASCADE, related_name="expected_lists", verbose_name=_("データソース")
    )
    day = models.DateField(_("基準日"))
    due_at = models.DateTimeField(_("予定"))
    attempts = models.PositiveIntegerField(_("試行回数"), default=0, db_default=0)
    last_attempt_at = models.DateTimeField(_("前回の試行"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("次回の試行"))
    last_run = models.ForeignKey(
        "syncjobs.SyncRun", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("前回の同期")
    )

    class Meta:
        db_table = "expected_lists"
        verbose_name = _("届いていない一覧")
        verbose_name_plural = _("届いていない一覧")
        ordering = ["-day"]
        constraints = [
            # Two deciders at once note a day once.
            models.UniqueConstraint(fields=["source", "day"], name="uq_expected_lists_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"
