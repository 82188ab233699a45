"""The identifiers of issues, as they are known or were known: what answers and pages tell."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from companies.issuers.identifiers.models import IdentifierScheme
from companies.models import Company, CompanyIdentifier, LedgerRevision


class ToldIdentifier(NamedTuple):
    """What an issue is called by others from a day (`None`: as long as anybody knows) up to another one (`None`: still)."""

    scheme: str
    value: str
    valid_from: date | None
    valid_until: date | None


def load_identifiers(
    codes: Collection[str] | None = None, revision: int | None = None
) -> dict[str, list[ToldIdentifier]]:
    """By code (all of them for `None`), in the order of scheme and beginning; of what was known at a revision, or is known now.

    A value that is told again from a later day on is one.
    """
    rows = CompanyIdentifier.objects.known_at(revision)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    told: dict[str, list[ToldIdentifier]] = defaultdict(list)
    for code, scheme, value, validity in rows.order_by().values_list("code", "scheme", "value", "validity"):
        told[code].append(ToldIdentifier(scheme, value, validity.lower, validity.upper))
    return {code: list(_joined(sorted(of_code, key=_order))) for code, of_code in told.items()}


def value_on(told: Collection[ToldIdentifier], scheme: str, day: date) -> str | None:
    """Which identifier of a scheme holds on a day."""
    held = (
        one.value
        for one in told
        if one.scheme == scheme and (one.valid_from or date.min) <= day < (one.valid_until or date.max)
    )
    return next(held, None)


def latest_day(last_seen_on: date, known_on: date | None, *, is_active: bool) -> date:
    """The day on which identifiers count for the latest state of an issue: of a listed one that of the newest revision, or of the
    last list with it where that is later, and of one that is gone when it was last seen. No clock: what was known stays so.
    """
    return max(last_seen_on, known_on or last_seen_on) if is_active else last_seen_on


def find_called(values: Collection[str], scheme: str | None = None) -> list[str]:
    """The codes of the companies that are called so in their latest state (by `scheme`, or by any)."""
    known, known_on = CompanyIdentifier.objects.known_at().filter(value__in=values), revision_day()
    states = Company.objects.filter(code__in=known.values("code")).values_list("code", "last_seen_on", "is_active")
    days = {code: latest_day(last_seen_on, known_on, is_active=is_active) for code, last_seen_on, is_active in states}
    schemes = list(IdentifierScheme) if scheme is None else [IdentifierScheme(scheme)]
    return [
        code
        for code, told in (load_identifiers(days) if days else {}).items()
        if any(value_on(told, one, days[code]) in values for one in schemes)
    ]


def revision_day(revision: int | None = None) -> date | None:
    """The day in Japan of a revision, or of the newest; `None` before the first."""
    numbered = LedgerRevision.objects.order_by("-number")
    if revision is not None:
        numbered = numbered.filter(number__lte=revision)
    told = numbered.values_list("day", "recorded_at").first()
    return None if told is None else told[0] or timezone.localdate(told[1])


def _joined(told: list[ToldIdentifier]) -> Iterator[ToldIdentifier]:
    last: ToldIdentifier | None = None
    for one in told:
        if last is not None and (last.scheme, last.value, last.valid_until) == (one.scheme, one.value, one.valid_from):
            last = last._replace(valid_until=one.valid_until)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _order(one: ToldIdentifier) -> tuple[str, date]:
    return one.scheme, one.valid_from or date.min
