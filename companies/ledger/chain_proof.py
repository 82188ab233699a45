"""Proving the chain of revisions: what is stored now is what each hash covered when it was given.

A revision is named by itself: what was altered in one makes no other wrong. Where the words that its hash covers are still those, they say
what stood there before.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from companies.choices import RevisionKind
from companies.ledger.chain import BEGINNING, Covered, end_of_portion, hash_link, read_covered
from companies.ledger.chain_strays import find_strays, find_unrecorded
from companies.ledger.differences import Difference
from companies.models import LedgerRevision

_TOLD = {"before", "number", "kind", "day", "recorded_at", "list", "facts"}
_FORM = re.compile(r"([1-9][0-9]{0,14}):([0-9a-f]{64})")
#: What the words of a link are called, in the order in which they are told.
_WORDS = {
    "number": "番号", "kind": "種別", "recorded_at": "記録日時", "day": "時点", "source": "一覧のデータソース",
    "date_in_force": "一覧の基準日", "row_count": "一覧の件数", "listed_count": "証券コードのある提出者の数",
    "sha256": "一覧の内容の SHA-256", "list_recorded_at": "一覧の記録日時", "run_id": "一覧の同期実行", "id": "一覧の番号", "issuer_list_id": "EDINET コード一覧の番号",
    "facts": "記録・取り下げした事実",
}  # fmt: skip
#: What follows from another word, and is not told where that one is another already.
_FOLLOWING = {
    "id": {"source", "date_in_force", "row_count", "listed_count", "sha256", "list_recorded_at", "run_id"},
    "kind": {"facts"},
}
_PUT_BACK = "記録時の値に戻すか、バックアップから復元してください"
_RESTORE = "バックアップから復元してください"


@dataclass(frozen=True, slots=True)
class Head:
    """A revision and its hash, as somebody wrote them down."""

    revision: int
    chain: str

    @classmethod
    def read(cls, text: str) -> "Head":
        """From `NUMBER:HASH`. Raises `ValueError`."""
        found = _FORM.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(text)
        return cls(int(found[1]), found[2])


@dataclass(slots=True)
class ChainProof:
    """What is wrong; the newest revision with a hash and that hash (0 and none without any); and how many newer ones have none yet."""

    differences: list[Difference] = field(default_factory=list)
    head: Head = Head(0, "")
    unchained: int = 0


def prove_chain(heads: Iterable[Head] = ()) -> ChainProof:
    """Go through the chain from its beginning; in one state of the database. What the release before wrote last has no hash yet, and is
    no difference. `heads` that were written down are compared with what is stored, and what should be there.
    """
    proof, hashes = ChainProof(), dict[int, str]()
    chained = LedgerRevision.objects.exclude(chain=None).order_by("-number")
    last: int = chained.values_list("number", flat=True).first() or 0
    before, newest = BEGINNING, 0
    for covered in _walk():
        proof.unchained += covered.number > last
        found = list(_wrong_link(covered, before) if covered.number <= last else _wrong_words_alone(covered))
        proof.differences += found or _missing_before(covered, newest)
        before = _hash_of(covered, before)
        newest = covered.number
        hashes[newest] = before
    if last:
        proof.head = Head(last, hashes[last])
    if not proof.differences:  # or they may only follow from what is told
        proof.differences += find_unrecorded()
    proof.differences += [*find_strays(newest), *_other_heads(heads, hashes)]
    return proof


def _walk() -> Iterator[Covered]:
    """All of them, in their order."""
    since = 0
    while (until := end_of_portion(since)) is not None:
        yield from read_covered(since, until)
        since = until


def describe_revision(covered: Covered) -> str:
    """Which one, of which list."""
    told: dict[str, Any] = covered.content.get("list", {})
    if told and "date_in_force" not in told:  # it is gone: what was said of it
        told = {**told, **(_read_link(covered) or {}).get("list", {})}
    kind = RevisionKind(covered.content["kind"]).label if covered.content["kind"] in RevisionKind.values else "不明"
    of_list = f"、{told.get('source', '')} {told.get('date_in_force', '（不明）')} の一覧 {told['id']}" if told else ""
    return f"改訂 {covered.number}（{kind}{of_list}）"


def _hash_of(covered: Covered, before: str) -> str:
    """The one that the next revision goes on from: where what is stored is none, or another, that which follows."""
    if covered.chain is None or covered.link is None or hash_link(covered.link) != covered.chain:
        return hash_link(covered.link_after(before))
    return covered.chain


def _wrong_link(covered: Covered, before: str) -> Iterator[Difference]:
    name = describe_revision(covered)
    if covered.chain is None or covered.link is None:
        yield Difference(f"{name}のハッシュ値", "なし", f"後の改訂にはある。{_RESTORE}")
        return
    if hash_link(covered.link) != covered.chain:
        expected = hash_link(covered.link_after(before))
        if expected == covered.chain:
            yield Difference(f"{name}のハッシュ値の対象", covered.link, f"{covered.link_after(before)}。{_PUT_BACK}")
        else:
            yield Difference(f"{name}のハッシュ値", covered.chain, f"{hash_link(covered.link)}。{_PUT_BACK}")
        return
    link = _read_link(covered)
    if link is None:
        yield Difference(f"{name}のハッシュ値の対象", covered.link, f"{covered.link_after(before)}。{_RESTORE}")
        return
    if link["before"] != before:
        subject = f"{name}が続く改訂 {covered.number - 1} のハッシュ値"
        yield Difference(subject, before, f"{link['before']}。この 2 つの改訂の間が書き換えられています。{_RESTORE}")
    if covered.link_after(link["before"]) != covered.link:
        yield from _other_words(covered, link)


def _other_words(covered: Covered, link: dict[str, Any]) -> Iterator[Difference]:
    name = describe_revision(covered)
    of_list, recorded_list = covered.content.get("list", {}), link.get("list", {})
    if recorded_list.keys() > of_list.keys() == {"id"} and of_list["id"] == recorded_list["id"]:
        recorded = f"件数 {recorded_list.get('row_count')}、SHA-256 {recorded_list.get('sha256')}"
        yield Difference(f"{name}の一覧", "なし", f"{recorded}（記録時）。{_RESTORE}")
        return
    ours, theirs = _words(covered.content), _words(link)
    other = [word for word in _WORDS if ours.get(word) != theirs.get(word)]
    following = {word for cause in other for word in _FOLLOWING.get(cause, ())}
    for word in other:
        if word not in following:
            stored, recorded = (_show(words.get(word)) for words in (ours, theirs))
            yield Difference(f"{name}の{_WORDS[word]}", stored, f"{recorded}（記録時）。{_PUT_BACK}")
    if not other:  # the same words in another form, or words that are none of ours
        yield Difference(
            f"{name}のハッシュ値の対象", covered.link or "", f"{covered.link_after(link['before'])}。{_RESTORE}"
        )


def _wrong_words_alone(covered: Covered) -> Iterator[Difference]:
    """The release before, which leaves no hash, leaves no words either."""
    if covered.link is not None:
        yield Difference(f"{describe_revision(covered)}のハッシュ値", "なし", f"{hash_link(covered.link)}。{_PUT_BACK}")


def _missing_before(covered: Covered, before: int) -> Iterator[Difference]:
    """Numbers have no gap: also where hashes were written anew over one."""
    if covered.number != before + 1:
        missing = f"改訂 {before + 1} から改訂 {covered.number - 1} まで"
        yield Difference(
            f"{describe_revision(covered)}の前の改訂", "なし", f"{missing}（番号は連続します）。{_RESTORE}"
        )


def _read_link(covered: Covered) -> dict[str, Any] | None:
    """The words of a hash; none where they are not of this form at all, which whoever rewrote both could leave."""
    try:
        link = json.loads(covered.link or "")
    except (ValueError, RecursionError):
        return None
    is_link = isinstance(link, dict) and isinstance(link.get("before"), str) and set(link) <= _TOLD
    parts = [link[name] for name in ("list", "facts") if name in link] if is_link else [None]
    if not all(isinstance(part, dict) for part in parts):
        return None
    return link if "list" not in link or "id" in link["list"] else None


def _words(link: Mapping[str, Any]) -> dict[str, Any]:
    """What is covered, but for the hash before, by the names of `_WORDS`."""
    told = {name: value for name, value in link.items() if name not in ("before", "list")}
    of_list = dict(link.get("list", {}))
    if "recorded_at" in of_list:
        told["list_recorded_at"] = of_list.pop("recorded_at")
    return {**told, **of_list}


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('count')} 件 {value.get('sha256')}"
    return "なし" if value is None else str(value)


def _other_heads(heads: Iterable[Head], hashes: Mapping[int, str]) -> Iterator[Difference]:
    for head in heads:
        stored = hashes.get(head.revision)
        if stored is None:
            newest = max(hashes, default=0)
            subject = f"控えの先頭の改訂 {head.revision}"
            yield Difference(
                subject, f"なし（最新は改訂 {newest}）", f"{head.chain}。後の改訂が失われています。{_RESTORE}"
            )
        elif stored != head.chain:
            subject = f"控えの先頭の改訂 {head.revision} のハッシュ値"
            yield Difference(
                subject, stored, f"{head.chain}（控え）。改訂 {head.revision} までが書き換えられています。{_RESTORE}"
            )
