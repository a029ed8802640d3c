"""The home page as viewers see it after its layout was saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from otnet_server.db.tables import home_layout
from tests.viewing.conftest import Catalogue


def titles_of(home: dict[str, Any], kind: str) -> list[str]:
    return [item["title"] for row in home["rows"] if row["kind"] == kind for item in row["items"]]


def save(catalogue: Catalogue, **layout: Any) -> None:
    answer = catalogue.plane.owner.put("home_layout", json=layout)
    assert answer.status_code == 200, answer.text


def test_home_page_follows_the_layout_at_once(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    drama, horror = owner.make("genres", name="Drama")["id"], owner.make("genres", name="Horror")["id"]
    first = catalogue.content("First", genres=[drama], synopsis="About the first.")["id"]
    second = catalogue.content("Second", genres=[horror], age_rating=6)["id"]
    draft = catalogue.content("Draft", publish=False)["id"]
    failed = catalogue.content("Failed", media=False)["id"]
    catalogue.media(failed, "Failed", state="failed", playing=None)
    assert [row["kind"] for row in catalogue.site("/home")["rows"]] == ["new", "genre", "genre"]
    chosen = [draft, second, failed, first]
    save(
        catalogue,
        hero=chosen,
        rows=[
            {"kind": "titles", "content": chosen, "titles": {"de": "Ausgesucht", "en": "Hand-picked"}},
            {"kind": "titles", "content": [draft]},
            {"kind": "genres"},
            {"kind": "genre", "record": horror, "hidden": True},
            {"kind": "continue"},
            {"kind": "new", "titles": {"de": "Frisch"}},
        ],
    )
    home = catalogue.site("/home")
    assert titles_of(home, "titles") == ["Second", "First"], "drafts and failed titles are left out, the order is kept"
    assert [(row["kind"], row["title"]) for row in home["rows"]] == [
        ("titles", "Hand-picked"),
        ("genre", "Drama"),
        ("new", "Frisch"),
    ]
    assert home["rows"][0]["titles"] == {"de": "Ausgesucht", "en": "Hand-picked"}
    assert [hero["title"] for hero in home["heroes"]] == ["Second", "First"] and home["hero"]["title"] == "Second"
    assert home["heroes"][1]["synopsis"] == "About the first."
    owner.post(f"content/{draft}/publish", json={})
    save(catalogue, hero=[draft], rows=[{"kind": "genre", "record": horror}])
    home = catalogue.site("/home")
    assert [(row["id"], row["title"]) for row in home["rows"]] == [("genre-horror", "Horror")]
    assert home["hero"]["title"] == "Draft"


def test_rows_of_a_viewer_are_where_the_layout_puts_them(catalogue: Catalogue) -> None:
    film, begun = catalogue.content("Film"), catalogue.content("Begun", age_rating=6)
    viewer = catalogue.audience()
    viewer.put(f"/api/v1/me/list/{film['id']}")
    progress = {"content": begun["id"], "position_s": 60, "duration_s": 600, "at": "2026-01-01T00:00:00Z"}
    assert viewer.put("/api/v1/me/progress", json=progress).status_code in (200, 204)
    rows = [{"kind": "list", "titles": {"en": "Mine"}}, {"kind": "new"}, {"kind": "continue"}]
    save(catalogue, hero=[begun["id"], film["id"]], rows=rows)
    home = catalogue.site("/home", viewer)
    assert [(row["kind"], row["title"]) for row in home["rows"]] == [("list", "Mine"), ("new", ""), ("continue", "")]
    assert home["heroes"][0]["progress"]["position_s"] == 60
    assert [row["kind"] for row in catalogue.site("/home")["rows"]] == ["new"]
    child = viewer.post("/api/v1/me/profiles", json={"name": "Child", "max_age": 6, "color": 1}).json()
    assert viewer.put("/api/v1/me/profile", json={"id": child["id"], "pin": ""}).status_code in (200, 204)
    home = catalogue.site("/home", viewer)
    assert [hero["title"] for hero in home["heroes"]] == ["Begun"], "the profile has an age limit"
    assert titles_of(home, "new") == ["Begun"]


def test_popular_titles_and_episodes_of_a_series(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    series = owner.make("series", title="The Signal Box")
    episode = catalogue.content("The Bridge", kind="episode", series=series["id"], episode_number=1)
    quiet, loud = catalogue.content("Quiet"), catalogue.content("Loud")
    save(catalogue, rows=[{"kind": "popular"}, {"kind": "episodes", "record": series["id"]}])
    assert [row["kind"] for row in catalogue.site("/home")["rows"]] == ["episodes"]
    hour, keys = datetime.now(UTC).strftime("%Y-%m-%dT%H"), {"skin": "video", "country": "", "device": ""}
    starts = {quiet["id"]: 2, loud["id"]: 9, episode["id"]: 0}
    for id, count in starts.items():
        catalogue.plane.put(
            "telemetry_hour", hour=hour, organization=owner.organization, content=id, starts=count, **keys
        )
    save(
        catalogue,
        rows=[{"kind": "popular"}, {"kind": "episodes", "record": series["id"]}, {"kind": "new", "hidden": True}],
    )
    home = catalogue.site("/home")
    assert titles_of(home, "popular") == ["Loud", "Quiet"]
    assert (home["rows"][1]["title"], home["rows"][1]["href"]) == ("The Signal Box", "/series/the-signal-box")


def test_preview_shows_a_layout_that_is_not_saved(catalogue: Catalogue) -> None:
    film = catalogue.content("Film")
    layout = {"hero": [film["id"]], "rows": [{"kind": "list"}, {"kind": "new", "titles": {"en": "Draft row"}}]}
    answer = catalogue.plane.owner.post("home_layout/preview", json=layout)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.json()["empty"] == [0]
    assert [row["title"] for row in answer.json()["home"]["rows"]] == ["Draft row"]
    assert [row["title"] for row in catalogue.site("/home")["rows"]] == [""]


def test_layout_that_another_process_has_saved_is_in_force_at_once(catalogue: Catalogue) -> None:
    catalogue.content("Film")
    save(catalogue, rows=[{"kind": "new", "titles": {"en": "Before"}}])
    assert [row["title"] for row in catalogue.site("/home")["rows"]] == ["Before"]
    layout = {"hero": [], "rows": [{"kind": "new", "titles": {"en": "After"}}]}
    with catalogue.plane.engine.begin() as c:
        c.execute(update(home_layout).values(layout=layout, version=home_layout.c.version + 1))
    assert [row["title"] for row in catalogue.site("/home")["rows"]] == ["After"]
