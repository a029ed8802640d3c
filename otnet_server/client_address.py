"""The addresses of clients, as they are counted by limits."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence


def network_of(address: str) -> str:
    """The network that counts as one address: an IPv6 client has the 2⁶⁴ addresses of a /64 network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if ip.version == 4 else str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))


class Networks:
    """Addresses and networks, such as those of `server.trusted_proxies`. Raises ValueError for other texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(text, strict=False) for text in texts]

    def __contains__(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._networks)
