"""Numbering what was done to the ledger before there were revisions, or by the release before while this one was installed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import structlog
from django.apps import apps as installed_apps
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from companies.choices import SOURCE_AUTHORITY, RevisionKind
from companies.fields import CompanyField
from companies.ledger.history import Version
from companies.ledger.replay import Consequence, Deed, Ledger, replay
from companies.ledger.snapshot_rows import ListReader, Rows, read_intact
from companies.listed_issue import LEDGER_FIELDS
from companies.recorded import touched_in
from companies.search.folding import search_text

logger = structlog.get_logger(__name__)

#: From a model's name to the model: of the product, or of a migration.
GetModel = Callable[[str], Any]

_REVISIONS_AT_ONCE = 250
_ROWS_IN_MEMORY = 8
_SHORTEST = timedelta(microseconds=1)
_ANY_REVISION = 2**62
_NUMBER_VERSIONS = """
    UPDATE company_versions SET recorded_in = row.number, company_code = row.code
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS row (id, number, code) WHERE company_versions.id = row.id
"""
_DATE_COMPANIES = """
    UPDATE companies SET updated_at = revision.recorded_at
    FROM ({touched}) AS last JOIN ledger_revisions AS revision USING (number)
    WHERE companies.code = last.code AND companies.updated_at <> revision.recorded_at
"""


def next_fingerprint(before: str, number: int, kind: str, entry_id: int | None, moment: datetime) -> str:
    """Of a revision and, by that of the one before, of all that came before it."""
    told = f"{before}|{number}|{kind}|{entry_id or ''}|{moment.timestamp():.6f}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def date_companies(*, with_facts: bool = True) -> int:
    """Give each company the moment of the last revision that changed anything of it. How many had another one."""
    with connection.cursor() as cursor:
        statement = _DATE_COMPANIES.format(touched=touched_in(with_facts=with_facts))
        cursor.execute(statement, {"revision": _ANY_REVISION})
        return int(cursor.rowcount)


def _installed(name: str) -> Any:
    return installed_apps.get_model("companies", name)


def number_the_past(get_model: GetModel = _installed) -> int:
    """Replay everything that was ever done to the ledger, and record what was not numbered yet. How many revisions that were.

    Under the ledger's lock. What is numbered is committed every few hundred revisions, outside a transaction, and not written
    again where it had been interrupted. Takes some minutes for ten years of daily lists; a few lists are in memory at a time.
    """
    known = {
        (entry, kind == RevisionKind.WITHDRAWN): number
        for number, kind, entry in get_model("LedgerRevision")
        .objects.exclude(entry=None)
        .values_list("number", "kind", "entry_id")
    }
    numbering = _Numbering(get_model)
    for done, consequence in enumerate(replay(deeds(get_model), Ledger(loader(get_model))), start=1):
        deed = consequence.deed
        numbering.take(consequence, known.get((deed.entry_id, deed.is_withdrawal)))
        if done % _REVISIONS_AT_ONCE == 0:
            logger.info("revisions_numbered", done=done, until=deed.moment.isoformat())
            numbering.write()
    numbering.write()
    _number_versions(numbering, get_model)
    return numbering.count


def deeds(get_model: GetModel = _installed) -> Iterator[Deed]:
    """Everything that was done to the ledger, in the order in which it was done: entries have their ids in it, which are given under the lock."""
    taken = dict(get_model("SnapshotWithdrawal").objects.values_list("entry_id", "withdrawn_at"))
    waiting: list[Deed] = []
    moment: datetime | None = None
    rows = (
        get_model("ListingSnapshot").objects.order_by("id").values_list("id", "date_in_force", "source", "recorded_at")
    )
    for entry_id, day, source, recorded_at in rows:
        moment = recorded_at if moment is None else max(moment, recorded_at)
        while waiting and waiting[0].moment < moment:
            yield waiting.pop(0)
        yield Deed(moment, entry_id, day, SOURCE_AUTHORITY[source])
        if entry_id in taken:
            withdrawn_at = max(taken[entry_id], moment)
            waiting.append(Deed(withdrawn_at, entry_id, day, SOURCE_AUTHORITY[source], is_withdrawal=True))
            waiting.sort(key=lambda deed: deed.moment)
    yield from waiting


def loader(get_model: GetModel = _installed) -> Callable[[int], Rows | None]:
    """Reads the rows of an entry, some of which are kept in memory; `None` for a damaged one, which `verify_history` tells of.

    What the tables of a migration do not have yet is taken as not told.
    """
    known, all_fields = len(_fields(get_model)), len(LEDGER_FIELDS)
    untold = (None,) * (all_fields - known)

    reader = ListReader()

    @lru_cache(maxsize=_ROWS_IN_MEMORY)
    def load_rows(entry_id: int) -> Rows | None:
        told = get_model("ListingSnapshot").objects.values_list("rows", "sha256", "row_count")
        packed, sha256, row_count = told.get(pk=entry_id)
        canonical = read_intact(packed, sha256=sha256)
        if canonical is None:
            logger.error("entry_damaged", snapshot_id=entry_id)
            return None
        rows = reader.read(canonical, row_count)
        return rows if not untold else {code: (*state[:known], *untold) for code, state in rows.items()}

    return load_rows


def _fields(get_model: GetModel) -> Sequence[CompanyField]:
    """Those that the tables have: in a migration, as many as there were then."""
    columns = {column.attname for column in get_model("CompanyVersion")._meta.get_fields() if column.concrete}
    return [field for field in LEDGER_FIELDS if field.path in columns]


@dataclass(slots=True)
class _Numbering:
    """What the deeds that had no number come to, as far as it is not written yet; `recorded_in` is of all versions that are known
    at this point of the replay, `holding` says which entry holds for a day and since when.
    """

    get_model: GetModel
    count: int = 0
    newest: int = 0
    moment: datetime | None = None
    fingerprint: str = ""
    revisions: list[Any] = field(default_factory=list)
    withdrawn: list[Any] = field(default_factory=list)
    holdings: list[Any] = field(default_factory=list)
    recorded_in: dict[tuple[str, Version], int] = field(default_factory=dict)
    holding: dict[date, tuple[int, int]] = field(default_factory=dict)
    fields: Sequence[CompanyField] = ()

    def __post_init__(self) -> None:
        self.fields = _fields(self.get_model)
        newest = self.get_model("LedgerRevision").objects.order_by("-number").values_list(
            "number", "recorded_at", "fingerprint"
        ).first()  # fmt: skip
        if newest is not None:
            self.newest, self.moment, self.fingerprint = newest

    def take(self, consequence: Consequence, known: int | None) -> None:
        """One deed; `known` is its number where it has one."""
        number = self._open(consequence) if known is None else known
        for key in consequence.withdrawn:
            # What a rebuild mended does not follow from the entries; it has its numbers.
            first = self.recorded_in.pop(key, None)
            if known is None and first is not None:
                self.withdrawn.append(self._withdrawn_row(*key, first, number))
        self.recorded_in.update(dict.fromkeys(consequence.recorded, number))
        self._hold(consequence, number, is_new=known is None)

    def _open(self, consequence: Consequence) -> int:
        deed = consequence.deed
        self.moment = deed.moment if self.moment is None else max(deed.moment, self.moment + _SHORTEST)
        self.newest += 1
        self.count += 1
        self.fingerprint = next_fingerprint(
            self.fingerprint, self.newest, consequence.kind, deed.entry_id, self.moment
        )  # fmt: skip
        self.revisions.append(
            self.get_model("LedgerRevision")(
                number=self.newest, kind=consequence.kind, entry_id=deed.entry_id, recorded_at=self.moment,
                fingerprint=self.fingerprint,
            )
        )  # fmt: skip
        return self.newest

    def _hold(self, consequence: Consequence, number: int, *, is_new: bool) -> None:
        day, holder = consequence.deed.day, consequence.holder
        held = self.holding.get(day)
        if (held and held[0]) == holder:
            return
        if held is not None:
            del self.holding[day]
            if is_new:
                self.holdings.append((day, held, number))
        if holder is not None:
            self.holding[day] = (holder, number)
            if is_new:
                self.holdings.append((day, (holder, number), None))

    def _withdrawn_row(self, code: str, version: Version, recorded_in: int, withdrawn_in: int) -> Any:
        state = {field.path: value for field, value in zip(self.fields, version.state, strict=False)}
        name, english_name = version.state[:2]
        return self.get_model("WithdrawnVersion")(
            code=code, **state, search_text=search_text(code, name or "", english_name),
            validity=DateRange(version.valid_from, version.valid_until), recorded_in=recorded_in, withdrawn_in=withdrawn_in,
        )  # fmt: skip

    def write(self) -> None:
        """Write what was gathered, all of it or nothing."""
        holdings = self.get_model("EntryHolding").objects
        with transaction.atomic():
            self.get_model("LedgerRevision").objects.bulk_create(self.revisions)
            self.get_model("WithdrawnVersion").objects.bulk_create(self.withdrawn, batch_size=2_000)
            for day, (entry, since), until in self.holdings:
                if until is None:
                    holdings.create(entry_id=entry, date_in_force=day, held_from=since)
                else:
                    holdings.filter(date_in_force=day, held_until=None).update(held_until=until)
        self.revisions, self.withdrawn, self.holdings = [], [], []


def _number_versions(numbering: _Numbering, get_model: GetModel) -> None:
    """Also the companies' moments."""
    fields = _fields(get_model)
    unnumbered = get_model("CompanyVersion").objects.filter(recorded_in=None).values_list(
        "id", "company__code", "validity", *(field.path for field in fields)
    )  # fmt: skip
    # What does not follow from the ledger is known since now; `verify_history` tells of it.
    latest, untold = max(numbering.newest, 1), (None,) * (len(LEDGER_FIELDS) - len(fields))
    found = [
        (
            pk,
            numbering.recorded_in.get((code, Version(validity.lower, validity.upper, (*state, *untold))), latest),
            code,
        )
        for pk, code, validity, *state in unnumbered
    ]
    with transaction.atomic():
        if found:
            with connection.cursor() as cursor:
                cursor.execute(_NUMBER_VERSIONS, [list(column) for column in zip(*found, strict=True)])
        # A migration that numbers the past came before the tables of facts.
        date_companies(with_facts=get_model is _installed)
