"""After the database's clock was set back: destinations wait as long as they should, not as long as the clock was ahead."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

#: Attempts of a moment ago may bear a moment after the one at which this was asked.
_LITTLE = timedelta(seconds=5)
#: An attempt that lies ahead was made by the clock that was ahead; what is next is as much too late as that is, at least. Attempts that
#: count are the newest: each destination's next one is set right after an attempt, by the same clock.
_BRING_BACK = """
    UPDATE destinations AS late SET next_attempt_at = late.next_attempt_at - (made.at - %(now)s)
    FROM (
        SELECT deliveries.destination_id, max(attempt.at) AS at
        FROM (SELECT delivery_id, at FROM delivery_attempts ORDER BY id DESC LIMIT 5000) AS attempt
        JOIN deliveries ON deliveries.id = attempt.delivery_id
        WHERE attempt.at > %(soon)s
        GROUP BY deliveries.destination_id
    ) AS made
    WHERE late.id = made.destination_id AND late.next_attempt_at >= made.at
"""
_END_CLAIMS = """
    UPDATE destinations SET claimed_until = %(claims_end)s WHERE claimed_until > %(claims_end)s + interval '5 seconds'
"""


def forget_the_future(now: datetime) -> int:
    """Have what was put off by a clock that was ahead be due by `now`, the database's; of how many destinations. A second time changes
    nothing. A claim still holds for its whole length from now on: whoever sends may be at it.
    """
    claims_end = now + timedelta(seconds=settings.DELIVERY_LIMITS.claim_seconds)
    with connection.cursor() as cursor:
        cursor.execute(_BRING_BACK, {"now": now, "soon": now + _LITTLE})
        count: int = cursor.rowcount
        cursor.execute(_END_CLAIMS, {"claims_end": claims_end})
        return count + int(cursor.rowcount)
