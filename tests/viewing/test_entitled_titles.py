"""Titles that need a grant, in the lists, searches and pages of the site."""

from __future__ import annotations

from typing import Any

from tests.viewing.conftest import Catalogue
from tests.viewing.test_catalogue import row, titles


def locks(items: list[dict[str, Any]]) -> dict[str, str | None]:
    return {item["title"]: item["locked"] for item in items}


def test_cards_say_which_titles_the_account_does_not_include(catalogue: Catalogue) -> None:
    owner, ann, bob = catalogue.plane.owner, catalogue.audience(), catalogue.audience()
    genre, category = owner.make("genres", name="Noir"), owner.make("categories", name="Festival")
    classified = {"genres": [genre["id"]], "categories": [category["id"]]}
    series = owner.make("series", title="Reels")
    open_film = catalogue.content("Open film", **classified)
    for n in (1, 2):
        catalogue.content(f"Reel {n}", visibility="entitled", series=series["id"], episode_number=n, **classified)
    catalogue.content("For members", visibility="members", **classified)
    owner.make("grants", user=ann.id, scope="title", content=catalogue.made["Reel 1"]["id"])
    owner.make("grants", user=ann.id, scope="title", content=catalogue.made["For members"]["id"], effect="deny")
    want = {"Open film": None, "Reel 1": None, "Reel 2": "not_entitled", "For members": "not_entitled"}
    assert locks(catalogue.site("/categories/festival", ann)["items"]) == want
    assert locks(catalogue.site("/genres/noir", ann)["items"]) == want
    assert locks(row(catalogue.site("/home", ann), "new")["items"]) == want
    assert locks(catalogue.site("/search", ann, q="Reel")["items"]) == {
        "Reels": None, "Reel 1": None, "Reel 2": "not_entitled"
    }  # fmt: skip
    (season,) = catalogue.site("/series/reels", ann)["seasons"]
    assert locks(season["episodes"]) == {"Reel 1": None, "Reel 2": "not_entitled"}
    page = catalogue.site(f"/titles/{open_film['id']}", ann)
    assert locks(page["related"]) == {n: lock for n, lock in want.items() if n != "Open film"}
    assert catalogue.site("/titles/reel-1", ann)["next"]["locked"] == "not_entitled"
    # The same home page for others: its shared rows are cached, the locks are not.
    assert locks(row(catalogue.site("/home", bob), "new")["items"]) == {
        "Open film": None, "Reel 1": "not_entitled", "Reel 2": "not_entitled", "For members": None
    }  # fmt: skip
    assert set(locks(row(catalogue.site("/home", owner), "new")["items"]).values()) == {None}, "staff"
    assert locks(row(catalogue.site("/home"), "new")["items"]) == {"Open film": None}
    assert catalogue.site("/titles/reel-1")["locked"] == "sign_in"
    assert catalogue.site("/titles/reel-1", bob)["locked"] == "not_entitled"


def test_home_page_has_a_row_of_the_titles_of_the_grants(catalogue: Catalogue) -> None:
    owner, ann = catalogue.plane.owner, catalogue.audience()
    for title in ("One", "Two", "Three"):
        catalogue.content(title, visibility="entitled")
    catalogue.content("For members", visibility="members")
    assert row(catalogue.site("/home", ann), "granted") is None
    owner.make("grants", user=ann.id, scope="title", content=catalogue.made["One"]["id"])
    assert titles(row(catalogue.site("/home", ann), "granted")["items"]) == ["One"]
    owner.make("grants", user=ann.id, scope="everything")
    assert titles(row(catalogue.site("/home", ann), "granted")["items"]) == ["Three", "Two", "One"]
    owner.make("grants", user=ann.id, scope="title", content=catalogue.made["Two"]["id"], effect="deny")
    assert titles(row(catalogue.site("/home", ann), "granted")["items"]) == ["Three", "One"]
    assert row(catalogue.site("/home", catalogue.audience()), "granted") is None
    assert row(catalogue.site("/home", owner), "granted") is None, "staff may play everything"
