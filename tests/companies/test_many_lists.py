"""What is asked every day costs no more after many lists than after a few: counted in rows that the database goes through."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from companies.errors import SnapshotNotFound
from companies.feed.pages import read_feed
from companies.feed.position import Position
from companies.known.reading import NOW, THEN, LedgerReading, find_revision, newest_revision
from companies.known.revision import known_at
from companies.ledger.changes import is_behind
from companies.ledger.snapshots import apply_snapshot
from companies.models import LedgerRevision
from companies.universe_difference import list_differences
from tests.companies.rows_read import clear_away, rows_read
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

_FIRST = date(2016, 1, 4)
_FEW, _MANY = 10, 70
_CODES = [str(1301 + place) for place in range(_MANY)]
#: The tables with a row for each list.
_OF_LISTS = ("listing_snapshots", "entry_holdings", "ledger_revisions")
_OF_VERSIONS = ("company_versions", "withdrawn_versions", "companies")
#: What may be read once for each list more, since it is small beside what there is to be read: not once for each revision of a page, too.
_ONCE_EACH = 4 * (_MANY - _FEW)


@pytest.fixture(autouse=True)
def small_tables_by_their_indexes(db: None) -> None:
    """As it is with tables of years, which nobody reads from end to end for one row."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")


def lists_read(work: Callable[[], object]) -> int:
    """With the planner knowing how much there is."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_OF_LISTS)}")
    return rows_read(work, of=_OF_LISTS)


def live(until: int, *, since: int = 0) -> None:
    """A list each day, on which one issue has got another name: the first on the first day, and so on."""
    for number in range(since, until):
        names = ((code, "新" if place <= number else "旧") for place, code in enumerate(_CODES))
        issues = [make_issue(code, company_name=f"{code} {name}") for code, name in names]
        apply_snapshot(_FIRST + timedelta(days=number), issues, "jquants", force=True)


def follow_feed() -> None:
    """As who follows it does once some lists came."""
    newest = newest_revision()
    read_feed(Position(newest - 8), newest, limit=8, rows=100)


def find_newest_moment() -> None:
    find_revision(LedgerRevision.objects.latest("number").recorded_at)


def find_day_known_then() -> None:
    with known_at(newest_revision() - 1):
        THEN.day_in_force(_FIRST + timedelta(days=3))


#: What is asked, and how many rows more it may read after many lists.
_ASKED: dict[str, tuple[Callable[[], object], int]] = {
    "feed": (follow_feed, _ONCE_EACH),
    "moment": (find_newest_moment, 10),
    "unnumbered": (is_behind, 10),
    "day": (lambda: NOW.day_in_force(_FIRST + timedelta(days=3)), 10),
    "day as known": (find_day_known_then, 10),
}


def test_after_many_lists_it_reads_no_more_than_after_a_few() -> None:
    live(_FEW)
    early = {name: lists_read(work) for name, (work, _) in _ASKED.items()}
    live(_MANY, since=_FEW)
    more = {name: lists_read(work) - early[name] for name, (work, _) in _ASKED.items()}

    assert {name: rows for name, rows in more.items() if rows >= _ASKED[name][1]} == {}


@pytest.mark.parametrize("reading", [NOW, THEN], ids=["now", "as known then"])
def test_what_differs_between_two_days_is_looked_for_among_what_changed_in_between(reading: LedgerReading) -> None:
    clear_away(_OF_VERSIONS)
    live(_FEW)
    days = [_FIRST + timedelta(days=number) for number in (4, 5)]
    told: list[list[tuple[str, str]]] = []

    def compare() -> None:
        for first, second in (days, days[::-1], (days[1], days[1])):
            told.append([(one["code"], one["type"]) for one in list_differences(first, second, reading)])

    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_OF_VERSIONS)}")
    with known_at(newest_revision() - 1):
        # A version of each day and its entry in an index, and not the lists of both days.
        assert rows_read(compare, of=("company_versions", "withdrawn_versions")) < _MANY
    assert told == [[("1306", "changed")], [("1306", "changed")], []]


def test_the_list_in_force_is_the_last_up_to_the_day() -> None:
    live(3)
    second = _FIRST + timedelta(days=1)

    with known_at(2):
        assert (THEN.day_in_force(second), THEN.day_in_force(_FIRST), THEN.day_in_force(date.max)) == (
            second,
            _FIRST,
            second,
        )
    assert NOW.day_in_force(date.max) == _FIRST + timedelta(days=2)
    assert NOW.list_days_before([_FIRST, second, date.max]) == [_FIRST, _FIRST + timedelta(days=2)]
    assert NOW.list_days_before([]) == [_FIRST]
    with pytest.raises(SnapshotNotFound) as refused:
        NOW.day_in_force(_FIRST - timedelta(days=1))
    assert refused.value.first_on == _FIRST


def test_an_event_is_told_with_the_list_before_it_though_nothing_of_its_company_changed_on_that() -> None:
    live(6)

    (told,), _ = read_feed(Position(5), 6, limit=1, rows=100)

    assert [(one["code"], one["date"], one["observed_after"]) for one in told.changes.appeared] == [
        ("1306", _FIRST + timedelta(days=5), _FIRST + timedelta(days=4))
    ]
