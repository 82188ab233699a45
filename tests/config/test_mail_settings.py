"""How mail goes out is read strictly, and a wrong URL is refused without being shown: it has the password in it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, read_environment
from config.mail_settings import MailSettings
from tests.deploy.told import COMPLETE

SENDER = "Meigara <meigara@example.com>"
PASSWORD = "p@ss/w:rd"
QUOTED = "p%40ss%2Fw%3Ard"


def read(url: str = "", sender: str = SENDER, **also: str) -> Environment:
    return read_environment({**COMPLETE, "EMAIL_URL": url, "MAIL_FROM": sender, **also})


@pytest.mark.parametrize(
    ("url", "host", "port", "starts_tls", "is_tls"),
    [
        (f"smtp+tls://user:{QUOTED}@smtp.example.com", "smtp.example.com", 587, True, False),
        (f"smtp+tls://user:{QUOTED}@smtp.example.com:2587", "smtp.example.com", 2587, True, False),
        (f"smtp+ssl://user:{QUOTED}@smtp.example.com", "smtp.example.com", 465, False, True),
        (f"smtp://user:{QUOTED}@127.0.0.1:1025", "127.0.0.1", 1025, False, False),
    ],
)
def test_a_server_is_read_from_its_url(url: str, host: str, port: int, starts_tls: bool, is_tls: bool) -> None:
    mail = read(url).mail

    assert (mail.host, mail.port, mail.starts_tls, mail.is_tls) == (host, port, starts_tls, is_tls)
    assert (mail.user, mail.password, mail.timeout_seconds, mail.sender) == ("user", PASSWORD, 10.0, SENDER)
    assert PASSWORD not in repr(mail)


def test_a_relay_inside_the_network_needs_no_password() -> None:
    mail = read("smtp://relay", MAIL_TIMEOUT_SECONDS="3").mail

    assert (mail.host, mail.port, mail.user, mail.password, mail.timeout_seconds) == ("relay", 25, "", "", 3.0)


def test_without_a_url_nothing_is_sent_whoever_it_would_be_from() -> None:
    assert read("").mail == MailSettings()


def test_on_a_laptop_mail_goes_to_the_log() -> None:
    mail = read("consolemail://").mail

    assert (mail.backend, mail.sender) == ("django.core.mail.backends.console.EmailBackend", SENDER)


@pytest.mark.parametrize(
    ("url", "sender", "names"),
    [
        (f"smtps://user:{QUOTED}@smtp.example.com", SENDER, "EMAIL_URL"),
        (f"https://user:{QUOTED}@smtp.example.com", SENDER, "EMAIL_URL"),
        (f"smtp+tls://user:{QUOTED}@smtp.example.com:mail", SENDER, "EMAIL_URL"),
        (f"smtp+tls://user:{PASSWORD}@smtp.example.com", SENDER, "EMAIL_URL"),
        (f"smtp+tls://user:{QUOTED}@smtp.example.com/?fail_silently=1", SENDER, "EMAIL_URL"),
        (f"smtp+tls://user:{QUOTED}@", SENDER, "EMAIL_URL"),
        ("smtp+tls://user@smtp.example.com", SENDER, "EMAIL_URL"),
        (f"smtp://user:{QUOTED}@smtp.example.com", SENDER, "EMAIL_URL"),
        ("filemail:///etc", SENDER, "EMAIL_URL"),
        ("smtp://relay", "", "MAIL_FROM"),
        ("smtp://relay", "Meigara", "MAIL_FROM"),
        ("smtp://relay", "Meigara <meigara>", "MAIL_FROM"),
        ("smtp://relay", "a@example.com\nBcc: b@example.com", "MAIL_FROM"),
        ("smtp://relay", "銘柄@example.com", "MAIL_FROM"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_the_start_by_name_and_without_the_password(
    url: str, sender: str, names: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=names) as refused:
        read(url, sender)

    assert PASSWORD not in str(refused.value)
    assert QUOTED not in str(refused.value)


@pytest.mark.parametrize("seconds", ["0", "-1", "10.5"])
def test_a_server_is_waited_for_neither_for_ever_nor_not_at_all(seconds: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAIL_TIMEOUT_SECONDS"):
        read("smtp://relay", MAIL_TIMEOUT_SECONDS=seconds)


def test_a_public_address_is_kept_without_its_last_slash() -> None:
    assert read(PUBLIC_URL="https://meigara.example.com:8443/").public_url == "https://meigara.example.com:8443"


@pytest.mark.parametrize(
    "url", ["meigara.example.com", "ftp://meigara.example.com", "https://", "https://meigara.example.com/app", "https://u@meigara.example.com", "https://m.example.com?x=1", "https://m:0"]
)  # fmt: skip
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        read(PUBLIC_URL=url)
