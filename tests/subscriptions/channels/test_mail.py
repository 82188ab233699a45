"""Mail through a real server: what arrives, and what is known where nothing does. Each fault costs one connection."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from subscriptions.channels.mail import MailChannel
from subscriptions.channels.sending import Job, Outcome
from subscriptions.told.wording import word_message
from tests.fakes.certificates import make_certificate
from tests.fakes.smtp import PASSWORD, USER, FakeMailServer
from tests.subscriptions.contents import renamed
from tests.subscriptions.mailing import use_server


@pytest.fixture
def server(settings: Settings) -> Iterator[FakeMailServer]:
    with FakeMailServer() as running:
        use_server(settings, running)
        yield running


def job(language: str = "ja", **content: Any) -> Job:
    moment = datetime(2026, 11, 26, 8, 45, 12, tzinfo=UTC)
    return Job(1, "msg_5f2d", "mail", "taro@example.com", (), language, 7, 3, renamed(**content), moment)


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_mail_says_the_words_plainly_and_as_a_page_in_the_destinations_language(
    server: FakeMailServer, language: str
) -> None:
    words = word_message(renamed(), language)

    outcome = MailChannel().send(job(language))

    assert outcome == Outcome(True, 250, duration_ms=outcome.duration_ms)
    [message] = server.accepted
    assert message["Subject"] == words.title
    assert (message["From"], message["To"]) == ("Meigara <meigara@meigara.example.com>", "taro@example.com")
    for kind in ("plain", "html"):
        assert words.title in body_of(message, kind)
        assert all(line in body_of(message, kind) for line in words.lines)
    assert f'lang="{language}"' in body_of(message, "html")


def test_each_attempt_carries_the_same_id_and_the_time_at_which_it_happened(server: FakeMailServer) -> None:
    MailChannel().send(job())
    MailChannel().send(job())

    first, second = server.accepted
    assert first["Message-ID"] == "<msg_5f2d@meigara.example.com>"
    assert first["Date"] == "Thu, 26 Nov 2026 08:45:12 +0000"
    assert [first[name] for name in ("Message-ID", "Date", "Subject")] == [
        second[name] for name in ("Message-ID", "Date", "Subject")
    ]
    assert body_of(first, "plain") == body_of(second, "plain")
    assert server.connections == 2


def test_nobody_answers_it_by_itself_and_it_says_how_to_stop_it(server: FakeMailServer, settings: Settings) -> None:
    MailChannel().send(job())
    settings.PUBLIC_URL = "https://meigara.example.com"
    MailChannel().send(job())
    settings.PUBLIC_URL = "http://meigara.internal"
    MailChannel().send(job())

    without, with_link, over_http = server.accepted
    assert (without["Auto-Submitted"], without["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert without["List-Id"] == "Meigara <meigara.meigara.example.com>"
    assert without["List-Unsubscribe"] is without["List-Unsubscribe-Post"] is None
    assert "http" not in body_of(without, "plain")
    link = with_link["List-Unsubscribe"].strip()
    assert link.startswith("<https://meigara.example.com/notifications/stop/mgu_7-")
    assert with_link["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link[1:-1] in body_of(with_link, "plain").replace("\n", "")
    assert "https://meigara.example.com/company/7203" in body_of(with_link, "plain")
    # A mail program posts over https alone (RFC 8058).
    assert over_http["List-Unsubscribe"] is not None
    assert over_http["List-Unsubscribe-Post"] is None


def test_a_name_begins_no_header_and_no_markup(server: FakeMailServer) -> None:
    MailChannel().send(job(company_name="会\u202e\x07社\r\nBcc: all@example.com\u2028<script>alert(1)</script>"))

    [message] = server.accepted
    assert message["Bcc"] is None
    # Nor turns one the direction of a subject.
    assert str(message["Subject"]).isprintable()
    assert server.recipients == ["taro@example.com"]
    assert "<script>" not in body_of(message, "html")


@pytest.mark.parametrize(
    ("fault", "status", "code", "words", "is_gone"),
    [
        ("unknown", 550, "SMTP_550", "5.1.1 <…>: no such user here", True),
        ("policy", 550, "SMTP_550", "5.7.1 blocked by policy", False),
        ("greylisted", 451, "SMTP_451", "4.7.1 try again later", False),
        ("closing", 421, "SMTP_421", "4.3.2 service shutting down", False),
        ("refused", 554, "SMTP_554", "5.6.0 message refused", False),
        ("drop", None, "CONNECTION_LOST", "", False),
    ],
)  # fmt: skip
def test_each_fault_costs_one_connection_and_is_told_in_the_servers_words(
    server: FakeMailServer, fault: str, status: int | None, code: str, words: str, is_gone: bool
) -> None:
    server.fail(fault)

    outcome = MailChannel().send(job())

    assert outcome == Outcome(False, status, code, words, outcome.duration_ms, None, is_gone)
    assert (server.connections, server.accepted) == (1, [])


@pytest.mark.parametrize("fault", ["silent", "hang"])
def test_a_server_that_says_nothing_is_waited_for_no_longer_than_set(
    server: FakeMailServer, settings: Settings, fault: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    server.fail(fault)
    began = time.monotonic()

    outcome = MailChannel().send(job())

    assert (outcome.error_code, outcome.status_code) == ("TIMEOUT", None)
    assert time.monotonic() - began < 10
    assert server.connections == 1


def test_where_nobody_listens_is_told(settings: Settings) -> None:
    with FakeMailServer() as gone:
        use_server(settings, gone)

    assert MailChannel().send(job()).error_code == "CONNECTION_FAILED"


def test_without_a_server_nothing_is_sent_and_that_is_said(settings: Settings) -> None:
    settings.MAIL_FROM = ""

    assert MailChannel().send(job()) == Outcome(False, error_code="MAIL_NOT_SET")


@pytest.mark.parametrize("way", ["starts_tls", "tls"])
def test_mail_goes_over_tls_with_a_password(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    context, known = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", known)
    signed_in = {"EMAIL_HOST_USER": USER, "EMAIL_HOST_PASSWORD": PASSWORD}
    tls = {"EMAIL_USE_TLS": way == "starts_tls", "EMAIL_USE_SSL": way == "tls"}
    with FakeMailServer(**{way: context}, asks_password=True) as server:  # type: ignore[arg-type] # one of two fields
        use_server(settings, server, **signed_in, **tls)
        assert MailChannel().send(job()).is_delivered

        settings.EMAIL_HOST_PASSWORD = "another"
        refused = MailChannel().send(job())

    assert refused == Outcome(False, 535, "SMTP_SIGN_IN_REFUSED", "", refused.duration_ms)
    assert len(server.accepted) == 1


def test_a_server_that_nobody_vouches_for_is_told_nothing(settings: Settings, tmp_path: Path) -> None:
    context, _ = make_certificate(tmp_path, "localhost")
    with FakeMailServer(starts_tls=context, asks_password=True) as server:
        use_server(settings, server, EMAIL_USE_TLS=True, EMAIL_HOST_USER=USER, EMAIL_HOST_PASSWORD=PASSWORD)

        outcome = MailChannel().send(job())

    assert outcome.error_code == "TLS_FAILED"
    assert server.recipients == []
