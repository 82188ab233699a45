"""A chat as a destination: kept secret, told like any other, in order."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.chats import make_chat
from subscriptions.destinations.feeds import make_feed
from subscriptions.destinations.models import Destination
from subscriptions.tasks import tell_others
from tests.fakes.chat import FakeChat
from tests.subscriptions.telling import DELIVERED, WAITING, make_due, make_person, plan, state_of, statuses

pytestmark = pytest.mark.django_db
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


def test_its_address_is_kept_encrypted_and_shown_by_its_end() -> None:
    made = make_chat(owner=make_person(), name="部署", url=SLACK)

    assert (made.status, made.shown_address) == ("active", "Slack …i7FQ")
    assert read_address(made) == "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
    row = str(Destination.objects.filter(pk=made.pk).values().get())
    assert "TIiajkdnlazk" not in row


def test_what_is_wrong_is_told_by_field_all_at_once_and_without_the_address() -> None:
    with pytest.raises(ValidationError) as refused:
        make_chat(owner=make_person(), name=" ", url=f"{SLACK}?verify=no", language="fr")

    assert set(refused.value.message_dict) == {"url", "name", "language"}
    assert "TIiajkdnlazk" not in str(refused.value)
    assert not Destination.objects.exists()


def test_it_is_told_in_order_and_what_it_refuses_is_tried_again(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    with FakeChat() as fake:
        made = make_chat(owner=make_person(), name="部署", url=fake.url("/hooks/abcdefghijklmnopqrstuvwx12"))
        plan(made, 1, 2)
        fake.fail("broken")

        tell_others()
        assert (statuses(made), state_of(made)) == ([WAITING, WAITING], ("active", "", 1))
        make_due(made)
        tell_others()

        assert (statuses(made), state_of(made)) == ([DELIVERED, DELIVERED], ("active", "", 0))
        assert (len(fake.requests), len(fake.told)) == (3, 2)


def test_a_chat_that_is_gone_ends(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    with FakeChat() as fake:
        made = make_chat(owner=make_person(), name="部署", url=fake.url("/hooks/abcdefghijklmnopqrstuvwx12"))
        plan(made, 1)
        fake.fail("gone")

        tell_others()

    assert state_of(made)[:2] == ("ended", "gone")


def test_what_is_told_to_a_feed_is_in_it_when_the_telling_ends() -> None:
    feed, _ = make_feed(owner=make_person(), name="フィード")
    plan(feed, 1, 2)

    tell_others()

    assert statuses(feed) == [DELIVERED, DELIVERED]
