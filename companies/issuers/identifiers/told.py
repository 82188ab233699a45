"""The identifiers of issues, as they are known or were known: what answers and pages tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from companies.models import Company, CompanyIdentifier


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


def latest_values(told: Iterable[ToldIdentifier], last_seen_on: date) -> dict[str, str]:
    """By scheme, of an issue in its latest state: the last one that had not ended when it was last seen."""
    return {
        one.scheme: one.value
        for one in sorted(told, key=_order)
        if one.valid_until is None or one.valid_until > last_seen_on
    }


def find_called(values: Collection[str], scheme: str | None = None) -> list[str]:
    """The codes of the companies that are called so in their latest state (by `scheme`, or by any)."""
    known = CompanyIdentifier.objects.known_at().filter(value__in=values)
    last_seen = dict(Company.objects.filter(code__in=known.values("code")).values_list("code", "last_seen_on"))
    told = load_identifiers(last_seen) if last_seen else {}
    return [
        code
        for code, of_code in told.items()
        if any(
            value in values and scheme in (None, its_scheme)
            for its_scheme, value in latest_values(of_code, last_seen[code]).items()
        )
    ]


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
