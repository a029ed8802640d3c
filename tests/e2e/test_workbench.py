"""The pages on which films and series are made: few clicks from nothing to a published film.

Clicks are counted in the page itself, whoever causes them; typing and keys are free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness import ROOT, make_film, running, until
from tests.studio import DASHBOARD, create_record, owner, pick

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})"
COUNT_CLICKS = (
    "window.clicks = 0; addEventListener('click', (e) => { if (e.detail > 0 && e.isTrusted) clicks += 1 }, true)"
)


class Workbench:
    """Ann's browser. `problems` are script errors and warnings of the router."""

    def __init__(self, browser: Browser, url: str, ann: httpx.Client, library: Path) -> None:
        self.url, self.ann, self.library = url, ann, library
        context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-US", reduced_motion="reduce")
        context.add_cookies([{"name": n, "value": v, "url": url} for n, v in ann.cookies.items()])
        context.add_init_script(COUNT_CLICKS)
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda e: self.problems.append(str(e)))
        self.page.on("console", lambda m: self.problems.append(m.text) if "blocker" in m.text else None)

    def open(self, path: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/studio/#{path}")
        expect(self.page.locator("main h1").first).to_be_visible()

    @property
    def clicks(self) -> int:
        return int(self.page.evaluate("window.clicks"))

    def records(self, query: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ann.get(f"{DASHBOARD}/{query}").json()["items"]
        return items

    @property
    def credits(self) -> list[dict[str, Any]]:
        """Those of the only film."""
        credits: list[dict[str, Any]] = self.records("content?kind=film")[0]["credits"]
        return credits

    def assert_accessible(self) -> None:
        self.page.wait_for_function("() => !document.querySelector('main .loading')")
        self.page.evaluate(AXE.read_text("utf-8"))
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = self.page.evaluate(RULES)
            assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], scheme
        self.page.set_viewport_size({"width": 360, "height": 800})
        assert self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 1
        self.page.set_viewport_size({"width": 1280, "height": 1000})


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Workbench]:
    base: Path = tmp_path_factory.mktemp("workbench")
    (base / "library").mkdir()
    with running(base / "data", base / "library", options=()) as server, owner(server) as ann:
        made = Workbench(browser, server.url, ann, base / "library")
        yield made
        made.page.context.close()


@pytest.fixture(autouse=True)
def no_problems(workbench: Workbench) -> Iterator[None]:
    yield
    problems, workbench.problems = workbench.problems, []
    assert problems == []


def test_film_is_uploaded_described_credited_illustrated_and_published(workbench: Workbench, tmp_path: Path) -> None:
    page = workbench.page
    film = make_film(tmp_path / "Night Train (2024).mp4", 4, size="160x90")
    workbench.open("/uploads")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(str(film))
    page.get_by_role("link", name="Open: Night Train").click()
    state = page.get_by_test_id("film-state")
    expect(state).to_have_text("Draft")

    page.get_by_role("button", name="Synopsis missing").click()
    page.get_by_role("textbox", name="Synopsis").fill("A guard counts the lights between two towns.")
    page.get_by_role("button", name="Genres missing").click()  # leaving a field saves it
    pick(page.get_by_role("combobox", name="Genres"), "Drama", "Create “Drama”")
    pick(page.get_by_role("combobox", name="Genres"), "Night", "Create “Night”")
    page.get_by_role("combobox", name="Add a person").click()
    pick(page.get_by_role("combobox", name="Add a person"), "Agnès Varda", "Create “Agnès Varda”")
    credits = page.locator(".credit-row")
    expect(credits).to_have_count(1)
    pick(page.get_by_role("combobox", name="Add a person"), "Ann Actor", "Create “Ann Actor”")
    expect(credits).to_have_count(2)
    page.get_by_role("radio", name="0:00").first.check(force=True)
    page.get_by_test_id("still-as-poster").click()
    expect(page.locator(".slot-poster img")).to_be_visible()
    page.get_by_test_id("still-as-backdrop").click()
    expect(page.locator(".slot-backdrop img")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(state).to_have_text("Published")
    assert workbench.clicks <= 12, workbench.clicks
    for item in ("Media", "Synopsis", "Artwork", "Genres", "Credits", "Rights", "Published"):
        expect(page.get_by_role("button", name=f"{item} done")).to_be_visible()

    (stored,) = workbench.records("content")
    assert stored["status"] == "published" and stored["synopsis"].startswith("A guard counts")
    assert [(c["role"], c["name"]) for c in stored["credits"]] == [("director", "Agnès Varda"), ("actor", "Ann Actor")]
    assert {g["name"] for g in workbench.records("genres")} == {"Drama", "Night"} and len(stored["genres"]) == 2
    poster, backdrop = stored["artwork"]["poster"], stored["artwork"]["backdrop"]
    assert abs(poster["width"] / poster["height"] - 2 / 3) < 0.05 and (backdrop["width"], backdrop["height"]) == (
        160,
        90,
    )
    workbench.assert_accessible()


@pytest.fixture
def film(workbench: Workbench) -> dict[str, Any]:
    """The only film, described, credited and published. The first test makes it; without it, the API does."""
    if not workbench.records("content?kind=film"):
        make_film(workbench.library / "Night Train (2024).mp4", 4, size="160x90")
        until("the film has content", lambda: workbench.records("content?kind=film"), 60)
        (record,) = workbench.records("content?kind=film")
        create, path = partial(create_record, workbench.ann), f"{DASHBOARD}/content/{record['id']}"
        for order, (name, role) in enumerate((("Agnès Varda", "director"), ("Ann Actor", "actor"))):
            person = create("people", name=name)["id"]
            create("credits", content=record["id"], person=person, role=role, position=order)
        workbench.ann.patch(path, json={"synopsis": "A guard counts the lights."}).raise_for_status()
        workbench.ann.post(f"{path}/publish", json={}).raise_for_status()
        until("it is ready", lambda: workbench.records("media")[0]["state"] == "ready", 60)
    (record,) = workbench.records("content?kind=film")
    return record


def film_page(film: dict[str, Any]) -> str:
    return f"/content/{film['id']}/show"


def test_embed_code_is_two_clicks_away(workbench: Workbench, film: dict[str, Any]) -> None:
    page = workbench.page
    workbench.open(film_page(film))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    page.get_by_role("dialog").get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("dialog").get_by_text("Copied")).to_be_visible()
    assert "<iframe src=" in page.evaluate("() => navigator.clipboard.readText()")
    assert workbench.clicks <= 2
    workbench.assert_accessible()


def test_credits_are_reordered_by_drag_and_by_keyboard(workbench: Workbench, film: dict[str, Any]) -> None:
    page, path = workbench.page, film_page(film)
    workbench.open(path)
    names = page.locator(".credit-row .name")
    expect(names).to_have_text(["Agnès Varda", "Ann Actor"])
    page.get_by_role("button", name=re.compile("Move Ann Actor")).press("ArrowUp")
    expect(names).to_have_text(["Ann Actor", "Agnès Varda"])
    until("it is stored", lambda: workbench.credits[0]["name"] == "Ann Actor", 20)

    def dragged() -> bool:
        """The rows may be drawn again, with what is stored, while one of them is dragged."""
        handle, target = (
            page.locator(".drag-handle").nth(1).bounding_box(),
            page.locator(".credit-row").first.bounding_box(),
        )
        assert handle is not None and target is not None
        page.mouse.move(handle["x"] + 5, handle["y"] + 5)
        page.mouse.down()
        page.mouse.move(handle["x"] + 5, target["y"] + 4, steps=3)
        page.mouse.up()
        with suppress(AssertionError):
            expect(names).to_have_text(["Agnès Varda", "Ann Actor"], timeout=5000)
            return True
        return False

    until("it is dragged", dragged, 60)
    until("it is stored", lambda: workbench.credits[0]["name"] == "Agnès Varda", 20)
    character = page.get_by_role("textbox", name="Character of Ann Actor")
    character.fill("The guard")
    character.press("Enter")
    page.get_by_role("combobox", name="Role of Agnès Varda").select_option("writer")
    until(
        "it is stored",
        lambda: {(c["role"], c["character"]) for c in workbench.credits} == {("writer", None), ("actor", "The guard")},
    )
    page.get_by_role("button", name="Remove the credit of Ann Actor").click()
    expect(names).to_have_text(["Agnès Varda"])


def test_edit_in_place_keeps_changes_of_others_and_says_errors(workbench: Workbench, film: dict[str, Any]) -> None:
    page, path = workbench.page, film_page(film)
    workbench.open(path)
    page.get_by_role("button", name="Edit: Synopsis").click()
    workbench.ann.patch(f"{DASHBOARD}/content/{film['id']}", json={"tagline": "By night"})
    text = page.get_by_role("textbox", name="Synopsis")
    text.fill("Another text")
    text.press("Control+Enter")
    expect(page.get_by_text("Saved")).to_be_visible()
    (now,) = workbench.records("content?kind=film")
    assert (now["synopsis"], now["tagline"]) == ("Another text", "By night")

    page.get_by_role("button", name="Edit: Synopsis").click()
    workbench.ann.patch(f"{DASHBOARD}/content/{film['id']}", json={"synopsis": "Theirs"})
    text.fill("Mine")
    text.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Somebody else has changed this")).to_be_visible()
    text.press("Escape")
    expect(page.get_by_text("Theirs")).to_be_visible()

    page.get_by_role("button", name="Edit: Slug").click()
    slug = page.get_by_role("textbox", name="Slug")
    slug.fill("Not A Slug!")
    slug.press("Enter")
    expect(page.locator(".field-error")).to_be_visible()
    slug.press("Escape")
    expect(page.get_by_role("textbox", name="Slug")).to_have_count(0)

    markers = partial(markers_of, workbench)
    page.locator(".preview-play").click()
    page.wait_for_function("() => document.querySelector('otnet-video')?.engine.video.readyState >= 1")
    page.evaluate("() => { const { engine } = document.querySelector('otnet-video'); engine.pause(); engine.seek(2) }")
    expect(page.locator(".marker-current")).to_have_text("0:02.0")
    page.get_by_role("button", name="Intro ends here").click()
    until("the intro is stored", lambda: markers() == (0, 2, None), 20)
    page.get_by_role("slider", name="Start of the intro").press("Shift+ArrowRight")
    page.get_by_role("slider", name="End of the intro").press("ArrowLeft")
    until("both ends are stored", lambda: markers() == (1, 1.9, None), 20)
    page.get_by_role("slider", name="End of the intro").press("PageDown")
    expect(page.get_by_role("alert")).to_contain_text("The intro must end after it starts")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Remove the marker: Intro").click()
    until("it is removed", lambda: markers() == (None, None, None), 20)


def markers_of(workbench: Workbench) -> tuple[Any, ...]:
    (media,) = workbench.records("media?role=main")
    return tuple(media[name] for name in ("intro_start_s", "intro_end_s", "credits_start_s"))


def test_subtitles_are_added_and_described(workbench: Workbench, film: dict[str, Any]) -> None:
    page = workbench.page
    workbench.open(film_page(film))
    file = {"name": "Night.de.srt", "mimeType": "", "buffer": b"1\n00:00:01,000 --> 00:00:02,000\nGuten Abend\n"}
    page.get_by_test_id("subtitle-file").set_input_files(file)  # type: ignore[arg-type]
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="Language")).to_have_value("de")
    dialog.get_by_role("checkbox", name="Forced").check()
    dialog.get_by_role("button", name="Save").click()
    row = page.locator(".track-rows li").filter(has_text="German")
    expect(row).to_have_attribute("data-state", "ready")
    row.get_by_role("button", name="Read").click()
    expect(page.get_by_role("dialog")).to_contain_text("Guten Abend")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)


def test_draft_is_previewed_by_a_link_without_an_account(workbench: Workbench, film: dict[str, Any]) -> None:
    page = workbench.page
    assert workbench.ann.post(f"{DASHBOARD}/content/{film['id']}/unpublish", json={}).status_code == 200
    workbench.open(f"/content/{film['id']}/show")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="For whom?").fill("The jury")
    dialog.get_by_role("button", name="Create a link").click()
    link = dialog.get_by_test_id("preview-link").inner_text()
    browser = page.context.browser
    assert browser is not None
    stranger = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900}).new_page()
    try:
        stranger.goto(link)
        expect(stranger.get_by_role("heading", name="Night Train")).to_be_visible()
        expect(stranger.get_by_text("Vorschau", exact=True)).to_be_visible()
        playing = "() => document.querySelector('otnet-video')?.engine?.state"
        until("the player is ready", lambda: stranger.evaluate(playing) == "ready", 30)
        dialog.get_by_role("button", name="Withdraw the link: The jury").click()
        expect(dialog.get_by_text("The jury")).to_have_count(0)
        stranger.reload()
        expect(stranger.locator("main")).to_have_attribute("data-state", "error")
    finally:
        stranger.context.close()


def test_series_of_three_episodes_is_made_by_hand(workbench: Workbench) -> None:
    page = workbench.page
    workbench.open("/series")
    page.get_by_role("link", name="New").first.click()
    title = page.get_by_role("textbox", name="Title")
    title.fill("The Signal Box")
    title.press("Enter")
    page.get_by_role("button", name="Add season").click()
    season = page.locator("section").filter(has=page.get_by_role("heading", name="Season 1"))
    for n, name in enumerate(("Fog", "Points", "Terminus"), 1):
        season.get_by_role("button", name="Add episode").click()
        field = season.get_by_role("textbox", name=f"Title of Episode {n}")
        field.fill(name)
        field.press("Enter")
        expect(season.get_by_role("textbox", name=f"Title of {name}")).to_be_visible()
    assert workbench.clicks <= 12, workbench.clicks
    stored = workbench.records("content?kind=episode&sort=episode_number")
    assert [(e["title"], e["episode_number"]) for e in stored] == [("Fog", 1), ("Points", 2), ("Terminus", 3)]
    workbench.assert_accessible()

    season.get_by_role("button", name="Move Terminus").press("ArrowUp")
    until("it is stored", lambda: order_of_episodes(workbench) == ["Fog", "Terminus", "Points"], 20)
    season.get_by_role("button", name="Name all").click()
    page.get_by_role("dialog").get_by_label("Pattern").fill("Part {n}")
    page.get_by_role("dialog").get_by_role("button", name="Name all").click()
    until("they are named", lambda: order_of_episodes(workbench) == ["Part 1", "Part 2", "Part 3"], 20)


def order_of_episodes(workbench: Workbench) -> list[str]:
    return [e["title"] for e in workbench.records("content?kind=episode&sort=episode_number")]
