"""Proving the revisions: every deed has its number, and each recorded and took back what follows from the entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from django.db import connection
from django.db.models import F, Q

from companies.choices import SOURCE_AUTHORITY, RevisionKind
from companies.ledger.differences import Difference
from companies.ledger.history import Version
from companies.ledger.history_tables import (
    Span,
    iterate_known_versions,
    iterate_numbered_versions,
    iterate_withdrawn_versions,
)
from companies.ledger.past_revisions import deeds, loader, next_fingerprint
from companies.ledger.replay import Consequence, Ledger, replay
from companies.models import CompanyVersion, EntryHolding, LedgerRevision, ListingSnapshot
from companies.recorded import touched_in

_WRONG_MOMENTS = """
    SELECT code, updated_at, revision.recorded_at
    FROM companies LEFT JOIN ({touched}) AS last USING (code) LEFT JOIN ledger_revisions AS revision USING (number)
    WHERE updated_at IS DISTINCT FROM revision.recorded_at ORDER BY code
"""

_Held = tuple[date, int, int, int | None]


@dataclass(slots=True)
class _Derived:
    """What the deeds come to, with their numbers: spans of knowledge of versions, and of entries that held. From a checkpoint on:
    those that had not ended by then.
    """

    spans: set[Span] = field(default_factory=set)
    holdings: set[_Held] = field(default_factory=set)
    known: dict[tuple[str, Version], int] = field(default_factory=dict)
    held: dict[date, tuple[int, int]] = field(default_factory=dict)

    def take(self, consequence: Consequence, number: int) -> None:
        self.spans |= {(*key, self.known.pop(key), number) for key in consequence.withdrawn}
        self.known |= dict.fromkeys(consequence.recorded, number)
        day, holder = consequence.deed.day, consequence.holder
        held = self.held.get(day)
        if (held and held[0]) == holder:
            return
        if held is not None:
            self.holdings.add((day, *held, number))
            del self.held[day]
        if holder is not None:
            self.held[day] = (holder, number)

    def finish(self) -> None:
        """What nothing has ended."""
        self.spans |= {(*key, number, None) for key, number in self.known.items()}
        self.holdings |= {(day, *held, None) for day, held in self.held.items()}
        self.known, self.held = {}, {}


def wrong_revisions(since: int = 0) -> Iterator[Difference]:
    """What is not as it must be; nothing else is looked at where a number is missing or of something else. What was known at the
    revision `since` is taken as it is stored: the caller knows that it was proven.

    What a rebuild touched is left out: what it mended did not follow from the entries. So is what the release before wrote while
    this one was installed: it is numbered with the next change.
    """
    faults = list(_wrong_numbers())
    if faults:
        yield from faults
        return
    told = LedgerRevision.objects.exclude(entry=None).values_list("entry_id", "kind", "number")
    by_deed = {(entry, kind == RevisionKind.WITHDRAWN): (number, kind) for entry, kind, number in told}
    numbers = {deed: number for deed, (number, _) in by_deed.items()}
    later = (deed for deed in deeds() if numbers.get((deed.entry_id, deed.is_withdrawal), since + 1) > since)
    ledger, derived = _as_known(since, {deed: number for deed, number in numbers.items() if number <= since})
    for consequence in replay(later, ledger):
        deed = consequence.deed
        number, kind = by_deed.get((deed.entry_id, deed.is_withdrawal), (0, ""))
        if kind != consequence.kind:
            yield Difference(f"スナップショット {deed.entry_id} の改訂", kind or "なし", consequence.kind)
            return
        derived.take(consequence, number)
    ledger.histories.clear()
    derived.finish()
    mending = LedgerRevision.objects.filter(kind=RevisionKind.REBUILT, number__gt=since)
    rebuilt = {*mending.values_list("number", flat=True)}
    unnumbered = {*CompanyVersion.objects.filter(recorded_in=None).values_list("company__code", flat=True)}
    yield from _wrong_spans(derived.spans, rebuilt, unnumbered, since)
    yield from _wrong_holdings(derived.holdings, rebuilt, since)
    yield from _wrong_moments(unnumbered)


def _as_known(since: int, done: Mapping[tuple[int, bool], int]) -> tuple[Ledger, _Derived]:
    """The ledger once the revision was: `done` are the deeds until then, by entry and whether they took it back."""
    ledger, derived = Ledger(loader()), _Derived()
    if not since:
        return ledger, derived
    for code, stored, recorded_in, _ in iterate_known_versions(since):
        version = replace(stored, state=ledger.continue_row(None, stored.state))
        ledger.histories.setdefault(code, []).append(version)
        derived.known[code, version] = recorded_in or 0
    for entry, day, source in ListingSnapshot.objects.order_by("id").values_list("id", "date_in_force", "source"):
        if (entry, False) in done and (entry, True) not in done:
            ledger.standing.setdefault(day, []).append((SOURCE_AUTHORITY[source], entry))
    known = EntryHolding.objects.filter(Q(held_until=None) | Q(held_until__gt=since), held_from__lte=since)
    for day, entry, held_from in known.order_by("date_in_force").values_list("date_in_force", "entry_id", "held_from"):
        ledger.holding[day] = entry
        ledger.days.append(day)
        derived.held[day] = (entry, held_from)
    return ledger, derived


def _wrong_numbers() -> Iterator[Difference]:
    before, last_day = "", date.min
    for expected, revision in enumerate(LedgerRevision.objects.order_by("number").iterator(), start=1):
        if revision.number != expected:
            yield Difference("改訂の番号", str(revision.number), str(expected))
            return
        came = revision.entry_id or revision.issuer_list_id
        before = next_fingerprint(before, expected, revision.kind, came, revision.recorded_at)
        if revision.fingerprint != before:
            yield Difference(f"改訂 {expected} の指紋", revision.fingerprint, before)
            return
        if revision.day is not None and revision.day < last_day:
            yield Difference(f"改訂 {expected} の時点", str(revision.day), f"{last_day} 以後")
            return
        last_day = revision.day or last_day


def _wrong_spans(derived: set[Span], rebuilt: set[int], unnumbered: set[str], since: int) -> Iterator[Difference]:
    """`derived` is used up: what is left of it is not stored."""
    astray: list[Span] = []
    mended: set[str] = set()
    for span in chain(iterate_numbered_versions(), iterate_withdrawn_versions(after=since)):
        if span in derived:
            derived.discard(span)
        else:
            astray.append(span)
        if span[2] in rebuilt or span[3] in rebuilt:
            mended.add(span[0])
    for code in sorted({code for code, *_ in chain(derived, astray)} - mended - unnumbered - {""}):
        yield Difference(f"{code} の版の改訂", _show(code, astray), _show(code, derived), code)
    strays = CompanyVersion.objects.exclude(recorded_in=None).exclude(code=F("company__code"), code__isnull=False)
    for version in strays.select_related("company"):
        yield Difference(f"版 {version.pk} のコード", str(version.code), version.company.code, version.company.code)


def _wrong_holdings(derived: set[_Held], rebuilt: set[int], since: int) -> Iterator[Difference]:
    of_then = EntryHolding.objects.filter(Q(held_until=None) | Q(held_until__gt=since))
    stored = {*of_then.values_list("date_in_force", "entry_id", "held_from", "held_until")}
    mended = {day for day, _, first, last in stored if first in rebuilt or last in rebuilt}
    for day in sorted({day for day, *_ in derived ^ stored} - mended):
        ours, theirs = (sorted(held[1:3] for held in of if held[0] == day) for of in (stored, derived))
        yield Difference(f"{day} に有効だった一覧", str(ours), str(theirs))


def _wrong_moments(unnumbered: set[str]) -> Iterator[Difference]:
    """Companies that bear another moment than that of the last revision that changed anything of them."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_MOMENTS.format(touched=touched_in()), {"revision": 2**62})
        for code, stored, derived in cursor.fetchall():
            if code not in unnumbered:
                yield Difference(f"{code} の更新日時", str(stored), str(derived), code)


def _show(code: str, spans: Iterable[Span]) -> str:
    of_code = sorted((v.valid_from, first or 0, last or 0) for one, v, first, last in spans if one == code)
    return "、".join(f"{day} {first}〜{last or ''}" for day, first, last in of_code) or "なし"
