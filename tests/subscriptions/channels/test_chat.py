"""Chats over real HTTP: what a service is sent, and what is known of how it answered. Each fault costs one request."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from subscriptions.channels import chat
from subscriptions.channels.chat import ChatChannel, fit
from subscriptions.channels.sending import Job, Outcome
from subscriptions.destinations.chat_addresses import read_chat_address
from subscriptions.told.wording import WordedMessage, word_message
from tests.fakes.chat import FakeChat
from tests.subscriptions.contents import renamed

TOKEN = "abcdefghijklmnopqrstuvwx12"
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def fake(settings: Settings) -> Any:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    with FakeChat() as running:
        yield running


def job(address: str, language: str = "ja", **content: Any) -> Job:
    return Job(1, "msg_1", "chat", address, (), language, 7, 3, renamed(**content), datetime(2026, 11, 26, tzinfo=UTC))


def send(fake: FakeChat, **told: Any) -> Outcome:
    return ChatChannel().send(job(read_chat_address(fake.url(f"/hooks/{TOKEN}")).url, **told))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_service_is_told_in_the_destinations_language_by_one_request(fake: FakeChat, language: str) -> None:
    words = word_message(renamed(), language)

    outcome = send(fake, language=language)

    assert (outcome.is_delivered, outcome.error_code) == (True, "")
    assert [seen.path for seen in fake.requests] == [f"/hooks/{TOKEN}"]
    [told] = fake.told
    assert words.title in told["text"]
    assert all(line in told["text"] for line in words.lines)


@pytest.mark.parametrize(
    ("fault", "status", "code", "is_gone"),
    [
        ("refused", 403, "HTTP_403", False), ("broken", 500, "HTTP_500", False), ("gone", 410, "HTTP_410", True),
        ("busy", 429, "HTTP_429", False), ("redirect", 302, "HTTP_302", False), ("cut", None, "SERVICE_REFUSED", False),
    ],
)  # fmt: skip
def test_each_fault_costs_one_request_and_is_told_with_what_is_known(
    fake: FakeChat, fault: str, status: int | None, code: str, is_gone: bool
) -> None:
    fake.fail(fault, times=5)

    outcome = send(fake)

    assert outcome == Outcome(False, status, code, "", outcome.duration_ms, None, is_gone)
    assert len(fake.requests) == 1


def test_an_answer_that_drips_in_is_not_waited_for(fake: FakeChat) -> None:
    fake.fail("drip")
    began = time.monotonic()

    outcome = ChatChannel(longest_seconds=0.5).send(job(read_chat_address(fake.url(f"/hooks/{TOKEN}")).url))

    assert (outcome.is_delivered, outcome.error_code) == (False, "TIMEOUT")
    assert time.monotonic() - began < 10


def test_where_nobody_listens_is_told(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    with FakeChat() as gone:
        address = read_chat_address(gone.url(f"/hooks/{TOKEN}")).url

    assert ChatChannel().send(job(address)).error_code == "SERVICE_REFUSED"


def test_a_server_of_ones_own_is_told_no_more_once_receivers_may_not_be_private(
    fake: FakeChat, settings: Settings
) -> None:
    address = read_chat_address(fake.url(f"/hooks/{TOKEN}")).url
    settings.ALLOW_PRIVATE_RECEIVERS = False

    assert ChatChannel().send(job(address)) == Outcome(False, error_code="ADDRESS_REFUSED")
    assert fake.requests == []


@pytest.mark.parametrize("fault", ["", "refused", "cut"])
def test_no_address_is_in_any_log_line_at_any_level(
    fake: FakeChat, fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(1)
    if fault:
        fake.fail(fault)

    send(fake)

    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(capfd.readouterr())


def test_names_are_told_as_names_and_call_nobody(fake: FakeChat) -> None:
    send(fake, new_value="<!channel> @everyone <at>x</at>")

    text = fake.told[0]["text"]
    assert "@" not in text
    assert "<" not in text
    assert "＠everyone" in text


def test_as_many_whole_lines_are_told_as_fit_and_the_rest_is_counted() -> None:
    words = WordedMessage("title", [f"line {number:03}" for number in range(100)], 20)

    title, body = fit(words, "https://meigara.example.com/", 200)

    lines = body.split("\n")
    assert len(title) + len(body) <= 200
    assert lines[0] == "line 000"
    assert lines[-1] == "https://meigara.example.com/"
    kept = len(lines) - 2
    assert lines[-2] == f"ほか {120 - kept} 件"
    assert kept == 17


def test_what_was_told_has_a_link_where_it_is_known_how_the_product_is_reached(
    fake: FakeChat, settings: Settings
) -> None:
    send(fake)
    settings.PUBLIC_URL = "https://meigara.example.com"
    send(fake)

    assert "http" not in fake.told[0]["text"]
    assert fake.told[1]["text"].endswith("https://meigara.example.com/company/7203")


def test_the_library_is_loaded_by_who_sends_alone() -> None:
    """Neither by pages nor by tasks that send nothing: a web process has room for better."""
    code = (
        "import django, sys; django.setup(); import config.urls, subscriptions.tasks; print('apprise' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True
    )

    assert said.stdout == "False\n"


def test_the_library_loads_the_services_on_the_list_and_no_other() -> None:
    code = (
        "import django, sys; django.setup(); import subscriptions.channels.chat; "
        "print(sorted(name.rpartition('.')[2] for name in sys.modules if name.startswith('apprise.plugins.')))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True
    )

    assert "slack" in said.stdout
    assert "custom_json" not in said.stdout
    assert chat._ASSET.http_redirects is False
