"""What is read of a company's past, once for all parts of its page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from companies.events.derivation import Event, derive_events
from companies.events.official import find_official_on
from companies.events.periods import list_days
from companies.events.wording import StateWording
from companies.issuers.official_dates.models import OfficialDate
from companies.ledger.history import Version
from companies.listed_issue import LEDGER_FIELDS
from companies.models import Company, CompanyVersion, ListingSnapshot


@dataclass(frozen=True, slots=True)
class CompanyPast:
    """Of one company, oldest first. `entries` are the lists that its page names, by their day; `events` also know their official row."""

    company: Company
    versions: list[CompanyVersion]
    list_days: list[date]
    entries: dict[date, ListingSnapshot]
    events: list[Event]
    official: list[OfficialDate]
    wording: StateWording

    @property
    def presences(self) -> list[tuple[date, date | None]]:
        """The spans over which each list had it, up to, not including, the first without it."""
        found: list[tuple[date, date | None]] = []
        for version in self.versions:
            begin, end = version.validity.lower, version.validity.upper
            if found and found[-1][1] == begin:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
        return found

    @property
    def delisting(self) -> Event | None:
        """The event by which it is not listed any more."""
        if self.company.is_active:
            return None
        return next((event for event in reversed(self.events) if event["type"] == "delisted"), None)

    @property
    def was_in_the_first_list(self) -> bool:
        """Then it was listed before anything is known."""
        return bool(self.list_days) and self.company.first_seen_on <= self.list_days[0]


def read_past(company: Company) -> CompanyPast:
    """In four queries, and those for the names of masters."""
    versions = list(CompanyVersion.objects.filter(company=company).oldest_first())
    days = list_days()
    official = list(OfficialDate.objects.known_at().filter(code=company.code).order_by("official_on", "kind"))
    events = list(derive_events(company.code, [_as_version(version) for version in versions], days))
    for event in events:
        event["official"] = _official_of(event, official)
    shown = {version.validity.lower for version in versions} | {event["date"] for event in events}
    shown |= {company.last_seen_on, *days[:1], *days[-1:]}
    holding = ListingSnapshot.objects.holding().defer("rows").filter(date_in_force__in=shown)
    entries = {entry.date_in_force: entry for entry in holding}
    return CompanyPast(company, versions, days, entries, events, official, StateWording())


def _as_version(version: CompanyVersion) -> Version:
    state = tuple(getattr(version, field.path) for field in LEDGER_FIELDS)
    return Version(version.validity.lower, version.validity.upper, state)


def _official_of(event: Event, official: list[OfficialDate]) -> OfficialDate | None:
    told: list[tuple[Any, ...]] = [(one.kind, one.official_on) for one in official]
    day = find_official_on(event["type"], event["observed_after"], event["date"], told)
    kind = "delisted" if event["type"] == "delisted" else "listed"
    return next((one for one in official if (one.kind, one.official_on) == (kind, day)), None)
