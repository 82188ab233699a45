"""Market segments, 17 sectors and 33 sectors, by the codes of J-Quants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masters.naming import MasterQuerySet
from wording.language import is_english


class Master(models.Model):
    """A coded name in a fixed order. `code` is text as the source writes it (`0111`, `6`, `3700`)."""

    code = models.CharField(_("コード"), max_length=8)
    name = models.CharField(_("名称"), max_length=100)
    name_english = models.CharField(_("名称（英語）"), max_length=100, blank=True)
    description = models.TextField(_("説明"), blank=True)
    display_order = models.PositiveIntegerField(_("表示順"))
    is_active = models.BooleanField(_("有効"), default=True)

    objects = MasterQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["display_order", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.shown_name}"

    @property
    def shown_name(self) -> str:
        """In the language of the page."""
        return self.name_english if self.name_english and is_english() else self.name


class Market(Master):
    """A market segment of the Tokyo Stock Exchange, past ones included (they are in the history)."""

    class Meta(Master.Meta):
        db_table = "market_masters"
        verbose_name = _("市場区分")
        verbose_name_plural = _("市場区分")
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_market_masters_code")]


class Sector17(Master):
    """One of the 17 sectors of TOPIX-17, or 99 for issues without a sector."""

    class Meta(Master.Meta):
        db_table = "sector17_masters"
        verbose_name = _("17業種")
        verbose_name_plural = _("17業種")
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_sector17_masters_code")]


class Sector33(Master):
    """One of the 33 sectors of the securities code committee, or 9999 for issues without one."""

    sector17 = models.ForeignKey(
        Sector17,
        models.RESTRICT,
        to_field="code",
        db_column="sector17_code",
        related_name="sectors33",
        verbose_name=_("17業種"),
    )

    class Meta(Master.Meta):
        db_table = "sector33_masters"
        verbose_name = _("33業種")
        verbose_name_plural = _("33業種")
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_sector33_masters_code")]
