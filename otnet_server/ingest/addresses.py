"""Which addresses the server may be sent to by somebody else. Pure.

An URL from a user makes this server ask on the user's behalf, from inside the operator's network (SSRF). So what is
asked must lie outside: on the public internet, by http or https, on a port where such servers listen. The rules
hold for the address that is really connected to, not for the name (`guarded.py` sees to that), and once more for
every redirect.

Public is what the registries call public (IANA's special-purpose registries, RFC 6890) less all forms that carry
another address inside: IPv4-mapped (RFC 4291, 2.5.5.2), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo
(RFC 4380). Numbers spelled so that only some readers take them for an address (`127.1`, `0x7f000001`,
`2130706433`, `0177.0.0.1`) are refused by their spelling.

An operator may let names, addresses or networks in (`Rules.allow`); the other rules go on holding for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

import httpx

from otnet_server.errors import OtnetError

Address: TypeAlias = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
FIRST_UNPRIVILEGED_PORT = 1024
MAX_URL_LENGTH = 4096

# Besides what `ipaddress` knows to be private: its tables differ between Python versions, these don't.
NON_PUBLIC_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
GLOBAL_IPV6 = IPv6Network("2000::/3")
NON_PUBLIC_IPV6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16")
)
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMERIC_HOST = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")  # the WHATWG URL standard's “ends in a number”
LOCAL_HOST = re.compile(r"(.*\.)?(localhost|localhost6|local|localdomain|localdomain6|internal|home\.arpa)")


class Blocked(OtnetError):
    """The server doesn't go there. The message names what is wrong with the URL or the address."""


@dataclass(frozen=True)
class Rules:
    """`allow`: host names, addresses and networks (CIDR) that are let in though they aren't public. `ports`:
    allowed besides 80, 443 and those from 1024 on."""

    allow: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for entry in self.allow:
            if "/" in entry:
                ip_network(entry)  # ValueError now, not when it's needed

    def check_url(self, text: str) -> httpx.URL:
        """The URL, when it may be asked for as far as its text tells. Raises Blocked."""
        url = parse(text)
        self.check(url)
        return url

    def check(self, url: httpx.URL) -> None:
        """The same for an URL that is parsed already; a redirect's, for example."""
        if url.scheme not in PORTS:
            raise Blocked("url_scheme", "Only http and https are possible.", "Use an URL that begins with https://.")
        if url.userinfo:
            raise Blocked("url_credentials", "The URL holds a name or a password.", "Leave them out.")
        self.check_host(url.raw_host.decode("ascii"), PORTS[url.scheme] if url.port is None else url.port)

    def check_host(self, host: str, port: int) -> None:
        """A name, or an address in its usual spelling. An address is judged here, a name when it is resolved."""
        if not (port in PORTS.values() or FIRST_UNPRIVILEGED_PORT <= port <= 65535 or port in self.ports):
            raise Blocked("url_port", f"Port {port} is not open to URLs.", "Use 80, 443 or one from 1024 on.")
        address = literal(host)
        if address is not None:
            self.check_address(host, address)
            return
        name = host.lower().removesuffix(".")
        if NUMERIC_HOST.fullmatch(name):
            raise Blocked("host_spelling", "The address is spelled in an unusual way.", "Write it as in 192.0.2.1.")
        if not HOST.fullmatch(name):
            raise Blocked("host_invalid", "The URL names no valid host.", "Copy it again, from http to its end.")
        if LOCAL_HOST.fullmatch(name) and not self._allows_name(name):
            raise Blocked("host_local", f"“{name}” is a name inside a network.", "Use a public address.")

    def check_address(self, host: str, address: Address) -> None:
        if not (is_public(address) or self._allows_name(host) or self._allows_address(address)):
            raise Blocked(
                "address_private",
                f"“{host}” leads to an address that is not on the public internet.",
                "Use a public address, or ask the operator to allow this one.",
            )

    def usable(self, host: str, addresses: Iterable[Address]) -> list[Address]:
        """Those that may be connected to, in their order, each once. Raises Blocked when none is left."""
        allowed, last_error = [], None
        for address in dict.fromkeys(addresses):
            try:
                self.check_address(host, address)
                allowed.append(address)
            except Blocked as error:
                last_error = error
        if not allowed:
            raise last_error or Blocked("host_unknown", f"There is no host “{host}”.", "Check the URL's spelling.")
        return allowed

    def _allows_name(self, host: str) -> bool:
        name = host.lower().removesuffix(".")
        return any(entry.lower() == name for entry in self.allow)

    def _allows_address(self, address: Address) -> bool:
        networks = (ip_network(entry) for entry in self.allow if literal(entry.partition("/")[0]) is not None)
        return any(address.version == network.version and address in network for network in networks)


PUBLIC = Rules()


def parse(text: str) -> httpx.URL:
    """The URL, if every reader takes it for the same one. Raises Blocked."""
    if len(text) <= MAX_URL_LENGTH and not re.search(r"[\x00-\x20\x7f\\]", text):
        try:
            return httpx.URL(text)
        except (httpx.InvalidURL, ValueError):
            pass
    raise Blocked("url_invalid", "This is not a valid URL.", "Copy it again, from http to its end.")


def literal(host: str) -> Address | None:
    """The address that `host` spells in the usual way, or None. A zone (`fe80::1%eth0`) is not usual."""
    if "%" in host:
        return None
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """On the public internet, and by itself: not by way of another address inside it."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NON_PUBLIC_IPV4)
    return address in GLOBAL_IPV6 and not any(address in network for network in NON_PUBLIC_IPV6)
