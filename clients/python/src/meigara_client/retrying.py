"""How often, and after which time, a question is asked again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from meigara_client.errors import ApiError, QuoteUnavailable

#: Too many requests, and what a server or a proxy says that will be able to answer soon.
_PASSING = {408, 429, 502, 503, 504}
# An address that sent too many wrong keys: to send this one again makes it worse.
_HOPELESS = "WRONG_API_KEYS"
_CHANCE = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Retries:
    """`attempts` in all. What `Retry-After` says is waited for, up to `longest_wait_seconds`: beyond that the error is raised at once. Without
    it waits double from `first_wait_seconds` on, each shortened by chance so that many clients do not come back in one moment.

    A follower that shall outlast an hour without its server, even if chance halves every wait: `Retries(attempts=130)`.
    """

    attempts: int = 5
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    #: From 0 (each wait as short as it can be) to 1.
    chance: Callable[[], float] = _CHANCE

    def wait_after(self, attempt: int, retry_after_seconds: float | None) -> float | None:
        """Seconds until the next attempt, after `attempt` of them; `None`: there is none."""
        if attempt >= self.attempts:
            return None
        if retry_after_seconds is not None:
            if retry_after_seconds > self.longest_wait_seconds:
                return None
            # Never earlier than told, and not all at once.
            return retry_after_seconds + self.chance() * min(1.0, 0.1 * retry_after_seconds)
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (attempt - 1))
        return longest * (0.5 + 0.5 * self.chance())


def is_passing(error: ApiError) -> bool:
    """Whether asking again may help."""
    if isinstance(error, QuoteUnavailable) or error.details.get("reason") == _HOPELESS:
        return False
    return error.status in _PASSING


def read_retry_after(text: str | None) -> float | None:
    """Seconds, from a number or a date; `None` where there is neither."""
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
