"""The lists of many days from J-Quants' bulk files where they can be trusted, from the API day by day everywhere else.

Nobody documents what is in the files, so each is compared with the API before anything of it counts: on the first and on the last of
the days it is wanted for, row by row. The first shows what holds for the whole file (columns, letters, what an empty field means); the
last shows a file that was cut before it was packed. The API's answers of these two days are used, so comparing costs no request more
than the days themselves. Between the two a day is taken whose number of issues is near theirs; what is wrong with single rows there
cannot be seen.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol

from django.utils import timezone

from companies.listed_issue import ListedIssue
from datasources.errors import SourceError
from datasources.jquants.bulk_csv import BulkContent, read_bulk_csv
from datasources.jquants.bulk_download import MAX_PACKED_BYTES, download_bulk_file
from datasources.jquants.bulk_files import FEWEST_DAYS, BulkFile, assign_days, read_files
from datasources.list_notes import FileNotUsable, ListNote, TellNote, reason_of
from datasources.providers import FetchedList, ListClient, no_report
from datasources.waiting import CheckCancelled

# A URL that ran out, or a host that stumbled, gets one more chance.
_TRIES = 2
# A host that is not to be reached costs minutes each time.
_MOST_FAILURES = 3
# In a month the list changes by less than one in a hundred.
_FARTHEST = 0.05
_SHOWN = 5


class BulkApi(Protocol):
    """What is asked of the API. Every method raises `SourceError`."""

    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """The list of a day."""

    def list_bulk_files(self) -> list[dict[str, Any]]:
        """The files there are, as they are told."""

    def find_bulk_url(self, key: str) -> str:
        """Where a file can be had for five minutes."""


class BulkDays(ListClient):
    """Gives the lists of `days`; one file at a time is in memory. Notes say where the files were of no use, and never more fails
    than would without them.
    """

    def __init__(self, api: BulkApi, days: Sequence[date], tell: TellNote, check_cancelled: CheckCancelled) -> None:
        self._api, self._tell, self._check_cancelled = api, tell, check_cancelled
        self._days_of = self._assign(days)
        self._file_of = {day: file for file, held in self._days_of.items() for day in held}
        self._opened: BulkFile | None = None
        self._lists: dict[date, FetchedList] = {}
        self._failures = 0
        self._used: set[BulkFile] = set()
        self._compared: set[date] = set()
        self._from_files = self._asked = 0

    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """Of a day that a file holds from there."""
        file = self._file_of.get(day) if day else None
        if file is not None and file is not self._opened:
            self._open(file)
        listing = self._lists.pop(day, None) if day else None
        if listing is None or day in self._compared:
            self._asked += 1
        else:
            self._from_files += 1
        return self._api.fetch_listing(day, report) if listing is None else listing

    def tell_sums(self) -> None:
        """How many files were of use; nothing where there were none."""
        if self._used:
            figures = {"files": len(self._used), "days": self._from_files, "asked": self._asked}
            self._tell(ListNote("BULK_USED", figures))

    def _assign(self, days: Sequence[date]) -> dict[BulkFile, list[date]]:
        if len(days) < FEWEST_DAYS:
            return {}
        try:
            rows = self._api.list_bulk_files()
        except SourceError as error:
            self._tell(ListNote("BULK_UNAVAILABLE", {"reason": reason_of(error)}))
            return {}
        assigned = assign_days(read_files(rows), days)
        if not assigned:
            self._tell(ListNote("BULK_NONE_COVERS", {"listed": len(rows)}))
        return assigned

    def _open(self, file: BulkFile) -> None:
        """Have the lists of a file at hand, or none of them and say why."""
        self._opened, self._lists = file, {}
        if self._failures >= _MOST_FAILURES:
            return
        days = self._days_of[file]
        try:
            read = read_bulk_csv(
                self._download(file), set(days), today=timezone.localdate(), check_cancelled=self._check_cancelled
            )
            self._lists = self._prove(file, read)
        except SourceError as error:
            self._failures += 1
            self._tell(
                ListNote("BULK_FILE_REFUSED", {"file": file.name, "days": len(days), "reason": reason_of(error)})
            )
            if self._failures == _MOST_FAILURES:
                self._tell(ListNote("BULK_GIVEN_UP", {"count": self._failures}))
            return
        self._failures = 0
        self._used.add(file)
        self._tell_oddities(file, read)

    def _download(self, file: BulkFile) -> bytes:
        if file.size_bytes > MAX_PACKED_BYTES:
            raise FileNotUsable("TOO_LARGE", max_bytes=MAX_PACKED_BYTES)
        for tries_left in range(_TRIES, 0, -1):
            url = self._api.find_bulk_url(file.key)
            try:
                return download_bulk_file(url, file.name, check_cancelled=self._check_cancelled)
            except SourceError as error:
                if tries_left == 1 or not error.is_retryable:
                    raise
        raise AssertionError("the last try returns or raises")

    def _prove(self, file: BulkFile, read: BulkContent) -> dict[date, FetchedList]:
        """The lists of a file with the API's in the place of those that were compared. Raises `SourceError` where they differ."""
        there = [day for day in self._days_of[file] if day in read.lists]
        if not there:
            raise FileNotUsable("NO_DAYS")
        proven = {}
        for day in sorted({there[0], there[-1]}):
            proven[day] = self._api.fetch_listing(day)
            _refuse_difference(day, read.lists[day], proven[day])
        self._compared.update(proven)
        return {**{day: FetchedList(day, read.lists[day]) for day in there if _is_near(read, day, there)}, **proven}

    def _tell_oddities(self, file: BulkFile, read: BulkContent) -> None:
        if read.unknown_columns:
            self._tell(ListNote("BULK_UNKNOWN_COLUMNS", {"file": file.name, "columns": read.unknown_columns}))
        missing = [day for day in self._days_of[file] if day not in read.lists]
        odd = [day for day in self._days_of[file] if day in read.lists and day not in self._lists]
        for code, days in (("BULK_DAYS_MISSING", missing), ("BULK_DAYS_ODD", odd)):
            if days:
                shown = [str(day) for day in days[:_SHOWN]]
                self._tell(ListNote(code, {"file": file.name, "count": len(days), "days": shown}))


def _refuse_difference(day: date, read: list[ListedIssue], told: FetchedList) -> None:
    if told.date_in_force != day:
        raise FileNotUsable("OTHER_DAY", day=str(day), told=str(told.date_in_force))
    ours, theirs = Counter(read), Counter(told.issues)
    different = {issue.code for issue in ((ours - theirs) + (theirs - ours)).elements()}
    if different:
        sample = sorted(different)[:_SHOWN]
        raise FileNotUsable("DISAGREES", day=str(day), count=len(different), sample=sample)


def _is_near(read: BulkContent, day: date, there: Sequence[date]) -> bool:
    """Whether the number of issues is near that of the days that were compared."""
    count, proven = len(read.lists[day]), sorted(len(read.lists[end]) for end in (there[0], there[-1]))
    return proven[0] * (1 - _FARTHEST) <= count <= proven[1] * (1 + _FARTHEST)
