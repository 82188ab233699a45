"""The laws of reads on histories made by hand: what can have happened passes, and what cannot is named with both operations."""

from tests.recorded_history.made_by_hand import commit, found, read

OLD, BACK = "a read is older than an acknowledged commit", "a client's reads go back"


def test_a_read_that_began_before_a_commit_was_acknowledged_may_know_of_it_or_not() -> None:
    assert found(commit(1, 3, 2), read(2, 4, 1), read(2.5, 4, 1, client="other"), read(2, 2.5, 2, client="third")) == []


def test_a_read_that_began_after_a_commit_was_acknowledged_knows_of_it() -> None:
    done, stale = commit(1, 3, 2), read(3.1, 4, 1)
    assert found(commit(0, 1, 1), done, stale) == [(OLD, done, stale)]


def test_of_two_commits_the_later_revision_counts_though_it_was_acknowledged_first() -> None:
    later, stale = commit(1, 2, 3), read(5, 6, 2)
    assert found(later, commit(1, 4, 2), stale) == [(OLD, later, stale)]


def test_what_was_never_acknowledged_need_not_be_seen() -> None:
    assert found(commit(1, 3, 2, is_acknowledged=False), read(4, 5, 1)) == []


def test_after_a_restore_numbers_begin_anew() -> None:
    assert found(commit(1, 2, 7), read(3, 4, 7), read(6, 7, 3, course=1, state="s3b", etag="e3b")) == []


def test_nothing_is_read_before_it_is_written() -> None:
    early, late = read(1, 2, 5), commit(3, 4, 5)
    assert found(early, late) == [("a read knows of a commit that had not begun", early, late)]
    assert found(read(1, 3.5, 5), late) == []


def test_reads_of_one_resource_over_one_connection_never_go_back() -> None:
    first, second = read(1, 2, 5), read(3, 4, 4)
    assert found(first, second) == [(BACK, first, second)]
    assert found(first, read(3, 4, 4, resource="/events")) == []
    assert found(first, read(3, 4, 4, connection="second")) == []
    assert found(first, read(3, 4, 4, asked="revision=4")) == []


def test_each_read_that_goes_back_is_compared_with_the_newest_before_it() -> None:
    first, second, third = read(1, 2, 5), read(3, 4, 3), read(5, 6, 4)
    assert found(first, second, third) == [(BACK, first, second), (BACK, first, third)]


def test_an_etag_has_one_content_even_beyond_a_restore() -> None:
    first, second = read(1, 2, 5), read(3, 4, 2, course=1, etag="e5")
    assert found(first, second) == [("an ETag has two contents", first, second)]
    assert found(first, read(3, 4, 5, resource="/events", digest="other", etag="e5")) == []


def test_a_state_has_one_content_even_beyond_a_restore() -> None:
    first, second = read(1, 2, 5), read(3, 4, 2, course=1, state="s5")
    assert found(first, second) == [("a state has two contents", first, second)]


def test_304_says_by_its_etag_which_bytes_it_means() -> None:
    first, second = read(1, 2, 5), read(3, 4, 5, etag="e4", digest="")
    assert found(first, second) == [("a state has two contents", first, second)]
    assert found(first, read(3, 4, 5, digest="")) == []


def test_a_revision_has_one_content_whether_it_was_asked_for_or_was_the_newest() -> None:
    first, second = read(1, 2, 5), read(3, 4, 5, asked="revision=5", digest="other", etag="e")
    assert found(first, second) == [("a revision has two contents", first, second)]


def test_what_was_known_never_changes() -> None:
    first = read(1, 2, 5, asked="known_at=noon")
    bytes_, revision = (
        read(3, 4, 5, asked="known_at=noon", state="s", etag="e", digest="other"),
        read(3, 4, 6, asked="known_at=noon"),
    )
    assert ("what was known once is another now", first, bytes_) in found(first, bytes_)
    assert ("what was known once is another now", first, revision) in found(first, revision)
    assert found(first, read(9, 10, 5, asked="known_at=noon", state="s9")) == []
