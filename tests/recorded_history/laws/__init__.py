"""The laws that a recorded history keeps. Pure: they know what was written down, and nothing of the product."""

from collections.abc import Callable, Iterable, Iterator

from tests.recorded_history.history import History
from tests.recorded_history.laws.contradiction import Contradiction
from tests.recorded_history.laws.feed import (
    a_page_tells_what_there_is,
    no_page_is_older_than_an_acknowledged_commit,
    positions_only_go_forward,
    the_copy_of_a_follower_equals_the_ledger,
    the_feed_has_no_gap_and_no_repeat,
)
from tests.recorded_history.laws.limits import no_more_are_allowed_than_the_limit, none_is_refused_below_the_limit
from tests.recorded_history.laws.posts import a_post_is_answered_once, a_post_is_done_once
from tests.recorded_history.laws.reads import (
    a_revision_has_one_content,
    a_state_has_one_content,
    an_etag_has_one_content,
    no_read_is_older_than_an_acknowledged_commit,
    nothing_is_read_before_it_is_written,
    reads_of_one_client_never_go_back,
    what_was_known_never_changes,
)
from tests.recorded_history.laws.restores import a_restore_begins_another_epoch, what_was_lost_is_refused_in_words
from tests.recorded_history.laws.webhooks import (
    an_id_and_a_content_belong_together,
    each_revision_is_one_message,
    no_webhook_is_lost,
    no_webhook_is_passed_over,
    webhooks_arrive_in_order,
)

Law = Callable[[History], Iterator[Contradiction]]

LAWS: tuple[Law, ...] = (
    no_read_is_older_than_an_acknowledged_commit,
    nothing_is_read_before_it_is_written,
    reads_of_one_client_never_go_back,
    an_etag_has_one_content,
    a_state_has_one_content,
    a_revision_has_one_content,
    what_was_known_never_changes,
    no_more_are_allowed_than_the_limit,
    none_is_refused_below_the_limit,
    the_feed_has_no_gap_and_no_repeat,
    positions_only_go_forward,
    no_page_is_older_than_an_acknowledged_commit,
    a_page_tells_what_there_is,
    the_copy_of_a_follower_equals_the_ledger,
    an_id_and_a_content_belong_together,
    each_revision_is_one_message,
    webhooks_arrive_in_order,
    no_webhook_is_passed_over,
    no_webhook_is_lost,
    a_post_is_answered_once,
    a_post_is_done_once,
    a_restore_begins_another_epoch,
    what_was_lost_is_refused_in_words,
)

#: Those that what is written down later cannot reconcile.
AT_ANY_MOMENT: tuple[Law, ...] = (
    no_read_is_older_than_an_acknowledged_commit,
    reads_of_one_client_never_go_back,
    an_etag_has_one_content,
    a_state_has_one_content,
    a_revision_has_one_content,
    what_was_known_never_changes,
    no_more_are_allowed_than_the_limit,
    the_feed_has_no_gap_and_no_repeat,
    positions_only_go_forward,
    an_id_and_a_content_belong_together,
    each_revision_is_one_message,
    webhooks_arrive_in_order,
    no_webhook_is_passed_over,
    a_post_is_answered_once,
    a_post_is_done_once,
)


def contradictions(history: History, laws: Iterable[Law] = LAWS) -> list[Contradiction]:
    """All that the laws find; empty where everything can have happened."""
    return [found for law in laws for found in law(history)]
