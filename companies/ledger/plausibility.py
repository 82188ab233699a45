"""Whether a list can be believed beside those around it, by the installation's own bounds."""

from collections.abc import Collection
from datetime import date

from django.conf import settings

from companies.ledger.change_rates import change_policy, refuse_unusual_changes
from companies.ledger.completeness import CompletenessPolicy, refuse_too_little
from companies.ledger.entries import Neighbours
from companies.ledger.snapshot_rows import Rows, unpack_rows


def refuse_unlikely(rows: Rows, day: date, neighbours: Neighbours, baseline: Rows, changed: Collection[str]) -> None:
    """What a person has to look at: too little of the nearest list, or too much of it changed at once.

    `baseline` has the rows that were in force on `day`, `changed` the codes that the new list says otherwise. Raises
    `SnapshotRefused`.
    """
    nearest = neighbours.nearest_to(day)
    if nearest is None:
        return
    is_baseline = nearest is neighbours.in_force
    nearest_rows = baseline if is_baseline else unpack_rows(nearest.rows)
    refuse_too_little(
        rows,
        day=day,
        nearest_codes=nearest_rows,
        nearest_day=nearest.date_in_force,
        policy=CompletenessPolicy(**settings.SNAPSHOT_COMPLETENESS),
    )
    refuse_unusual_changes(
        rows,
        day=day,
        nearest=nearest_rows,
        nearest_day=nearest.date_in_force,
        load_others=lambda: (unpack_rows(entry.rows) for entry in neighbours.around() if entry is not nearest),
        policy=change_policy(settings.SNAPSHOT_CHANGE_RATES),
        codes=changed if is_baseline else None,
    )
