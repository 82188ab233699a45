"""What a list that was not applied yet would change, as a file like that of the events."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from companies.admin.event_file import event_book, event_headings, event_rows
from companies.admin.file_answers import file_answer, take_format
from companies.errors import SnapshotRefused
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshots import Outcome, tried_out
from companies.listed_issue import ListedIssue
from companies.models import ListingEvent


def difference_file(
    request: HttpRequest, day: date, issues: Sequence[ListedIssue], source: str, *, back: str
) -> HttpResponseBase | None:
    """All of it; `None` and a message where the kind of file is none, or the list cannot be applied at all. `back` is the page
    that a refusal leads to.

    Read whole before the first byte is sent: the ledger is locked while a list is tried out, and readers are slow.
    """
    file_format = take_format(request)
    if file_format is None:
        return None
    try:
        with tried_out(day, issues, source) as (result, _refusal):
            events = ListingEvent.objects.filter(event_date=day).order_by("event_type", "code")
            rows = list(event_rows(events)) if result.outcome is Outcome.APPLIED else []
    except SnapshotRefused as refusal:
        messages.error(request, explain_refusal(refusal))
        return None
    return file_answer(request, file_format, rows, event_headings(), f"difference_{day}", back=back, book=event_book())
