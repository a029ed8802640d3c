"""The studio's pages for protection: providers, keys, the log of licences, live sessions, and what viewers see."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from otnet_server.protection.licence_log import LicenceEvent
from tests.control.services import ControlPlane, control_plane
from tests.control.test_protection_api import ACCOUNT, CANARY, PLUGINS
from tests.playback.titles import content_in, ready_media
from tests.studio import pick
from tests.viewing.conftest import Catalogue

LATER = "2099-01-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    with control_plane(tmp_path_factory.mktemp("protection") / "data", plugins={"enabled": PLUGINS}) as made:
        yield made


@pytest.fixture
def studio(plane: ControlPlane, browser: Browser) -> Iterator[Page]:
    """A page of an administrator."""
    admin = plane.owner.colleague("admin")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", reduced_motion="reduce")
    context.add_cookies([{"name": n, "value": v, "url": plane.url} for n, v in admin.cookies.items()])
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda e: problems.append(str(e)))
    yield page
    context.close()
    assert problems == []


def log_licence(plane: ControlPlane, media: str, outcome: str) -> None:
    async def add() -> None:
        log = plane.server.core.protection.licence_log
        log.add(LicenceEvent(plane.owner.organization, media, "session", plane.owner.id, "clearkey", "clearkey", 2,
                             outcome, 7))  # fmt: skip
        await log.flush()

    plane.run(add())


def test_administrator_sets_up_licences_and_sees_who_got_them(plane: ControlPlane, studio: Page) -> None:
    content = Catalogue(plane).content("Night Train")
    (media,) = plane.rows("media", content=content["id"])
    log_licence(plane, media["id"], "granted")
    log_licence(plane, media["id"], "session_ended")
    session = plane.put("playback_session", id="a-playback-session", media=media["id"], expires_at=LATER, ends_at=LATER)
    page = studio
    page.goto(f"{plane.url}/studio/")
    page.get_by_role("navigation", name="Studio").get_by_role("link", name="Protection").click()
    clear_key = page.get_by_test_id("provider-clearkey")
    clear_key.get_by_role("button", name="Test connection").click()
    expect(clear_key.get_by_role("status")).to_have_text(
        "The connection works. Clear Key licences come from this server."
    )
    page.get_by_role("radio", name="One key for each title").check()
    page.get_by_text("applies to what is encrypted from now on").wait_for()
    page.get_by_role("checkbox", name="Only devices that prove possession").check()
    page.get_by_role("radio", name="At least software").check()
    page.locator("section", has_text="Content keys").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Players get their licences this way")).to_be_visible()
    saved = plane.owner.get("protection").json()
    assert (saved["keys"], saved["proof_required"], saved["device_security"]) == ("title", True, "software")

    axinom = page.get_by_test_id("provider-axinom")
    axinom.locator("summary").click()
    for label, name in (
        ("Licence service subdomain", "tenant"), ("Communication key ID", "communication_key_id"),
        ("Key service tenant ID", "key_tenant_id"), ("Key service management key", "management_key"),
    ):  # fmt: skip
        axinom.get_by_label(label).fill(ACCOUNT[name])
    axinom.get_by_label(re.compile(r"^Communication key \*$")).fill("no")
    axinom.get_by_role("button", name="Save").click()
    expect(axinom.locator(".field-bad")).to_have_count(1)
    axinom.locator(".field-bad input").fill(ACCOUNT["communication_key"])
    axinom.get_by_role("button", name="Save").click()
    expect(axinom.get_by_text("Account complete")).to_be_visible()
    expect(axinom.get_by_text("Leave empty to keep it")).to_have_count(2)
    assert CANARY not in page.content()

    page.get_by_role("button", name="Rotate keys").click()
    page.get_by_role("dialog").get_by_role("button", name="Rotate keys").click()
    expect(page.get_by_text("2 keys and secrets are encrypted with the new data key")).to_be_visible()

    page.get_by_role("link", name="Licence log").click()
    expect(page.get_by_test_id("licences").locator("tbody tr")).to_contain_text(
        ["Session had ended", "Granted"], use_inner_text=True
    )
    page.get_by_role("link", name="Live sessions").click()
    row = page.get_by_test_id("sessions").locator("tbody tr")
    expect(row).to_contain_text("Without an account")
    row.get_by_role("button", name="End").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.get_by_text("Nobody is watching at the moment")).to_be_visible()
    assert plane.rows("playback_session", id=session)[0]["stopped"]


def test_title_says_what_each_audience_gets(plane: ControlPlane, studio: Page) -> None:
    draft = Catalogue(plane).content("Paper Birds", publish=False)
    page = studio
    page.goto(f"{plane.url}/studio/#/content/{draft['id']}/show")
    page.get_by_role("button", name="Play as a viewer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-audience]")).to_contain_text(["does not exist", "does not exist", "can play it"])
    expect(dialog.get_by_role("status")).to_have_text(
        "Asked just now without your sign-in, the server does not show the page."
    )


def test_editors_do_not_see_the_page(plane: ControlPlane, browser: Browser) -> None:
    editor = plane.owner.colleague("editor")
    context = browser.new_context(locale="en-US")
    try:
        context.add_cookies([{"name": n, "value": v, "url": plane.url} for n, v in editor.cookies.items()])
        page = context.new_page()
        page.goto(f"{plane.url}/studio/#/protection")
        expect(page.locator("main .empty h2")).to_be_visible()
        expect(page.get_by_role("link", name="Protection")).to_have_count(0)
    finally:
        context.close()


def test_administrator_sees_why_a_viewer_can_watch_a_title_and_plays_it_as_they_would(
    plane: ControlPlane, studio: Page
) -> None:
    film = content_in(plane.owner, "entitled")
    ready_media(plane, "entitled", film)
    viewer = plane.owner.invite("vera@example.org", "audience", name="Vera")
    page = studio
    page.goto(f"{plane.url}/studio/#/users/{viewer.id}/show")
    page.get_by_role("button", name="Can they watch a title?").click()
    dialog = page.get_by_role("dialog", name="Can Vera watch this?")
    pick(dialog.get_by_label("Title"), "entitled", "A entitled film")
    expect(dialog.get_by_role("status")).to_have_text("Vera can’t watch it now.")
    refused = dialog.get_by_test_id("can-watch").locator("[data-state=refused]")
    expect(refused).to_have_text("Refused: No grant includes it.")
    expect(dialog.get_by_role("button", name="Play as Vera")).to_have_count(0)

    grant = plane.owner.make("grants", user=viewer.id, scope="everything", max_quality="sd", reason="Film school")
    page.goto(f"{plane.url}/studio/#/content/{film}/show")
    expect(page.get_by_test_id("grants")).to_contain_text("up to SD · Film school")
    page.get_by_role("button", name="Can a viewer watch it?").click()
    dialog = page.get_by_role("dialog", name="Can this viewer watch “A entitled film”?")
    pick(dialog.get_by_label("Viewer"), "Vera", "Vera")
    expect(dialog.get_by_role("status")).to_have_text("Vera can watch it now.")
    expect(dialog.get_by_role("link", name="Film school")).to_have_attribute("href", f"#/grants/{grant['id']}/show")
    with page.expect_popup() as opened:
        dialog.get_by_role("button", name="Play as Vera").click()
    expect(opened.value.get_by_role("note")).to_contain_text("You see this title as Vera would")
    opened.value.close()
    (link,) = plane.owner.items("preview_links", content=film)
    assert link["viewer"] == viewer.id
