"""Proving the stored history against the ledger, and deriving it anew."""

from collections.abc import Iterator
from datetime import date

from django.db import connection, transaction

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.company_issuers import is_told_otherwise, refresh_company_issuers, texts_of_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.issuers.proof import damaged_issuer_lists, rebuild_filers, wrong_issuers
from companies.ledger import entries
from companies.ledger.company_tables import load_companies, project_companies
from companies.ledger.differences import Difference
from companies.ledger.history import Version, derive_histories
from companies.ledger.history_tables import Histories, load_histories, store_histories
from companies.ledger.past_revisions import date_companies
from companies.ledger.revision_proof import wrong_revisions
from companies.ledger.revisions import begin_change, hold, open_revision
from companies.ledger.snapshot_rows import is_intact
from companies.models import Company, EntryHolding, LedgerRevision, ListingSnapshot
from companies.search.refolding import find_stale_texts, refold_versions


def verify_history() -> list[Difference]:
    """Replay all holding entries and compare; empty when every entry, version and company is as it must be.

    Reads one consistent state of the database while others may go on writing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # What cannot be read cannot be replayed.
        if damaged := [*_damaged_entries(), *damaged_issuer_lists()]:
            return damaged
        found = [*_wrong_holders(), *_differences(), *wrong_issuers()]
        # Of a company whose history is wrong its revisions are, too: that is told once.
        told = {difference.code for difference in found}
        return [*found, *(difference for difference in wrong_revisions() if difference.code not in told - {""})]


def rebuild_history() -> int:
    """Derive every version and company anew from the entries, in one transaction, and issuers from theirs. Returns the number of
    companies.

    Companies keep their ids, so that links to them stay; those that no entry has are removed.
    """
    with transaction.atomic():
        moment = begin_change()
        publish_after_commit()
        _put_holders_right()
        moved = _other_holders()
        derived: Histories = derive_histories(entries.iterate_entries())
        stored = load_histories()
        codes = set(Company.objects.values_list("code", flat=True))
        revised = {code: derived.get(code, []) for code in codes | derived.keys()}
        is_change = bool(moved) or any(list(revised[code]) != stored.get(code, []) for code in revised)
        # Without a change of history there is no revision, and only companies are put right.
        revision = open_revision(RevisionKind.REBUILT, moment) if is_change else LedgerRevision(recorded_at=moment)
        for day, holder in moved.items():
            hold(day, holder, revision.number)
        store_histories(revised, before=stored, revision=revision)
        rebuild_filers()
        if not is_change and is_told_otherwise():
            revision = open_revision(RevisionKind.REBUILT, moment)
        refresh_company_issuers(revision)
        refresh_official_columns()
        date_companies()
        refold_versions()
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


def _damaged_entries() -> Iterator[Difference]:
    for entry in ListingSnapshot.objects.order_by("date_in_force", "pk").iterator(chunk_size=4):
        if not is_intact(entry.rows, sha256=entry.sha256):
            yield Difference(f"スナップショット {entry}", entry.sha256[:12], "内容と一致しません")


def _differences() -> Iterator[Difference]:
    derived = derive_histories(entries.iterate_entries())
    stored = load_histories()
    for code in sorted(derived.keys() | stored.keys()):
        ours, theirs = stored.get(code, []), derived.get(code, [])
        if list(ours) != list(theirs):
            yield Difference(f"{code} の版", _show(ours), _show(theirs), code)
    projected, companies = project_companies(derived), load_companies()
    for code, words in texts_of_issuers().items():
        if code in projected:
            projected[code]["search_text"] += words
    for code in sorted(projected.keys() | companies.keys()):
        if projected.get(code) != companies.get(code):
            yield Difference(f"{code} の現在値", str(companies.get(code)), str(projected.get(code)), code)
    for text in find_stale_texts():
        yield Difference(f"{text.code} の {text.valid_from} からの版の検索用文字列", text.stored, text.right)


def _show(versions: list[Version]) -> str:
    return "、".join(f"[{v.valid_from} - {v.valid_until or ''}) {v.state}" for v in versions) or "なし"
