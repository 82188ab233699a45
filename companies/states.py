"""What all tables of states have in common: companies as they are, and the versions of what they were."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.choices import MarginClass, ProductCategory


class TrackedFields(models.Model):
    """The fields of an issue whose changes make history, shared by its current state and its versions."""

    company_name = models.TextField(_("銘柄名"))
    company_name_english = models.TextField(_("英語名"), null=True, blank=True)  # noqa: DJ001 None: not told
    scale_category = models.TextField(_("規模区分"), null=True, blank=True)  # noqa: DJ001 None: not told
    margin_code = models.TextField(_("信用区分"), null=True, blank=True, choices=MarginClass)  # noqa: DJ001
    product_category = models.TextField(_("商品区分"), null=True, blank=True, choices=ProductCategory)  # noqa: DJ001
    search_text = models.TextField(_("検索用文字列"), editable=False)

    class Meta:
        abstract = True


class PastState(TrackedFields):
    """A state and the days it held: `[first day, day after the last)`, open at the end while it holds.

    The codes of masters carry no constraint in the database: history keeps what was said then, whatever becomes of
    the master's row. `recorded_in` is the revision that said so first.
    """

    market = models.ForeignKey(
        "masters.Market", models.DO_NOTHING, to_field="code", db_column="market_code", null=True, blank=True,
        db_index=False, db_constraint=False, related_name="+", verbose_name=_("市場区分"),
    )  # fmt: skip
    sector17 = models.ForeignKey(
        "masters.Sector17", models.DO_NOTHING, to_field="code", db_column="sector17_code", null=True, blank=True,
        db_index=False, db_constraint=False, related_name="+", verbose_name=_("17業種"),
    )  # fmt: skip
    sector33 = models.ForeignKey(
        "masters.Sector33", models.DO_NOTHING, to_field="code", db_column="sector33_code", null=True, blank=True,
        db_index=False, db_constraint=False, related_name="+", verbose_name=_("33業種"),
    )  # fmt: skip
    validity = DateRangeField(_("有効期間"))
    # These two are empty until what the release before wrote was replayed (`companies.ledger.revisions`).
    code = models.TextField(_("コード"), db_column="company_code", null=True, editable=False)  # noqa: DJ001
    recorded_in = models.BigIntegerField(_("記録した改訂"), null=True)

    class Meta:
        abstract = True
