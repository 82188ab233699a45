"""What companies tell beside what lists say of them: their issuer, official days and identifiers, of any day, as known at a revision."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from companies.issuers.identifiers.models import IdentifierScheme
from companies.issuers.identifiers.told import ToldIdentifier, latest_day, load_identifiers, revision_day, value_on
from companies.issuers.official_dates.told import OfficialDays, load_official_days, tell_days
from companies.ledger.ledger_day import find_ledger_day, place_shown
from companies.models import CompanyIssuer

#: Of the issuer, then by path of `CompanyIssuer`.
ISSUER_PATHS = {
    "company_name_kana": "name_kana", "edinet_code": "edinet_code", "corporate_number": "corporate_number",
    "fiscal_year_end": "fiscal_year_end",
}  # fmt: skip
OFFICIAL_FIELDS = ("listed_on", "delisted_on", "delisting_reason")
IDENTIFIER_FIELDS = tuple(scheme.value for scheme in IdentifierScheme)
#: By which a company can be found: of its issuer, and its own.
IDENTIFIERS = ("edinet_code", "corporate_number", *IDENTIFIER_FIELDS)
#: All of them, in the order of the answer.
TOLD_FIELDS = (*ISSUER_PATHS, *OFFICIAL_FIELDS, *IDENTIFIER_FIELDS)

_UNTOLD_ISSUER: dict[str, Any] = {**dict.fromkeys(ISSUER_PATHS), "name_english": None, "search_text": ""}


@dataclass(slots=True)
class _OfCompany:
    """Of one company: issuers, official days and identifiers, each with the day from which it holds, in order."""

    issuers: list[tuple[date, date | None, dict[str, Any]]] = field(default_factory=list)
    official: OfficialDays = field(default_factory=list)
    identifiers: list[ToldIdentifier] = field(default_factory=list)

    def days(self) -> list[date]:
        """On which something else is told than before."""
        issuers = [(begin, end) for begin, end, _ in self.issuers]
        identifiers = [(one.valid_from, one.valid_until) for one in self.identifiers]
        days = {day for span in (*issuers, *identifiers) for day in span if day is not None}
        return sorted(days | {day for _, day, _ in self.official})


class ToldFacts:
    """What was told of all companies, as known at one revision."""

    def __init__(self, companies: dict[str, _OfCompany], known_on: date | None, shown_on: date | None) -> None:
        """`known_on` is the day in Japan of the revision, `shown_on` the ledger's (`companies.ledger.ledger_day`)."""
        self._companies, self._known_on, self._shown_on = companies, known_on, shown_on
        self._days = {code: company.days() for code, company in companies.items()}

    @cached_property
    def _all_days(self) -> list[date]:
        return sorted({day for days in self._days.values() for day in days})

    def last_change(self, day: date) -> date | None:
        """The last day up to this on which something else was told of any company."""
        place = bisect_right(self._all_days, day)
        return self._all_days[place - 1] if place else None

    def last_change_of(self, code: str, day: date) -> date | None:
        """The same of one company."""
        days = self._days.get(code)
        if not days:
            return None
        place = bisect_right(days, day)
        return days[place - 1] if place else None

    def on(self, code: str, day: date) -> dict[str, Any]:
        """What was told on a day; with the issuer's `name_english` and `search_text`."""
        company = self._companies.get(code)
        if company is None:
            return _untold()
        issuer = next(
            (told for begin, end, told in company.issuers if begin <= day and (end is None or day < end)), None
        )
        return {**(issuer or _UNTOLD_ISSUER), **_official(company, day), **_identifiers(company, day)}

    def latest(self, code: str, last_seen_on: date, *, is_active: bool) -> dict[str, Any]:
        """What is told of the latest state: the issuer that was told last up to the ledger's day, the end that comes after the company was last seen, and the
        identifiers of the day of the revision (`companies.issuers.identifiers.told.latest_day`).
        """
        company = self._companies.get(code)
        if company is None:
            return _untold()
        place = place_shown([begin for begin, *_ in company.issuers], self._shown_on)
        issuer = company.issuers[place][2] if company.issuers else _UNTOLD_ISSUER
        day = latest_day(last_seen_on, self._known_on, is_active=is_active)
        return {**issuer, **_official(company, last_seen_on), **_identifiers(company, day)}


def load_told(revision: int | None = None) -> ToldFacts:
    """As known at a revision, or now. Inside one state of the database (`database.connections.one_snapshot`)."""
    companies: dict[str, _OfCompany] = {}

    def of(code: str) -> _OfCompany:
        return companies.setdefault(code, _OfCompany())

    behind = CompanyIssuer.objects.known_at(revision).order_by("code", "validity")
    paths = (*ISSUER_PATHS.values(), "name_english", "search_text")
    names = (*ISSUER_PATHS, "name_english", "search_text")
    for code, validity, *values in behind.values_list("code", "validity", *paths):
        of(code).issuers.append((validity.lower, validity.upper, dict(zip(names, values, strict=True))))
    for code, days in load_official_days(revision=revision).items():
        of(code).official = days
    for code, identifiers in load_identifiers(revision=revision).items():
        of(code).identifiers = identifiers
    return ToldFacts(companies, revision_day(revision), find_ledger_day(revision))


def _untold() -> dict[str, Any]:
    return {**_UNTOLD_ISSUER, **dict.fromkeys(OFFICIAL_FIELDS), **dict.fromkeys(IDENTIFIER_FIELDS)}


def _identifiers(company: _OfCompany, day: date) -> dict[str, Any]:
    return {scheme: value_on(company.identifiers, scheme, day) for scheme in IDENTIFIER_FIELDS}


def _official(company: _OfCompany, day: date) -> dict[str, Any]:
    told = tell_days(company.official, day)
    return {name: getattr(told, name) for name in OFFICIAL_FIELDS}
