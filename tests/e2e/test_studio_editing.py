"""Editing in the studio while the record changes on the server: no input is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.harness import make_film, running, until
from tests.studio import DASHBOARD, create_record, owner


class EditingSession:
    """Ann's browser, and API requests by Ann from another machine."""

    def __init__(self, page: Page, url: str, ann: httpx.Client, media: str) -> None:
        self.page, self.url, self.ann, self.media = page, url, ann, media

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}/studio/#/{path}")

    def field(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=name)

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()

    def assert_saved(self, path: str, **values: str) -> None:
        """The page shows the saved record, and the server has the values."""
        self.page.wait_for_url(f"**/{path}/show")
        now = self.ann.get(f"{DASHBOARD}/{path}").json()
        assert {n: now[n] for n in values} == values

    def change(self, path: str, **values: str) -> None:
        assert self.ann.patch(f"{DASHBOARD}/{path}", json=values).status_code == 200


@pytest.fixture(scope="module")
def editing(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[EditingSession]:
    base: Path = tmp_path_factory.mktemp("editing")
    make_film(base / "library" / "Night Train.mp4", 2, size="160x90", sound=False)
    with running(base / "data", base / "library", options=()) as server, owner(server) as ann:
        (media,) = until("it is ready", lambda: ann.get(f"{DASHBOARD}/media?state=ready").json()["items"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in ann.cookies.items()])
        yield EditingSession(context.new_page(), server.url, ann, media["id"])
        context.close()


def test_typed_text_is_kept_when_the_record_loads_late(editing: EditingSession) -> None:
    """The form opens with the values from the list; the server's response arrives later."""
    page, path = editing.page, f"genres/{create_record(editing.ann, 'genres', name='Night')['id']}"
    held: list[Route] = []
    page.clock.install()
    editing.open("genres")
    expect(page.get_by_role("row").filter(has_text="Night")).to_be_visible()
    page.clock.fast_forward(2100)  # responses are cached for two seconds
    editing.change(path, slug="by-night")
    page.route(re.compile(f"{path}(\\?|$)"), lambda route: held.append(route))
    page.evaluate(f"location.hash = '/{path}'")
    until("it is asked for", lambda: page.evaluate("1") and held)
    editing.field("Name").fill("Late")
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    expect(editing.field("Slug")).to_have_value("by-night")
    expect(editing.field("Name")).to_have_value("Late")
    editing.save()
    editing.assert_saved(path, name="Late", slug="by-night")


def test_selected_option_is_kept_when_the_record_changes(editing: EditingSession) -> None:
    page, path = editing.page, f"media/{editing.media}"
    editing.open(path)
    role = page.get_by_role("combobox", name="Role")
    role.select_option("extra")
    editing.change(path, title="Night Train, restored")
    expect(editing.field("Title")).to_have_value("Night Train, restored")
    expect(role).to_have_value("extra")
    editing.save()
    editing.page.get_by_role("dialog").get_by_role("button", name="Overwrite").click()
    editing.assert_saved(path, role="extra", title="Night Train, restored")


def test_edit_conflict_offers_to_load_or_overwrite(editing: EditingSession) -> None:
    path = f"genres/{create_record(editing.ann, 'genres', name='Day')['id']}"
    editing.open(path)
    editing.field("Name").fill("Mine")
    editing.change(path, name="Theirs")
    editing.save()
    editing.page.get_by_role("dialog").get_by_role("button", name="Load their version").click()
    expect(editing.field("Name")).to_have_value("Theirs")
    editing.field("Name").fill("Mine after all")
    editing.change(path, name="Theirs again")
    editing.save()
    editing.page.get_by_role("dialog").get_by_role("button", name="Overwrite").click()
    editing.assert_saved(path, name="Mine after all")


def test_selection_ends_when_the_list_is_left(editing: EditingSession) -> None:
    """A selection that is not seen must not be deleted with another one later."""
    page = editing.page
    create_record(editing.ann, "categories", name="Left behind")
    editing.open("categories")
    page.get_by_role("row").filter(has_text="Left behind").get_by_role("checkbox").check()
    expect(page.get_by_role("region", name=re.compile("elect"))).to_be_visible()
    editing.open("genres")
    expect(page.get_by_role("heading", name="Genres", exact=True)).to_be_visible()
    editing.open("categories")
    expect(page.get_by_role("row").filter(has_text="Left behind")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Left behind").get_by_role("checkbox")).not_to_be_checked()
    expect(page.get_by_role("region", name=re.compile("elect"))).to_have_count(0)


def test_page_without_a_network_says_so(editing: EditingSession) -> None:
    page = editing.page
    editing.open("categories")
    expect(page.get_by_role("heading", name="Categories", exact=True)).to_be_visible()
    page.context.set_offline(True)
    try:
        editing.open("people")
        expect(page.get_by_text("You are offline.")).to_be_visible()
        expect(page.get_by_role("heading", name="The server does not answer")).to_be_visible()
    finally:
        page.context.set_offline(False)
