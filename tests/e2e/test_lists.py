"""Lists of the studio: columns that tell rows apart, posters, saved views, and empty lists."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.control.services import control_plane
from tests.harness import ROOT

AXE = (ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
VIOLATIONS = "axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html}`))"


def test_list_of_content_as_table_and_posters_with_saved_views(tmp_path: Path, browser: Browser) -> None:
    with control_plane(tmp_path / "data", public=False) as plane:
        owner = plane.owner
        series = owner.make("series", title="The Signal Box")["id"]
        season = owner.make("seasons", series=series, number=1)["id"]
        for n in (1, 2):
            owner.make("content", title="Episode", kind="episode", series=series, season=season, episode_number=n)
        published = owner.make("content", title="Night Train", kind="film")["id"]
        owner.post(f"content/{published}/publish")
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", bypass_csp=True)
        cookies = [{"name": n, "value": v, "url": plane.url} for n, v in owner.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{plane.url}/studio/#/content?filter=%7B%22status%22%3A%22draft%22%7D")
        expect(page.get_by_role("cell", name="The Signal Box · S1 E1")).to_be_visible()
        expect(page.get_by_role("cell", name="The Signal Box · S1 E2")).to_be_visible()
        expect(page.get_by_role("link", name="Night Train")).to_be_hidden()

        page.get_by_role("button", name="Show as posters").click()
        expect(page.get_by_role("checkbox", name="Select Episode")).to_have_count(2)
        page.mouse.move(0, 0)  # no tooltip
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        page.get_by_role("button", name="Saved views").click()
        page.get_by_role("menuitem", name="Save this view").click()
        page.get_by_label("Name").fill("Drafts as posters")
        page.get_by_role("dialog").get_by_role("button", name="Save this view").click()
        expect(page.get_by_text("View saved.")).to_be_visible()

        # A selection ends with the list, and another browser has the view.
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("checkbox", name="Select Episode").first.press("Space")
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.goto(f"{plane.url}/studio/#/channels")
        expect(page.get_by_role("heading", name="No channels yet")).to_be_visible()
        expect(page.get_by_role("link", name="Create the first channel")).to_be_visible()
        for name in ("Filter", "Export as CSV", "Saved views"):
            expect(page.get_by_role("button", name=name)).to_be_hidden()
        page.evaluate("localStorage.clear()")
        page.goto(f"{plane.url}/studio/#/content")
        page.reload()
        expect(page.get_by_role("link", name="Night Train")).to_be_visible()
        expect(page.get_by_text("1 selected")).to_be_hidden()
        page.get_by_role("button", name="Saved views").click()
        page.get_by_role("menuitem", name="Drafts as posters").click()
        expect(page.get_by_role("checkbox", name="Select Episode")).to_have_count(2)
        expect(page.get_by_role("link", name="Night Train")).to_be_hidden()
        expect(page.get_by_role("button", name="Show as a table")).to_be_visible()
        context.close()


def test_deleted_film_is_restored_from_the_trash(tmp_path: Path, browser: Browser) -> None:
    with control_plane(tmp_path / "data", public=False) as plane:
        film = plane.owner.make("content", title="Night Train", kind="film")["id"]
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", bypass_csp=True)
        cookies = [{"name": n, "value": v, "url": plane.url} for n, v in plane.owner.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{plane.url}/studio/#/content/{film}/show")
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("menuitem", name="Delete").click()
        expect(page.get_by_role("dialog")).to_contain_text("restore it from the trash")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("heading", name="No content yet")).to_be_visible()
        page.get_by_role("link", name="Trash").click()
        expect(page.get_by_text("Night Train")).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        page.get_by_role("button", name="Restore").click()
        expect(page.get_by_role("heading", name="Night Train")).to_be_visible()
        context.close()
