"""Deciding, in one state of the database, what is told to whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from api.models import ApiKey, KeyState
from companies.feed.position import current_epoch
from subscriptions.choices import DestinationStatus, NoticeKind, Timing
from subscriptions.destinations.models import Destination
from subscriptions.models import WatchedCompany
from subscriptions.outbox.entries import newest_number
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.concerns import Wanted
from subscriptions.told.decisions import Decision, Plan, read_decided_on
from subscriptions.told.digests import next_digest_at
from subscriptions.told.followed_views import FollowedViews
from subscriptions.told.happenings import Happening, Happenings
from subscriptions.told.messages import Draft, Drafting, Planned
from subscriptions.told.models import Subscription
from subscriptions.told.paused_destinations import plan_paused
from subscriptions.told.rights import KnownRights, rights_for
from subscriptions.told.telling import Teller
from subscriptions.told.view_members import ViewNotReadable

#: How far one run of the planner goes with those who are told of one thing after the other: so many entries, whatever each brought.
#: Daily ones and those who follow views are told at once of all since they were told last, which nothing bounds: what a run holds in
#: memory for them, and its transaction, grow with that.
MOST_NUMBERS = 50
_RECEIVING = (DestinationStatus.ACTIVE, DestinationStatus.PAUSED)


class Deciding:
    """One run of the planner, inside one state of the database."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.newest = newest_number()
        self.subscriptions = list(_those_behind(self.newest, moment))
        self.plan = Plan()

    def decide(self) -> Plan:
        """What is to be written."""
        drafting = Drafting(current_epoch())
        self.plan.unasked = plan_paused(drafting, self.moment)
        told = []
        for one in self.subscriptions:
            if _is_told(one, self.moment):
                told.append(one)
            else:
                # What happens while nothing can be told is not told later.
                self._pass_by(one)
        in_order = [one for one in told if not _waits_for_all(one)]
        upto = min([self.newest, *(one.told_number + MOST_NUMBERS for one in in_order)])
        # Views show the newest state alone, and a digest is of all: both wait until nothing else is behind it.
        self.plan.is_torn = OutboxEntry.objects.filter(number=None, kind=NoticeKind.REVISION).exists()
        self.plan.is_more = upto < self.newest
        is_level = upto == self.newest and not self.plan.is_torn
        planned = [
            one for one in told if (is_level if _waits_for_all(one) else one.told_number < upto) and self._is_due(one)
        ]
        if planned:
            self._decide_all(planned, upto, drafting)
        return self.plan

    def _decide_all(self, planned: Sequence[Subscription], upto: int, drafting: Drafting) -> None:
        happenings = Happenings(min(one.told_number for one in planned), upto)
        rights = KnownRights({one.owner_id for one in planned})
        watched = _watched({one.watch_list_id for one in planned} - {None})
        of_one = _OfOne(self.moment, upto, Teller(drafting, rights), rights, watched)
        for one in planned:
            self.plan.decisions.append(of_one.decide(one, happenings.after(one.told_number)))

    def _is_due(self, one: Subscription) -> bool:
        return one.timing != Timing.DAILY or (one.digest_due_at is not None and one.digest_due_at <= self.moment)

    def _pass_by(self, one: Subscription) -> None:
        decision = Decision(one.pk, read_decided_on(one), self.newest, _revision_at(one, self.newest))
        if one.digest_time is not None and self._is_due(one):
            decision.digest_due_at = next_digest_at(one.digest_time, self.moment)
        self.plan.decisions.append(decision)


class _OfOne:
    """Deciding of one subscription after the other."""

    def __init__(
        self, moment: datetime, upto: int, teller: Teller, rights: KnownRights, watched: dict[int, frozenset[str]]
    ) -> None:
        self._moment, self._upto = moment, upto
        self._teller, self._rights, self._watched = teller, rights, watched
        self._views = FollowedViews(rights)

    def decide(self, one: Subscription, happenings: list[Happening]) -> Decision:
        """What it is told of what happened since it was told last."""
        revisions = [happening for happening in happenings if happening.is_revision]
        revision = max([one.told_revision, *(happening.entry.revision or 0 for happening in revisions)])
        decision = Decision(one.pk, read_decided_on(one), self._upto, revision)
        try:
            members, moves = self._look_at_view(one, revisions, decision)
        except ViewNotReadable as why:
            decision.ended = why.reason
            self._plan(decision, one, self._teller.tell_end(one, why.reason, self._upto, self._moment))
            return decision
        wanted = self._wanted(one, members)
        if one.timing == Timing.DAILY:
            drafts = self._teller.tell_together(one, wanted, happenings, moves)
            if one.digest_time is not None:
                decision.digest_due_at = next_digest_at(one.digest_time, self._moment)
        else:
            drafts = self._teller.tell_at_once(one, wanted, happenings, moves)
        self._plan(decision, one, drafts)
        return decision

    def _look_at_view(
        self, one: Subscription, revisions: Sequence[Happening], decision: Decision
    ) -> tuple[frozenset[str] | None, Sequence[Any]]:
        """The issues that its view shows or showed, and what moved."""
        if one.saved_view_id is None:
            return None, ()
        before = one.view_members
        if before is not None and not revisions:
            return frozenset(before), ()
        after = self._views.members(one)
        last = revisions[-1].revision if revisions else None
        moves = self._views.moves(one, after, last.recorded_at if last else self._moment)
        if after != before:
            decision.members = after
        return frozenset(after).union(before or ()), moves

    def _wanted(self, one: Subscription, members: frozenset[str] | None) -> Wanted:
        kinds = {kind for kind in one.kinds if self._rights.has_any(one.owner_id, rights_for(kind))}
        codes = None if one.watch_list_id is None else self._watched.get(one.watch_list_id, frozenset())
        return Wanted(frozenset(kinds), one.includes_history, frozenset(one.market_codes), codes, members)

    def _plan(self, decision: Decision, one: Subscription, drafts: Iterable[Draft]) -> None:
        decision.planned = [
            Planned(draft, one.destination_id, one.pk, place) for place, draft in enumerate(drafts)
        ]  # fmt: skip


def _those_behind(newest: int, moment: datetime) -> Any:
    """Without a join: how many rows there are of each table, a database that was filled a moment ago does not know, and a bad guess
    takes a minute for a thousand subscriptions.
    """
    bad_keys = ApiKey.objects.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=moment))
    no_places = ~Q(status__in=_RECEIVING) | Q(api_key__in=bad_keys.values("pk"))
    # Daily ones too are passed by at once where they can be told nothing.
    is_silent = (
        Q(destination__in=Destination.objects.filter(no_places).values("pk"))
        | Q(owner__in=get_user_model()._default_manager.filter(is_active=False).values("pk"))
        | Q(api_key__in=bad_keys.values("pk"))
    )
    is_behind = Q(told_number__lt=newest) & (Q(timing=Timing.AT_ONCE) | is_silent)
    is_due = Q(timing=Timing.DAILY, digest_due_at__lte=moment)
    subscriptions = Subscription.objects.filter(is_behind | is_due, is_active=True).order_by("told_number", "pk")
    return subscriptions.prefetch_related(
        "destination__api_key__created_by", "owner", "api_key__created_by", "saved_view"
    )


def _is_told(one: Subscription, moment: datetime) -> bool:
    """What is sent somewhere, to somebody who may sign in; the keys that made it and the place are good."""
    keys = (one.api_key, one.destination.api_key)
    if any(key is not None and key.state_at(moment) != KeyState.GOOD for key in keys):
        return False
    return one.destination.status in _RECEIVING and one.owner.is_active


def _waits_for_all(one: Subscription) -> bool:
    return one.timing == Timing.DAILY or one.saved_view_id is not None


def _watched(lists: set[Any]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for watch_list, code in WatchedCompany.objects.filter(watch_list__in=lists).values_list("watch_list", "code"):
        found.setdefault(watch_list, set()).add(code)
    return {watch_list: frozenset(codes) for watch_list, codes in found.items()}


def _revision_at(one: Subscription, number: int) -> int:
    """The ledger's newest revision among what is passed by."""
    passed = OutboxEntry.objects.filter(number__gt=one.told_number, number__lte=number, kind=NoticeKind.REVISION)
    return passed.order_by("-number").values_list("revision", flat=True).first() or one.told_revision
