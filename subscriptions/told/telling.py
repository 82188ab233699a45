"""What a subscription is told of what happened: the messages, in order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from subscriptions.choices import InactiveReason, NoticeKind
from subscriptions.models import SavedView
from subscriptions.told.concerns import Wanted
from subscriptions.told.digests import collect
from subscriptions.told.happenings import Happening
from subscriptions.told.messages import Draft, Drafting
from subscriptions.told.models import Subscription
from subscriptions.told.rights import KnownRights, rights_for
from subscriptions.told.told_notice import ToldNotice

LISTING_EVENTS, SAVED_VIEW, REVISION, OPERATION, DIGEST = (
    "listing_events", "saved_view", "revision", "operation", "digest",
)  # fmt: skip


class Teller:
    """Makes messages of one state of the database."""

    def __init__(self, drafting: Drafting, rights: KnownRights) -> None:
        self._drafting = drafting
        self._rights = rights

    def tell_at_once(
        self,
        subscription: Subscription,
        wanted: Wanted,
        happenings: Sequence[Happening],
        moves: Sequence[ToldNotice] = (),
    ) -> list[Draft]:
        """Message after message. What moved in the view goes with the last revision, by which it did at the latest."""
        last = next((one for one in reversed(happenings) if one.is_revision), None)
        found: list[Draft] = []
        for one in happenings:
            moved = moves if one is last else ()
            chosen = self._of_issues(wanted, one, moved)
            kind, more = _kind_of(subscription)
            for is_history in (True, False):
                told = [notice for notice in chosen if notice.is_history == is_history]
                found += self._drafting.drafts(
                    kind, told, numbers=(one.number, one.number), header=one.header, is_history=is_history, more=more
                )
            for notice in self._others(subscription, wanted, one):
                found += self._drafting.drafts(
                    REVISION if notice.kind == NoticeKind.REVISION else OPERATION, [notice], numbers=(one.number, one.number),
                    header=one.header, is_history=notice.is_history,
                )  # fmt: skip
        return found

    def tell_together(
        self,
        subscription: Subscription,
        wanted: Wanted,
        happenings: Sequence[Happening],
        moves: Sequence[ToldNotice] = (),
    ) -> list[Draft]:
        """One message of all of it; none where there is nothing."""
        last = next((one for one in reversed(happenings) if one.is_revision), None)
        told = [
            notice
            for one in happenings
            for notice in (
                *self._of_issues(wanted, one, moves if one is last else ()),
                *self._others(subscription, wanted, one),
            )
        ]
        left = collect(told)
        if not left:
            return []
        header = {"revision": last.entry.revision if last else None}
        _, more = _kind_of(subscription)
        return self._drafting.drafts(
            DIGEST, left, numbers=(happenings[0].number, happenings[-1].number), header=header,
            is_history=all(one.is_history for one in left), more=more,
        )  # fmt: skip

    def tell_end(self, subscription: Subscription, reason: InactiveReason, number: int, at: datetime) -> list[Draft]:
        """That a subscription tells nothing any more, and why."""
        view: Any = subscription.saved_view  # whose follower is told
        notice = {
            "kind": NoticeKind.SUBSCRIPTION_ENDED.value, "subscription_name": subscription.name, "saved_view": view.name,
            "reason": reason.value, "date": None, "occurred_at": at.isoformat(),
        }  # fmt: skip
        return self._drafting.drafts(OPERATION, [ToldNotice(notice)], numbers=(number, number), header={})

    def _of_issues(self, wanted: Wanted, one: Happening, moves: Sequence[ToldNotice]) -> list[ToldNotice]:
        return wanted.choose([*moves, *(one.listing if wanted.is_of_listings else ())])

    def _others(self, subscription: Subscription, wanted: Wanted, one: Happening) -> list[ToldNotice]:
        if one.is_unreadable and wanted.is_of_listings:
            return [one.unreadable]
        return [told for told in wanted.choose(one.others) if self._is_for(subscription.owner_id, told)]

    def _is_for(self, owner_id: int, told: ToldNotice) -> bool:
        if told.owner_id is not None:
            return told.owner_id == owner_id
        return self._rights.has_any(owner_id, rights_for(told.kind, is_ones_own=False))


def _kind_of(subscription: Subscription) -> tuple[str, dict[str, Any] | None]:
    view: SavedView | None = subscription.saved_view
    return (LISTING_EVENTS, None) if view is None else (SAVED_VIEW, {"saved_view": view.name})
