"""What stands under a number of the outbox, read when it is first asked for."""

from functools import cached_property
from typing import Any

import structlog
from django.db import transaction

from companies.choices import ISSUER_LIST_SOURCE
from companies.feed.revision_changes import load_changes
from companies.models import LedgerRevision
from database.connections import is_unavailable
from subscriptions.choices import NoticeKind
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.listing_notices import listing_notices
from subscriptions.told.news import as_text, is_news
from subscriptions.told.run_notices import RUN_KINDS, run_notices
from subscriptions.told.told_notice import ToldNotice
from subscriptions.told.value_names import ValueNames

logger = structlog.get_logger(__name__)


class Happening:
    """One entry with what it says. Inside one state of the database, which stays open until all was read."""

    def __init__(self, entry: OutboxEntry, names: ValueNames) -> None:
        self.entry = entry
        self._names = names
        self.is_unreadable = False

    @property
    def number(self) -> int:
        return self.entry.number or 0

    @property
    def is_revision(self) -> bool:
        return bool(self.entry.kind == NoticeKind.REVISION)

    @cached_property
    def revision(self) -> LedgerRevision | None:
        """The revision, without the rows of its list; `None` where it is none, or none is there."""
        revisions = LedgerRevision.objects.select_related("entry", "issuer_list")
        return revisions.defer("entry__rows", "issuer_list__rows").filter(number=self.entry.revision or 0).first()

    @cached_property
    def header(self) -> dict[str, Any]:
        """What a message says of the revision that it is of."""
        revision = self.revision
        list_of_issues, issuers = (revision.entry, revision.issuer_list) if revision else (None, None)
        came = list_of_issues or issuers
        return {
            "revision": self.entry.revision,
            "recorded_at": as_text(revision.recorded_at if revision else self.entry.occurred_at),
            "source": list_of_issues.source if list_of_issues else ISSUER_LIST_SOURCE if issuers else None,
            "date_in_force": as_text(came.date_in_force) if came else None,
        }

    @cached_property
    def listing(self) -> list[ToldNotice]:
        """Of listings. A revision that cannot be read says so, and stops nobody: whoever is told of listings hears of it."""
        if not self.is_revision:
            return []
        try:
            with transaction.atomic():
                return listing_notices(next(load_changes([self.entry.revision or 0])), self._names)
        except Exception as error:
            # Anything: what is wrong with it now is wrong for ever, and others wait behind it. Not where the database is away.
            if is_unavailable(error):
                raise
            logger.exception("revision_not_told", revision=self.entry.revision)
            self.is_unreadable = True
            return []

    @cached_property
    def others(self) -> list[ToldNotice]:
        """Of the ledger as such, and of the operation."""
        if self.is_revision:
            return [self._of_revision(is_unreadable=False)]
        if self.entry.kind in RUN_KINDS:
            return run_notices(self.entry)
        notice = {
            "kind": self.entry.kind,
            "date": None,
            **self.entry.subject,
            "occurred_at": as_text(self.entry.occurred_at),
        }
        return [ToldNotice({**notice, "kind": self.entry.kind}, owner_id=self.entry.owner_id)]

    @cached_property
    def unreadable(self) -> ToldNotice:
        """What is told in place of what could not be read."""
        return self._of_revision(is_unreadable=True)

    def _of_revision(self, *, is_unreadable: bool) -> ToldNotice:
        revision = self.revision
        notice = {
            "kind": NoticeKind.REVISION.value, "revision_kind": revision.kind if revision else None,
            "date": self.header["date_in_force"], "is_unreadable": is_unreadable,
        }  # fmt: skip
        came = revision and (revision.entry or revision.issuer_list)
        is_late = bool(revision and came and not is_news(came.date_in_force, revision.recorded_at))
        return ToldNotice(notice, is_history=is_late and not is_unreadable)


class Happenings:
    """Those of a range of numbers, each read once however many are told of it."""

    def __init__(self, after: int, upto: int) -> None:
        names = ValueNames()
        entries = OutboxEntry.objects.filter(number__gt=after, number__lte=upto).order_by("number")
        self._all = [Happening(entry, names) for entry in entries]

    def after(self, number: int) -> list[Happening]:
        """In their order."""
        return [one for one in self._all if one.number > number]
