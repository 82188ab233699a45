"""Which addresses a receiver may have, and what anybody sees of them."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from datasources.addresses import HostRefused
from subscriptions.destinations.addresses import (
    approve_receiver,
    read_address,
    shown_url,
    store_address,
    validate_receiver_url,
)  # fmt: skip
from subscriptions.destinations.models import Destination


@pytest.fixture
def in_production(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False
    settings.ALLOW_PRIVATE_SOURCES = True  # a rule of others


def public(_host: str) -> list[str]:
    return ["8.8.8.8", "2606:4700::1111"]


def nowhere(_host: str) -> list[str]:
    raise OSError


def unasked(host: str) -> list[str]:
    raise AssertionError(host)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com", "https://hooks.example.com:8443/a/b?token=abc&x=%20", "https://日本語.jp/hook",
        "https://8.8.8.8/hook", "https://[2606:4700::1111]/hook",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("in_production")
def test_https_anywhere_on_the_internet_is_taken_with_its_query(url: str) -> None:
    validate_receiver_url(url, public)


@pytest.mark.usefixtures("in_production")
def test_a_name_that_leads_nowhere_today_is_taken() -> None:
    validate_receiver_url("https://soon.example.com/hook", nowhere)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example.com/hook", "http:// は使えません"),
        ("ftp://hooks.example.com/hook", "https:// から始まる"),
        ("hooks.example.com/hook", "https:// から始まる"),
        ("https:///hook", "URL として読めません"),
        ("https://[::1/hook", "URL として読めません"),
        ("https://hooks.example.com:99999/", "URL として読めません"),
        ("https://hooks.example.com:0/", "URL として読めません"),
        ("https://hooks.exa\nmple.com/", "URL として読めません"),
        ("https://hooks.example.com/a b", "URL として読めません"),
        ("https://hooks.example.com\\@10.0.0.1/", "URL として読めません"),
        ("https://fe80::1%25eth0/", "URL として読めません"),
        ("https://user:password@hooks.example.com/", "ユーザー名とパスワード"),
        ("https://@hooks.example.com/", "ユーザー名とパスワード"),
        ("https://hooks.example.com/#part", "# 以降"),
        ("https://hooks.example.com/" + "a" * 2_000, "2,000 文字まで"),
        ("", "https:// から始まる"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("in_production")
def test_what_is_no_address_of_a_receiver_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        validate_receiver_url(url, public)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "１２７.０.０.１",
        "[::1]", "[::ffff:7f00:1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]",
        "[64:ff9b::a00:1]", "[2002:a00:1::1]", "224.0.0.1",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("in_production")
def test_no_spelling_or_wrapping_of_an_address_inside_passes(host: str) -> None:
    with pytest.raises(ValidationError, match="社内ネットワークまたはこのサーバー自身"):
        validate_receiver_url(f"https://{host}/hook", unasked)
    with pytest.raises(HostRefused):
        approve_receiver("https", host, unasked)


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["64:ff9b::a00:1"]])
@pytest.mark.usefixtures("in_production")
def test_a_name_that_leads_inside_with_one_of_its_addresses_is_refused(answer: list[str]) -> None:
    with pytest.raises(ValidationError, match=r"intern\.example\.com"):
        validate_receiver_url("https://intern.example.com/", lambda _host: answer)
    with pytest.raises(HostRefused):
        approve_receiver("https", "intern.example.com", lambda _host: answer)


def test_where_receivers_may_be_private_plain_http_stays_inside(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = True
    settings.ALLOW_PRIVATE_SOURCES = False

    validate_receiver_url("http://gateway.example.com/", lambda _host: ["10.0.0.1"])
    assert approve_receiver("http", "gateway.example.com", lambda _host: ["10.0.0.1"]) == ["10.0.0.1"]
    with pytest.raises(ValidationError, match="http:// は使えません"):
        validate_receiver_url("http://hooks.example.com/", public)
    with pytest.raises(HostRefused):
        approve_receiver("http", "hooks.example.com", public)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.example.com/services/T0/secret", "https://hooks.example.com/…"),
        ("https://hooks.example.com:8443/?token=secret", "https://hooks.example.com:8443/…"),
        ("https://hooks.example.com/", "https://hooks.example.com"),
        ("https://hooks.example.com", "https://hooks.example.com"),
    ],
)
def test_of_an_address_no_more_is_shown_than_where_it_leads(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_an_address_is_kept_encrypted() -> None:
    destination = Destination()
    store_address(destination, "https://hooks.example.com/secret", shown="https://hooks.example.com/…")

    assert "hooks" not in destination.encrypted_address
    assert destination.shown_address == "https://hooks.example.com/…"
    assert read_address(destination) == "https://hooks.example.com/secret"
