"""Twelve business days of J-Quants, fetched with its bulk files."""

import json
from datetime import date

from companies.listed_issue import ListedIssue
from datasources.jquants.client import open_client
from datasources.list_notes import ListNote, explain_note
from datasources.models import DataSource
from tests.fakes.jquants import FakeJquants, business_days

#: In March and April.
DAYS = business_days(date(2025, 3, 24), 12)
MARCH, APRIL = DAYS[:6], DAYS[6:]
COMPARED = [MARCH[0], MARCH[-1], APRIL[0], APRIL[-1]]
SUMS = "一括ファイル 2 個から 8 日分を取得し、4 日分は 1 日ずつ取得しました（ファイルと照合した日を含みます）。"


def fetch(source: DataSource, days: list[date] = DAYS) -> tuple[list[str], dict[date, list[ListedIssue]]]:
    """The notes, and the lists by the days they are of."""
    notes: list[ListNote] = []
    with open_client(source) as client, client.for_days(days, notes.append) as prepared:
        lists = [prepared.fetch_listing(day) for day in days]
    kept = json.loads(json.dumps([note.kept() for note in notes]))
    return [explain_note(note) for note in kept], {one.date_in_force or days[0]: one.issues for one in lists}


def asked(jquants: FakeJquants) -> list[date]:
    return [date.fromisoformat(seen.query["date"]) for seen in jquants.calls("/master")]


def assert_the_lists_are_right(lists: dict[date, list[ListedIssue]], jquants: FakeJquants) -> None:
    assert lists == {day: jquants.lists[day] for day in lists}
    assert len(lists) >= 6
