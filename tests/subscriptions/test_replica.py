"""A copy kept from webhooks and the feed alone equals the ledger after a day of imports, corrections and restarts.

All of it is real: the web process, the process that tells others, the receiver of the documentation, PostgreSQL and Redis. Between them
lies a relay that loses answers, and nobody asks for anything but because a message told of a revision.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key
from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from subscriptions.models import Delivery, Destination
from tests.edinet_lists import make_filer
from tests.factories import make_issue
from tests.server import serve
from tests.subscriptions.api.conftest import DELIVERIES, DESTINATIONS, SUBSCRIPTIONS
from tests.subscriptions.notifier import Notifier
from tests.subscriptions.receiver import Receiver, signed
from tests.subscriptions.relay import Relay
from tests.subscriptions.test_receivers import copied_versions, message, stored_versions
from tests.subscriptions.told.followers import make_person
from tests.syncjobs.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TODAY = timezone.localdate()
CODES = ("1301", "1332", "6758", "7201", "7203", "9984")


@dataclass
class World:
    """The processes of the day, and how a person reaches the product."""

    caller: Client
    notifier: Notifier
    receiver: Receiver
    hooks: Relay
    feed: Relay
    secret: str
    destination: Any

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.caller.post(path, body or {}, content_type="application/json")
        assert answer.status_code < 300, answer.content
        return answer.json()

    def is_level(self) -> bool:
        """Whether the copy is what the ledger is, and nothing waits to be told."""
        return copied_versions(self.receiver) == stored_versions() and not self.waiting().exists()

    def wait_until_level(self) -> None:
        wait_until(self.is_level, self.tell, timeout_seconds=60)

    def waiting(self) -> Any:
        return Delivery.objects.filter(destination=self.destination["id"], status="waiting")

    def try_now(self) -> None:
        """As a person does who knows that the receiver is back."""
        for pk in self.waiting().values_list("pk", flat=True)[:1]:
            self.post(f"{DELIVERIES}/{pk}/send-again")

    def forget_who_died(self) -> None:
        """As if the time were over for which a process that was killed is believed to send."""
        Destination.objects.filter(pk=self.destination["id"]).exclude(claim=None).update(
            claimed_until=timezone.now() - timedelta(seconds=1)
        )

    def tell(self) -> str:
        told = list(Delivery.objects.order_by("pk").values_list("pk", "status", "attempts", "message__revision"))
        place = list(Destination.objects.values_list("status", "failures", "next_attempt_at", "claimed_until"))
        return f"{told}\n{place}\n{self.receiver.log()}\n{self.notifier.log()[-3000:]}"


@contextmanager
def asked_again_and_again(notifier: Notifier) -> Iterator[None]:
    """As the schedule asks, as often as a test has patience for."""
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.wait(1):
            current_app.send_task("subscriptions.tasks.tell_others", queue=notifier.queue, expires=4)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    try:
        yield
    finally:
        is_over.set()
        asking.join()


@pytest.fixture
def world(two_lists: None, tmp_path: Path) -> Iterator[World]:
    person = make_person("sato")
    key = create_api_key(
        name="replica", scopes=["read", "subscribe"], created_by=person, rate_limit_per_hour=1_000_000
    )[1]
    receiver = Receiver(tmp_path, key=key)
    notifier = Notifier(tmp_path / "notifier.log", queue=f"deliveries-{uuid4()}", ALLOW_PRIVATE_RECEIVERS="true")
    with ExitStack() as running:
        server = running.enter_context(serve(tmp_path, ALLOW_PRIVATE_RECEIVERS="true"))
        feed = running.enter_context(Relay(server.base_url).running())
        hooks = running.enter_context(Relay(f"http://127.0.0.1:{receiver.port}").running())
        caller = Client(headers={"X-API-Key": key})
        body = {"name": "複製", "channel": "webhook", "address": f"{hooks.url}/hook"}
        made = caller.post(DESTINATIONS, body, content_type="application/json").json()
        receiver.base_url = feed.url
        receiver.start(WEBHOOK_SECRETS=made["secret"])
        running.callback(receiver.kill)
        notifier.start()
        running.callback(notifier.kill)
        running.enter_context(asked_again_and_again(notifier))
        world = World(caller, notifier, receiver, hooks, feed, made["secret"], made)
        world.post(
            SUBSCRIPTIONS,
            {"name": "改訂", "destination": made["id"], "kinds": ["revision"], "includes_history": True},
        )
        yield world


def bring_in(day: date, *, source: str = "jpx", without: tuple[str, ...] = (), **names: str) -> None:
    """A list of a day in which some bear other names and some are missing."""
    issues = [
        make_issue(code, company_name=names.get(f"n{code}", f"会社{code}")) for code in CODES if code not in without
    ]
    apply_snapshot(day, issues, source, force=True)


def test_a_copy_kept_from_webhooks_and_the_feed_alone_equals_the_ledger_after_a_day(world: World) -> None:
    receiver, hooks = world.receiver, world.hooks

    # The first message brings all that was there before it.
    bring_in(TODAY - timedelta(days=3))
    world.wait_until_level()
    assert len(stored_versions()) > 7

    # Imports, one after the other; answers to two of them are lost on their way.
    bring_in(TODAY - timedelta(days=2), n7203="トヨタ")
    world.wait_until_level()
    hooks.lose_answers(1)
    bring_in(TODAY - timedelta(days=1), n7203="トヨタ", without=("9984",))
    wait_until(lambda: len(hooks.ids) > len(set(hooks.ids)), world.tell, timeout_seconds=60)
    world.wait_until_level()

    # The receiver is killed; while it is away a past day is corrected and a list is taken back.
    receiver.kill()
    bring_in(TODAY - timedelta(days=2), source="jquants", n7203="トヨタ自動車", n6758="ソニー")
    withdraw_entry(
        ListingSnapshot.objects.holding().get(date_in_force=TODAY - timedelta(days=1)).pk,
        reason="誤り",
        withdrawn_by="sato",
    )
    wait_until(lambda: Destination.objects.get(pk=world.destination["id"]).failures > 0, world.tell)
    assert not world.is_level()
    receiver.start(WEBHOOK_SECRETS=world.secret)
    world.try_now()
    world.wait_until_level()

    # Who tells is killed with an answer on its way; a list of issuers comes in while nobody tells.
    hooks.hold()
    bring_in(date(2024, 3, 15), n1301="極洋漁業")
    wait_until(hooks.is_holding.is_set, world.tell)
    world.notifier.kill()
    hooks.release()
    apply_issuer_list(
        TODAY, [make_filer("7203", "E02144", name="トヨタ自動車株式会社"), make_filer("6758", "E01777")], force=True
    )
    world.forget_who_died()
    world.notifier.start()
    world.wait_until_level()
    assert len(hooks.ids) > len(set(hooks.ids))

    # The secret is changed while both hold; then all is derived anew, and the last list of the day comes.
    world.post(f"{DESTINATIONS}/{world.destination['id']}/secret")
    rebuild_history()
    bring_in(TODAY, n7203="トヨタ自動車", n1332="ニッスイ", without=("1301",))
    world.wait_until_level()

    # Each revision since the subscription was told once, in order, whatever was repeated on the way.
    told = Delivery.objects.order_by("pk").values_list("message__revision", flat=True)
    newest = LedgerRevision.objects.latest("number").number
    assert list(told) == list(range(3, newest + 1))
    kept = "SELECT count(*), count(DISTINCT webhook_id), count(done_at) FROM messages"
    wait_until(lambda: receiver.rows(kept) == [(newest - 2,) * 3], lambda: receiver.rows(kept))
    assert set(hooks.ids) == {one for (one,) in receiver.rows("SELECT webhook_id FROM messages")}


def test_nothing_is_asked_while_no_message_tells_of_a_revision(world: World) -> None:
    bring_in(TODAY - timedelta(days=1))
    world.wait_until_level()
    world.notifier.kill()
    asked, before = len(world.feed.ids), copied_versions(world.receiver)

    bring_in(TODAY, n7203="トヨタ")
    body = message()
    assert world.receiver.post(body, signed(body, secret=world.secret, webhook_id="msg_test")) == 204
    wait_until(
        lambda: world.receiver.rows("SELECT done_at IS NOT NULL FROM messages WHERE webhook_id = 'msg_test'") == [(1,)]
    )

    assert (len(world.feed.ids), copied_versions(world.receiver)) == (asked, before)
    world.forget_who_died()
    world.notifier.start()
    world.wait_until_level()
