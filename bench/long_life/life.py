"""A whole life, measured on its way."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from api.models import ApiKey
from bench.api import make_key
from bench.long_life.costs import Cost, median_cost
from bench.long_life.growing import LATELY, grow
from bench.long_life.lists import DAYS_A_YEAR, Stop, daily_lists, made_stops, stops_of_folder
from bench.long_life.notes import Notes
from bench.long_life.reading import measure_reading
from bench.long_life.serving import MEMORY, measure_serving
from bench.long_life.upkeep import measure_upkeep, prove_all
from companies.models import ListingSnapshot

IMPORT, PLANNING = "次の日の一覧の取込（直近 20 件の中央値）", "通知の計画（直近 20 件の中央値）"
#: Where they are kept by hand; `make clean` takes them, and the database with them.
NOTES = Path(settings.BASE_DIR, ".local", "long-life")
_MILESTONES = (0.25, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Life:
    """How long, of how many issues, or of the lists in a folder; and where the notes of it are kept."""

    years: float
    size: int
    folder: Path | None
    notes: Path
    #: The numbers of lists after which everything is measured; by the years, where none are given.
    at: tuple[int, ...] = ()
    #: Prints what was measured as it comes.
    tell: Callable[[str], object] = field(default=print)

    @property
    def milestones(self) -> list[int]:
        """By the years, where no numbers of lists are given."""
        if self.at:
            return [*self.at]
        earlier = [years for years in _MILESTONES if years < self.years] or [self.years / 4]
        return [max(2, round(years * DAYS_A_YEAR)) for years in (*earlier, self.years)]

    def stops(self) -> Iterator[Stop]:
        return made_stops(self.size) if self.folder is None else stops_of_folder(self.folder)


def live(life: Life, *, is_new: bool = False) -> Notes:
    """Import the lists and measure at the milestones; goes on from where it was interrupted, or from a shorter life. Raises `RuntimeError` where the database
    has lists of which there are no notes.
    """
    notes = Notes(life.notes)
    if is_new or not ListingSnapshot.objects.exists():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        notes.forget()
    there = ListingSnapshot.objects.count()
    if there and not notes.imports:
        raise RuntimeError(
            f"{there:,} 件の一覧がありますが、測定の記録 {life.notes} がありません。--fresh で最初からやり直してください。"
        )
    lists = daily_lists(life.stops(), life.milestones[-1] + 1)
    passed = 0
    for milestone in life.milestones:
        grow(lists, passed, milestone, notes)
        # The list after it comes in between the proof of all and the one that goes on from there.
        if there <= milestone:
            _keep(milestone, notes, life, prove_all())
        grow(lists, milestone, passed := milestone + 1, notes)
        if there <= passed and MEMORY not in notes.measured.get(milestone, {}):
            _measure(milestone, notes, life)
    return notes


def _measure(milestone: int, notes: Notes, life: Life) -> None:
    notes.loads[milestone] = os.getloadavg()[0]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    ApiKey.objects.all().delete()
    key = make_key()
    for costs in (_lately(milestone, notes), measure_upkeep(), measure_reading(key), measure_serving(key)):
        _keep(milestone, notes, life, costs)


def _keep(milestone: int, notes: Notes, life: Life, costs: Iterable[tuple[str, Cost]]) -> None:
    for what, cost in costs:
        life.tell(
            f"{milestone:>6,} 件の後  {what}: {cost.seconds:,.3f} s（CPU {cost.processor:,.3f}）、{cost.rows:,} 行、{cost.size:,} B、メモリー {cost.memory / 1e6:,.0f} MB"
        )
        notes.measured.setdefault(milestone, {})[what] = cost
    notes.save()


def _lately(milestone: int, notes: Notes) -> Iterator[tuple[str, Cost]]:
    for what, found in ((IMPORT, notes.imports), (PLANNING, notes.plans)):
        if lately := [cost for number, cost in found.items() if milestone - LATELY < number <= milestone]:
            yield what, median_cost(lately)
