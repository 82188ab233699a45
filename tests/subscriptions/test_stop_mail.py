"""The link in each mail, by which who gets it stops it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from logs.scrubbing import scrub_text
from subscriptions.destinations.mail_addresses import make_mail
from subscriptions.destinations.models import Destination
from subscriptions.destinations.stop_links import stop_link
from tests.fakes.smtp import FakeMailServer
from tests.subscriptions.mailing import use_server
from tests.subscriptions.telling import make_hook, make_person, state_of

pytestmark = pytest.mark.django_db
HOME = "https://meigara.example.com"


@pytest.fixture
def destination(settings: Settings) -> Iterator[Destination]:
    settings.PUBLIC_URL = HOME
    with FakeMailServer() as server:
        use_server(settings, server)
        yield make_mail(owner=make_person("taro", email="taro@example.com"), name="自分", address="taro@example.com")


def path_of(destination: Destination) -> str:
    return stop_link(destination.pk).removeprefix(HOME)


def test_the_link_asks_first_and_stops_when_it_is_confirmed(destination: Destination) -> None:
    client = Client(enforce_csrf_checks=True)

    asked = client.get(path_of(destination))
    assert "ta…@example.com への通知を止めますか。" in asked.content.decode()
    assert state_of(destination)[0] == "active"

    stopped = client.post(path_of(destination))
    assert "ta…@example.com への通知を止めました。" in stopped.content.decode()
    assert state_of(destination)[:2] == ("paused", "by_person")
    assert "taro@" not in (asked.content + stopped.content).decode()
    assert (asked["X-Robots-Tag"], asked["Referrer-Policy"]) == ("noindex", "no-referrer")


def test_a_mail_program_stops_it_by_one_click(destination: Destination) -> None:
    answer = Client(enforce_csrf_checks=True).post(path_of(destination), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert state_of(destination)[0] == "paused"


def test_a_link_is_for_its_destination_alone(destination: Destination) -> None:
    path = path_of(destination)
    hook, _ = make_hook("https://example.com/hook")
    signature = path.rpartition("-")[2]

    assert Client().get(path.replace(signature, "0" * 64 + "/")).status_code == 404
    assert Client().post(path.replace(f"mgu_{destination.pk}-", f"mgu_{hook.pk}-")).status_code == 404
    assert Client().post(path_of(hook)).status_code == 404
    assert state_of(hook)[0] == state_of(destination)[0] == "active"


def test_a_link_is_hidden_wherever_it_is_logged(destination: Destination) -> None:
    assert scrub_text(path_of(destination)) == "/notifications/stop/[hidden]/"
