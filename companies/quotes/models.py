"""The tables of quotes: the latest price of a company, and which companies have none to be had."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.choices import QuoteSource
from companies.quotes.price_limits import LimitCheck, check_limit


class Quote(models.Model):
    """The latest known price of a company. Replaced when a newer one is fetched; not a part of the ledger.

    `previous_close` is that of the trading day before the one of `market_time`; `None` where it is not known.
    """

    company = models.OneToOneField(
        "companies.Company", models.CASCADE, primary_key=True, related_name="quote", verbose_name=_("銘柄")
    )
    price = models.DecimalField(_("株価"), max_digits=16, decimal_places=4)
    previous_close = models.DecimalField(_("前日終値"), max_digits=16, decimal_places=4, null=True, blank=True)
    change = models.GeneratedField(
        expression=F("price") - F("previous_close"),
        output_field=models.DecimalField(max_digits=16, decimal_places=4, null=True),
        db_persist=True, verbose_name=_("前日比"),
    )  # fmt: skip
    currency = models.CharField(_("通貨"), max_length=3)
    market_time = models.DateTimeField(_("株価の時刻"))
    source = models.TextField(_("データソース"), choices=QuoteSource)
    fetched_at = models.DateTimeField(_("取得日時"))

    class Meta:
        db_table = "quotes"
        verbose_name = _("株価")
        verbose_name_plural = _("株価")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="ck_quotes_price"),
            models.CheckConstraint(condition=Q(previous_close__gt=0), name="ck_quotes_previous_close"),
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"

    @property
    def change_percent(self) -> Decimal | None:
        """The change in hundredths of the previous close, to two places."""
        if self.previous_close is None:
            return None
        return round((self.price - self.previous_close) / self.previous_close * 100, 2)

    @property
    def limit_check(self) -> LimitCheck | None:
        """How the change stands to the exchange's limits of a day."""
        return check_limit(self.price, self.previous_close, self.currency)


class QuoteGap(models.Model):
    """A company that the source said it does not have. Its last quote, if there is one, stays."""

    company = models.OneToOneField(
        "companies.Company", models.CASCADE, primary_key=True, related_name="quote_gap", verbose_name=_("銘柄")
    )
    noticed_at = models.DateTimeField(_("確認日時"))

    class Meta:
        db_table = "quote_gaps"
        verbose_name = _("株価のない銘柄")
        verbose_name_plural = _("株価のない銘柄")

    def __str__(self) -> str:
        return f"{self.company_id}"
