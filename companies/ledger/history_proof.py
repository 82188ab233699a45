"""Proving the stored history against the ledger, and deriving it anew."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db import InternalError, transaction
from django.db.models import QuerySet

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.errors import EntryDamaged
from companies.issuers.company_issuers import is_told_otherwise, refresh_company_issuers, texts_of_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.issuers.proof import damaged_issuer_lists, rebuild_filers, wrong_issuers
from companies.ledger import entries
from companies.ledger.chain import chain_revisions
from companies.ledger.chain_proof import ChainProof, Head, prove_chain
from companies.ledger.changes import begin_change, is_behind
from companies.ledger.checkpoints import find_checkpoint, make_checkpoint
from companies.ledger.company_tables import load_companies, project_companies
from companies.ledger.differences import Difference, damaged_list
from companies.ledger.history import Version, derive_histories, sharing
from companies.ledger.history_tables import Histories, iterate_histories, load_histories, store_histories
from companies.ledger.ledger_day import find_ledger_day
from companies.ledger.past_revisions import date_companies
from companies.ledger.revision_proof import wrong_revisions
from companies.ledger.revisions import hold, open_revision
from companies.ledger.snapshot_rows import ListReader, Rows, is_intact, read_intact
from companies.models import Company, EntryHolding, LedgerRevision, ListingSnapshot
from companies.search.refolding import find_stale_texts, refold_versions
from database.connections import one_snapshot


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found wrong, in the ledger as it was once the revision `until` was; `since` is the revision of the checkpoint that
    the proof went on from, 0 where it began at the first list. The `chain` is gone through from its beginning each time; what is wrong
    with it is among the differences.
    """

    differences: list[Difference]
    since: int
    until: int
    chain: ChainProof


def verify_history() -> list[Difference]:
    """Replay all holding entries and compare; empty when every entry, version and company is as it must be.

    Reads one consistent state of the database while others may go on writing.
    """
    return prove_history(from_beginning=True).differences


def prove_history(*, from_beginning: bool = False, heads: Sequence[Head] = ()) -> Proof:
    """The same and the chain of revisions, compared with `heads` that somebody wrote down. From the newest checkpoint on whose rows are still what was proven; where there is none, or anything is wrong after
    it, from the first list. Where all is right that is the next checkpoint.
    """
    with one_snapshot():
        checkpoint = None if from_beginning else find_checkpoint()
        since = checkpoint.revision if checkpoint is not None and _can_go_on(checkpoint.revision) else 0
        chain = prove_chain(heads)
        if not since or (found := _wrong_since(since)):
            since, found = 0, _wrong_from_beginning()
        found = [*chain.differences, *found]
        made = make_checkpoint(since)
    if made is not None and not found:
        # On a standby nothing can be kept: the next proof begins where this one did.
        with suppress(InternalError), transaction.atomic():
            made.save()
    return Proof(found, since, 0 if made is None else made.revision, chain)


def _can_go_on(revision: int) -> bool:
    """A rebuild mends what does not follow from what was before, and what the release before did has no numbers yet."""
    return (
        not is_behind() and not LedgerRevision.objects.filter(kind=RevisionKind.REBUILT, number__gt=revision).exists()
    )


def _wrong_since(revision: int) -> list[Difference]:
    """What is wrong after a revision up to which all was proven, and in what no checkpoint tells of."""
    proven = LedgerRevision.objects.filter(number__lte=revision).exclude(entry=None).values("entry")
    if damaged := [*_damaged(ListingSnapshot.objects.exclude(pk__in=proven)), *damaged_issuer_lists()]:
        return damaged
    found = [*_wrong_holders(), *wrong_revisions(revision)]
    # Who are the companies of which histories are right, those follow from.
    return found or [*_wrong_companies(dict(iterate_histories())), *_wrong_texts(), *wrong_issuers()]


def _wrong_from_beginning() -> list[Difference]:
    derived = _derive()
    # Those that hold were read just now, unless one of them is damaged.
    unread = ListingSnapshot.objects.all() if derived is None else ListingSnapshot.objects.filter(is_superseded=True)
    damaged = [*_damaged(unread), *damaged_issuer_lists()]
    if derived is None or damaged:  # what cannot be read cannot be replayed
        return damaged
    found = [
        *_wrong_holders(),
        *_wrong_versions(derived),
        *_wrong_companies(derived),
        *_wrong_texts(),
        *wrong_issuers(),
    ]
    derived.clear()
    # Of a company whose history is wrong its revisions are, too: that is told once.
    told = {difference.code for difference in found}
    return [*found, *(difference for difference in wrong_revisions() if difference.code not in told - {""})]


def rebuild_history(today: date | None = None) -> int:
    """Derive every version and company anew from the entries, in one transaction, and issuers from theirs. Returns the number of
    companies.

    Companies keep their ids, so that links to them stay; those that no entry has are removed.
    """
    with transaction.atomic():
        change = begin_change(today)
        publish_after_commit()
        _put_holders_right()
        moved = _other_holders()
        derived: Histories = derive_histories(entries.iterate_entries())
        stored = load_histories()
        codes = set(Company.objects.values_list("code", flat=True))
        revised = {code: derived.get(code, []) for code in codes | derived.keys()}
        is_change = bool(moved) or any(list(revised[code]) != stored.get(code, []) for code in revised)
        # Without a change of history there is no revision, and only companies are put right.
        revision = (
            open_revision(RevisionKind.REBUILT, change)
            if is_change
            else LedgerRevision(recorded_at=change.moment, day=change.day)
        )
        for day, holder in moved.items():
            hold(day, holder, revision.number)
        store_histories(revised, before=stored, revision=revision)
        rebuild_filers()
        if not is_change and is_told_otherwise():
            revision = open_revision(RevisionKind.REBUILT, change)
        refresh_company_issuers(revision)
        refresh_official_columns()
        date_companies()
        refold_versions()
        chain_revisions()
    return len(derived)


def _put_holders_right() -> None:
    holders = entries.find_holders()
    # In this order: no two entries of a day hold at any moment.
    ListingSnapshot.objects.holding().exclude(pk__in=holders).update(is_superseded=True)
    ListingSnapshot.objects.filter(pk__in=holders, is_superseded=True).update(is_superseded=False)


def _other_holders() -> dict[date, int | None]:
    """The days for which another entry holds than the one that did at the last revision, or none any more."""
    held = dict(EntryHolding.objects.filter(held_until=None).values_list("date_in_force", "entry_id"))
    holding = dict(ListingSnapshot.objects.holding().values_list("date_in_force", "pk"))
    return {day: holding.get(day) for day in held.keys() | holding.keys() if held.get(day) != holding.get(day)}


def _wrong_holders() -> Iterator[Difference]:
    """Entries that hold though another of their day should, or that were withdrawn; and the other way round."""
    holders = entries.find_holders()
    for entry in ListingSnapshot.objects.defer("rows").select_related("withdrawal").order_by("date_in_force", "pk"):
        if entry.is_superseded == (entry.pk in holders):
            stored, derived = ("無効", "有効") if entry.is_superseded else ("有効", "無効")
            yield Difference(f"スナップショット {entry}（{entry.pk}）", stored, derived)


def _damaged(entries_to_read: QuerySet[ListingSnapshot]) -> Iterator[Difference]:
    for entry in entries_to_read.order_by("date_in_force", "pk").iterator(chunk_size=4):
        if not is_intact(entry.rows, sha256=entry.sha256):
            yield damaged_list(entry.revisions, f"スナップショット {entry.pk}（{entry}）", entry.sha256)


def _derive() -> dict[str, list[Version]] | None:
    """The whole history from the entries that hold, each read once; `None` where one of them is damaged."""
    try:
        return derive_histories(_intact_entries(), sharing())
    except EntryDamaged:
        return None


def _intact_entries() -> Iterator[tuple[date, Rows]]:
    """Those that hold, oldest first, one in memory at a time. Raises `EntryDamaged`."""
    reader = ListReader()
    holding = ListingSnapshot.objects.holding().order_by("date_in_force")
    told = holding.values_list("pk", "date_in_force", "rows", "sha256", "row_count")
    for pk, day, packed, sha256, row_count in told.iterator(chunk_size=4):
        canonical = read_intact(packed, sha256=sha256)
        if canonical is None:
            raise EntryDamaged(pk)
        yield day, reader.read(canonical, row_count)


def _wrong_versions(derived: Histories) -> Iterator[Difference]:
    unseen = set(derived)
    found = []
    for code, ours in iterate_histories():
        unseen.discard(code)
        if ours != (theirs := derived.get(code, [])):
            found.append(Difference(f"{code} の版", _show(ours), _show(theirs), code))
    found += [Difference(f"{code} の版", _show([]), _show(derived[code]), code) for code in unseen]
    yield from sorted(found, key=lambda difference: difference.code)


def _wrong_companies(histories: Histories) -> Iterator[Difference]:
    day = find_ledger_day()
    projected, companies = project_companies(histories, day), load_companies()
    for code, words in texts_of_issuers(day).items():
        if code in projected:
            projected[code]["search_text"] += words
    for code in sorted(projected.keys() | companies.keys()):
        if projected.get(code) != companies.get(code):
            yield Difference(f"{code} の現在値", str(companies.get(code)), str(projected.get(code)), code)


def _wrong_texts() -> Iterator[Difference]:
    for text in find_stale_texts():
        yield Difference(f"{text.code} の {text.valid_from} からの版の検索用文字列", text.stored, text.right)


def _show(versions: Sequence[Version]) -> str:
    return "、".join(f"[{v.valid_from} - {v.valid_until or ''}) {v.state}" for v in versions) or "なし"
