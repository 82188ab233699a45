"""What comes of requests that may be sent again."""

from collections.abc import Iterator

from tests.recorded_history.history import Count, History, Post
from tests.recorded_history.laws.contradiction import Contradiction


def a_post_is_answered_once(history: History) -> Iterator[Contradiction]:
    """Each repeat is told what the first was told, and no other key the same."""
    by_key: dict[str, Post] = {}
    by_made: dict[str, Post] = {}
    for post in history.of(Post):
        first = by_key.setdefault(post.key, post)
        if (first.made, first.digest) != (post.made, post.digest):
            yield Contradiction("a repeat is answered otherwise", first, post)
        first = by_made.setdefault(post.made, post)
        if first.key != post.key:
            yield Contradiction("two keys made one thing", first, post)


def a_post_is_done_once(history: History) -> Iterator[Contradiction]:
    """What was said to be made is there, and nothing else of that key."""
    counts = {count.key: count for count in history.of(Count)}
    for post in history.of(Post):
        count = counts.get(post.key)
        if count is not None and count.made != (post.made,):
            yield Contradiction("a request is not done once", post, count)
