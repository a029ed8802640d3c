"""Accessibility of every studio page, and of the page of a preview link: WCAG 2.2 A and AA as far as axe can check, and no horizontal overflow.

Every page is checked in both colour schemes and both layouts, but not in each combination: colours depend on the
scheme only, and the layout on the width only.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.harness import ROOT, make_film, running, until
from tests.studio import DASHBOARD, create_record, owner

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})"
PAGES = (
    "/", "/home_layout", "/schedule", "/exports", "/import-metadata", "/content", "/content/create", "/content/{content}", "/content/{content}/show", "/series", "/categories",
    "/genres", "/people", "/people/create", "/channels", "/channels/{channels}/show", "/channels/{channels}/show?tab=schedule",
    "/channels/{channels}/show?tab=live", "/channels/{channels}/show?tab=settings", "/programs", "/programs/create", "/media", "/media/{media}",
    "/media/{media}/show", "/libraries", "/protection", "/protection/licences", "/protection/sessions", "/organizations", "/team", "/mails", "/trash", "/users", "/memberships", "/invitations", "/invitations/create", "/api_keys",
    "/api_keys/create", "/upload_links", "/upload_links/create", "/policies",
    "/policies/create", "/webhooks", "/webhooks/create", "/webhook_deliveries", "/audit_entries", "/uploads", "/account",
)  # fmt: skip
Studio = tuple[str, list[dict[str, str]], dict[str, str]]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """(URL, cookies of a signed-in user, ids for the pages)."""
    base: Path = tmp_path_factory.mktemp("access")
    make_film(base / "library" / "Night Train (2024).mp4", 2)
    with running(base / "data", base / "library", options=()) as server, owner(server) as ann:
        until("it is ready", lambda: ann.get(f"{DASHBOARD}/media?state=ready").json()["items"])
        create_record(ann, "genres", name="Science")
        create_record(ann, "api_keys", name="Partner site", scopes=["content:read"])
        create_record(ann, "channels", name="Night Channel")
        ids = {n: ann.get(f"{DASHBOARD}/{n}").json()["items"][0]["id"] for n in ("content", "media", "channels")}
        ids["preview"] = create_record(ann, "preview_links", content=ids["content"])["link"]
        cookies = [{"name": n, "value": v, "url": server.url} for n, v in ann.cookies.items()]
        yield server.url, cookies, ids


def test_every_studio_page_is_accessible(studio: Studio, browser: Browser) -> None:
    url, cookies, ids = studio
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    try:
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.add_init_script(path=str(AXE))
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda e: problems.append(str(e)))
        for path in (*PAGES, ids["preview"]):
            page.goto(url + path if path == ids["preview"] else f"{url}/studio/#{path.format(**ids)}")
            expect(page.locator("main h1").first).to_be_visible()
            for scheme, width in (("light", 360), ("dark", 1280)):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.wait_for_function("() => !document.querySelector('main .loading')")
                found = page.evaluate(RULES)
                problems += [f"{path} in {scheme}: {v['id']} {v['nodes'][0]['target']}" for v in found["violations"]]
                wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
                if wide > 1:
                    problems.append(f"{path}: {wide} px too wide at {width}")
        assert problems == []
    finally:
        context.close()
