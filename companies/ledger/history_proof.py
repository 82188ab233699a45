"""Proving the stored history against the ledger, and deriving it anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from api.generations import publish_after_commit
from companies.ledger import entries
from companies.ledger.history import Version, derive_histories
from companies.ledger.history_tables import (
    Histories,
    load_companies,
    load_histories,
    project_companies,
    store_histories,
)
from companies.ledger.snapshot_rows import is_intact
from companies.models import Company, ListingSnapshot
from companies.search.refolding import find_stale_texts, refold_versions


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is stored is not what follows from the entries."""

    subject: str
    stored: str
    derived: str

    def __str__(self) -> str:
        return f"{self.subject}: 保存値 {self.stored} / 導出値 {self.derived}"


def verify_history() -> list[Difference]:
    """Replay all holding entries and compare; empty when every entry, version and company is as it must be.

    Reads one consistent state of the database while others may go on writing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # What cannot be read cannot be replayed.
        return list(_damaged_entries()) or [*_wrong_holders(), *_differences()]


def rebuild_history() -> int:
    """Derive every version and company anew from the entries, in one transaction. Returns the number of companies.

    Companies keep their ids, so that links to them stay; those that no entry has are removed.
    """
    with transaction.atomic():
        moment = entries.lock_ledger()
        publish_after_commit()
        _put_holders_right()
        derived: Histories = derive_histories(entries.iterate_entries())
        stored = load_histories()
        codes = set(Company.objects.values_list("code", flat=True))
        revised = {code: derived.get(code, []) for code in codes | derived.keys()}
        store_histories(revised, before=stored, moment=moment)
        refold_versions()
    return len(derived)


def _put_holders_right() -> None:
    holders = entries.find_holders()
    # In this order: no two entries of a day hold at any moment.
    ListingSnapshot.objects.holding().exclude(pk__in=holders).update(is_superseded=True)
    ListingSnapshot.objects.filter(pk__in=holders, is_superseded=True).update(is_superseded=False)


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
            yield Difference(f"{code} の版", _show(ours), _show(theirs))
    projected, companies = project_companies(derived), load_companies()
    for code in sorted(projected.keys() | companies.keys()):
        if projected.get(code) != companies.get(code):
            yield Difference(f"{code} の現在値", str(companies.get(code)), str(projected.get(code)))
    for text in find_stale_texts():
        yield Difference(f"{text.code} の {text.valid_from} からの版の検索用文字列", text.stored, text.right)


def _show(versions: list[Version]) -> str:
    return "、".join(f"[{v.valid_from} - {v.valid_until or ''}) {v.state}" for v in versions) or "なし"
