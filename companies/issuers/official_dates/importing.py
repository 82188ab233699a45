"""Official days into the database: every import that changes something is one revision of the ledger."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.issuers.official_dates.comparison import Difference, Known, compare, without_repetition
from companies.issuers.official_dates.models import OfficialDate
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.revisions import open_revision
from companies.recorded import touch_companies

_FIELDS = ("code", "kind", "official_on", "reason", "announced_on", "company_name", "market")


@dataclass(frozen=True, slots=True)
class ImportedDates:
    """What an import did, or would do. `contradicted` are days of the file that were not taken, each with the known one."""

    recorded: list[OfficialDay]
    withdrawn: list[OfficialDay]
    unchanged: int
    contradicted: list[tuple[OfficialDay, OfficialDay]]
    revision: int | None


def import_official_dates(
    days: Iterable[OfficialDay],
    *,
    origin: str,
    covers: Collection[Coverage] = (),
    replaces: bool = False,
    force: bool = False,
) -> ImportedDates:
    """Record what is told newly and take back what is told no more (`comparison`). The same again changes nothing.

    `origin` says who tells it: a complete source (`covers`) takes back its own days only. Raises `OfficialDayTwice` and
    `OfficialDatesHeld`; then nothing was written.
    """
    told = without_repetition(days)
    with transaction.atomic():
        change = begin_change()
        difference = compare(
            told, _known_beside(told, origin), origin=origin, covers=covers, replaces=replaces, force=force
        )
        if not (difference.recorded or difference.withdrawn):
            return _imported(difference, None)
        publish_after_commit()
        revision = open_revision(RevisionKind.OFFICIAL_DATES, change).number
        _write(difference, origin, revision)
        codes = {one.code for one in difference.recorded} | _codes_of(difference.withdrawn)
        touch_companies(codes, change.moment)
        refresh_official_columns(codes)
        chain_revisions()
    return _imported(difference, revision)


def preview_official_dates(
    days: Iterable[OfficialDay],
    *,
    origin: str,
    covers: Collection[Coverage] = (),
    replaces: bool = False,
    force: bool = False,
) -> ImportedDates:
    """What `import_official_dates` would do: it is done, and undone. Raises as that does."""
    with transaction.atomic():
        done = import_official_dates(days, origin=origin, covers=covers, replaces=replaces, force=force)
        transaction.set_rollback(True)
    return done


def _known_beside(told: Collection[OfficialDay], origin: str) -> list[Known]:
    """What is known of these codes, and what this source told."""
    beside = Q(code__in={day.code for day in told}) | Q(origin=origin)
    values = OfficialDate.objects.known_at().filter(beside).order_by("pk").values_list("pk", "origin", *_FIELDS)
    return [Known(pk, OfficialDay(*day), told_by) for pk, told_by, *day in values]


def _write(difference: Difference, origin: str, revision: int) -> None:
    """First what goes: a day is known once."""
    withdrawn = OfficialDate.objects.filter(pk__in=[one.pk for one in difference.withdrawn], withdrawn_in=None)
    withdrawn.update(withdrawn_in=revision)
    OfficialDate.objects.bulk_create(
        [
            OfficialDate(**asdict(day), origin=difference.origins.get(day.key, origin), recorded_in=revision)
            for day in difference.recorded
        ],
        batch_size=1000,
    )


def _codes_of(withdrawn: Iterable[Known]) -> set[str]:
    return {one.day.code for one in withdrawn}


def _imported(difference: Difference, revision: int | None) -> ImportedDates:
    withdrawn = [one.day for one in difference.withdrawn]
    return ImportedDates(difference.recorded, withdrawn, difference.unchanged, difference.contradicted, revision)
