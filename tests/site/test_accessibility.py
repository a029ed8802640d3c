"""Accessibility of every viewer page: WCAG 2.2 A and AA as far as axe can check, and no horizontal overflow.

Colours depend on the scheme only, and the layout on the width only, so that not every combination is checked. German
texts are the longest, so that pages that fit with them fit in every language.
"""

from __future__ import annotations

import pytest

from tests.site.conftest import Visit, settled
from tests.site.fake import CODE, ROOT
from tests.site.fake_site import FakeSite

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})"
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    "/", "/search", "/search?q=s", "/search?q=zzz", "/title/the-harbour-at-night", "/title/meridian-first-light", "/title/m901",
    "/series/meridian", "/person/noor-haddad", "/category/festival-winners", "/genre/drama", "/watch/c001", "/watch/c031",
    "/watch/m902", "/list", "/profile", "/sign-in", "/sign-up", "/reset", "/reset#token=x", "/activate", f"/activate?code={CODE}", "/title/nothing", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize(
    ("width", "scheme", "signed_in", "locale"), [(360, "light", True, "de-DE"), (1280, "dark", False, "en-US")]
)
def test_every_page_is_accessible(
    visit: Visit, fake: FakeSite, width: int, scheme: str, signed_in: bool, locale: str
) -> None:
    page = visit("/", signed_in=signed_in, width=width, color_scheme=scheme, locale=locale)
    problems: list[str] = []
    for path in PAGES:
        page.goto(fake.url + path)
        settled(page)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(RULES)
        problems += [
            f"{path}: {v['id']} {v['nodes'][0]['target']} {v['nodes'][0]['any'][:1]}" for v in found["violations"]
        ]
        for other in (360, 768, 1280, 1920) if locale == "de-DE" else (width,):
            page.set_viewport_size({"width": other, "height": 800})
            if wide := page.evaluate(WIDE):
                problems.append(f"{path}: {wide} px too wide at {other}")
        page.set_viewport_size({"width": width, "height": 800})
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
