"""Whom a request comes from."""

from ipaddress import ip_network

import pytest
from pytest_django import Settings

from sign_in.client_address import client_address, counted_address


@pytest.mark.parametrize(
    ("connected", "forwarded", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.9", "192.0.2.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.1, 192.0.2.7, 10.0.0.9", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("10.0.0.1", "192.0.2.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, ", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7:51234", "192.0.2.7"),
        ("10.0.0.1", "[2001:db8::7]:51234", "2001:db8::7"),
        ("10.0.0.1", "2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("fd00::1", "192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "192.0.2.7", "fe80::1"),
        ("unix:", "192.0.2.7", "192.0.2.7"),
        ("", "192.0.2.7", "192.0.2.7"),
        ("nonsense", "192.0.2.7", ""),
    ],
)
def test_the_first_from_the_right_that_is_no_proxy_of_ours_is_the_client(
    connected: str, forwarded: str, address: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("127.0.0.0/8")]

    assert client_address({"REMOTE_ADDR": connected, "HTTP_X_FORWARDED_FOR": forwarded}) == address


def test_without_trusted_proxies_the_header_says_nothing(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []

    assert client_address({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"), [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("nonsense", "")]
)
def test_limits_count_a_line_of_ipv6_as_one(address: str, counted: str) -> None:
    assert counted_address({"REMOTE_ADDR": address}) == counted
