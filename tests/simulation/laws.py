"""What holds after every step, whoever was killed: each law by its name, and why it does not hold where it does not."""

import time
from collections.abc import Callable

from django_redis import get_redis_connection

from api.generations import GENERATIONS_KEY, Generations, read_generations
from companies.known.reading import newest_revision
from companies.ledger.history_proof import verify_history
from companies.models import Company, ListingSnapshot
from database.connections import one_snapshot
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Subscription
from tests.laws.test_feed_laws import stored_versions
from tests.laws.test_telling_laws import ledger_events
from tests.simulation.asking import COMPANIES, ask
from tests.simulation.ledger_laws import OF_ONE_MOMENT, Law, clerk_agrees_on_issuers
from tests.simulation.replicas import content_of, first_arrivals, told_events
from tests.simulation.world import Violated, World

_MOST_LOOKS = 20
_PUBLISHED_WITHIN_SECONDS = 3.0
_KEYS_ARE_CONFIRMED_SECONDS = 61.0


def check(world: World) -> None:
    """Raises `Violated` with the law's name first."""
    # Before the database is looked at: whoever asked had claimed a run by then.
    world.asked = len(world.upstream.calls("/equities/master"))
    with one_snapshot():
        for name, law in OF_ONE_MOMENT.items():
            _hold(name, lambda law=law: law(world))  # type: ignore[misc]
    newest = newest_revision()
    if newest != world.proved:
        # Two fifths of what laws take; a state that was changed without a revision is seen at the end.
        _hold("verify_history is clean", _proof_is_clean)
        world.proved = newest
    for name, law in _ACROSS.items():
        _hold(name, lambda law=law: _of_one_revision(lambda: law(world)))  # type: ignore[misc]


def check_end(world: World) -> None:
    """What takes too long to be looked at after each step: all that is derived, again, and who stood behind some codes, day by day."""
    _hold("verify_history is clean", _proof_is_clean)
    _hold("the clerk agrees on issuers", lambda: clerk_agrees_on_issuers(world))


def _hold(name: str, law: Callable[[], None]) -> None:
    try:
        law()
    except AssertionError as wrong:
        raise Violated(f"{name}: {str(wrong)[:1500]}") from wrong


def _of_one_revision(law: Callable[[], None]) -> None:
    """Two parties are compared: where the ledger went on meanwhile, once more."""
    for _ in range(_MOST_LOOKS):
        before = newest_revision()
        try:
            law()
        except AssertionError:
            if newest_revision() == before:
                raise
        else:
            return
    raise AssertionError("the ledger never rests")


def _proof_is_clean() -> None:
    found = verify_history()
    assert not found, "; ".join(map(str, found[:5]))


def _feed_replica_is_level(world: World) -> None:
    world.replica.take_all(limit=3, rows=20)
    assert world.replica.versions() == stored_versions(), "the copy kept by the feed differs"


def _notices_come_once_and_in_order(world: World) -> None:
    # Whether all was told is asked before it is looked what came, and what there is to tell afterwards.
    is_all_told = (
        not Delivery.objects.exclude(status="delivered").exists()
        and Subscription.objects.get().told_revision == newest_revision()
    )
    received = list(world.receiver.received)
    arrived = first_arrivals(received)
    bodies = {(one.webhook_id, one.body) for one in received}
    assert len(bodies) == len(arrived), "one id came with two contents"
    _repeated_with_reason(world, len(received) - len(arrived), is_all_told=is_all_told)
    planned = list(Delivery.objects.order_by("pk").values_list("webhook_id", "status"))
    assert [one.webhook_id for one in arrived] == [name for name, _ in planned][: len(arrived)], "lost, or out of order"
    known = {one.webhook_id for one in arrived}
    assert all(name in known for name, status in planned if status == "delivered"), "delivered, and nobody got it"
    contents = [content_of(one) for one in arrived]
    revisions = [content["data"]["revision"] for content in contents]
    assert revisions == sorted(revisions), "out of the order of revisions"
    parts = [(content["data"]["revision"], content["data"]["part"]) for content in contents]
    assert len(set(parts)) == len(parts), "one revision was told twice"
    if is_all_told:
        difference = told_events(contents) ^ ledger_events()
        assert not difference, f"who was told everything holds something else: {sorted(map(str, difference))[:4]}"


def _repeated_with_reason(world: World, repeated: int, *, is_all_told: bool) -> None:
    """Each kill of this step, and each answer that the receiver has spoilt, may have had one message come again."""
    promises = world.promises
    new, allowed = repeated - promises.repeated, promises.interruptions + promises.spoilt_answers
    assert new <= allowed, f"{new} messages came again, for {allowed} reasons"
    if is_all_told:
        promises.spoilt_answers -= max(0, new - promises.interruptions)
        promises.repeated, promises.interruptions = repeated, 0


def _readers_are_told_of_now(world: World) -> None:
    status, answer, headers = ask(world, COMPANIES)
    if not ListingSnapshot.objects.exists():
        return
    assert status == 200, f"{status} {answer}"
    assert int(headers["x-ledger-revision"]) == newest_revision(), f"an answer of revision {headers['x-ledger-revision']}, not {newest_revision()}"  # fmt: skip
    told = {(one["code"], one["company_name"], one["market_code"]) for one in answer["companies"]}
    stored = set(Company.objects.filter(is_active=True).values_list("code", "company_name", "market_id"))
    assert told == stored, f"told otherwise: {sorted(told ^ stored)[:6]}"


def _what_is_published_is_not_behind(world: World) -> None:
    """Whoever has just committed may be on the way to publish it. Who was killed after a commit, or never heard that it was one, is made
    up for within a minute by whose key is confirmed.
    """
    behind = _behind_for_long()
    if behind and world.promises.interruptions:
        world.move(_KEYS_ARE_CONFIRMED_SECONDS)
        ask(world, COMPANIES)
        behind = _behind_for_long()
    assert not behind, f"of {behind} older generations are published than there are"


def _behind_for_long() -> list[str]:
    deadline = time.monotonic() + _PUBLISHED_WITHIN_SECONDS
    while (behind := _families_behind()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return behind


def _families_behind() -> list[str]:
    numbers = read_generations()
    published = get_redis_connection("state").hmget(GENERATIONS_KEY, Generations._fields)
    pairs = zip(Generations._fields, published, numbers, strict=True)
    return [name for name, told, number in pairs if told is not None and int(told) < number]


_ACROSS: dict[str, Law] = {
    "readers are told of now": _readers_are_told_of_now,
    "what is published is not behind": _what_is_published_is_not_behind,
    "the feed's replica equals the ledger": _feed_replica_is_level,
    "notices come once and in order": _notices_come_once_and_in_order,
}
