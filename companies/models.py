"""The tables of the ledger: what is listed now, every state it ever had, and the snapshots that prove it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.events.told_event import ToldEvent
from companies.issuers.identifiers.models import CompanyIdentifier
from companies.issuers.lineage.models import ConfirmedSuccession, Succession
from companies.issuers.models import CompanyIssuer, Issuer, IssuerCode, IssuerList, IssuerListWithdrawal, IssuerVersion
from companies.issuers.official_dates.models import AcceptedDifference, OfficialDate
from companies.known.models import KnownEntry, KnownEvent, KnownVersion
from companies.ledger.models import (
    EntryHolding,
    HistoryCheckpoint,
    HistoryProof,
    LedgerRevision,
    ListingSnapshot,
    SnapshotWithdrawal,
)
from companies.ledger.provisional.models import ProvisionalList
from companies.querysets import CompanyQuerySet, CompanyVersionQuerySet, ListingEventQuerySet
from companies.quotes.models import Quote, QuoteGap
from companies.states import PastState, TrackedFields

# Django looks for an app's models here.
__all__ = [
    "AcceptedDifference",
    "Company", "CompanyIdentifier", "CompanyIssuer", "CompanyVersion", "ConfirmedSuccession", "EntryHolding", "HistoryCheckpoint", "HistoryProof", "Issuer", "IssuerCode",
    "IssuerList", "IssuerListWithdrawal", "IssuerVersion", "KnownEntry", "KnownEvent", "KnownVersion", "LedgerRevision", "ListingEvent", "ListingSnapshot",
    "OfficialDate", "ProvisionalList", "Quote", "QuoteGap", "SnapshotWithdrawal", "Succession", "WithdrawnVersion",
]  # fmt: skip


class Company(TrackedFields):
    """One listed or formerly listed issue, in its latest known state.

    A projection of its versions as of the ledger's day (`companies.ledger.ledger_day`), never edited by hand. `first_seen_on` and `last_seen_on` are the dates in force of the
    first and last snapshot that had it; `reference_date` is the snapshot its state is from. `updated_at` is the moment
    of the last revision that changed a version of it, of now or of the past; a list that merely confirms it is none.
    """

    code = models.TextField(_("コード"))
    jquants_code = models.TextField(_("J-Quants コード"))
    market = models.ForeignKey(
        "masters.Market", models.SET_NULL, to_field="code", db_column="market_code", null=True, blank=True,
        db_index=False, related_name="companies", verbose_name=_("市場区分"),
    )  # fmt: skip
    sector17 = models.ForeignKey(
        "masters.Sector17", models.SET_NULL, to_field="code", db_column="sector17_code", null=True, blank=True,
        db_index=False, related_name="companies", verbose_name=_("17業種"),
    )  # fmt: skip
    sector33 = models.ForeignKey(
        "masters.Sector33", models.SET_NULL, to_field="code", db_column="sector33_code", null=True, blank=True,
        related_name="companies", verbose_name=_("33業種"),
    )  # fmt: skip
    reference_date = models.DateField(_("基準日"))
    is_active = models.BooleanField(_("上場中"))
    # In no list up to the ledger's day, but in a later one: there for its versions' sake, and shown nowhere without a day.
    is_coming = models.BooleanField(_("これから上場"), db_default=False, editable=False)
    first_seen_on = models.DateField(_("初めて載った一覧"))
    last_seen_on = models.DateField(_("最後に載った一覧"))
    # Beside the lists: what is told of the issuer behind it now, and the official days; `company_issuers` and `official_dates`
    # have those of the past.
    company_name_kana = models.TextField(_("ヨミ"), null=True, blank=True)  # noqa: DJ001 None: not told
    issuer_name_english = models.TextField(_("発行体の英語名"), null=True, blank=True)  # noqa: DJ001
    edinet_code = models.TextField(_("EDINET コード"), null=True, blank=True)  # noqa: DJ001
    corporate_number = models.TextField(_("法人番号"), null=True, blank=True)  # noqa: DJ001
    fiscal_year_end = models.TextField(_("決算日"), null=True, blank=True)  # noqa: DJ001
    listed_on = models.DateField(_("上場日（公式）"), null=True, blank=True)
    delisted_on = models.DateField(_("上場廃止日（公式）"), null=True, blank=True)
    delisting_reason = models.TextField(_("上場廃止理由"), null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField(_("登録日時"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("更新日時"), db_default=Now(), editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        db_table = "companies"
        verbose_name = _("銘柄")
        verbose_name_plural = _("銘柄")
        ordering = ["code"]
        permissions = [("export_company", _("銘柄一覧をファイルに保存できる"))]
        constraints = [
            # Every lookup by code; one row per issue.
            models.UniqueConstraint(fields=["code"], name="ix_companies_code"),
            models.UniqueConstraint(fields=["jquants_code"], name="uq_companies_jquants_code"),
            models.CheckConstraint(
                condition=Q(first_seen_on__lte=F("last_seen_on")), name="ck_companies_seen_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["market"], name="ix_companies_market_code"),
            models.Index(fields=["sector17"], name="ix_companies_sector17_code"),
            # The list's usual question: what is listed on a market now.
            models.Index(fields=["is_active", "market"], name="ix_companies_active_market"),
            models.Index(fields=["market", "sector17"], name="ix_companies_market_sector"),
            # SQL written against the table may look for a name as it is spelt.
            GinIndex(OpClass("company_name", name="gin_trgm_ops"), name="ix_companies_name_search"),
            # Search by folded text: substring and similarity.
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="ix_companies_search_text"),
            # Readers who follow changes (`updated_since`).
            models.Index(fields=["updated_at"], name="ix_companies_updated_at"),
            # Either identifier of the issuer.
            models.Index(fields=["edinet_code"], name="ix_companies_edinet_code"),
            models.Index(fields=["corporate_number"], name="ix_companies_corporate_number"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.company_name}"


class CompanyVersion(PastState):
    """One state of a company, as it is known now."""

    company = models.ForeignKey(
        Company, models.CASCADE, db_index=False, related_name="versions", verbose_name=_("銘柄")
    )

    objects = CompanyVersionQuerySet.as_manager()

    class Meta:
        db_table = "company_versions"
        verbose_name = _("銘柄の版")
        verbose_name_plural = _("銘柄の版")
        constraints = [
            # Law: versions of a company never overlap.
            ExclusionConstraint(
                name="ex_company_versions_no_overlap",
                expressions=[("company", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(validity__isempty=False, validity__lower_inf=False), name="ck_company_versions_has_start"
            ),
        ]
        indexes = [
            # The universe as of a day: `validity @> day`.
            GistIndex(fields=["validity"], name="ix_company_versions_validity"),
            # Events of a period: what began and what ended in it. The whole range is in each index, so that counting
            # reads no row.
            models.Index(
                Func("validity", function="lower"), "company", include=["validity"], name="ix_company_versions_began"
            ),
            models.Index(
                Func("validity", function="upper"), "company", include=["validity"], name="ix_company_versions_ended"
            ),
            # The history of one company, and a version's neighbours; the index of the exclusion is many times slower.
            models.Index(
                "company", Func("validity", function="lower"), include=["validity"], name="ix_company_versions_company"
            ),
            # What a revision recorded, and what was not known before it.
            models.Index(fields=["recorded_in"], name="ix_company_versions_recorded"),
            # Beside the versions that were taken back, which have no company.
            models.Index(
                "code", Func("validity", function="lower"), include=["validity"], name="ix_company_versions_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_name} {self.validity}"


class WithdrawnVersion(PastState):
    """One state that was taken back: known from `recorded_in` on, and from `withdrawn_in` on no more.

    By code, because a company whose only list was taken back is gone.
    """

    withdrawn_in = models.BigIntegerField(_("取り下げた改訂"))

    class Meta:
        db_table = "withdrawn_versions"
        verbose_name = _("取り下げられた版")
        verbose_name_plural = _("取り下げられた版")
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_in__lt=F("withdrawn_in")), name="ck_withdrawn_versions_known_for_a_while"
            )
        ]
        indexes = [
            models.Index(fields=["withdrawn_in"], name="ix_withdrawn_versions_in"),
            models.Index(fields=["recorded_in"], name="ix_withdrawn_versions_recorded"),
            models.Index("code", Func("validity", function="lower"), name="ix_withdrawn_versions_code"),
            # The universe as of a day as it was known: both ranges at once, else every open version ever is looked at.
            GistIndex(
                "validity",
                Func("recorded_in", "withdrawn_in", function="int8range", output_field=BigIntegerRangeField()),
                name="ix_withdrawn_versions_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.validity}"


class ListingEvent(ToldEvent):
    """One change of one company on one day, read from the view `listing_events` over versions; never stored.

    `event_date` is the date of the first list that shows the change, `observed_after` that of the list before it: the
    change came about between the two (`companies.events.periods`). `old_value` and `new_value` are the headline of the
    change (names, or codes of masters); `changes` holds every field of the event as `{field: [old, new]}`.
    """

    company = models.ForeignKey(Company, models.DO_NOTHING, related_name="events", verbose_name=_("銘柄"))

    objects = ListingEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "listing_events"
        verbose_name = _("上場イベント")
        verbose_name_plural = _("上場イベント")
        ordering = ["-event_date", "code", "event_type"]
