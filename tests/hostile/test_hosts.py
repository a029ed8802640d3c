"""Host names: whose site a request gets, which host names an organization may use, and which ones links contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from otnet_server.schema.fields import words
from otnet_server.web.known_hosts import host_name
from tests.control.services import ControlPlane, Person, control_plane


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A server that does not know its public address."""
    with control_plane(tmp_path_factory.mktemp("hosts") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("addressed") / "data", url="http://Studio.example.org/") as running:
        yield running


@pytest.fixture(scope="module")
def tenant(addressed: ControlPlane) -> Person:
    return addressed.organization("Beta", "beta@example.org")


def set_host(person: Person, host: str | None) -> tuple[int, Any]:
    changed = person.patch(f"organizations/{person.organization}", json={"host": host})
    return changed.status_code, changed.json()


def site_name(plane: ControlPlane, host: str) -> str:
    return str(plane.anonymous().get("/api/v1/site", headers={"Host": host}).json()["organization"]["name"])


@pytest.mark.parametrize("host", ["studio.example.org", "STUDIO.example.org", "localhost", "x.localhost"])
def test_organization_can_not_take_the_host_of_the_server(addressed: ControlPlane, tenant: Person, host: str) -> None:
    status, problem = set_host(tenant, host)
    assert (status, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (409, "host", "reserved")
    assert site_name(addressed, host) == "Harbour Films"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8096", "tv.example.org:8096", 'a b"><script>', "https://tv.example.org", "tv.example.org/x",
     "[::1]", "-a.example.org", "a..example.org", "a" * 64 + ".org", "tv.example.org.", "tv_1.example.org", "10.0.0.1",
     "tv.\N{KELVIN SIGN}.example", ""],
)  # fmt: skip
def test_text_that_is_no_host_name_is_refused(tenant: Person, host: str) -> None:
    status, problem = set_host(tenant, host)
    assert (status, problem["errors"][0]["code"]) == (422, "bad_value"), problem
    assert "such as tv.example.org" in problem["errors"][0]["reason"]


def test_organization_uses_a_host_name_of_its_own(addressed: ControlPlane, tenant: Person) -> None:
    assert set_host(tenant, "TV.Beta.example")[0] == 200
    assert site_name(addressed, "tv.beta.example:8443") == "Beta"
    assert site_name(addressed, "studio.example.org") == "Harbour Films"
    assert set_host(addressed.owner, "tv.beta.example")[0] == 409
    assert set_host(addressed.owner, "studio.example.org")[0] == 200, "the first organization may name it"
    assert set_host(tenant, None)[0] == 200


def test_host_names_of_others_need_the_public_address_of_the_server(studio: ControlPlane) -> None:
    other = studio.organization("Gamma", "gamma@example.org")
    status, problem = set_host(other, "tv.gamma.example")
    assert (status, problem["errors"][0]["code"]) == (409, "no_public_address")
    assert "server.url" in problem["errors"][0]["remedy"]
    assert studio.owner.patch(
        f"organizations/{studio.owner.organization}", json={"host": "tv.harbour.example"}
    ).is_success
    assert other.post("organizations", json={"name": "Delta", "host": "studio.test"}).status_code == 409


def reset_link(plane: ControlPlane, host: str) -> str:
    email = plane.owner.document["user"]["email"]
    with capture_logs() as logs:
        sent = plane.anonymous().post("/api/v1/auth/reset", json={"email": email}, headers={"Host": host})
    assert sent.status_code == 202
    (entry,) = [entry for entry in logs if entry["event"] == "a new password was requested"]
    return str(entry["link"])


@pytest.mark.parametrize(("host", "base"), [
    ("evil.example", "http://studio.test"), ("evil.example:80", "http://studio.test"),
    ("localhost:8096", "http://localhost:8096"), ("evil.example@localhost:8096", "http://studio.test"),
    ("[::1]:8096", "http://[::1]:8096"), ("[::1]@evil.example", "http://studio.test"),
    ("localhost.evil.example", "http://studio.test"), ("tv.known.example", "http://tv.known.example"),
])  # fmt: skip
def test_links_with_secrets_are_made_for_known_hosts_only(studio: ControlPlane, host: str, base: str) -> None:
    studio.set("organization", studio.owner.organization, host="tv.known.example")
    assert reset_link(studio, host).startswith(f"{base}/studio/#/reset?token=")
    device = studio.anonymous().post("/api/v1/auth/device", data={"client_id": "otnet-tv"}, headers={"Host": host})
    assert device.json()["verification_uri"] == f"{base}/activate"


@pytest.mark.parametrize(("host", "base"), [
    ("evil.example", "http://studio.test"), ("nas.evil.example:80", "http://studio.test"), ("8.8.8.8", "http://studio.test"),
    ("[::1]@evil.example", "http://studio.test"), ("nas@evil.example", "http://studio.test"),
    ("nas<b>", "http://studio.test"), ("134744072", "http://studio.test"), ("0x8080808", "http://studio.test"),
    ("localhost:8096", "http://localhost:8096"), ("NAS:8096", "http://nas:8096"),
    ("nas.local", "http://nas.local"), ("192.168.1.5:8096", "http://192.168.1.5:8096"), ("[fd00::5]:80", "http://[fd00::5]:80"),
    ("tv.known.example", "http://tv.known.example"),
])  # fmt: skip
def test_links_to_public_pages_are_made_for_known_hosts_only(studio: ControlPlane, host: str, base: str) -> None:
    studio.set("organization", studio.owner.organization, host="tv.known.example")
    robots = studio.anonymous().get("/robots.txt", headers={"Host": host})
    assert f"Sitemap: {base}/sitemap.xml" in robots.text.splitlines()
    if host != "tv.known.example":  # the documentation is that of the server, whatever the site
        assert f" {base}/" in studio.anonymous().get("/llms.txt", headers={"Host": host}).text.replace("(", " ")


def test_links_of_a_site_stay_at_its_host(addressed: ControlPlane, tenant: Person) -> None:
    assert set_host(tenant, "tv.links.example")[0] == 200
    for host, base in (("tv.links.example", "http://tv.links.example"), ("evil.example", "http://Studio.example.org")):
        assert f"Sitemap: {base}/sitemap.xml" in addressed.anonymous().get("/robots.txt", headers={"Host": host}).text
    assert reset_link(addressed, "tv.links.example").startswith("http://Studio.example.org/studio/")
    assert set_host(tenant, None)[0] == 200


def test_links_use_the_public_address(addressed: ControlPlane) -> None:
    assert reset_link(addressed, "evil.example").startswith("http://Studio.example.org/studio/")


def test_host_names_are_read_from_headers() -> None:
    expected = {
        "Example.org:8096": "example.org", "example.org": "example.org", "[::1]:80": "::1", "[::1]": "::1", "::1": "::1",
        "example.org:": "example.org:", "a:b": "a:b", "127.0.0.1:1": "127.0.0.1", "": "", "[::1]@evil.example": "[::1]@evil.example",
        "nas:\N{SUPERSCRIPT TWO}": "nas:\N{SUPERSCRIPT TWO}",
    }  # fmt: skip
    assert {host: host_name(host) for host in expected} == expected


def test_host_names_are_stored_in_lower_case() -> None:
    assert words.host_name("A.b-c.Example") == "a.b-c.example"
