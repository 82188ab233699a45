"""The comparison of official days with the lists, as the database has them now."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from django.core.cache import cache
from django.db.models import F

from api.generations import read_generations
from companies.choices import ProductCategory
from companies.events.official import OFFICIAL_KIND
from companies.events.periods import list_days
from companies.issuers.list_entries import issuer_list_days
from companies.issuers.official_dates.difference_causes import Beside, find_cause
from companies.issuers.official_dates.models import AcceptedDifference, OfficialDate
from companies.issuers.official_dates.reconciliation import Compared, DerivedEvent, Lists, pair
from companies.issuers.official_dates.told import load_official_days
from companies.models import CompanyIssuer, CompanyVersion, IssuerCode, LedgerRevision, ListingEvent

_KEY, _KEPT_SECONDS = "reconciliation", 86_400
#: By what it holds: a release that adds a field does not read what the one before it kept.
_KEY_OF_ALL = f"{_KEY}:{','.join(Compared.__dataclass_fields__)}"
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
        filed=_load_filed(codes_alone),
    )  # fmt: skip
    compared = [replace(one, cause=str(find_cause(one, beside))) for one in pair(events, official, names)]
    wanted = [one for one in compared if since is None or (one.official_on or one.day or date.max) >= since]
    return sorted(wanted, key=lambda one: (one.official_on or one.day or date.max, one.code), reverse=True)


def reconciled() -> list[Compared]:
    """The whole comparison, made where the data changed since the last time: it reads all events, and people look at page after page."""
    state = _state()
    kept: tuple[object, list[Compared]] | None = cache.get(_KEY_OF_ALL)
    if kept is None or kept[0] != state:
        kept = (state, reconcile())
        cache.set(_KEY_OF_ALL, kept, _KEPT_SECONDS)
    return kept[1]


def count_differences() -> Counts:
    """How many stand how, counted where the data changed since the last time, and kept for `counted_differences`."""
    state = _state()
    kept: tuple[object, Counts] | None = cache.get(_KEY)
    if kept is None or kept[0] != state:
        kept = (state, dict(count_by_cause(reconciled())))
        cache.set(_KEY, kept, _KEPT_SECONDS)
    return kept[1]


def counted_differences() -> Counts | None:
    """As they were counted last, within the last minute where the workers are there; `None` where nobody has yet. For who must
    not wait: comparing reads all events.
    """
    kept: tuple[object, Counts] | None = cache.get(_KEY)
    return None if kept is None else kept[1]


def count_by_cause(compared: Sequence[Compared]) -> Counter[tuple[str, str, str, bool]]:
    """By agreement, kind and cause, and whether that is explained, or accepted by a person."""
    accepted = set(accepted_reasons())
    return Counter((one.agreement, one.kind, one.cause, one.is_explained or one.key in accepted) for one in compared)


def accepted_reasons() -> dict[str, AcceptedDifference]:
    """By key the differences that a person accepted."""
    return {accepted.key: accepted for accepted in AcceptedDifference.objects.all()}


def _state() -> tuple[object, ...]:
    """Of all that is compared. A number may come again after a restore, the moment of the newest revision does not."""
    newest = LedgerRevision.objects.order_by("-number").values_list("number", "recorded_at").first()
    return (read_generations().companies, newest)


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


def _load_filed(codes: Collection[str]) -> dict[str, list[date]]:
    days = issuer_list_days()
    found: dict[str, list[date]] = {}
    for code, validity in IssuerCode.objects.filter(code__in=codes).values_list("code", "validity"):
        found.setdefault(code, []).extend(day for day in days if day in validity)
    return found


def _load_issuers() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, edinet_code in CompanyIssuer.objects.known_at().values_list("code", "edinet_code"):
        found.setdefault(code, set()).add(edinet_code)
    return found
