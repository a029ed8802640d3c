"""Accessibility of every viewer page: WCAG 2.2 A and AA as far as axe can check, and no horizontal overflow.

Colours depend on the scheme only, and the layout on the width only, so that not every combination is checked. German
texts are the longest, so that pages that fit with them fit in every language.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.site.conftest import Visit, settled
from tests.site.fake import CODE, ROOT
from tests.site.fake_site import FakeSite

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})"
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    "/", "/browse", "/search", "/search?q=s", "/search?q=zzz", "/title/the-harbour-at-night", "/title/meridian-first-light", "/title/m901",
    "/series/meridian", "/person/noor-haddad", "/category/festival-winners", "/genre/drama", "/watch/c001", "/watch/c031",
    "/watch/m902", "/list", "/profile", "/profiles", "/sign-in", "/sign-up", "/reset", "/reset#token=x", "/activate", f"/activate?code={CODE}", "/title/nothing", "/nothing",
)  # fmt: skip


# Pages that differ for visitors who are not signed in.
FOR_VISITORS = ("/", "/title/meridian-first-light", "/series/meridian", "/watch/m902", "/list", "/profile", "/sign-in")  # fmt: skip


def violations(page: Page, path: str) -> list[str]:
    found = page.evaluate(RULES)["violations"]
    return [f"{path}: {v['id']} {v['nodes'][0]['target']} {v['nodes'][0]['any'][:1]}" for v in found]


def overflows(page: Page, path: str, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate(WIDE)
    return [f"{path}: {wide} px too wide at {width}"] if wide else []


def test_every_page_is_accessible(visit: Visit, fake: FakeSite) -> None:
    """In the light scheme at 360 pixels, and in the dark scheme at 1280 pixels."""
    page = visit("/", signed_in=True, locale="de-DE", init=AXE.read_text("utf-8"))
    problems: list[str] = []
    for path in PAGES:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(fake.url + path)
        settled(page)
        problems += violations(page, path)
        for width in (360, 768, 1920, 1280):
            problems += overflows(page, path, width)
        page.emulate_media(color_scheme="dark")
        problems += violations(page, path)
    assert problems == []


def test_pages_for_visitors_are_accessible(visit: Visit, fake: FakeSite) -> None:
    page = visit("/", color_scheme="dark", init=AXE.read_text("utf-8"))
    problems: list[str] = []
    for path in FOR_VISITORS:
        page.goto(fake.url + path)
        settled(page)
        problems += violations(page, path) + overflows(page, path, 1280)
    assert problems == []


def test_share_dialog_is_accessible(visit: Visit) -> None:
    page = visit("/title/ember", width=360)
    page.get_by_test_id("share-button").click()
    page.get_by_test_id("share").wait_for()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RULES)["violations"] == []


@pytest.mark.parametrize(("accent", "scheme"), [("#FFE100", "light"), ("#101010", "dark")])
def test_accent_colour_keeps_enough_contrast(visit: Visit, fake: FakeSite, accent: str, scheme: str) -> None:
    fake.accent = accent
    page = visit("/title/ember", color_scheme=scheme)
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(RULES)["violations"] == []
