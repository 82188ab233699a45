"""The second ledger, of EDINET's code lists, and what follows from it: issuers, and who stood behind which company when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.recorded import Recorded


class IssuerList(models.Model):
    """One entry: the code list that EDINET gave on a day. Immutable but for `is_superseded`: another list of its day was
    recorded later, or it was withdrawn.

    `rows` is the canonical form (`companies.issuers.filer_rows`) without individuals, `sha256` its fingerprint before
    compression.
    """

    date_in_force = models.DateField(_("基準日"))
    row_count = models.PositiveIntegerField(_("提出者数"))
    listed_count = models.PositiveIntegerField(_("証券コードのある提出者"))
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.BinaryField(_("内容（圧縮）"))
    run_id = models.UUIDField(_("同期実行"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now())
    is_superseded = models.BooleanField(_("置き換え済み"), default=False)

    class Meta:
        db_table = "issuer_lists"
        verbose_name = _("EDINET コード一覧")
        verbose_name_plural = _("EDINET コード一覧")
        ordering = ["-date_in_force", "-id"]
        constraints = [
            # Law: one list holds per date.
            models.UniqueConstraint(
                fields=["date_in_force"], condition=Q(is_superseded=False), name="uq_issuer_lists_holding"
            ),
        ]

    def __str__(self) -> str:
        return str(self.date_in_force)


class IssuerListWithdrawal(models.Model):
    """That a list was taken back: by whom, when and why. Kept for good; the list counts for nothing from then on."""

    issuer_list = models.OneToOneField(
        IssuerList, models.PROTECT, primary_key=True, related_name="withdrawal", verbose_name=_("EDINET コード一覧")
    )
    reason = models.TextField(_("理由"))
    # A name, not a reference: the fact outlives the account.
    withdrawn_by = models.TextField(_("取り消した人"))
    withdrawn_at = models.DateTimeField(_("取消日時"))

    class Meta:
        db_table = "issuer_list_withdrawals"
        verbose_name = _("EDINET コード一覧の取消")
        verbose_name_plural = _("EDINET コード一覧の取消")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(withdrawn_by=""), name="ck_issuer_list_withdrawals_explained"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issuer_list_id} {self.withdrawn_by}"


class FilerState(models.Model):
    """What a code list says of a filer. Names as they are filed, the reading (`name_kana`) without the company form."""

    securities_code = models.TextField(_("証券コード"), null=True, blank=True)  # noqa: DJ001 None: none any more
    name = models.TextField(_("提出者名"))
    name_english = models.TextField(_("提出者名（英字）"), null=True, blank=True)  # noqa: DJ001 None: not told
    name_kana = models.TextField(_("提出者名（ヨミ）"), null=True, blank=True)  # noqa: DJ001
    corporate_number = models.TextField(_("法人番号"), null=True, blank=True)  # noqa: DJ001
    fiscal_year_end = models.TextField(_("決算日"), null=True, blank=True)  # noqa: DJ001
    capital = models.BigIntegerField(_("資本金（円）"), null=True, blank=True)
    address = models.TextField(_("所在地"), null=True, blank=True)  # noqa: DJ001
    industry = models.TextField(_("提出者業種"), null=True, blank=True)  # noqa: DJ001
    filer_type = models.TextField(_("提出者種別"), null=True, blank=True)  # noqa: DJ001

    class Meta:
        abstract = True


class Issuer(FilerState):
    """One legal person that ever filed under a securities code, as the newest list that has it says.

    A projection of the lists, never edited by hand. The dates are those of the first and last list that had it, with or
    without a code.
    """

    edinet_code = models.TextField(_("EDINET コード"))
    first_seen_on = models.DateField(_("初めて載った一覧"))
    last_seen_on = models.DateField(_("最後に載った一覧"))
    search_text = models.TextField(_("検索用文字列"), editable=False, db_default="")

    class Meta:
        db_table = "issuers"
        verbose_name = _("発行体")
        verbose_name_plural = _("発行体")
        ordering = ["edinet_code"]
        constraints = [models.UniqueConstraint(fields=["edinet_code"], name="ix_issuers_edinet_code")]
        indexes = [models.Index(fields=["corporate_number"], name="ix_issuers_corporate_number")]

    def __str__(self) -> str:
        return f"{self.edinet_code} {self.name}"


class IssuerVersion(FilerState):
    """One state of a filer (also of one that never had a code: an older list may still give it one), from the list that
    first said so up to the one that said otherwise.
    """

    edinet_code = models.TextField(_("EDINET コード"))
    validity = DateRangeField(_("有効期間"))

    class Meta:
        db_table = "issuer_versions"
        verbose_name = _("提出者の版")
        verbose_name_plural = _("提出者の版")
        constraints = [
            # Law: versions of a filer never overlap.
            ExclusionConstraint(
                name="ex_issuer_versions_no_overlap",
                expressions=[("edinet_code", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edinet_code} {self.validity}"


class IssuerCode(models.Model):
    """That an issuer filed under a securities code: from the list that first said so up to the one that said otherwise."""

    code = models.TextField(_("証券コード"))
    issuer = models.ForeignKey(
        Issuer, models.CASCADE, to_field="edinet_code", db_column="edinet_code", related_name="codes",
        verbose_name=_("発行体"),
    )  # fmt: skip
    validity = DateRangeField(_("有効期間"))

    class Meta:
        db_table = "issuer_codes"
        verbose_name = _("証券コードでの提出")
        verbose_name_plural = _("証券コードでの提出")
        constraints = [
            # Law: no two issuers at a time for one code.
            ExclusionConstraint(
                name="ex_issuer_codes_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.issuer_id}"


class CompanyIssuer(Recorded):
    """Who stood behind a company during `validity`, and what was told of them then, which is told of the company.

    By code, as everything that was known once; `company` is empty where it was taken back as a whole since.
    """

    # The database has the constraint, which acts also for who deletes without knowing this table (migration 0022).
    company = models.ForeignKey(
        "companies.Company", models.SET_NULL, null=True, db_constraint=False, related_name="issuers",
        verbose_name=_("銘柄"),
    )  # fmt: skip
    code = models.TextField(_("コード"), db_column="company_code")
    edinet_code = models.TextField(_("EDINET コード"))
    validity = DateRangeField(_("有効期間"))
    name_kana = models.TextField(_("ヨミ"), null=True)  # noqa: DJ001 None: not told
    name_english = models.TextField(_("英語名"), null=True)  # noqa: DJ001
    corporate_number = models.TextField(_("法人番号"), null=True)  # noqa: DJ001
    fiscal_year_end = models.TextField(_("決算日"), null=True)  # noqa: DJ001
    # What search looks through beside the text of the company's own state (`companies.search.folding.issuer_search_text`).
    search_text = models.TextField(_("検索用文字列"), editable=False)

    class Meta(Recorded.Meta):
        db_table = "company_issuers"
        verbose_name = _("銘柄の発行体")
        verbose_name_plural = _("銘柄の発行体")
        ordering = ["code", "validity"]
        constraints = [
            *Recorded.Meta.constraints,
            # Law: one issuer at a time.
            ExclusionConstraint(
                name="ex_company_issuers_one_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("validity", RangeOperators.OVERLAPS)],
                condition=Q(withdrawn_in=None),
            ),
        ]
        indexes = [
            models.Index(fields=["code", "validity"], name="ix_company_issuers_code"),
            models.Index(fields=["edinet_code"], name="ix_company_issuers_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.edinet_code} {self.validity}"
