"""The Atom feed: what was told to it, for whoever has its address and for nobody else."""

import gzip
import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from database.connections import database_now
from logs.scrubbing import scrub_text
from subscriptions.choices import PauseReason
from subscriptions.deliveries.models import Delivery, Message
from subscriptions.deliveries.resending import send_again
from subscriptions.destinations.feeds import feed_path, make_feed, publish_waiting, renew_token
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import pause, resume
from subscriptions.told.wording import word_message
from tests.server import serve
from tests.subscriptions.contents import renamed
from tests.subscriptions.telling import DELIVERED, WAITING, make_person, statuses

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def feed() -> tuple[Destination, str]:
    return make_feed(owner=make_person(), name="自分の銘柄")


def tell(destination: Destination, *numbers: int, **fields: str) -> list[Delivery]:
    """Plan messages and put them into the feed."""
    made = []
    for number in numbers:
        content = {**renamed(**fields), "revision": number}
        message = Message.objects.create(
            type="listing_events", content=content, sha256=str(number), revision=number, notice_count=1
        )
        made.append(Delivery.objects.create(webhook_id=f"msg_{number}", destination=destination, message=message))
    publish_waiting()
    return made


def read(token: str, **headers: str) -> HttpResponse:
    answer = Client().get(feed_path(token), headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def entries_of(answer: HttpResponse) -> list[dict[str, str]]:
    names = ("id", "title", "updated", "summary")
    root = ElementTree.fromstring(answer.content)
    return [{name: entry.findtext(f"a:{name}", "", ATOM) for name in names} for entry in root.findall("a:entry", ATOM)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_feed_says_what_was_told_to_it_the_newest_first_in_its_language(language: str) -> None:
    feed, token = make_feed(owner=make_person(), name="自分の銘柄", language=language)
    deliveries = tell(feed, 1, 2, old_value="<トヨタ>")
    words = word_message(deliveries[0].message.content, language)
    # Of whoever is signed in: nobody's language but the feed's.
    with CaptureQueriesContext(connection) as queries:
        answer = read(token, **{"accept-language": "ja" if language == "en" else "en"})

    # The time, the feed, which deliveries there are, what they say.
    assert len(queries) == 4
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    entries = entries_of(answer)
    assert [entry["id"] for entry in entries] == ["tag:meigara,2026:msg_2", "tag:meigara,2026:msg_1"]
    assert entries[1]["title"] == words.title
    # RFC 4287 demands one of each feed.
    assert ElementTree.fromstring(answer.content).findtext("a:author/a:name", "", ATOM) == "Meigara"
    assert "&lt;トヨタ&gt;" in entries[1]["summary"]
    assert "<li>" in entries[1]["summary"]
    deliveries[0].message.refresh_from_db()
    assert datetime.fromisoformat(entries[1]["updated"]) == deliveries[0].message.created_at
    root = ElementTree.fromstring(answer.content)
    assert root.findtext("a:title", "", ATOM) == "Meigara: 自分の銘柄"
    assert root.findtext("a:id", "", ATOM) == f"tag:meigara,2026:feed-{feed.pk}"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language


def test_nothing_leads_anywhere_until_it_is_known_how_the_product_is_reached(
    feed: tuple[Destination, str], settings: Settings
) -> None:
    tell(feed[0], 1)
    assert ElementTree.fromstring(read(feed[1]).content).findall(".//a:link", ATOM) == []

    settings.PUBLIC_URL = "https://meigara.example.com"
    links = ElementTree.fromstring(read(feed[1]).content).findall(".//a:link", ATOM)

    assert [link.get("href") for link in links] == [
        "https://meigara.example.com/",
        "https://meigara.example.com/company/7203",
    ]


def test_it_is_nobodys_but_the_readers_and_found_by_no_search(feed: tuple[Destination, str]) -> None:
    answer = read(feed[1])

    assert answer["Cache-Control"] == "private, max-age=60"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies == {}


def test_who_has_it_already_is_told_so_until_something_comes(feed: tuple[Destination, str]) -> None:
    tell(feed[0], 1)
    etag = read(feed[1])["ETag"]

    same = read(feed[1], **{"if-none-match": etag})
    tell(feed[0], 2)
    other = read(feed[1], **{"if-none-match": etag})

    assert (same.status_code, same.content, same["ETag"], same["Cache-Control"]) == (
        304,
        b"",
        etag,
        "private, max-age=60",
    )
    assert (other.status_code, len(entries_of(other))) == (200, 2)


def test_it_comes_compressed_to_who_understands_that(feed: tuple[Destination, str]) -> None:
    tell(feed[0], *range(1, 20))

    answer = read(feed[1], **{"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert b"<feed" in gzip.decompress(answer.content)


def test_what_is_planned_is_delivered_at_once_and_without_an_attempt(feed: tuple[Destination, str]) -> None:
    [delivery] = tell(feed[0], 1)

    delivery.refresh_from_db()
    feed[0].refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.attempted.count()) == (DELIVERED, 0, 0)
    assert delivery.ended_at == feed[0].last_delivered_at
    assert publish_waiting() == 0


def test_a_message_that_is_told_again_by_hand_stands_there_once(feed: tuple[Destination, str]) -> None:
    [delivery] = tell(feed[0], 1)
    delivery.refresh_from_db()

    send_again(delivery)
    publish_waiting()

    assert len(entries_of(read(feed[1]))) == 1


def test_a_message_that_was_left_out_and_is_told_again_by_hand_stands_there(feed: tuple[Destination, str]) -> None:
    pause(feed[0], PauseReason.BY_PERSON)
    [delivery] = tell(feed[0], 1)
    resume(feed[0], skip_waiting=True)
    assert entries_of(read(feed[1])) == []
    delivery.refresh_from_db()

    send_again(delivery)
    publish_waiting()

    assert [entry["id"] for entry in entries_of(read(feed[1]))] == ["tag:meigara,2026:msg_1"]


def test_the_last_hundred_of_thirty_days_stand_there(feed: tuple[Destination, str]) -> None:
    old = tell(feed[0], 1)[0]
    Delivery.objects.filter(pk=old.pk).update(created_at=database_now() - timedelta(days=30, minutes=1))
    assert entries_of(read(feed[1])) == []

    tell(feed[0], *range(2, 103))

    ids = [entry["id"] for entry in entries_of(read(feed[1]))]
    assert (len(ids), ids[0], ids[-1]) == (100, "tag:meigara,2026:msg_102", "tag:meigara,2026:msg_3")


def test_a_feed_that_is_paused_says_so_and_goes_on_with_what_waited(feed: tuple[Destination, str]) -> None:
    tell(feed[0], 1)
    pause(feed[0])
    tell(feed[0], 2)

    assert statuses(feed[0]) == [DELIVERED, WAITING]
    said, told = entries_of(read(feed[1]))
    assert said["title"] == "このフィードは停止中です（手動で停止）。再開すると、それまでの分も加わります。"
    assert said["id"].startswith(f"tag:meigara,2026:feed-{feed[0].pk}-")
    assert told["id"] == "tag:meigara,2026:msg_1"

    resume(feed[0])
    publish_waiting()
    assert [entry["id"] for entry in entries_of(read(feed[1]))] == ["tag:meigara,2026:msg_2", "tag:meigara,2026:msg_1"]


@pytest.mark.parametrize("token", ["mgf_wrong", "x", "mgf_" + "a" * 43, "-" * 100])
def test_a_wrong_token_opens_nothing_and_costs_one_lookup(feed: tuple[Destination, str], token: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = read(token)

    assert answer.status_code == 404
    assert len([query for query in queries if "destinations" in query["sql"]]) == 1
    assert not any("deliveries" in query["sql"] for query in queries)


def test_a_feed_opens_no_more_once_its_person_may_not_sign_in(feed: tuple[Destination, str]) -> None:
    owner = feed[0].owner
    owner.is_active = False
    owner.save()

    assert read(feed[1]).status_code == 404


def test_another_token_takes_the_place_of_the_one_before(feed: tuple[Destination, str]) -> None:
    token = renew_token(feed[0])

    assert read(feed[1]).status_code == 404
    assert read(token).status_code == 200


def test_a_token_is_256_random_bits_shown_once_and_hidden_wherever_it_is_logged(feed: tuple[Destination, str]) -> None:
    made, token = feed

    assert re.fullmatch(r"mgf_[\w-]{43}", token)
    assert made.shown_address == f"/feeds/mgf_…{token[-4:]}.atom"
    row = Destination.objects.filter(pk=made.pk).values().get()
    assert token not in str(row)
    assert scrub_text(f"GET {feed_path(token)} HTTP/1.1") == "GET /feeds/[hidden].atom HTTP/1.1"


def test_a_feed_is_read_only(feed: tuple[Destination, str]) -> None:
    assert Client().post(feed_path(feed[1])).status_code == 405
    assert Client().head(feed_path(feed[1])).status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_neither_the_log_nor_the_metrics_of_a_server_know_a_token(tmp_path: Path) -> None:
    feed, token = make_feed(owner=make_person(), name="自分の銘柄")
    tell(feed, 1)
    with serve(tmp_path, LOG_LEVEL="DEBUG", LOG_FORMAT="json", METRICS_ALLOWED_NETWORKS="127.0.0.0/8") as server:
        for path in (feed_path(token), feed_path(token + "x"), feed_path(token) + "?x=1", f"/feeds/{token}"):
            with suppress(HTTPError):
                urlopen(server.base_url + path)
        metrics = urlopen(f"{server.base_url}/metrics").read().decode()

    log = (tmp_path / "web.log").read_text()
    assert log.count("/feeds/[hidden]") >= 4
    assert token not in log
    assert token not in metrics
    assert 'view="feed"' in metrics
