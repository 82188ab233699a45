"""The issues that went and came, and who filed under which code, read for the rules: a few queries, whatever the number of companies."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from companies.choices import ProductCategory
from companies.issuers.lineage.filings import Filing
from companies.issuers.lineage.issues import Issue, IssuerFacts
from companies.issuers.lineage.names import spell
from companies.issuers.list_entries import issuer_list_days
from companies.issuers.official_dates.models import OfficialDateKind
from companies.known.reading import NOW
from companies.models import Company, CompanyIssuer, CompanyVersion, Issuer, IssuerCode, IssuerVersion, OfficialDate

_DAY = timedelta(days=1)
# Funds come and go without following one another; only what is filed under `Others` is told apart by its kind.
_OTHERS = "0109"
_REITS = (ProductCategory.REIT, ProductCategory.FOREIGN_REIT)
_MONTH = re.compile("[0-9]+")
# An announced day and a list may disagree by the days on which the market was shut.
_SLACK = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class LoadedIssues:
    """What the rules look at."""

    gone: list[Issue] = field(default_factory=list)
    came: list[Issue] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)


def load_issues() -> LoadedIssues:
    """As known now, inside one state of the database."""
    days = NOW.list_days()
    if not days:
        return LoadedIssues(filings=_filings())
    companies = {
        row[0]: row
        for row in Company.objects.shown().values_list("code", "pk", "is_active", "first_seen_on", "last_seen_on")
        if len(row[0]) == 4 and (row[3] > days[0] or not row[2])
    }
    states = _states([row[1] for row in companies.values()])
    facts, official = _Facts(companies), _official_days(companies)
    gone, came = [], []
    for code, pk, is_active, first_on, last_on in companies.values():
        before, after = states[pk]
        if not is_active and _is_share(after):
            place = bisect_right(days, last_on)
            latest = facts.list_without(code, last_on, days[place] if place < len(days) else last_on + _DAY)
            period = _announced(official[code, OfficialDateKind.DELISTED], last_on + _DAY, latest)
            gone.append(_issue(code, after, period, facts.of_going(code)))
        if first_on > days[0] and _is_share(before):
            earliest = days[bisect_right(days, first_on) - 2] + _DAY
            period = _announced(
                official[code, OfficialDateKind.LISTED], earliest, facts.list_with(code, earliest, first_on)
            )
            came.append(_issue(code, before, period, facts.of_coming(code)))
    return LoadedIssues(gone, came, _filings())


def _announced(official: Sequence[date], earliest: date, latest: date) -> tuple[date, date, bool]:
    """The first and the last day that it can have been, and whether the exchange named it."""
    named = next((day for day in official if earliest - _SLACK <= day <= latest + _SLACK), None)
    return (earliest, latest, False) if named is None else (named, named, True)


def _issue(code: str, state: Mapping[str, Any], period: tuple[date, date, bool], facts: IssuerFacts | None) -> Issue:
    name = state["company_name"]
    spellings = (spell(told) for told in (name, state["company_name_english"]) if told)
    return Issue(
        code, name, tuple(spelling for spelling in spellings if spelling), *period,
        state["market_id"], state["sector33_id"], state["sector17_id"], facts,
    )  # fmt: skip


def _states(companies: Iterable[int]) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """The first and the last state of each."""
    found: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    fields = (
        "company_id",
        "company_name",
        "company_name_english",
        "market_id",
        "sector33_id",
        "sector17_id",
        "product_category",
    )
    versions = CompanyVersion.objects.filter(company__in=list(companies)).order_by("company", "validity")
    for state in versions.values(*fields):
        first, _last = found.get(state["company_id"], (state, state))
        found[state["company_id"]] = (first, state)
    return found


def _is_share(state: Mapping[str, Any]) -> bool:
    return state["market_id"] != _OTHERS or state["product_category"] in _REITS


def _official_days(codes: Iterable[str]) -> defaultdict[tuple[str, str], list[date]]:
    days = defaultdict[tuple[str, str], list[date]](list)
    known = OfficialDate.objects.known_at().filter(code__in=list(codes)).order_by("official_on")
    for code, kind, day in known.values_list("code", "kind", "official_on"):
        days[code, kind].append(day)
    return days


class _Facts:
    """Of issuers, by the lists that give them a code."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._days = issuer_list_days()
        behind = CompanyIssuer.objects.known_at().filter(code__in=list(codes)).order_by("code", "validity")
        self._behind = defaultdict[str, list[str]](list)
        for code, edinet_code in behind.values_list("code", "edinet_code"):
            self._behind[code].append(edinet_code)
        issuers = {edinet_code for found in self._behind.values() for edinet_code in found}
        self._since = dict(Issuer.objects.filter(edinet_code__in=issuers).values_list("edinet_code", "first_seen_on"))
        fields = (
            "edinet_code",
            "validity",
            "securities_code",
            "name",
            "name_kana",
            "name_english",
            "fiscal_year_end",
            "address",
        )
        versions = (
            IssuerVersion.objects.filter(edinet_code__in=issuers).exclude(securities_code=None).order_by("validity")
        )
        self._versions = defaultdict[tuple[str, str], list[tuple[Any, ...]]](list)
        for edinet_code, validity, code, *told in versions.values_list(*fields):
            self._versions[edinet_code, code].append((validity, *told))

    def of_going(self, code: str) -> IssuerFacts | None:
        """As it was told last under the code."""
        return self._of(code, self._behind[code][-1], -1) if code in self._behind else None

    def of_coming(self, code: str) -> IssuerFacts | None:
        """As it was told first under the code."""
        return self._of(code, self._behind[code][0], 0) if code in self._behind else None

    def list_with(self, code: str, earliest: date, latest: date) -> date:
        """A list of issuers that has the code already shows that the issue had come."""
        return min(
            (day for day in self._listed_on(code, self._behind.get(code, [])[:1]) if earliest <= day <= latest),
            default=latest,
        )

    def list_without(self, code: str, last_on: date, latest: date) -> date:
        """One that has it no more shows that the issue had gone."""
        listed = self._listed_on(code, self._behind.get(code, [])[-1:])
        after = (day for day in self._days if day > max(listed, default=date.max) and last_on < day < latest)
        return min(after, default=latest)

    def _listed_on(self, code: str, issuers: Sequence[str]) -> frozenset[date]:
        spans = [version[0] for edinet_code in issuers for version in self._versions[edinet_code, code]]
        return frozenset(day for day in self._days if any(day in span for span in spans))

    def _of(self, code: str, edinet_code: str, which: int) -> IssuerFacts | None:
        versions = self._versions[edinet_code, code]
        if not versions:
            return None
        _validity, name, kana, english, year_end, address = versions[which]
        month = _MONTH.search(year_end or "")
        spellings = (spell(told) for told in (name, kana, english) if told)
        return IssuerFacts(
            edinet_code, tuple(spelling for spelling in spellings if spelling), (address,) if address else (),
            month[0] if month else None, self._since.get(edinet_code), self._listed_on(code, [edinet_code]),
        )  # fmt: skip


def _filings() -> list[Filing]:
    """Where an issuer filed under several codes, or several under one; of shares, whose code has four characters."""
    rows = IssuerCode.objects.order_by("validity").values_list("code", "issuer_id", "validity")
    found = [Filing(code, str(edinet_code), validity.lower) for code, edinet_code, validity in rows if len(code) == 4]
    by_code, by_issuer = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for filing in found:
        by_code[filing.code].add(filing.edinet_code)
        by_issuer[filing.edinet_code].add(filing.code)
    return [one for one in found if len(by_code[one.code]) > 1 or len(by_issuer[one.edinet_code]) > 1]
