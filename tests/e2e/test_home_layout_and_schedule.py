"""The studio's pages for the home page of the site, and for the schedules of channels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.control.services import ControlPlane, control_plane
from tests.viewing.conftest import Catalogue


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with control_plane(tmp_path_factory.mktemp("pages") / "data") as plane:
        yield Catalogue(plane)


@pytest.fixture
def studio(catalogue: Catalogue, browser: Browser) -> Iterator[Page]:
    """A page of the owner, who is in Berlin."""
    plane: ControlPlane = catalogue.plane
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-US", reduced_motion="reduce", timezone_id="Europe/Berlin"
    )
    context.add_cookies([{"name": n, "value": v, "url": plane.url} for n, v in plane.owner.cookies.items()])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda e: problems.append(str(e)))
    yield page
    context.close()
    assert problems == []


def test_edited_home_page_is_previewed_and_then_published(catalogue: Catalogue, studio: Page) -> None:
    for title in ("Night Train", "The Lighthouse", "Paper Birds"):
        catalogue.content(title)
    url, page = catalogue.plane.url, studio
    page.goto(f"{url}/studio/#/home_layout")
    preview = page.frame_locator("iframe")
    expect(preview.get_by_test_id("row-new")).to_be_visible()
    page.get_by_role("button", name="Add a row").click()
    page.get_by_role("menuitem", name="Hand-picked titles").click()
    search = page.get_by_role("combobox", name="Add a title")
    for title in ("The Lighthouse", "Night Train"):
        search.fill(title)
        expect(page.get_by_role("option", name=title, exact=True)).to_be_visible()
        search.press("Enter")
        expect(page.get_by_role("button", name=f"Remove “{title}”")).to_be_visible()
    page.get_by_label("Title in English").fill("Staff picks")
    handle = page.get_by_role("button", name="Move Staff picks")
    for place in range(6, 0, -1):
        handle.press("ArrowUp")
        expect(page.get_by_text(f"Staff picks is now at place {place} of 7")).to_be_attached()
    page.get_by_role("button", name="Hide “New”").click()
    page.get_by_role("radio", name="Chosen").check(force=True)
    search.first.fill("Paper")
    expect(page.get_by_role("option", name="Paper Birds", exact=True)).to_be_visible()
    search.first.press("Enter")
    expect(preview.get_by_role("heading", name="Paper Birds").first).to_be_visible()
    expect(preview.locator(".row h2")).to_have_text(["Staff picks"])
    assert [row["kind"] for row in catalogue.site("/home")["rows"]] == ["new"], "nothing is published yet"
    page.reload()
    expect(page.get_by_text("Not published yet")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Not published yet")).to_have_count(0)
    page.goto(url)
    expect(page.locator(".row h2")).to_have_text(["Staff picks"])
    expect(page.get_by_test_id("hero").get_by_role("heading")).to_have_text("Paper Birds")
    expect(page.locator(".row .card").first).to_contain_text("The Lighthouse")
