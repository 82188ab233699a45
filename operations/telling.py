"""How telling others stands, read at each scrape and for people: one query over what waits."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from operations.part_states import PartState, Row
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import spoken_to

#: As the alert has it: what a receiver that answers may wait.
_BEHIND_SECONDS = 600
#: There with 0 from the start: alerts and panels look at them.
_USUAL = [
    (DestinationStatus.UNCONFIRMED, ""), (DestinationStatus.ACTIVE, ""), (DestinationStatus.PAUSED, PauseReason.BY_PERSON),
    (DestinationStatus.PAUSED, PauseReason.KEEPS_FAILING), (DestinationStatus.ENDED, PauseReason.GONE),
]  # fmt: skip
# Behind is what waits for a destination that takes what it is sent: one that does not is tried for three days, and then paused. What is
# held back, because its person or key is not good, is not late either: `spoken` are those to whom something is sent.
_STANDING = """
    SELECT destination.status, destination.status_reason, count(*),
        count(*) FILTER (WHERE destination.status = 'active' AND destination.failing_since IS NOT NULL),
        coalesce(sum(waiting.number), 0),
        extract(epoch FROM clock_timestamp() - min(waiting.oldest)
            FILTER (WHERE destination.status = 'active' AND destination.failing_since IS NULL AND destination.id IN ({spoken})))
    FROM destinations AS destination LEFT JOIN (
        SELECT destination_id, count(*) AS number, min(created_at) AS oldest FROM deliveries
        WHERE status = 'waiting' GROUP BY destination_id
    ) AS waiting ON waiting.destination_id = destination.id
    GROUP BY destination.status, destination.status_reason
"""
# What has no number yet, and what has one and is not planned for somebody who is told at once.
_UNPLANNED = """
    SELECT extract(epoch FROM clock_timestamp() - min(occurred_at)) FROM outbox_entries WHERE number IS NULL OR number > (
        SELECT min(told_number) FROM subscriptions WHERE is_active AND timing = 'at_once'
    )
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """`destinations` by status and reason; `failing` of the active ones did not take what they were sent last. `waiting`: deliveries,
    wherever to. Ages in seconds, 0 where nothing waits.
    """

    destinations: dict[tuple[str, str], int]
    failing: int
    waiting: int
    waiting_seconds: float
    unplanned_seconds: float

    @property
    def paused(self) -> int:
        """Destinations that get nothing until a person looks, whoever paused them."""
        return sum(number for (status, _), number in self.destinations.items() if status == DestinationStatus.PAUSED)


def how_telling_stands() -> Telling:
    """Now. Raises `DatabaseError`."""
    destinations: dict[tuple[str, str], int] = {(str(status), str(reason)): 0 for status, reason in _USUAL}
    failing, waiting, waiting_seconds = 0, 0, 0.0
    spoken = Destination.objects.filter(spoken_to(timezone.now())).values("pk").order_by()
    sql, values = spoken.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(spoken=sql), values)
        for status, reason, number, failing_here, waiting_here, seconds in cursor.fetchall():
            destinations[status, reason] = number
            failing, waiting = failing + failing_here, waiting + int(waiting_here)
            waiting_seconds = max(waiting_seconds, float(seconds or 0))
        cursor.execute(_UNPLANNED)
        (unplanned,) = cursor.fetchone()
    return Telling(destinations, failing, waiting, waiting_seconds, max(0.0, float(unplanned or 0)))


def telling_metrics() -> Iterator[Metric]:
    """Gauges of it."""
    telling = how_telling_stands()
    found = GaugeMetricFamily(
        "destinations", "Places where something is told to, by status and its reason.", labels=["status", "reason"]
    )
    for (status, reason), number in telling.destinations.items():
        found.add_metric([status, reason], number)
    yield found
    yield GaugeMetricFamily(
        "destinations_failing", "Active destinations that did not take what they were sent last.", value=telling.failing
    )
    yield GaugeMetricFamily(
        "deliveries_waiting", "Deliveries that are not sent yet, wherever to.", value=telling.waiting
    )
    yield GaugeMetricFamily(
        "delivery_waiting_seconds",
        "Age of the oldest delivery that waits for an active destination that takes what it is sent; 0 where none waits.",
        value=telling.waiting_seconds,
    )
    yield GaugeMetricFamily(
        "outbox_unplanned_seconds", "Age of the oldest happening that nobody decided yet whom to tell; 0 where there is none.",
        value=telling.unplanned_seconds,
    )  # fmt: skip


def telling_row() -> Row:
    """For people."""
    title = gettext("通知の配信")
    try:
        telling = how_telling_stands()
    except DatabaseError:
        return title, PartState.UNAVAILABLE, ""
    oldest = max(telling.waiting_seconds, telling.unplanned_seconds)
    words = [gettext("送信待ち {count:,} 件").format(count=telling.waiting)]
    if oldest:
        words.append(gettext("最長 {seconds:,.0f} 秒").format(seconds=oldest))
    if telling.failing:
        words.append(gettext("送れていない通知先 {count:,} 件").format(count=telling.failing))
    if telling.paused:
        words.append(gettext("停止中の通知先 {count:,} 件").format(count=telling.paused))
    return title, PartState.BEHIND if oldest > _BEHIND_SECONDS else PartState.OK, gettext("、").join(words)
