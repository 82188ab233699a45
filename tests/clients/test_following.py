"""The feed followed by the Python client: nothing lost and nothing twice, across restarts of the program and a restored database."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from meigara_client import CallablePosition, Client, EpochChanged, FilePosition, Position, PositionUnreadable

from tests.clients.copying import Copy, record_lists, stored
from tests.clients.proxy import Proxy, Reply

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_following_goes_on_where_it_stopped_and_tells_each_revision_once(
    two_lists: None, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    copy, place = Copy(), tmp_path / "position.json"

    copy.take(make_client(), place)
    copy.take(make_client(), place)
    record_lists(3)
    copy.take(make_client(), str(place), limit=2)

    assert copy.seen == [(number, True) for number in range(1, 6)]
    assert copy.versions == stored()
    assert [file.name for file in tmp_path.iterdir()] == ["position.json"]


def test_what_was_handed_out_and_not_done_when_the_program_ended_comes_again_and_nothing_else(
    two_lists: None, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    record_lists(3)
    copy = Copy()
    for _ in range(6):
        copy.take(make_client(), tmp_path / "position.json", most=2)

    assert [number for number, _ in copy.seen] == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert copy.versions == stored()


def test_a_revision_that_comes_in_parts_goes_on_in_its_midst(
    two_lists: None, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    copy = Copy()
    for _ in range(20):
        copy.take(make_client(), tmp_path / "position.json", most=2, rows=2)

    assert [part for part, _ in zip(copy.seen, range(3), strict=False)] == [(1, False), (1, True), (1, True)]
    assert (copy.seen[-1], copy.versions) == ((2, True), stored())


def test_a_program_that_dies_while_it_handles_a_revision_has_it_again(
    two_lists: None, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    def die() -> None:
        for revision in make_client().follow(tmp_path / "position.json", wait=0):
            if revision.revision == 2:
                raise RuntimeError("out of power")

    with pytest.raises(RuntimeError):
        die()
    copy = Copy()
    copy.take(make_client(), tmp_path / "position.json")

    assert copy.seen == [(2, True)]


def test_two_functions_may_keep_the_position(two_lists: None, client: Client) -> None:
    kept: list[str | None] = [None]
    place = CallablePosition(lambda: kept[-1], kept.append)

    Copy().take(client, place)
    assert json.loads(kept[-1] or "")["done"] == 2
    again = Copy()
    again.take(client, place)
    place.forget()
    again.take(client, place)

    assert again.seen == [(1, True), (2, True)]


def test_a_follower_may_begin_later(two_lists: None, client: Client, tmp_path: Path) -> None:
    copy = Copy()
    copy.take(client, tmp_path / "position.json", start=1)

    assert copy.seen == [(2, True)]


def test_a_file_that_holds_no_position_is_told_and_left_alone(two_lists: None, client: Client, tmp_path: Path) -> None:
    place = tmp_path / "position.json"
    for text in ("", "{}", "[1]", '{"after": "1", "epoch": null, "done": "x"}'):
        place.write_text(text)
        with pytest.raises(PositionUnreadable, match="delete it to follow from the beginning"):
            Copy().take(client, place)
        assert place.read_text() == text


def test_a_follower_who_waits_is_handed_what_comes_as_it_comes(
    two_lists: None, client: Client, proxy: Proxy, tmp_path: Path
) -> None:
    found: list[int] = []
    waits_for_the_third = threading.Event()
    proxy.before.extend([lambda: None, waits_for_the_third.set])

    def follow() -> None:
        for revision in client.follow(tmp_path / "position.json", wait=20):
            found.append(revision.revision)
            if revision.revision == 3:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    assert waits_for_the_third.wait(30)
    record_lists(1)
    follower.join(30)

    assert found == [1, 2, 3]


def test_another_epoch_is_told_with_what_to_do_and_the_position_stays(
    two_lists: None, make_client: Callable[..., Client], proxy: Proxy, tmp_path: Path
) -> None:
    place = FilePosition(tmp_path / "position.json")
    Copy().take(make_client(), place)
    before = place.load()

    def of_another_epoch(reply: Reply) -> None:
        reply.body = json.dumps({**json.loads(reply.body), "epoch": "another"}).encode()

    for language, text in (("en", "Discard your copy"), ("ja", "手元の内容を捨て")):
        proxy.change.append(of_another_epoch)
        with pytest.raises(EpochChanged, match=text) as told:
            Copy().take(make_client(language=language), place)
        assert (told.value.status, told.value.code, told.value.details["epoch"]) == (409, "EPOCH_CHANGED", "another")

    assert place.load() == before


def test_histories_that_are_held_are_loaded_anew_after_a_restored_backup(
    two_lists: None, client: Client, proxy: Proxy
) -> None:
    client.ledger()
    client.ledger(known_at=1)

    def of_another_epoch(reply: Reply) -> None:
        reply.body = json.dumps({**json.loads(reply.body), "epoch": "another"}).encode()

    proxy.passed.clear()
    proxy.change.append(of_another_epoch)
    client.ledger()
    proxy.refuse(409, json.dumps({"error": {"code": "EPOCH_CHANGED", "message": "m", "details": {}}}).encode())
    client.ledger(known_at=1)

    assert proxy.paths() == ["/feed", "/companies/history/export", "/feed"] * 2


def test_a_position_is_the_same_after_it_was_written() -> None:
    assert Position.from_json(Position("4-abc", "epoch", 4).to_json()) == Position("4-abc", "epoch", 4)
