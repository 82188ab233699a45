"""What a source told of the exchange's calendar."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from datasources.choices import DayKind


class CalendarDay(models.Model):
    """One day of the exchange: whether shares are traded on it. Learnt from a source, a year back and two months ahead.

    `kind` says more than that; it is empty where the day was learnt by a release that did not keep it. `learnt_at` is when the
    source told it last.
    """

    day = models.DateField(_("日"), primary_key=True)
    is_business_day = models.BooleanField(_("営業日"))
    kind = models.TextField(_("区分"), choices=DayKind, blank=True, default="", db_default="")
    learnt_at = models.DateTimeField(_("取得日時"), db_default=Now())

    class Meta:
        db_table = "calendar_days"
        verbose_name = _("取引カレンダー")
        verbose_name_plural = _("取引カレンダー")
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)
