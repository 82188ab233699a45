"""What is known of a company, each fact with where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.admin.company_past import CompanyPast
from companies.admin.list_links import list_address
from companies.fields import COMPANY_FIELDS, CompanyField
from companies.issuers.filer import TOLD_FIELDS
from companies.models import Company, CompanyIssuer, CompanyVersion, Issuer, IssuerVersion, OfficialDate

#: What words do not say by themselves.
_HINTS = {
    "margin_code": _("制度信用取引の区分。貸借: 買いも売りもできる。信用: 買いだけができる。"),
    "scale_category": _("TOPIX の規模別の区分。TOPIX に含まれない銘柄は「なし」。"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; no `text` where nobody told it. `address` leads to the companies of which the same holds, or to what it names.

    `source` says who told it first and when, `source_address` leads there.
    """

    label: str
    text: str
    address: str = ""
    hint: Any = ""
    source: str = ""
    source_address: str = ""


def list_facts(past: CompanyPast) -> list[Fact]:
    """What lists say of every field, with the list that was the first to say so."""
    return [_list_fact(past, field) for field in COMPANY_FIELDS]


def _list_fact(past: CompanyPast, field: CompanyField) -> Fact:
    value = getattr(past.company, field.path)
    text = past.wording.name(field.name, value)
    day = None if past.company.is_active else past.company.last_seen_on
    address = list_address({field: value}, day) if value is not None and field.asked_as else ""
    since = _told_since(past.versions, field.path) if value is not None else None
    entry = past.entries.get(since) if since is not None else None
    if entry is None:
        return Fact(gettext(field.label), text, address, _HINTS.get(field.name, ""))
    source = gettext("{source} {day} から").format(source=entry.get_source_display(), day=entry.date_in_force)
    source_address = reverse("admin:companies_listingsnapshot_change", args=[entry.pk])
    return Fact(gettext(field.label), text, address, _HINTS.get(field.name, ""), source, source_address)


def _told_since(versions: Sequence[CompanyVersion], path: str) -> date | None:
    """The day of the list that was the first to say what the latest version says, without a break since."""
    since: date | None = None
    for version in reversed(versions):
        is_same = getattr(version, path) == getattr(versions[-1], path)
        if since is not None and not (is_same and version.validity.upper == since):
            break
        since = version.validity.lower
    return since


@dataclass(frozen=True, slots=True)
class IssuerFacts:
    """Who stands behind a company, and behind which others too; `issuer_rows` who ever did, newest first, each with the issuer's key."""

    issuer: Issuer | None
    facts: list[Fact]
    issuer_rows: list[tuple[int | None, CompanyIssuer]]
    siblings: list[Company]


def issuer_facts(company: Company) -> IssuerFacts:
    """As EDINET's lists tell it: four queries."""
    behind = list(CompanyIssuer.objects.known_at().filter(code=company.code).order_by("-validity"))
    issuers = Issuer.objects.in_bulk({one.edinet_code for one in behind}, field_name="edinet_code")
    rows = [(issuers[one.edinet_code].pk if one.edinet_code in issuers else None, one) for one in behind]
    issuer = issuers.get(company.edinet_code or "")
    since = _filed_since(behind[0]) if behind else None
    source = gettext("EDINET コード一覧 {day} から").format(day=since) if since else ""
    told = (
        (gettext("EDINET コード"), company.edinet_code), (gettext("法人番号"), company.corporate_number),
        (gettext("決算日"), company.fiscal_year_end), (gettext("ヨミ"), company.company_name_kana),
        (gettext("発行体の英語名"), company.issuer_name_english),
    )  # fmt: skip
    facts = [Fact(label, value or "", source=source if value else "") for label, value in told]
    if issuer is not None:
        seen = gettext("EDINET コード一覧 {day}").format(day=issuer.last_seen_on)
        facts.insert(0, Fact(gettext("提出者名"), issuer.name, source=seen))
    same = Company.objects.filter(edinet_code=company.edinet_code) if company.edinet_code else Company.objects.none()
    return IssuerFacts(issuer, facts, rows, list(same.shown().exclude(pk=company.pk).order_by("code")))


def _filed_since(behind: CompanyIssuer) -> date | None:
    """The day of the list that was the first to say what is told of the issuer, without a break since."""
    since: date | None = None
    told = [getattr(behind, name) for name in TOLD_FIELDS]
    for version in IssuerVersion.objects.filter(edinet_code=behind.edinet_code).order_by("-validity"):
        if [getattr(version, name) for name in TOLD_FIELDS] == told:
            since = version.validity.lower
        elif since is not None:
            break
    return since


def presence_facts(past: CompanyPast) -> list[Fact]:
    """In which lists it is, and what the exchange said of its listing."""
    company = past.company
    listed, delisted = _official(past, "listed", company.listed_on), _official(past, "delisted", company.delisted_on)
    return [
        Fact(gettext("証券コード"), company.code),
        Fact(gettext("J-Quants コード"), company.jquants_code),
        Fact(
            gettext("初めて載った一覧"), company.first_seen_on.isoformat(),
            hint=_("取り込んだ一覧のうち、この銘柄が載っている最も古いものの基準日。上場日とは限りません。"),
        ),
        Fact(
            gettext("最後に載った一覧"), company.last_seen_on.isoformat(),
            hint=_("取り込んだ一覧のうち、この銘柄が載っている最も新しいものの基準日。"),
        ),
        Fact(gettext("内容の基準日"), company.reference_date.isoformat(), hint=_("このページの市場区分などを伝えた一覧の基準日。")),
        Fact(gettext("上場日（公式）"), _day(company.listed_on), source=listed),
        Fact(gettext("上場廃止日（公式）"), _day(company.delisted_on), hint=_("売買されない最初の日。"), source=delisted),
        Fact(gettext("登録日時"), _moment(company.created_at)),
        Fact(gettext("更新日時"), _moment(company.updated_at), hint=_("この銘柄について知られていることが最後に変わった時。")),
    ]  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _official(past: CompanyPast, kind: str, day: date | None) -> str:
    """Who told the day."""
    found: OfficialDate | None = next(
        (one for one in past.official if (one.kind, one.official_on) == (kind, day)), None
    )
    return "" if found is None else told_by(found)


def told_by(one: OfficialDate) -> str:
    """Who told an official day, and when it was announced."""
    if one.announced_on is None:
        return one.origin
    return gettext("{origin}（{day} 公表）").format(origin=one.origin, day=one.announced_on)
