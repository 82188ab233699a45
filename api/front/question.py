"""What a request asks of an endpoint that is answered ahead of Django, read of its environment alone."""

import re
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

from api.endpoints.negotiation import accepts_gzip, accepts_json
from api.front.answer_store import StoredAnswer
from api.front.cached_routes import CachedRoute, find_route, split_state
from api.front.process_cache import HeldAnswer, process_cache


class Question(NamedTuple):
    """An endpoint, what is asked of it, and in which form the caller takes the answer.

    `query` is without the state that is asked for, which stands beside it. Without a logical key nothing is kept: what is asked
    changes within a generation. `held` is the answer that this process holds, of whatever generation.
    """

    route: CachedRoute
    match: re.Match[str]
    query: str
    state: str
    accepts_gzip: bool
    if_none_match: str
    if_modified_since: str
    logical_key: str
    held: HeldAnswer | None

    def is_of_state_wanted(self, answer: StoredAnswer) -> bool:
        """Whether an answer may be sent; where it is of another state, Django knows whether the caller's is current."""
        return self.state in ("", answer.state)


def read_question(environ: WSGIEnvironment) -> Question | None:
    """The question of a request; `None` for all that Django alone answers."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return None
    found = find_route(environ["PATH_INFO"])
    accept = environ.get("HTTP_ACCEPT", "")
    if found is None or (accept and not accepts_json(accept)):
        return None
    match, route = found
    query, state = split_state(environ.get("QUERY_STRING", ""))
    logical_key = "" if route.is_live(query) else route.logical_key(match, query)
    return Question(
        route, match, query, state, accepts_gzip(environ), environ.get("HTTP_IF_NONE_MATCH", ""),
        environ.get("HTTP_IF_MODIFIED_SINCE", ""), logical_key, process_cache.find(logical_key) if logical_key else None,
    )  # fmt: skip
