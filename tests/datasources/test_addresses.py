"""Which hosts lead to the internet, and that the address which was checked is the one connected to."""

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.exceptions import ValidationError
from pytest_django import Settings

from datasources.addresses import HostRefused, find_addresses, is_public
from datasources.base_urls import approve_host, validate_base_url
from datasources.errors import SourceError
from datasources.http import HttpService
from datasources.pinned_connections import open_session
from datasources.waiting import HttpPatience, never_cancelled
from tests.fakes.certificates import make_certificate
from tests.fakes.server import QuietHandler, send


@pytest.fixture(autouse=True)
def in_production(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = False


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "169.254.169.254",
        "172.16.0.1", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8",
        "64:ff9b:1:abcd::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2002:7f00:1::",
        "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_what_is_inside_a_network_reserved_or_for_many_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::1111", "2400:cb00::1"]
)
def test_places_on_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def unasked(host: str) -> list[str]:
    raise AssertionError(f"the resolver was asked for {host}")


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "localhost..", "a.localhost", "localhost.localdomain", "127.0.0.1.", "127.1",
        "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "0", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1",
        "[::1]", "::ffff:7f00:1", "ｌｏｃａｌｈｏｓｔ",
    ],
)  # fmt: skip
def test_this_machine_is_known_however_it_is_spelled(host: str) -> None:
    assert not any(map(is_public, find_addresses(host, unasked)))
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    with pytest.raises(ValidationError):
        validate_base_url(f"https://{bracketed}/v2", unasked)


@pytest.mark.parametrize("host", ["fe80::1%eth0", "fe80::1%25eth0", "8.8.8.8%lo", ".", "", "xn--\u3000"])
def test_what_no_resolver_should_see_is_refused(host: str) -> None:
    with pytest.raises(HostRefused):
        find_addresses(host, unasked)


def test_an_international_name_is_asked_for_as_the_library_will() -> None:
    asked = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["8.8.8.8", "2606:4700::1111%1"]

    assert approve_host("https", "日本語.jp.", resolve) == ["8.8.8.8", "2606:4700::1111"]
    assert asked == ["xn--wgv71a119e.jp"]


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["64:ff9b::a00:1"], ["2002:a00:1::1"], []])
def test_a_name_that_leads_inside_with_one_of_its_addresses_is_refused(answer: list[str]) -> None:
    with pytest.raises(HostRefused):
        approve_host("https", "intern.example.com", lambda _host: answer)


def test_where_private_addresses_are_allowed_plain_http_stays_inside(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_SOURCES = True

    assert approve_host("http", "gateway.example.com", lambda _host: ["10.0.0.1"]) == ["10.0.0.1"]
    with pytest.raises(HostRefused):
        approve_host("http", "gateway.example.com", lambda _host: ["8.8.8.8"])


@pytest.fixture
def inside() -> Iterator[Any]:
    """A service on this machine that nobody outside may reach; `seen` has the hosts it was asked as, `passwords` what it was
    told beside.
    """
    with serve_inside() as server:
        yield server


class serve_inside:  # noqa: N801 used as a function
    """For the block, with a certificate where one is given."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        seen: list[str] = []

        passwords: list[str] = []

        class Handler(QuietHandler):
            def do_GET(self: BaseHTTPRequestHandler) -> None:  # noqa: N802 the library's name
                seen.append(str(self.headers["Host"]))
                passwords.extend(self.headers.get_all("Authorization", []))
                send(self, 200, b"{}")

        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.seen, server.passwords = seen, passwords
        self._server = server
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self._server

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Rebinding:
    """A name server that answers with one address after another, and then stays with the last."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, _host: str) -> list[str]:
        self.asked += 1
        return [self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


def service_at(port: int, resolve: Rebinding, scheme: str = "https") -> HttpService:
    patience = HttpPatience(1.0, 1.0, 1, 0.0, 0.0)
    return HttpService(
        "Test", f"{scheme}://rebinding.example.com:{port}", patience=patience, max_bytes=1000,
        check_cancelled=never_cancelled, resolve=resolve,
    )  # fmt: skip


def test_a_name_that_is_public_when_it_is_checked_and_leads_inside_afterwards_reaches_nothing(inside: Any) -> None:
    service = service_at(inside.server_port, Rebinding("8.8.8.8", "127.0.0.1"))

    with pytest.raises(SourceError) as caught:
        service.exchange("GET", "/")

    assert caught.value.code == "BASE_URL_REFUSED"
    assert "rebinding.example.com は社内ネットワーク" in caught.value.message
    assert inside.seen == []


def test_the_address_that_was_approved_is_the_one_connected_to_and_the_name_is_what_is_told(
    inside: Any, settings: Settings
) -> None:
    settings.ALLOW_PRIVATE_SOURCES = True
    resolve = Rebinding("127.0.0.1")
    service = service_at(inside.server_port, resolve, "http")
    asked_before = resolve.asked

    assert service.exchange("GET", "/")[0] == 200
    assert resolve.asked == asked_before + 1
    assert inside.seen == [f"rebinding.example.com:{inside.server_port}"]


def test_proxies_and_passwords_of_the_machine_are_not_used(
    inside: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.ALLOW_PRIVATE_SOURCES = True
    secrets = tmp_path / "netrc"
    secrets.write_text("machine rebinding.example.com login operator password secret\n")
    monkeypatch.setenv("NETRC", str(secrets))
    service = service_at(inside.server_port, Rebinding("127.0.0.1"), "http")
    assert service.exchange("GET", "/")[0] == 200
    assert inside.passwords == []

    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert service.exchange("GET", "/")[0] == 200


def test_the_certificate_has_to_be_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    context, known = make_certificate(tmp_path, "right.example.com")
    with serve_inside(context) as server, open_session(lambda _scheme, _host: ["127.0.0.1"]) as session:
        session.verify = known

        assert session.get(f"https://right.example.com:{server.server_port}/", timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://wrong.example.com:{server.server_port}/", timeout=5)
        assert server.seen == [f"right.example.com:{server.server_port}"]


def test_an_address_that_does_not_answer_is_passed_over_for_the_next(inside: Any) -> None:
    with open_session(lambda _scheme, _host: ["127.0.0.2", "127.0.0.1"]) as session:
        assert session.get(f"http://two.example.com:{inside.server_port}/", timeout=5).status_code == 200
