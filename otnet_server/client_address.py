"""The addresses of clients, as they are counted by limits."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """The network that counts as one address: an IPv6 client has the 2⁶⁴ addresses of a /64 network."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if ip.version == 4 else str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
