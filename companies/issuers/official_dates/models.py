"""The table of official days."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.recorded import Recorded


class OfficialDateKind(models.TextChoices):
    """What happened, or is announced to happen, on the day."""

    LISTED = "listed", _("新規上場")
    DELISTED = "delisted", _("上場廃止")


class OfficialDate(Recorded):
    """A day of listing or delisting as the exchange announced it; of a delisting it is the first day that is *not* traded.

    By code: the issue may never have been in a list of ours. `company_name` and `market` are as announced.
    """

    code = models.TextField(_("コード"))
    kind = models.TextField(_("種別"), choices=OfficialDateKind)
    official_on = models.DateField(_("公式の日"))
    reason = models.TextField(_("理由"), null=True, blank=True)  # noqa: DJ001 None: not told
    announced_on = models.DateField(_("公表日"), null=True, blank=True)
    company_name = models.TextField(_("銘柄名"), null=True, blank=True)  # noqa: DJ001
    market = models.TextField(_("市場"), null=True, blank=True)  # noqa: DJ001
    origin = models.TextField(_("出所"))

    class Meta(Recorded.Meta):
        db_table = "official_dates"
        verbose_name = _("公式の上場日・廃止日")
        verbose_name_plural = _("公式の上場日・廃止日")
        ordering = ["-official_on", "code"]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["code", "kind", "official_on"], condition=Q(withdrawn_in=None), name="uq_official_dates_known"
            ),
        ]
        indexes = [models.Index(fields=["official_on"], name="ix_official_dates_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.get_kind_display()} {self.official_on}"


class AcceptedDifference(models.Model):
    """A difference between an official day and the lists that a person looked at and accepted, so that it alerts nobody any more.

    `key` is that of `companies.issuers.official_dates.reconciliation.Compared`: where what differs becomes another, it alerts again.
    """

    key = models.TextField(_("相違"), unique=True)
    reason = models.TextField(_("受け入れる理由"))
    accepted_by = models.CharField(_("受け入れた人"), max_length=200)
    accepted_at = models.DateTimeField(_("受け入れた日時"), db_default=Now())

    class Meta:
        db_table = "accepted_differences"
        verbose_name = _("受け入れた相違")
        verbose_name_plural = _("受け入れた相違")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(accepted_by=""), name="ck_accepted_differences_told")
        ]

    def __str__(self) -> str:
        return self.key
