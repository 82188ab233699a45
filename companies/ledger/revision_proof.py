"""Proving the revisions: every deed has its number, and each recorded and took back what follows from the entries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import F

from companies.choices import RevisionKind
from companies.ledger.differences import Difference
from companies.ledger.history import Version
from companies.ledger.history_tables import load_numbered_versions, load_withdrawn_versions
from companies.ledger.past_revisions import deeds, loader, next_fingerprint
from companies.ledger.replay import Consequence, replay
from companies.models import CompanyVersion, EntryHolding, LedgerRevision
from companies.recorded import touched_in

_WRONG_MOMENTS = """
    SELECT code, updated_at, revision.recorded_at
    FROM companies LEFT JOIN ({touched}) AS last USING (code) LEFT JOIN ledger_revisions AS revision USING (number)
    WHERE updated_at IS DISTINCT FROM revision.recorded_at ORDER BY code
"""

_Span = tuple[str, Version, int, int | None]
_Held = tuple[date, int, int, int | None]


@dataclass(slots=True)
class _Derived:
    """What the deeds come to, with their numbers: spans of knowledge of versions, and of entries that held."""

    spans: set[_Span] = field(default_factory=set)
    holdings: set[_Held] = field(default_factory=set)
    _known: dict[tuple[str, Version], int] = field(default_factory=dict)
    _held: dict[date, tuple[int, int]] = field(default_factory=dict)

    def take(self, consequence: Consequence, number: int) -> None:
        self.spans |= {(*key, self._known.pop(key), number) for key in consequence.withdrawn}
        self._known |= dict.fromkeys(consequence.recorded, number)
        day, holder = consequence.deed.day, consequence.holder
        held = self._held.get(day)
        if (held and held[0]) == holder:
            return
        if held is not None:
            self.holdings.add((day, *held, number))
            del self._held[day]
        if holder is not None:
            self._held[day] = (holder, number)

    def finish(self) -> None:
        """What nothing has ended."""
        self.spans |= {(*key, number, None) for key, number in self._known.items()}
        self.holdings |= {(day, *held, None) for day, held in self._held.items()}


def wrong_revisions() -> Iterator[Difference]:
    """What is not as it must be; nothing else is looked at where a number is missing or of something else.

    What a rebuild touched is left out: what it mended did not follow from the entries. So is what the release before wrote while
    this one was installed: it is numbered with the next change.
    """
    faults = list(_wrong_numbers())
    if faults:
        yield from faults
        return
    told = LedgerRevision.objects.exclude(entry=None).values_list("entry_id", "kind", "number")
    by_deed = {(entry, kind == RevisionKind.WITHDRAWN): (number, kind) for entry, kind, number in told}
    derived = _Derived()
    for consequence in replay(deeds(), loader()):
        deed = consequence.deed
        number, kind = by_deed.get((deed.entry_id, deed.is_withdrawal), (0, ""))
        if kind != consequence.kind:
            yield Difference(f"スナップショット {deed.entry_id} の改訂", kind or "なし", consequence.kind)
            return
        derived.take(consequence, number)
    derived.finish()
    rebuilt = {*LedgerRevision.objects.filter(kind=RevisionKind.REBUILT).values_list("number", flat=True)}
    unnumbered = {*CompanyVersion.objects.filter(recorded_in=None).values_list("company__code", flat=True)}
    yield from _wrong_spans(derived.spans, rebuilt, unnumbered)
    yield from _wrong_holdings(derived.holdings, rebuilt)
    yield from _wrong_moments(unnumbered)


def _wrong_numbers() -> Iterator[Difference]:
    before = ""
    for expected, revision in enumerate(LedgerRevision.objects.order_by("number"), start=1):
        if revision.number != expected:
            yield Difference("改訂の番号", str(revision.number), str(expected))
            return
        came = revision.entry_id or revision.issuer_list_id
        before = next_fingerprint(before, expected, revision.kind, came, revision.recorded_at)
        if revision.fingerprint != before:
            yield Difference(f"改訂 {expected} の指紋", revision.fingerprint, before)
            return


def _wrong_spans(derived: set[_Span], rebuilt: set[int], unnumbered: set[str]) -> Iterator[Difference]:
    stored = {*load_numbered_versions(), *load_withdrawn_versions()}
    mended = {code for code, _, first, last in stored if first in rebuilt or last in rebuilt}
    for code in sorted({code for code, *_ in derived ^ stored} - mended - unnumbered - {""}):
        yield Difference(f"{code} の版の改訂", _show(code, stored), _show(code, derived), code)
    strays = CompanyVersion.objects.exclude(recorded_in=None).exclude(code=F("company__code"), code__isnull=False)
    for version in strays.select_related("company"):
        yield Difference(f"版 {version.pk} のコード", str(version.code), version.company.code, version.company.code)


def _wrong_holdings(derived: set[_Held], rebuilt: set[int]) -> Iterator[Difference]:
    stored = {*EntryHolding.objects.values_list("date_in_force", "entry_id", "held_from", "held_until")}
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


def _show(code: str, spans: Iterable[tuple[str, Version, int | None, int | None]]) -> str:
    of_code = sorted((v.valid_from, first or 0, last or 0) for one, v, first, last in spans if one == code)
    return "、".join(f"{day} {first}〜{last or ''}" for day, first, last in of_code) or "なし"
