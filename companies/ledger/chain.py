"""The chain of revisions: each bears the SHA-256 of what it is, of what came with it, and of the hash before it.

So whoever wrote down the hash of one revision, the head, can tell years later that nothing before it was altered, removed or put in
another order, whoever could write to the database meanwhile. What a hash covers stands beside it word for word (`link`): a stranger
hashes that, and compares it with what is told of the lists and facts (docs/proofs.md). What cannot be known from the chain: whether what came last was removed,
or everything rewritten, until somebody compares it with a head that was written down elsewhere.

Hashes are given at the end of each change, under the ledger's lock and in its transaction, once all that it records is written. What the
release before did has none; the next change gives it to them.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import structlog
from django.apps import apps as installed_apps
from django.db import connection

from companies.choices import ISSUER_LIST_SOURCE, RevisionKind
from companies.ledger.chain_facts import canonical, digest_facts, load_facts

logger = structlog.get_logger(__name__)

#: What the first revision has for the hash before it.
BEGINNING = "0" * 64
_AT_ONCE = 500
_OF_REVISION = ("number", "kind", "day", "recorded_at", "chain", "link", "entry_id", "issuer_list_id")
_OF_LIST = ("source", "date_in_force", "row_count", "sha256", "recorded_at", "run_id")
_OF_ISSUER_LIST = ("date_in_force", "row_count", "listed_count", "sha256", "recorded_at", "run_id")
_LAST = "SELECT number, chain FROM ledger_revisions WHERE chain IS NOT NULL ORDER BY number DESC LIMIT 1"
_NEWEST = "SELECT number FROM ledger_revisions ORDER BY number DESC LIMIT 1"
_WRITE = """
    UPDATE ledger_revisions SET chain = row.chain, link = row.link
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row (number, chain, link) WHERE ledger_revisions.number = row.number
"""

#: From a model's name to the model: of the product, or of a migration.
GetModel = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Covered:
    """A revision with what is stored of its place in the chain, and what its hash has to cover, but for the hash before."""

    number: int
    chain: str | None
    link: str | None
    content: dict[str, Any]

    def link_after(self, before: str) -> str:
        """What its hash covers, word for word."""
        return canonical({"before": before, **self.content}).decode()


def hash_link(link: str) -> str:
    """The hash of a revision."""
    return hashlib.sha256(link.encode()).hexdigest()


def chain_revisions(get_model: GetModel | None = None) -> int:
    """Give each revision that came after the last with a hash its own, in their order. How many those were.

    Under the ledger's lock, and after everything that the newest of them recorded was written.
    """
    last, before = _last_chained()
    count = 0
    while (until := end_of_portion(last, get_model)) is not None:
        rows = []
        for covered in read_covered(last, until, get_model):
            link = covered.link_after(before)
            before = hash_link(link)
            rows.append((covered.number, before, link))
        _write(rows)
        last, count = until, count + len(rows)
    return count


def is_unchained() -> bool:
    """Whether the newest revision has no hash yet: the release before wrote it."""
    return _last_chained()[0] < _newest()


def find_head() -> tuple[int, str]:
    """The newest revision with a hash, and its hash; 0 and that of the beginning where there is none."""
    return _last_chained()


def find_hash(revision: int) -> str | None:
    """The hash of a revision, where it has one."""
    rows = installed_apps.get_model("companies", "LedgerRevision").objects.filter(number=revision)
    found: str | None = rows.values_list("chain", flat=True).first()
    return found


def end_of_portion(since: int, get_model: GetModel | None = None) -> int | None:
    """The last of the next few hundred revisions after `since`, whatever numbers somebody gave them; `None` where there are none."""
    later = (get_model or _installed)("LedgerRevision").objects.filter(number__gt=since).order_by("number")
    numbers = list(later.values_list("number", flat=True)[:_AT_ONCE])
    return numbers[-1] if numbers else None


def read_covered(since: int, until: int, get_model: GetModel | None = None) -> Iterator[Covered]:
    """The revisions after `since` up to `until`, each with what it is by the tables of now."""
    get = get_model or _installed
    revisions = get("LedgerRevision").objects.filter(number__gt=since, number__lte=until).order_by("number")
    names = (
        *_OF_REVISION, *(f"entry__{name}" for name in _OF_LIST), *(f"issuer_list__{name}" for name in _OF_ISSUER_LIST),
    )  # fmt: skip
    rows = list(revisions.values(*names))
    rebuilt = [row["number"] for row in rows if row["kind"] == RevisionKind.REBUILT]
    facts = load_facts(since, until, rebuilt)
    for row in rows:
        content = {name: row[name] for name in ("number", "kind", "day", "recorded_at")}
        content["list"] = _list_of(row)
        if row["number"] in facts:
            content["facts"] = digest_facts(facts[row["number"]])
        yield Covered(row["number"], row["chain"], row["link"], _as_told(content))


def _list_of(row: dict[str, Any]) -> dict[str, Any] | None:
    """What came or was taken back; one that is gone has its number only."""
    if row["entry_id"] is not None:
        told = {name: row[f"entry__{name}"] for name in _OF_LIST}
        # No revision is of both: the second is told all the same, or it could be written in unnoticed.
        return {"id": row["entry_id"], **told, "issuer_list_id": row["issuer_list_id"]}
    if row["issuer_list_id"] is not None:
        if row["issuer_list__sha256"] is None:
            return {"id": row["issuer_list_id"]}
        told = {name: row[f"issuer_list__{name}"] for name in _OF_ISSUER_LIST}
        return {"id": row["issuer_list_id"], "source": ISSUER_LIST_SOURCE, **told}
    return None


def _as_told(content: dict[str, Any]) -> dict[str, Any]:
    """Without what is not told, so that what a later release tells beside changes nothing of what came before it."""
    return {name: _plain(value) for name, value in content.items() if value is not None}


def _plain(value: Any) -> Any:
    """Moments are of UTC, to the microsecond."""
    if isinstance(value, dict):
        return _as_told(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _installed(name: str) -> Any:
    return installed_apps.get_model("companies", name)


def _last_chained() -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        number, chain = cursor.fetchone() or (0, BEGINNING)
    return int(number), str(chain)


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _write(rows: list[tuple[int, str, str]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
        logger.debug("revisions_chained", first=rows[0][0], last=rows[-1][0], head=rows[-1][1])
