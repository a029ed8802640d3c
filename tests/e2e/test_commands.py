"""Search and commands of the studio by keyboard: records, pages, actions on the open record, and the sheet of
shortcuts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.control.services import control_plane
from tests.harness import ROOT, until

AXE = (ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
VIOLATIONS = "axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html}`))"


def test_records_pages_and_actions_are_one_key_away(tmp_path: Path, browser: Browser) -> None:
    with control_plane(tmp_path / "data", public=False) as plane:
        film = plane.owner.make("content", title="Night Train", kind="film")
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", bypass_csp=True)
        cookies = [{"name": n, "value": v, "url": plane.url} for n, v in plane.owner.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{plane.url}/studio/#/")
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        search = page.get_by_role("combobox", name="Search and commands")

        page.keyboard.press("Control+k")
        search.fill("night tr")
        expect(page.get_by_role("option", name="Night Train")).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        search.press("Enter")
        expect(page.get_by_role("heading", name="Night Train")).to_be_visible()
        expect(search).to_be_hidden()

        page.keyboard.press("Control+k")
        search.fill("publ")
        page.get_by_role("option", name="Publish", exact=True).click()
        expect(page.get_by_text("Published", exact=True).first).to_be_visible()
        until("it is stored", lambda: plane.owner.get(f"content/{film['id']}").json()["status"] == "published", 20)

        page.keyboard.press("g")
        page.keyboard.press("t")
        expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
        page.keyboard.press("Escape")

        page.set_viewport_size({"width": 390, "height": 800})
        page.get_by_role("button", name="Search and commands").click()
        search.fill("invite")
        page.get_by_role("option", name="Invite somebody").click()
        expect(page.get_by_role("dialog", name="Invite")).to_be_visible()
        context.close()
