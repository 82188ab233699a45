"""What came into saved views and went out of them since their subscriptions were told."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from companies.known.reading import THEN
from companies.known.revision import set_known_at
from companies.models import Company, ListingSnapshot
from subscriptions.choices import NoticeKind
from subscriptions.told.concerns import find_moves
from subscriptions.told.models import Subscription
from subscriptions.told.news import as_text, is_news
from subscriptions.told.rights import KnownRights, rights_for
from subscriptions.told.told_notice import ToldNotice
from subscriptions.told.view_members import ViewNotReadable, find_view_members


class FollowedViews:
    """Of one state of the database; a view is asked for once, however many follow it."""

    def __init__(self, rights: KnownRights) -> None:
        self._rights = rights
        self._found: dict[tuple[int, int | None], list[str] | ViewNotReadable] = {}
        self._had_lists: dict[int, bool] = {}
        self._moves: dict[tuple[Any, ...], list[ToldNotice]] = {}
        self._newest_list_on: date | None = ListingSnapshot.objects.come().aggregate(day=Max("date_in_force"))["day"]

    def members(self, subscription: Subscription) -> list[str]:
        """The codes that its view shows now. Raises `ViewNotReadable`."""
        view: Any = subscription.saved_view
        # What a view shows is the same for all who may see it; who may is asked of each of them.
        is_for_all = view.is_shared and self._rights.has_any(subscription.owner_id, rights_for(NoticeKind.VIEW_ENTERED))
        key = (view.pk, None if is_for_all else subscription.owner_id)
        if key not in self._found:
            try:
                self._found[key] = find_view_members(view, subscription.owner)
            except ViewNotReadable as why:
                self._found[key] = why
        found = self._found[key]
        if isinstance(found, ViewNotReadable):
            raise found
        return found

    def moves(self, subscription: Subscription, after: list[str], recorded_at: datetime) -> list[ToldNotice]:
        """What entered and left. History, where no list of these days brought it about, or where there was no list before."""
        before = subscription.view_members
        if before is None:
            return []
        is_history = not self._had_list_at(subscription.told_revision) or not is_news(self._newest_list_on, recorded_at)
        key = (subscription.saved_view_id, tuple(before), is_history)
        if key not in self._moves:
            self._moves[key] = self._tell(*find_moves(before, after), subscription.saved_view, is_history)
        return self._moves[key]

    def _had_list_at(self, revision: int) -> bool:
        if revision not in self._had_lists:
            set_known_at(revision)
            self._had_lists[revision] = THEN.lists.exists()
        return self._had_lists[revision]

    def _tell(self, came: list[str], went: list[str], view: Any, is_history: bool) -> list[ToldNotice]:
        issues = _issues([*came, *went])
        told = {"date": as_text(self._newest_list_on), "saved_view": view.name, "is_history": is_history}
        moves = [(NoticeKind.VIEW_ENTERED, code) for code in came] + [(NoticeKind.VIEW_LEFT, code) for code in went]
        return [_notice(kind, code, issues.get(code, (None, None)), told) for kind, code in moves]


def _notice(kind: NoticeKind, code: str, issue: tuple[str | None, str | None], told: dict[str, Any]) -> ToldNotice:
    name, market = issue
    notice = {
        "kind": kind.value, "code": code, "company_name": name, "market_code": market, "date": told["date"],
        "observed_after": None, "old_value": None, "new_value": None, "saved_view": told["saved_view"], "is_gone": False,
        "is_history": told["is_history"],
    }  # fmt: skip
    return ToldNotice(notice, frozenset([code]), None if market is None else frozenset([market]), told["is_history"])


def _issues(codes: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    rows = Company.objects.filter(code__in=list(codes)).values_list("code", "company_name", "market_id")
    return {code: (name, market) for code, name, market in rows}
