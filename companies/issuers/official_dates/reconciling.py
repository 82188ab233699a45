"""The comparison of official days with the lists, as the database has them now."""

from collections import Counter
from dataclasses import replace
from datetime import date

from django.core.cache import cache
from django.db.models import F

from api.generations import read_generations
from companies.choices import ProductCategory
from companies.events.official import OFFICIAL_KIND
from companies.events.periods import list_days
from companies.issuers.official_dates.difference_causes import Beside, find_cause
from companies.issuers.official_dates.models import AcceptedDifference, OfficialDate
from companies.issuers.official_dates.reconciliation import Compared, DerivedEvent, Lists, pair
from companies.issuers.official_dates.told import load_official_days
from companies.models import CompanyIssuer, CompanyVersion, ListingEvent

_KEPT_SECONDS = 86_400
#: What the exchange's pages of shares tell of, in J-Quants' codes; foreign shares too. A market that says nothing of it is no help.
_COVERED = frozenset([None, ProductCategory.DOMESTIC_STOCK.value, ProductCategory.FOREIGN_STOCK.value])
_PRO_MARKET, _OTHERS = "0105", "0109"
#: By agreement, cause and whether it is explained or accepted.
Counts = dict[tuple[str, str, str, bool], int]


def reconcile(*, since: date | None = None) -> list[Compared]:
    """Every official day and every event of listing and delisting (`since`: of that day or later), the last first, each with how it
    stands and why.
    """
    official, days = load_official_days(), list_days()
    events = _load_events()
    codes_alone = official.keys()
    names = {
        code: name for code, name in OfficialDate.objects.known_at().values_list("code", "company_name") if name
    } | {event.code: event.company_name for event in events}
    told: dict[str, list[date]] = {}
    for of_code in official.values():
        for kind, on, _reason in of_code:
            told.setdefault(kind, []).append(on)
    beside = Beside(
        lists=Lists(days, _load_presence(codes_alone)), official=official,
        events={(event.code + event.kind, event.day): event for event in events},
        official_days={kind: sorted(of_kind) for kind, of_kind in told.items()}, issuers=_load_issuers(),
    )  # fmt: skip
    compared = [replace(one, cause=str(find_cause(one, beside))) for one in pair(events, official, names)]
    wanted = [one for one in compared if since is None or (one.official_on or one.day or date.max) >= since]
    return sorted(wanted, key=lambda one: (one.official_on or one.day or date.max, one.code), reverse=True)


def count_differences() -> Counts:
    """How many stand how: kept for a generation, since comparing takes a moment."""
    key = f"reconciliation:{read_generations().companies}"
    counts: Counts | None = cache.get(key)
    if counts is None:
        counts = dict(count_by_cause(reconcile()))
        cache.set(key, counts, _KEPT_SECONDS)
    return counts


def count_by_cause(compared: list[Compared]) -> Counter[tuple[str, str, str, bool]]:
    """By agreement, kind and cause, and whether that is explained, or accepted by a person."""
    accepted = set(accepted_reasons())
    return Counter((one.agreement, one.kind, one.cause, one.is_explained or one.key in accepted) for one in compared)


def accepted_reasons() -> dict[str, AcceptedDifference]:
    """By key the differences that a person accepted."""
    return {accepted.key: accepted for accepted in AcceptedDifference.objects.all()}


def _load_events() -> list[DerivedEvent]:
    """A company's product is that of the newest list with it: the event itself tells one of a few sources only."""
    events = ListingEvent.objects.filter(event_type__in=list(OFFICIAL_KIND)).order_by("code", "event_date")
    values = events.annotate(product=F("company__product_category")).values_list(
        "code", "event_type", "observed_after", "event_date", "company_name", "market_id", "product"
    )
    return [
        DerivedEvent(code, event_type, after, day, name, is_covered=_is_covered(code, market, product))
        for code, event_type, after, day, name, market, product in values
    ]


def _is_covered(code: str, market: str | None, product: str | None) -> bool:
    return len(code) == 4 and market not in (_PRO_MARKET, _OTHERS) and product in _COVERED


def _load_presence(codes: object) -> dict[str, list[tuple[date, date | None]]]:
    presence: dict[str, list[tuple[date, date | None]]] = {}
    versions = CompanyVersion.objects.filter(company__code__in=list(codes))  # type: ignore[call-overload]
    for code, validity in versions.order_by("company__code", "validity").values_list("company__code", "validity"):
        presence.setdefault(code, []).append((validity.lower, validity.upper))
    return presence


def _load_issuers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, edinet_code in CompanyIssuer.objects.known_at().values_list("code", "edinet_code"):
        found.setdefault(code, set()).add(edinet_code)
    return found
