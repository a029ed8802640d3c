"""Refuses requests of addresses and networks that a file lists, such as one that another program maintains.

The file has one address or network (CIDR) on each line; empty lines and what follows a `#` are ignored. It is read
again when it has changed. A file that can't be read or has a line that is not valid fails the policy.
"""

from __future__ import annotations

import ipaddress
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from otnet_server import EdgePolicy, PolicyDecision, PolicyRequest, hookimpl

name = "address_blocklist"
api = 2
CHECK_S = 1.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Config(BaseModel):
    """`file` is the list; without one, the plugin does nothing. `on_error` says whether requests are refused (closed)
    or allowed (open) while it can't be read."""

    file: Path | None = None
    message: str = "Your address is blocked."
    on_error: Literal["closed", "open"] = "closed"


class Blocklist:
    """Networks by their version and prefix length, so that a look-up takes one step for each length in use."""

    def __init__(self, text: str) -> None:
        self._networks: dict[tuple[int, int], set[int]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            entry = line.partition("#")[0].strip()
            if not entry:
                continue
            try:
                network = ipaddress.ip_network(entry, strict=False)
            except ValueError:
                raise ValueError(f"line {number} of the list is not an address or network: {entry[:60]}") from None
            key = network.version, network.prefixlen
            self._networks.setdefault(key, set()).add(int(network.network_address) >> _rest(*key))

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        return any(
            number >> _rest(version, length) in networks
            for (version, length), networks in self._networks.items()
            if version == address.version
        )


def _rest(version: int, length: int) -> int:
    """The number of bits after a prefix."""
    return (32 if version == 4 else 128) - length


class AddressBlocklist:
    name = "address_blocklist"

    def __init__(self, file: Path, message: str, on_error: Literal["closed", "open"]) -> None:
        self._file, self._message, self.on_error = file, message, on_error
        self._list: Blocklist | None = None
        self._state: tuple[int, int] = (0, 0)
        self._checked_at = -CHECK_S

    def decide(self, request: PolicyRequest) -> PolicyDecision | None:
        if time.monotonic() - self._checked_at >= CHECK_S:
            self._refresh()
            self._checked_at = time.monotonic()
        assert self._list is not None
        if not request.address or ipaddress.ip_address(request.address) not in self._list:
            return None
        return PolicyDecision(refusal=self._message)

    def _refresh(self) -> None:
        stat = self._file.stat()
        state = stat.st_mtime_ns, stat.st_size
        if state != self._state:
            self._list = Blocklist(self._file.read_text("utf-8"))
            self._state = state


@hookimpl
def register_policies(config: Config) -> list[EdgePolicy]:
    return [AddressBlocklist(config.file, config.message, config.on_error)] if config.file is not None else []
