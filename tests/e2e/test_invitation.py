"""An invitation in the studio: an owner creates it and hands over the link; the person joins with a new password."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness import OTNet, running
from tests.studio import OWNER, owner


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    base: Path = tmp_path_factory.mktemp("invitation")
    (base / "library").mkdir()
    with running(base / "data", base / "library", options=()) as started:
        yield started


def new_page(browser: Browser, width: int = 1280) -> Page:
    return browser.new_context(viewport={"width": width, "height": 800}, locale="en-US").new_page()


def test_owner_invites_and_the_person_joins(server: OTNet, browser: Browser) -> None:
    with owner(server) as ann:
        page = new_page(browser)
        cookies = [{"name": n, "value": v, "url": server.url} for n, v in ann.cookies.items()]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{server.url}/studio/#/invitations/create")
        page.get_by_label("E-mail").fill("zoe@example.org")
        page.get_by_role("button", name="Create").click()
        link = page.get_by_test_id("secret").inner_text()
        assert link.startswith(f"{server.url}/studio/#/invitation?token=")
        expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
        page.get_by_role("button", name="I have saved it").click()

        # With the session of another account, the page offers to sign out.
        page.goto(link)
        expect(page.get_by_text(f"You are signed in as {OWNER['email']}")).to_be_visible()
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
