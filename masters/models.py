"""Market segments, 17 sectors and 33 sectors, by the codes of J-Quants."""

from django.db import models


class Master(models.Model):
    """A coded name in a fixed order. `code` is text as the source writes it (`0111`, `6`, `3700`)."""

    code = models.CharField("コード", max_length=8)
    name = models.CharField("名称", max_length=100)
    name_english = models.CharField("名称（英語）", max_length=100, blank=True)
    description = models.TextField("説明", blank=True)
    display_order = models.PositiveIntegerField("表示順")
    is_active = models.BooleanField("有効", default=True)

    class Meta:
        abstract = True
        ordering = ["display_order", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Market(Master):
    """A market segment of the Tokyo Stock Exchange, past ones included (they are in the history)."""

    class Meta(Master.Meta):
        db_table = "market_masters"
        verbose_name = "市場区分"
        verbose_name_plural = "市場区分"
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_market_masters_code")]


class Sector17(Master):
    """One of the 17 sectors of TOPIX-17, or 99 for issues without a sector."""

    class Meta(Master.Meta):
        db_table = "sector17_masters"
        verbose_name = "17業種"
        verbose_name_plural = "17業種"
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_sector17_masters_code")]


class Sector33(Master):
    """One of the 33 sectors of the securities code committee, or 9999 for issues without one."""

    sector17 = models.ForeignKey(
        Sector17,
        models.RESTRICT,
        to_field="code",
        db_column="sector17_code",
        related_name="sectors33",
        verbose_name="17業種",
    )

    class Meta(Master.Meta):
        db_table = "sector33_masters"
        verbose_name = "33業種"
        verbose_name_plural = "33業種"
        constraints = [models.UniqueConstraint(fields=["code"], name="uq_sector33_masters_code")]
