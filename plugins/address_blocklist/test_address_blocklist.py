from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server import PolicyRequest
from otnet_server.testing import checks, enabled, policy
from plugins import address_blocklist
from plugins.address_blocklist import AddressBlocklist

LIST = "# blocked\n203.0.113.7\n198.51.100.0/24 # a network\n\n2001:db8::/32\n"


def blocklist(folder: Path, text: str = LIST) -> AddressBlocklist:
    file = folder / "blocked.txt"
    file.write_text(text)
    return AddressBlocklist(file, "Blocked.", "closed")


def request(address: str) -> PolicyRequest:
    return PolicyRequest("o1", "m1", "c1", "public", "manifest", "/media/m1/main.m3u8", "GET", address)


@pytest.mark.parametrize("check", checks(policy), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(lambda: blocklist(tmp_path))


@pytest.mark.parametrize(
    ("address", "refused"),
    [("203.0.113.7", True), ("203.0.113.8", False), ("198.51.100.200", True), ("198.51.101.1", False),
     ("2001:db8:1::1", True), ("2001:db9::1", False), ("", False)],
)  # fmt: skip
def test_listed_addresses_are_refused(tmp_path: Path, address: str, refused: bool) -> None:
    decision = blocklist(tmp_path).decide(request(address))
    assert (decision.refusal if decision else "") == ("Blocked." if refused else "")


def test_changed_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_blocklist, "CHECK_S", 0.0)
    registered = blocklist(tmp_path)
    assert registered.decide(request("192.0.2.1")) is None
    (tmp_path / "blocked.txt").write_text("192.0.2.0/24\n")
    assert registered.decide(request("192.0.2.1")) is not None
    (tmp_path / "blocked.txt").unlink()
    with pytest.raises(FileNotFoundError):
        registered.decide(request("192.0.2.1"))


def test_line_that_is_no_address_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 2"):
        blocklist(tmp_path, "203.0.113.7\nnonsense\n").decide(request("203.0.113.7"))


def test_nothing_is_registered_without_a_file(tmp_path: Path) -> None:
    assert enabled("address_blocklist", data=tmp_path).policies() == []
    (tmp_path / "list").write_text(LIST)
    config = {"address_blocklist": {"file": str(tmp_path / "list"), "on_error": "open"}}
    [(plugin, registered)] = enabled("address_blocklist", data=tmp_path, config=config).policies()
    assert (plugin, registered.name, registered.on_error) == ("address_blocklist", "address_blocklist", "open")
