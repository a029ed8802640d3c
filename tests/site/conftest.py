"""The fake server and browser pages that visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages import Pages
from tests.site.fake import COOKIE, DIST, TOKEN, serving
from tests.site.fake_site import FakeSite

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def fake_site() -> Iterator[FakeSite]:
    assert (DIST / "site.html").is_file(), "The site is not built: run “npm run build” in web_ui."
    with serving() as fake:
        yield fake


@pytest.fixture
def fake(fake_site: FakeSite) -> FakeSite:
    fake_site.reset()
    return fake_site


def _block_images(page: Page) -> None:
    """Rendering images takes time; without them the site shows placeholders."""
    page.context.route("**/images/**", lambda route: route.abort())


@pytest.fixture
def visit(fake: FakeSite, pages: Pages) -> Iterator[Visit]:
    """Opens a page: `visit("/title/x", signed_in=True, width=360)`. Script errors and CSP violations fail the test."""

    def visit(
        path: str = "/", *, signed_in: bool = False, width: int = 1280, pictures: bool = False, **more: Any
    ) -> Page:
        settings = {"locale": "en-US", "reduced_motion": "reduce", "service_workers": "block"} | more
        page = pages.open(width=width, height=800, prepare=None if pictures else _block_images, **settings)
        if signed_in:
            page.context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": fake.url}])
        page.goto(fake.url + path)
        settled(page)
        return page

    yield visit
    assert pages.errors == []


def settled(page: Page) -> None:
    """Wait until the page has loaded its data. Titles that can't be played yet stay in the loading state."""
    page.wait_for_function("""() => {
      const main = document.querySelector('main');
      return main?.querySelector('[data-testid=waiting]') || !['loading', undefined].includes(main?.dataset.state);
    }""")
