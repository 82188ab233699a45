"""Putting the identifiers of a file into the ledger, as one revision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.identifiers.doubts import doubts_of
from companies.issuers.identifiers.models import CompanyIdentifier
from companies.issuers.identifiers.statements import Span, Spans, Statement, combine
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.revisions import open_revision
from companies.recorded import touch_companies

logger = structlog.get_logger(__name__)

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ImportedIdentifiers:
    """What a file did. `total` = `new` + `corrected` + `unchanged`; `ended` are known ones that got another end.

    `revision` is `None` where nothing changed.
    """

    total: int
    new: int
    corrected: int
    unchanged: int
    ended: int
    revision: int | None
    warnings: list[str] = field(default_factory=list)


def import_identifiers(statements: Sequence[Statement]) -> ImportedIdentifiers:
    """Record what the statements change; a second time nothing. What was known before stays, as taken back."""
    result = _import(statements)
    logger.info(
        "identifiers_imported",
        **{name: getattr(result, name) for name in ("total", "new", "corrected", "ended", "revision")},
    )
    return result


def preview_identifiers(statements: Sequence[Statement]) -> ImportedIdentifiers:
    """What `import_identifiers` would do, found by doing it and rolling back."""
    with transaction.atomic():
        result = _import(statements)
        transaction.set_rollback(True)
    return result


def _import(statements: Sequence[Statement]) -> ImportedIdentifiers:
    said: dict[_Key, list[Statement]] = defaultdict(list)
    for statement in statements:
        said[statement.code, statement.scheme].append(statement)
    with transaction.atomic():
        change = begin_change()
        rows = _load_rows({code for code, _scheme in said})
        before: dict[_Key, Spans] = {
            key: {begins: span for begins, (_pk, span) in rows[key].items()} if key in rows else {} for key in said
        }
        after = {key: combine(before[key], of_key) for key, of_key in said.items()}
        changed = {key for key in said if after[key] != before[key]}
        revision = None
        if changed:
            publish_after_commit()
            revision = open_revision(RevisionKind.IDENTIFIERS, change).number
            _store(changed, rows, after, revision)
            touch_companies({code for code, _scheme in changed}, change.moment)
            chain_revisions()
        return _count(statements, before, after, revision)


def _load_rows(codes: set[str]) -> dict[_Key, dict[date | None, tuple[int, Span]]]:
    """What is known of the codes, by its beginning, with the row that holds it."""
    rows: dict[_Key, dict[date | None, tuple[int, Span]]] = defaultdict(dict)
    for row in CompanyIdentifier.objects.known_at().filter(code__in=codes):
        rows[row.code, row.scheme][row.validity.lower] = row.pk, Span(row.value, row.validity.upper, row.origin)
    return rows


def _store(
    changed: set[_Key], rows: dict[_Key, dict[date | None, tuple[int, Span]]],
    after: dict[_Key, dict[date | None, Span]], revision: int,
) -> None:  # fmt: skip
    """What is another now is taken back first: the database refuses two at a time."""
    taken = [
        pk for key in changed for begins, (pk, span) in rows.get(key, {}).items() if after[key].get(begins) != span
    ]
    CompanyIdentifier.objects.filter(pk__in=taken).update(withdrawn_in=revision)
    CompanyIdentifier.objects.bulk_create(
        [
            CompanyIdentifier(
                code=code, scheme=scheme, value=span.value, origin=span.origin, recorded_in=revision,
                validity=DateRange(begins, span.until),
            )
            for code, scheme in sorted(changed)
            for begins, span in after[code, scheme].items()
            if begins not in (known := rows.get((code, scheme), {})) or known[begins][1] != span
        ],
        batch_size=2000,
    )  # fmt: skip


def _count(
    statements: Sequence[Statement], before: dict[_Key, Spans], after: dict[_Key, dict[date | None, Span]],
    revision: int | None,
) -> ImportedIdentifiers:  # fmt: skip
    told = {(said.code, said.scheme, said.valid_from) for said in statements}
    was = {(*key, begins): span for key, spans in before.items() for begins, span in spans.items()}
    now = {(*key, begins): span for key, spans in after.items() for begins, span in spans.items()}
    new = len(told - was.keys())
    corrected = sum(was[one].value != now[one].value for one in told & was.keys())
    ended = sum(span.value == now[one].value and span.until != now[one].until for one, span in was.items())
    return ImportedIdentifiers(
        total=len(told), new=new, corrected=corrected, unchanged=len(told) - new - corrected, ended=ended,
        revision=revision, warnings=doubts_of(statements, after),
    )  # fmt: skip
