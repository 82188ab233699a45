"""A product in which everything that is kept encrypted is there, and whose keys are gone."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from pytest_django import Settings

from datasources.jquants.client import open_client
from datasources.models import DataSource
from subscriptions.destinations.chats import make_chat
from subscriptions.destinations.feeds import make_feed
from subscriptions.destinations.mail_addresses import make_mail
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import rotate_secret
from syncjobs.execution import execute_run
from syncjobs.runs import start_listing_run
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import FakeMailServer
from tests.subscriptions.mailing import use_server
from tests.subscriptions.telling import make_hook, plan


@dataclass(frozen=True, slots=True)
class Kept:
    """What a test looks at."""

    source: DataSource
    other: DataSource
    hook: Destination
    mail: Destination
    chat: Destination
    feed: Destination
    delivery_id: int


def keep_everything(
    owner: User, jquants: FakeJquants, receiver: Receiver, mail_server: FakeMailServer, settings: Settings
) -> Kept:
    """Sources of both schemes, one with tokens; a webhook whose secret was changed an hour ago, a mail address that waits for its code."""
    source, other = make_source(jquants), make_source(jquants, "v1", is_enabled=False)
    with open_client(other) as client:
        client.probe()
    execute_run(start_listing_run(source, requested_by="test").pk)
    settings.ALLOW_PRIVATE_RECEIVERS = True
    hook, _ = make_hook(receiver.url(), owner=owner)
    rotate_secret(hook)
    use_server(settings, mail_server)
    mail = make_mail(owner=owner, name="メール", address=f"analyst-{uuid4().hex}@example.com")
    chat = make_chat(
        owner=owner, name="Slack", url="https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
    )
    feed, _ = make_feed(owner=owner, name="フィード")
    (delivery,) = plan(hook, 1)
    plan(chat, 1)
    return Kept(source, other, hook, mail, chat, feed, delivery.pk)


def lose_keys(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]


def addresses_of(kept: Kept, route: str) -> list[str]:
    """A route of the admin with the things in it that are kept encrypted, or that show them; the one that is there of anything else is
    no other page than with the keys (`tests.contract.test_hostile_admin` opens those).
    """
    things: dict[str, list[Any]] = {
        "/datasource/": [kept.source.pk, kept.other.pk], "/destination/": [kept.hook.pk, kept.mail.pk, kept.chat.pk, kept.feed.pk],
        "/delivery/": [kept.delivery_id],
    }  # fmt: skip
    found = [ids for part, ids in things.items() if part in route]
    return [str(one) for one in found[0]] if found else []
