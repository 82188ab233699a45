"""Where a host name leads: which addresses are public, however they are spelled or wrapped. Knows neither URLs nor HTTP.

Source: IANA, "IPv4 / IPv6 Special-Purpose Address Registry" and RFC 6052, 6598, 6761, 8215, checked 2026-11.
"""

import ipaddress
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import idna

Address = IPv4Address | IPv6Address
#: Gives the addresses of a name, as text. Raises `OSError` where there are none.
Resolve = Callable[[str], list[str]]

#: All addresses that IANA gives to the internet of today.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
#: IPv4 behind a gateway (NAT64): the last four bytes say where it leads. Its neighbour for local use leads inside.
_NAT64 = IPv6Network("64:ff9b::/96")
#: Inside the above, but tunnels to an IPv4 address of anybody's choice, or no places at all; of some Python is told late.
_NEVER_PUBLIC: list[IPv4Network | IPv6Network] = [
    *map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")),
    *map(IPv4Network, ("0.0.0.0/8", "100.64.0.0/10", "192.88.99.0/24", "240.0.0.0/4")),
]
_THIS_MACHINE = IPv4Address("127.0.0.1")


class HostRefused(Exception):
    """The host leads where it must not, or cannot be read as one."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


def resolve_name(host: str) -> list[str]:
    """What the system says."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def find_addresses(host: str, resolve: Resolve) -> list[Address]:
    """Where a host leads, in the resolver's order; the resolver is not asked about what is an address itself.

    Raises `HostRefused` for what no resolver should see, and the resolver's `OSError`.
    """
    name = _tidy(host)
    literal = _read_literal(name)
    if literal is not None:
        return [literal]
    if name == "localhost" or name.endswith((".localhost", ".localdomain")):
        return [_THIS_MACHINE]
    return [ipaddress.ip_address(text.partition("%")[0]) for text in resolve(name)]


def is_public(address: Address) -> bool:
    """Whether it is a place on the internet, and nothing inside a network, on this machine, or for many at once."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    is_special = any(address in network for network in _NEVER_PUBLIC if network.version == address.version)
    return address.is_global and not address.is_multicast and not is_special


def _tidy(host: str) -> str:
    """As it goes to the resolver: without the dot at its end, and non-ASCII spelled out as the HTTP library does."""
    name = host.strip("[]").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            raise HostRefused(host) from None
    name = name.rstrip(".")
    # A zone names an interface of this machine.
    if not name or "%" in name:
        raise HostRefused(host)
    return name


def _read_literal(name: str) -> Address | None:
    """Also `127.1`, `2130706433`, `0x7f.1` and `0177.0.0.1`, which systems read as IPv4."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None
