"""How many requests a key may make."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from tests.recorded_history.history import History, Request
from tests.recorded_history.laws.contradiction import Contradiction


def _by_key(history: History) -> Iterator[list[Request]]:
    keys: dict[str, list[Request]] = {}
    for request in history.of(Request):
        keys.setdefault(request.key, []).append(request)
    yield from keys.values()


def no_more_are_allowed_than_the_limit(history: History) -> Iterator[Contradiction]:
    """Within any stretch of time as long as the window: between the beginning of the first and the end of the last."""
    for requests in _by_key(history):
        allowed = [request for request in requests if request.is_allowed]
        by_end = sorted(allowed, key=lambda request: request.ended)
        ends = [request.ended for request in by_end]
        for place, first in enumerate(allowed):
            # Those that began earlier have ended by then, too: none is as long as the window.
            within = bisect_right(ends, first.began + first.window_seconds)
            if within - place > first.limit:
                yield Contradiction("more requests than the limit are allowed", first, by_end[within - 1])
                break


def none_is_refused_below_the_limit(history: History) -> Iterator[Contradiction]:
    """Where fewer than the limit can have counted when it was refused."""
    for requests in _by_key(history):
        counted = [request for request in requests if request.is_allowed is not False]
        begins = [request.began for request in counted]
        ends = sorted(request.ended for request in counted)
        for refused in requests:
            if refused.is_allowed is not False:
                continue
            begun = bisect_left(begins, refused.ended)
            forgotten = bisect_right(ends, refused.began - refused.window_seconds)
            if begun - forgotten < refused.limit:
                yield Contradiction(
                    "a request is refused below the limit", counted[begun - 1] if begun else refused, refused
                )
                break
