"""`server.trusted_proxies`: whose forwarding headers are used, for limits, the audit of sessions, cookies and HSTS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otnet_server.client_address import Networks
from otnet_server.config import load
from otnet_server.errors import ConfigError
from otnet_server.identity.throttle import FREE_ATTEMPTS
from tests.control.services import PASSWORD, ControlPlane, Person, control_plane

PROXY, INNER_PROXY, STRANGER = "10.0.0.1", "10.0.0.2", "203.0.113.99"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("proxies") / "data", trusted_proxies=("10.0.0.0/8",)) as running:
        yield running


@pytest.mark.parametrize(("peer", "forwarded", "address"), [
    (PROXY, "198.51.100.7", "198.51.100.7"),
    (PROXY, "192.0.2.1, 198.51.100.7", "198.51.100.7"),  # the first one is the client's own claim
    (PROXY, f"192.0.2.1, 198.51.100.7, {INNER_PROXY}", "198.51.100.7"),
    (PROXY, "2001:db8::7", "2001:db8::7"),
    (PROXY, "198.51.100.7:1234", "198.51.100.7"),
    (PROXY, None, PROXY),
    (STRANGER, "198.51.100.7", STRANGER),
    (STRANGER, "10.0.0.3", STRANGER),
])  # fmt: skip
def test_address_is_forwarded_by_trusted_proxies_only(
    studio: ControlPlane, peer: str, forwarded: str | None, address: str
) -> None:
    email = studio.owner.document["user"]["email"]
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    person = Person(studio, address=peer, headers=headers).sign_in(email)
    (current,) = [s for s in person.items("sessions") if s["current"]]
    assert current["address"] == address


def test_one_client_behind_a_proxy_does_not_lock_out_the_others(studio: ControlPlane) -> None:
    email = studio.owner.colleague("editor", address="198.51.100.20").document["user"]["email"]
    body = {"email": "nobody@example.org", "password": "a wrong password"}
    stranger = studio.anonymous(address=PROXY, headers={"X-Forwarded-For": "198.51.100.66"})
    codes = [stranger.post("/api/v1/auth/login", json=body).status_code for _ in range(FREE_ATTEMPTS + 1)]
    assert codes[-1] == 429
    other = studio.anonymous(address=PROXY, headers={"X-Forwarded-For": "198.51.100.67"})
    assert other.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD}).status_code == 200


def security_of(response: Any) -> tuple[bool, bool]:
    """(whether all cookies are Secure, whether HSTS is sent)"""
    cookies = response.headers.get_list("set-cookie")
    assert cookies
    return all("; secure" in c.lower() for c in cookies), "strict-transport-security" in response.headers


@pytest.mark.parametrize(("peer", "scheme", "secure"), [
    (PROXY, "https", True), (PROXY, "http", False), (PROXY, "javascript", False), (STRANGER, "https", False),
])  # fmt: skip
def test_cookies_are_secure_and_hsts_is_sent_when_a_trusted_proxy_says_https(
    studio: ControlPlane, peer: str, scheme: str, secure: bool
) -> None:
    client = studio.anonymous(address=peer, headers={"X-Forwarded-Proto": scheme})
    body = {"email": studio.owner.document["user"]["email"], "password": PASSWORD}
    assert security_of(client.post("/api/v1/auth/login", json=body)) == (secure, secure)
    assert security_of(client.get("/", params={"token": "x"})) == (secure, secure)


@pytest.mark.parametrize("url", ["https://studio.example.org", "HTTPS://studio.example.org"])
def test_cookies_are_secure_and_hsts_is_sent_when_the_public_address_has_https(tmp_path: Path, url: str) -> None:
    with control_plane(tmp_path / "data", url=url) as plane:
        assert security_of(plane.anonymous().get("/", params={"token": "x"})) == (True, True)


def test_invalid_networks_are_refused_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"server\.trusted_proxies"):
        load(None, {"server": {"trusted_proxies": ["proxy.example.org"]}})


def test_networks_contain_addresses() -> None:
    networks = Networks(["127.0.0.1", "10.1.2.3/8", "2001:db8::/32"])
    inside = {"127.0.0.1", "10.255.0.1", "2001:db8::1"}
    assert {a for a in (*inside, "127.0.0.2", "11.0.0.1", "::1", "", "unix") if a in networks} == inside
