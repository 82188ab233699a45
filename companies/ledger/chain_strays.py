"""What stands beside the chain of revisions: rows of its tables that no revision recorded, so that no hash covers them."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from companies.choices import RevisionKind
from companies.ledger.chain_facts import load_facts
from companies.ledger.differences import Difference
from companies.models import IssuerList, IssuerListWithdrawal, LedgerRevision, ListingSnapshot

_ANY_NUMBER = 2**62
_TAKE_OUT = "この行を書き加えた人を確かめ、削除するか、バックアップから復元してください"
_OF_REVISION = LedgerRevision.objects.order_by()


def find_strays(newest: int) -> Iterator[Difference]:
    """Facts of revisions that are not there."""
    for since, until in ((-_ANY_NUMBER, 0), (newest, _ANY_NUMBER)):
        for number, lines in sorted(load_facts(since, until, ()).items()):
            count = lines.count(b"\n")
            yield Difference(f"改訂 {number} の事実", f"{count} 件", f"改訂 {number} はありません。{_TAKE_OUT}")


def find_unrecorded() -> Iterator[Difference]:
    """Lists and withdrawals that came with no revision, where the chain itself stands. One that the release before may have written is
    none of them: the next change gives it a revision (`companies.ledger.changes.is_behind`).
    """
    last: int = _OF_REVISION.exclude(entry=None).order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    entries = ListingSnapshot.objects.filter(~Exists(_OF_REVISION.filter(entry=OuterRef("pk"))), pk__lte=last)
    for entry in entries.defer("rows").order_by("pk"):
        yield _unrecorded(f"{entry.source} {entry.date_in_force} の一覧 {entry.pk}")
    lists = IssuerList.objects.filter(~Exists(_OF_REVISION.filter(issuer_list=OuterRef("pk"))))
    for issuer_list in lists.defer("rows").order_by("pk"):
        yield _unrecorded(f"EDINET コード一覧 {issuer_list.pk}（{issuer_list.date_in_force}）")
    taken = _OF_REVISION.filter(issuer_list=OuterRef("pk"), kind=RevisionKind.ISSUER_LIST_WITHDRAWN)
    for number in IssuerListWithdrawal.objects.filter(~Exists(taken)).order_by("pk").values_list("pk", flat=True):
        yield _unrecorded(f"EDINET コード一覧 {number} の取消")


def _unrecorded(name: str) -> Difference:
    return Difference(f"{name}の改訂", "なし", f"どの改訂でも記録されていません。{_TAKE_OUT}")
