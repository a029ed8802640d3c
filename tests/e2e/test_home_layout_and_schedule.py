"""The studio's pages for the home page of the site, and for the schedules of channels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.control.services import ControlPlane, control_plane
from tests.harness import until
from tests.studio import pick
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
        pick(search, title, title)
        expect(page.get_by_role("button", name=f"Remove “{title}”")).to_be_visible()
    page.get_by_label("Title in English").fill("Staff picks")
    handle = page.get_by_role("button", name="Move Staff picks")
    for place in range(7, 0, -1):
        handle.press("ArrowUp")
        expect(page.get_by_text(f"Staff picks is now at place {place} of 8")).to_be_attached()
    page.get_by_role("button", name="Hide “New”").click()
    page.get_by_role("radio", name="Chosen").check(force=True)
    pick(search.first, "Paper", "Paper Birds")
    pick(search.first, "Light", "The Lighthouse")
    expect(preview.get_by_text("1 of 2")).to_be_visible()
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
    following = page.get_by_role("button", name="Next featured title")
    following.press("Enter")
    expect(page.get_by_test_id("hero").get_by_role("heading")).to_have_text("The Lighthouse")
    expect(following).to_be_focused()


def test_schedule_is_planned_by_drag_by_keys_and_by_form(catalogue: Catalogue, studio: Page) -> None:
    owner, url, page = catalogue.plane.owner, catalogue.plane.url, studio
    feature = catalogue.content("Evening Feature", media=False)["id"]
    catalogue.media(feature, "Evening Feature", duration_s=5400.0)
    catalogue.content("Short Film")  # ten minutes
    channel = owner.make("channels", name="Night Channel", time_zone="Europe/Berlin")["id"]

    def programs() -> list[tuple[str, int]]:
        rows = owner.items("programs", channel=channel, sort="starts_at")
        return [(row["starts_at"], row["duration_s"]) for row in rows]

    page.goto(f"{url}/studio/#/schedule?channel={channel}&date=2030-10-27")
    expect(page.get_by_text("25 h: the clocks change")).to_be_visible()
    expect(page.get_by_text("02:00 again")).to_be_attached()
    expect(page.get_by_text("Times in Europe/Berlin, the time zone of the channel")).to_be_visible()
    gap = page.get_by_role("button", name="25 h free, 00:00 – 00:00: add a program")
    expect(gap).to_be_visible()
    page.locator(".ruler").evaluate("ruler => { ruler.scrollTop = 0 }")

    title, column = page.locator(".title-panel li", has_text="Evening Feature"), page.locator(".ruler-column")
    box, day = title.bounding_box(), column.bounding_box()
    assert box is not None and day is not None
    hour = day["height"] / 25
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(day["x"] + 100, day["y"] + 3.5 * hour, steps=3)  # 02:30 for the second time
    expect(page.locator(".drag-words")).to_have_text("02:30 – 04:00")
    page.mouse.up()
    block = page.get_by_role("button", name="Evening Feature 02:30 – 04:00")
    expect(block).to_be_visible()
    assert programs() == [("2030-10-27T01:30:00.000Z", 5400)]

    block.press("ArrowDown")
    block = page.get_by_role("button", name="Evening Feature 02:35 – 04:05")
    block.press("Alt+ArrowUp")
    until("it is stored", lambda: programs() == [("2030-10-27T01:35:00.000Z", 5100)])

    box = page.locator(".title-panel li", has_text="Short Film").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(day["x"] + 100, day["y"] + 4.2 * hour, steps=3)
    expect(page.locator(".drag-words")).to_have_text("Overlaps with “Evening Feature”, 02:35 – 04:00.")
    page.mouse.up()
    expect(page.locator(".drag-words")).to_have_count(0)
    assert len(programs()) == 1, "an overlap is refused"
    page.get_by_role("button", name="Start after it, at 04:00").click()
    expect(page.get_by_role("button", name="Short Film 04:00 – 04:10")).to_be_visible()
    page.locator("body").press("Control+z")
    expect(page.get_by_role("button", name="Short Film 04:00 – 04:10")).to_have_count(0)
    until("it is deleted again", lambda: len(programs()) == 1)

    page.get_by_role("button", name="Evening Feature 02:35 – 04:00").press("Delete")
    expect(page.get_by_text("“Evening Feature” was moved to the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Evening Feature 02:35 – 04:00")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="04:00 – 00:00 20 h free Add a program").click()
    form = page.get_by_role("dialog")
    pick(form.get_by_role("combobox"), "Short", "Short Film")
    expect(form.get_by_label("Length")).to_have_value("10:00")
    form.get_by_label("Starts").fill("2030-10-27T03:30")
    expect(form.get_by_role("alert")).to_have_text("Overlaps with “Evening Feature”, 02:35 – 04:00.")
    form.get_by_label("Starts").fill("2030-10-27T04:00")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".agenda-program b")).to_have_text(["Evening Feature", "Short Film"])
    assert programs()[1] == ("2030-10-27T03:00:00.000Z", 600)


def test_channel_page_has_its_template_and_its_stream_keys(catalogue: Catalogue, studio: Page) -> None:
    owner, url, page = catalogue.plane.owner, catalogue.plane.url, studio
    film = catalogue.content("Harbour at Night")["id"]
    channel = owner.make("channels", name="Harbour", status="on", titles=[film])["id"]
    page.goto(f"{url}/studio/#/channels/{channel}/show?tab=schedule")
    page.get_by_role("button", name="Template").click()
    page.get_by_role("button", name="Prime time alone").click()
    page.get_by_role("dialog").get_by_label("Sun").uncheck(force=True)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    stored = owner.get(f"/api/v1/dashboard/channels/{channel}").json()
    (block,) = stored["scheduler_settings"]["blocks"]
    assert stored["scheduler"] == "day_templates" and "sun" not in block["days"] and block["from"] == "20:15"

    page.get_by_role("link", name="Live", exact=True).click()
    page.get_by_role("button", name="Create a stream key").click()
    page.get_by_label("Name", exact=True).fill("Camera 1")
    page.get_by_role("button", name="Create", exact=True).click()
    key = page.get_by_role("dialog").get_by_role("status").filter(has_text="ots_").first
    expect(key).to_be_visible()
    page.get_by_role("button", name="I have saved it").click()
    expect(page.get_by_role("heading", name="Waiting for an encoder")).to_be_visible()
    page.get_by_role("button", name="Revoke “Camera 1”").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="No encoder can publish yet")).to_be_visible()
