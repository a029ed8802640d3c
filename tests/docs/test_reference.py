"""The interactive reference in a browser: it obeys the CSP, contacts only this server, and its requests work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness import OTNet, running
from tests.studio import owner

WATCH = "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective, e.blockedURI))"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OTNet, httpx.Client]]:
    base = tmp_path_factory.mktemp("reference")
    (base / "library").mkdir()
    with running(base / "data", base / "library") as server, owner(server) as client:
        yield server, client


def open_reference(page: Page, url: str) -> tuple[set[str], list[str]]:
    """Load the page; returns the hosts that it contacts and its error messages, both updated as they occur."""
    hosts: set[str] = set()
    complaints: list[str] = []
    page.add_init_script(WATCH)
    page.on("request", lambda r: hosts.add(urlsplit(r.url).netloc) if r.url.startswith("http") else None)
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(url)
    expect(page.locator("#reference[data-state=ready]")).to_be_visible()
    return hosts, complaints


def assert_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"it scrolls sideways at {width}"


def test_reference_shows_all_apis_without_third_party_requests(
    browser: Browser, served: tuple[OTNet, httpx.Client]
) -> None:
    server, _ = served
    page = browser.new_page(viewport={"width": 360, "height": 900}, color_scheme="dark")
    hosts, complaints = open_reference(page, f"{server.url}/docs")
    expect(page.get_by_role("heading", name="OTNet partner API")).to_be_visible()
    for surface in ("Public", "Dashboard", "Viewer"):
        page.get_by_role("link", name=surface, exact=True).click()
        expect(page.get_by_role("heading", name=f"OTNet {surface.lower()} API")).to_be_visible()
        for width in (1280, 768, 360):
            assert_fits(page, width)
    page.emulate_media(color_scheme="light")
    page.wait_for_load_state("networkidle")
    assert hosts == {urlsplit(server.url).netloc} and complaints == []
    page.close()


def test_signed_in_user_can_send_requests_from_the_reference(
    browser: Browser, served: tuple[OTNet, httpx.Client]
) -> None:
    """The reference adds the CSRF token, so a signed-in user can send every request that the studio can."""
    server, client = served
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    cookie = {"name": "otnet_session", "value": client.cookies["otnet_session"], "url": server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    url = f"{server.url}/docs?surface=dashboard#tag/genres/POST/api/v1/dashboard/genres"
    hosts, complaints = open_reference(page, url)
    assert_fits(page, 1280)
    part = page.locator("[id$='tag/genres/POST/api/v1/dashboard/genres']").first
    part.get_by_role("button", name=re.compile("Test Request")).click()
    with page.expect_response(re.compile("/api/v1/dashboard/genres$")) as answer:
        page.get_by_role("button", name=re.compile("^Send")).last.click()
    assert answer.value.status == 201, answer.value.text()
    assert client.get("/api/v1/dashboard/genres").json()["items"][0]["name"] == "Science"
    assert hosts == {urlsplit(server.url).netloc} and complaints == []
    context.close()
