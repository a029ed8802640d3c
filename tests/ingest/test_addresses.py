"""Which URLs and IP addresses the server may connect to (SSRF rules)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from otnet_server.ingest.addresses import Blocked, Rules, is_public

RULES = Rules()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/x", "url_scheme"),
        ("file:///etc/passwd", "url_scheme"),
        ("gopher://example.org/", "url_scheme"),
        ("data:video/mp4,x", "url_scheme"),
        ("javascript:alert(1)", "url_scheme"),
        ("//example.org/x", "url_scheme"),
        ("example.org/x", "url_scheme"),
        ("", "url_scheme"),
        ("http://user:secret@example.org/", "url_credentials"),
        ("http://user@example.org/", "url_credentials"),
        ("http://example.org@127.0.0.1/", "url_credentials"),
        ("http://example.org:22/", "url_port"),
        ("http://example.org:25/", "url_port"),
        ("https://example.org:1023/", "url_port"),
        ("http://example.org:0/", "url_port"),
        ("http://example.org:99999/", "url_port"),
        ("http:///x", "host_invalid"),
        ("http://exa%6dple.org/", "host_invalid"),
        ("http://example..org/", "host_invalid"),
        ("http://-example.org/", "host_invalid"),
        ("http://" + "a" * 64 + ".org/", "host_invalid"),
        ("http://example.org\\@127.0.0.1/", "url_invalid"),
        ("http://example.org/\r\nHost: x", "url_invalid"),
        ("http://example.org/ x", "url_invalid"),
        (" http://example.org/", "url_invalid"),
        ("http://[::1", "url_invalid"),
        ("http://example.org/" + "x" * 5000, "url_invalid"),
        ("http://localhost/", "host_local"),
        ("http://LOCALHOST./", "host_local"),
        ("http://a.localhost/", "host_local"),
        ("http://localhost.localdomain/", "host_local"),
        ("http://metadata.google.internal/", "host_local"),
        ("http://printer.local/", "host_local"),
        ("http://2130706433/", "host_spelling"),
        ("http://0x7f000001/", "host_spelling"),
        ("http://0x7f.0.0.1/", "host_spelling"),
        ("http://0x7F.1/", "host_spelling"),
        ("http://127.1/", "host_spelling"),
        ("http://127.0.1/", "host_spelling"),
        ("http://127.0.0.1./", "host_spelling"),
        ("http://017700000001/", "host_spelling"),
        ("http://0/", "host_spelling"),
        ("http://a.0x1/", "host_spelling"),
        ("http://0177.0.0.1/", "url_invalid"),
        ("http://127.0.0.01/", "url_invalid"),
        ("http://１２７.0.0.1/", "url_invalid"),
        ("http://127。0。0。1/", "address_private"),
        ("http://127.0.0.1/", "address_private"),
        ("http://[::1]/", "address_private"),
        ("http://[::ffff:169.254.169.254]/", "address_private"),
        ("http://[fe80::1%25eth0]/", "host_invalid"),
        ("http://169.254.169.254/latest/meta-data/", "address_private"),
    ],
)
def test_unsafe_urls_are_refused(url: str, code: str) -> None:
    with pytest.raises(Blocked) as blocked:
        RULES.check_url(url)
    assert blocked.value.code == code
    assert blocked.value.message.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/film.mp4",
        "https://example.org:443/x?y=z#part",
        "https://example.org:8443/",
        "https://münchen.example/",
        "https://a_b.example.org./x",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]:8080/",
        "HTTPS://EXAMPLE.ORG/",
    ],
)
def test_public_urls_are_accepted(url: str) -> None:
    RULES.check_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2620:4f:8000::1",
        "3ffe::1",
        "3fff::1",
        "5f00::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_non_public_addresses_are_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Blocked):
        RULES.check_url(f"http://{host}/")
    with pytest.raises(Blocked):
        RULES.usable("example.org", [ip_address(address)])


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450::1"]
)
def test_public_addresses_are_accepted(address: str) -> None:
    assert is_public(ip_address(address))


def test_only_public_addresses_of_a_host_are_used() -> None:
    mixed = [ip_address(a) for a in ("127.0.0.1", "8.8.8.8", "::1", "8.8.8.8", "2606:4700::1")]
    assert list(map(str, RULES.usable("example.org", mixed))) == ["8.8.8.8", "2606:4700::1"]
    with pytest.raises(Blocked) as unknown:
        RULES.usable("example.org", [])
    assert unknown.value.code == "host_unknown"


def test_operator_can_allow_hosts_and_ports() -> None:
    rules = Rules(frozenset({"10.1.0.0/16", "127.0.0.1", "fd00::/8", "nas.local", "inside.example"}), frozenset({81}))
    for url in (
        "http://10.1.2.3/", "http://127.0.0.1:8080/", "http://[fd00::1]/", "http://nas.local/", "http://8.8.8.8:81/",
    ):  # fmt: skip
        rules.check_url(url)
    for url in (
        "http://10.2.0.1/", "http://127.0.0.2/", "http://[::ffff:127.0.0.1]/", "http://x.local/", "http://0x7f.1/",
        "http://user@127.0.0.1/", "http://127.0.0.1:22/", "http://8.8.8.8:82/", "ftp://127.0.0.1/",
    ):  # fmt: skip
        with pytest.raises(Blocked):
            rules.check_url(url)
    assert rules.usable("inside.example", [ip_address("192.168.7.7")])
    with pytest.raises(Blocked):
        rules.usable("outside.example", [ip_address("192.168.7.7")])
    with pytest.raises(ValueError, match="host bits"):
        Rules(frozenset({"10.1.2.3/8"}))
