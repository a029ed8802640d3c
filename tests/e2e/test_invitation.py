"""An invitation in the studio: an owner creates it and hands over the link; the person joins with a new password."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.control.services import control_plane


def new_page(browser: Browser, width: int = 1280) -> Page:
    return browser.new_context(viewport={"width": width, "height": 800}, locale="en-US").new_page()


def test_owner_invites_and_the_person_joins(tmp_path: Path, browser: Browser) -> None:
    with control_plane(tmp_path / "data", public=False) as plane:
        page = new_page(browser)
        cookies = [{"name": n, "value": v, "url": plane.url} for n, v in plane.owner.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{plane.url}/studio/#/invitations/create")
        page.get_by_label("E-mail").fill("zoe@example.org")
        page.get_by_role("button", name="Create").click()
        link = page.get_by_test_id("secret").inner_text()
        assert link.startswith(f"{plane.url}/studio/#/invitation?token=")
        expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
        page.get_by_role("button", name="I have saved it").click()

        # With the session of another account, the page offers to sign out.
        page.goto(link)
        expect(page.get_by_text("You are signed in as ann@example.org")).to_be_visible()
        page.context.close()

        zoe = new_page(browser, 390)
        zoe.goto(link)
        expect(zoe.get_by_role("heading", name="Join Harbour Films")).to_be_visible()
        expect(zoe.get_by_text("zoe@example.org")).to_be_visible()
        assert zoe.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no horizontal overflow"
        zoe.get_by_label("Your name").fill("Zoe")
        zoe.get_by_label("New password").fill("a long password of Zoe")
        zoe.get_by_role("button", name="Accept the invitation").click()
        expect(zoe.get_by_role("heading", name="Home")).to_be_visible()
        zoe.context.close()

        again = new_page(browser)
        again.goto(link)
        expect(again.get_by_role("alert")).to_contain_text("This invitation has been used or withdrawn")
        again.context.close()
