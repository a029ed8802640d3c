"""Rules for URLs that users send and the server requests: protection from server-side request forgery (SSRF). Pure.

The server requests such a URL from inside the operator's network. So its target must be outside: on the public
internet, by http or https, on a port where web servers listen. The rules are applied to the address of the connection,
not to the name (see `guarded.py`), and again for every redirect.

An address is public unless it is in one of IANA's special-purpose registries (RFC 6890) or embeds another address:
IPv4-mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056) and Teredo (RFC 4380). Spellings that only
some parsers read as an address (`127.1`, `0x7f000001`, `2130706433`, `0177.0.0.1`) are refused.

An operator can allow names, addresses and networks (`Rules.allow`); the other rules still apply to them.
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

# In addition to the private networks of `ipaddress`, whose tables differ between Python versions.
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
    """The server does not request this URL. The message names the reason."""


@dataclass(frozen=True)
class Rules:
    """`allow`: host names, addresses and networks (CIDR) that are allowed although they are not public. `ports`:
    allowed ports besides 80, 443 and those from 1024 on. Raises ValueError for a malformed network."""

    allow: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for entry in self.allow:
            if "/" in entry:
                ip_network(entry)  # raises ValueError early

    def check_url(self, text: str) -> httpx.URL:
        """The parsed URL, if its text allows a request. Raises Blocked."""
        url = parse(text)
        self.check(url)
        return url

    def check(self, url: httpx.URL) -> None:
        """Check a parsed URL, such as that of a redirect. Raises Blocked."""
        if url.scheme not in PORTS:
            raise Blocked("url_scheme", "Only http and https URLs are allowed.", "Use a URL that begins with https://.")
        if url.userinfo:
            raise Blocked("url_credentials", "The URL contains a user name or a password.", "Remove them.")
        self.check_host(url.raw_host.decode("ascii"), PORTS[url.scheme] if url.port is None else url.port)

    def check_host(self, host: str, port: int) -> None:
        """Check a host and a port. Addresses are checked here, names again after they were resolved. Raises Blocked."""
        if not (port in PORTS.values() or FIRST_UNPRIVILEGED_PORT <= port <= 65535 or port in self.ports):
            raise Blocked("url_port", f"Port {port} is not allowed.", "Use port 80, 443 or one from 1024 on.")
        address = literal(host)
        if address is not None:
            self.check_address(host, address)
            return
        name = host.lower().removesuffix(".")
        if NUMERIC_HOST.fullmatch(name):
            raise Blocked(
                "host_spelling", "The IP address is not in the standard notation.", "Write it as in 192.0.2.1."
            )
        if not HOST.fullmatch(name):
            raise Blocked("host_invalid", "The host of the URL is not valid.", "Copy the complete URL again.")
        if LOCAL_HOST.fullmatch(name) and not self._allows_name(name):
            raise Blocked("host_local", f"“{name}” is a name of a local network.", "Use a public address.")

    def check_address(self, host: str, address: Address) -> None:
        if not (is_public(address) or self._allows_name(host) or self._allows_address(address)):
            raise Blocked(
                "address_private",
                f"“{host}” resolves to an address that is not on the public internet.",
                "Use a public address, or ask the operator to allow this one.",
            )

    def usable(self, host: str, addresses: Iterable[Address]) -> list[Address]:
        """The allowed addresses in the given order, without duplicates. Raises Blocked when there is none."""
        allowed, last_error = [], None
        for address in dict.fromkeys(addresses):
            try:
                self.check_address(host, address)
                allowed.append(address)
            except Blocked as error:
                last_error = error
        if not allowed:
            raise last_error or Blocked(
                "host_unknown", f"The host “{host}” does not exist.", "Check the spelling of the URL."
            )
        return allowed

    def _allows_name(self, host: str) -> bool:
        name = host.lower().removesuffix(".")
        return any(entry.lower() == name for entry in self.allow)

    def _allows_address(self, address: Address) -> bool:
        networks = (ip_network(entry) for entry in self.allow if literal(entry.partition("/")[0]) is not None)
        return any(address.version == network.version and address in network for network in networks)


PUBLIC = Rules()


def parse(text: str) -> httpx.URL:
    """Parse a URL that is not ambiguous between parsers. Raises Blocked."""
    if len(text) <= MAX_URL_LENGTH and not re.search(r"[\x00-\x20\x7f\\]", text):
        try:
            return httpx.URL(text)
        except (httpx.InvalidURL, ValueError):
            pass
    raise Blocked("url_invalid", "The URL is not valid.", "Copy the complete URL again.")


def literal(host: str) -> Address | None:
    """The IP address in standard notation, or None. Zones (`fe80::1%eth0`) are not accepted."""
    if "%" in host:
        return None
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether the address is on the public internet and does not embed another address."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NON_PUBLIC_IPV4)
    return address in GLOBAL_IPV6 and not any(address in network for network in NON_PUBLIC_IPV6)
