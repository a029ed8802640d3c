"""Editing in the studio while the record changes behind the form: nothing that somebody typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.harness import make_film, running, until
from tests.studio import DASHBOARD, made, owner


class Desk:
    """Ann's browser, and Ann at another machine."""

    def __init__(self, page: Page, url: str, ann: httpx.Client, media: str) -> None:
        self.page, self.url, self.ann, self.media = page, url, ann, media

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}/studio/#/{path}")

    def field(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=name)

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()

    def kept(self, path: str, **values: str) -> None:
        """It was saved: the page shows the record, and the server has it."""
        self.page.wait_for_url(f"**/{path}/show")
        now = self.ann.get(f"{DASHBOARD}/{path}").json()
        assert {n: now[n] for n in values} == values

    def change(self, path: str, **values: str) -> None:
        assert self.ann.patch(f"{DASHBOARD}/{path}", json=values).status_code == 200


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    base: Path = tmp_path_factory.mktemp("editing")
    make_film(base / "library" / "Night Train.mp4", 2)
    with running(base / "data", base / "library", options=()) as server, owner(server) as ann:
        (media,) = until("it is ready", lambda: ann.get(f"{DASHBOARD}/media?state=ready").json()["items"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in ann.cookies.items()])
        yield Desk(context.new_page(), server.url, ann, media["id"])
        context.close()


def test_what_is_typed_before_the_record_itself_has_come_stays(desk: Desk) -> None:
    """The form opens with what the list knew; the server's answer follows."""
    page, path = desk.page, f"genres/{made(desk.ann, 'genres', name='Night')['id']}"
    held: list[Route] = []
    desk.open("genres")
    expect(page.get_by_role("row").filter(has_text="Night")).to_be_visible()
    page.wait_for_timeout(2100)  # what was read within two seconds is not read again
    desk.change(path, slug="by-night")
    page.route(re.compile(f"{path}(\\?|$)"), lambda route: held.append(route))
    page.evaluate(f"location.hash = '/{path}'")
    until("it is asked for", lambda: page.evaluate("1") and held)
    desk.field("Name").fill("Late")
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    expect(desk.field("Slug")).to_have_value("by-night")
    expect(desk.field("Name")).to_have_value("Late")
    desk.save()
    desk.kept(path, name="Late", slug="by-night")


def test_what_is_chosen_stays_while_the_record_changes(desk: Desk) -> None:
    page, path = desk.page, f"media/{desk.media}"
    desk.open(path)
    role = page.get_by_role("combobox", name="Role")
    role.select_option("extra")
    desk.change(path, title="Night Train, restored")
    expect(desk.field("Title")).to_have_value("Night Train, restored")
    expect(role).to_have_value("extra")
    desk.save()
    desk.page.get_by_role("dialog").get_by_role("button", name="Overwrite").click()
    desk.kept(path, role="extra", title="Night Train, restored")


def test_who_comes_second_chooses(desk: Desk) -> None:
    path = f"genres/{made(desk.ann, 'genres', name='Day')['id']}"
    desk.open(path)
    desk.field("Name").fill("Mine")
    desk.change(path, name="Theirs")
    desk.save()
    desk.page.get_by_role("dialog").get_by_role("button", name="Load their version").click()
    expect(desk.field("Name")).to_have_value("Theirs")
    desk.field("Name").fill("Mine after all")
    desk.change(path, name="Theirs again")
    desk.save()
    desk.page.get_by_role("dialog").get_by_role("button", name="Overwrite").click()
    desk.kept(path, name="Mine after all")
