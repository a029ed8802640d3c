"""The television application against the real server."""

from __future__ import annotations

from pathlib import Path

from tests.control.services import control_plane
from tests.pages import Pages
from tests.tv import fake
from tests.tv.conftest import Television, television_page
from tests.viewing.conftest import Catalogue

LISTED = 42


def test_television_browses_a_real_catalogue(pages: Pages, tmp_path: Path) -> None:
    with control_plane(tmp_path / "data") as running:
        catalogue, owner = Catalogue(running), running.owner
        rivers, drama = owner.make("categories", name="Rivers"), owner.make("genres", name="Drama")
        ann = owner.make("people", name="Agnès Varda", born="1928-05-30")
        for n in range(1, LISTED):
            catalogue.content(f"River {n:02}", categories=[rivers["id"]])
        film = catalogue.content(
            "Night Train", categories=[rivers["id"]], genres=[drama["id"]], release_date="2026-03-14"
        )
        for role in ("director", "writer"):
            owner.make("credits", content=film["id"], person=ann["id"], role=role)
        tv = Television(television_page(pages), running.url, fake.FakeServer())
        tv.open()
        tv.until(route="home", state="ready", focus="Night Train, 2026")
        # The whole category, two pages long.
        tv.press("down")
        tv.press_until("right", "See all, Rivers")
        tv.press("ok")
        tv.until(route="list", state="ready", text="Rivers", focus="Night Train")
        for n in range(LISTED // 4):
            tv.press("down")
            tv.until(focus=f"River {LISTED - 4 * (n + 1):02}")
        tv.page.evaluate("location.hash = '/search'")
        tv.until(route="search", state="ready")
        # Find a person by name, open one of their titles, then its genre.
        tv.press(*"varda")
        tv.until(text="varda", state="ready")
        tv.press_until("right", "Agnès Varda")
        tv.press("ok")
        tv.until(route="person", state="ready", text="Agnès Varda", focus="Night Train, Director, Screenplay · 2026")
        tv.press("ok")
        tv.until(route="title", state="ready", text="Night Train")
        tv.press_until("down", "Agnès Varda, Director, Screenplay")
        tv.press("down")
        tv.until(focus="Rivers")
        tv.press("right", "ok")
        tv.until(route="list", state="ready", text="Drama", focus="Night Train")
