"""What arrives at receivers of webhooks."""

from collections.abc import Iterator

from tests.recorded_history.history import Arrival, Commit, History, Subscription
from tests.recorded_history.laws.contradiction import Contradiction


def an_id_and_a_content_belong_together(history: History) -> Iterator[Contradiction]:
    """What is sent again bears the same id, and an id never another content."""
    by_id: dict[tuple[str, str], Arrival] = {}
    by_content: dict[tuple[str, str], Arrival] = {}
    for arrival in history.of(Arrival):
        first = by_id.setdefault((arrival.client, arrival.webhook_id), arrival)
        if first.digest != arrival.digest:
            yield Contradiction("a webhook's id has two contents", first, arrival)
        first = by_content.setdefault((arrival.client, arrival.digest), arrival)
        if first.webhook_id != arrival.webhook_id:
            yield Contradiction("a webhook is sent again with another id", first, arrival)


def each_revision_is_one_message(history: History) -> Iterator[Contradiction]:
    """To one receiver."""
    known: dict[tuple[str, int, int], Arrival] = {}
    for arrival in history.of(Arrival):
        first = known.setdefault((arrival.client, arrival.course, arrival.revision), arrival)
        if first.webhook_id != arrival.webhook_id:
            yield Contradiction("a revision is told by two webhooks", first, arrival)


def webhooks_arrive_in_order(history: History) -> Iterator[Contradiction]:
    """Of revisions, to one receiver; nothing is sent again once the next was sent."""
    last: dict[tuple[str, int], Arrival] = {}
    for arrival in history.of(Arrival):
        before = last.setdefault((arrival.client, arrival.course), arrival)
        if arrival.revision < before.revision:
            yield Contradiction("webhooks arrive out of order", before, arrival)
        else:
            last[arrival.client, arrival.course] = arrival


def no_webhook_is_passed_over(history: History) -> Iterator[Contradiction]:
    """Who was told of a later revision was told of each acknowledged one before: order leaves no other time for it."""
    arrivals = history.of(Arrival)
    arrived = {(arrival.client, arrival.course, arrival.revision) for arrival in arrivals}
    last: dict[tuple[str, int], Arrival] = {}
    for arrival in arrivals:
        newest = last.setdefault((arrival.client, arrival.course), arrival)
        if arrival.revision > newest.revision:
            last[arrival.client, arrival.course] = arrival
    for subscription in history.of(Subscription):
        later = last.get((subscription.client, subscription.course))
        for commit in history.of(Commit):
            if later is None or commit.revision >= later.revision or not _is_due(commit, subscription):
                continue
            if (subscription.client, commit.course, commit.revision) not in arrived:
                yield Contradiction("a webhook is passed over", commit, later)


def no_webhook_is_lost(history: History) -> Iterator[Contradiction]:
    """Of what was committed after somebody subscribed; for a history whose end was waited for."""
    arrived = {(arrival.client, arrival.course, arrival.revision) for arrival in history.of(Arrival)}
    for subscription in history.of(Subscription):
        for commit in history.of(Commit):
            if _is_due(commit, subscription) and (subscription.client, commit.course, commit.revision) not in arrived:
                yield Contradiction("a webhook is lost", subscription, commit)


def _is_due(commit: Commit, subscription: Subscription) -> bool:
    return commit.is_acknowledged and commit.course == subscription.course and commit.began > subscription.ended
