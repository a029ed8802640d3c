"""The team page of the studio: an owner invites somebody and hands over the link; the person joins and is signed in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.control.services import control_plane
from tests.harness import ROOT

AXE = (ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def new_page(browser: Browser, width: int = 1280, locale: str = "en-US") -> Page:
    return browser.new_context(viewport={"width": width, "height": 800}, locale=locale, bypass_csp=True).new_page()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate("axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html}`))")


def test_owner_invites_and_the_person_joins(tmp_path: Path, browser: Browser) -> None:
    with control_plane(tmp_path / "data", public=False) as plane:
        page = new_page(browser)
        cookies = [{"name": n, "value": v, "url": plane.url} for n, v in plane.owner.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{plane.url}/studio/#/team")
        page.get_by_role("button", name="Invite").click()
        page.get_by_label("E-mail").fill("zoe@example.org")
        page.get_by_label("Language").select_option("de")
        page.get_by_role("dialog").get_by_role("button", name="Invite").click()
        link = page.get_by_test_id("secret").inner_text()
        assert link.startswith(f"{plane.url}/studio/#/invitation?token="), "the link can be sent as it is"
        expect(page.get_by_role("dialog").get_by_role("button", name="Copy the link")).to_be_visible()
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_text("zoe@example.org", exact=True)).to_be_visible()
        assert violations(page) == []

        # With the session of another account, the page offers to sign out.
        page.goto(link)
        expect(page.get_by_text("ann@example.org")).to_be_visible()
        page.context.close()

        zoe = new_page(browser, 390)
        zoe.goto(link)
        expect(zoe.get_by_role("heading", name="Ann Example hat Sie zu Harbour Films eingeladen")).to_be_visible()
        assert zoe.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no horizontal overflow"
        assert violations(zoe) == []
        zoe.get_by_label("Ihr Name").fill("Zoe")
        zoe.get_by_label("Neues Passwort").fill("a long password of Zoe")
        zoe.get_by_role("button", name="Einladung annehmen").click()
        expect(zoe.get_by_role("heading", name="Start")).to_be_visible()
        zoe.context.close()

        again = new_page(browser)
        again.goto(link)
        expect(again.get_by_role("alert")).to_contain_text("This invitation has been used or withdrawn")
        again.context.close()
        people = plane.owner.get("team").json()["people"]
        assert [(p["email"], p["role"]) for p in people][1:] == [("zoe@example.org", "editor")]
