"""The catalogue API of the viewer site: visibility, home rows, titles, series, people, listings and search."""

from __future__ import annotations

import pytest

from tests.viewing.conftest import Catalogue


def titles(items: list[dict]) -> list[str]:
    return [x["title"] for x in items]


def row(home: dict, kind: str) -> dict | None:
    return next((r for r in home["rows"] if r["kind"] == kind), None)


@pytest.mark.parametrize(
    ("values", "publish", "anybody", "audience", "staff"),
    [
        ({}, True, True, True, True),
        ({"visibility": "members"}, True, False, True, True),
        ({"visibility": "entitled"}, True, False, True, True),
        ({"visibility": "private"}, True, False, False, False),
        ({}, False, False, False, False),
        ({"published_from": "2999-01-01T00:00:00Z"}, True, False, False, False),
        ({"published_until": "2001-01-01T00:00:00Z"}, True, False, False, False),
    ],
)
def test_lists_and_search_contain_what_the_viewer_may_see(
    catalogue: Catalogue, values: dict, publish: bool, anybody: bool, audience: bool, staff: bool
) -> None:
    made = catalogue.content("Night Train", publish=publish, **values)
    for who, sees in ((None, anybody), (catalogue.audience(), audience), (catalogue.plane.owner, staff)):
        assert ("Night Train" in titles((row(catalogue.site("/home", who), "new") or {"items": []})["items"])) is sees
        assert ("Night Train" in titles(catalogue.site("/search", who, q="nig")["items"])) is sees
    # By its URL: staff can preview unpublished titles; everybody else gets published titles or 404.
    assert catalogue.site(f"/titles/{made['slug']}", catalogue.plane.owner)["title"] == "Night Train"
    there = catalogue.plane.anonymous().get(f"/api/v1/site/titles/{made['id']}").status_code
    assert there == (200 if publish and values.get("visibility") != "private" and "published_from" not in values
                     and "published_until" not in values else 404)  # fmt: skip


def test_titles_of_another_organization_are_not_found(catalogue: Catalogue) -> None:
    catalogue.content("Ours")
    other = catalogue.plane.organization("Elsewhere", "bob@example.org")
    theirs = other.make("content", title="Theirs")
    other.post(f"content/{theirs['id']}/publish", json={})
    assert titles(row(catalogue.site("/home"), "new")["items"]) == ["Ours"]
    assert catalogue.site(f"/titles/{theirs['id']}", other)["title"] == "Theirs"
    assert catalogue.plane.anonymous().get(f"/api/v1/site/titles/{theirs['id']}").status_code == 404
    assert catalogue.site("/search", q="theirs")["items"] == []


def test_host_name_selects_the_organization(catalogue: Catalogue) -> None:
    other = catalogue.plane.organization("Elsewhere", "bob@example.org")
    there = other.document["organization"]["id"]
    catalogue.plane.set("organization", there, host="tv.elsewhere.test", accent="#aa3355")
    asked = catalogue.plane.anonymous().get("/api/v1/site", headers={"Host": "tv.elsewhere.test:8096"}).json()
    assert asked["organization"]["name"] == "Elsewhere" and asked["organization"]["accent"] == "#aa3355"
    assert catalogue.site("")["organization"]["name"] == "Harbour Films"
    taken = catalogue.plane.owner.patch(
        f"organizations/{catalogue.plane.owner.organization}", json={"host": "TV.Elsewhere.test"}
    )
    assert taken.status_code == 409 and taken.json()["errors"][0]["field"] == "host"


def test_home_rows_are_ordered_categories_then_genres(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    second = owner.make("categories", name="Aerial", position=2)
    first = owner.make("categories", name="Water", position=1)
    owner.make("categories", name="Nothing in it", position=0)
    drama = owner.make("genres", name="Drama")
    catalogue.content("River", categories=[first["id"]], genres=[drama["id"]])
    catalogue.content("Clouds", categories=[second["id"]])
    home = catalogue.site("/home")
    assert [(r["kind"], r["title"]) for r in home["rows"]] == [
        ("new", ""), ("category", "Water"), ("category", "Aerial"), ("genre", "Drama"),
    ]  # fmt: skip
    assert home["rows"][1]["href"] == f"/category/{first['slug'] or first['id']}"
    page = catalogue.site(f"/categories/{first['id']}")
    assert page["title"] == "Water" and titles(page["items"]) == ["River"] and page["next"] is None
    assert titles(catalogue.site(f"/genres/{drama['id']}")["items"]) == ["River"]


def test_category_listing_is_paginated(catalogue: Catalogue) -> None:
    shelf = catalogue.plane.owner.make("categories", name="All")
    for n in range(45):
        catalogue.content(f"Title {n:02}", categories=[shelf["id"]], media=False)
    first = catalogue.site(f"/categories/{shelf['id']}")
    rest = catalogue.site(f"/categories/{shelf['id']}", cursor=first["next"])
    assert len(first["items"]) == 40 and len(rest["items"]) == 5 and rest["next"] is None
    assert len({x["id"] for x in (*first["items"], *rest["items"])}) == 45
    bad = catalogue.plane.anonymous().get(f"/api/v1/site/categories/{shelf['id']}", params={"cursor": "-1"})
    assert bad.status_code == 404 and bad.json()["code"] == "no_such_page"


def test_title_page_has_genres_credits_trailers_and_related_titles(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    drama = owner.make("genres", name="Drama")
    ann = owner.make("people", name="Agnès Varda")
    film = catalogue.content("Night Train", synopsis="A *guard* counts.", release_date="2026-03-14", genres=[drama["id"]],
                           age_rating=12, tagline="Two towns")  # fmt: skip
    catalogue.content("Day Train", genres=[drama["id"]])
    catalogue.content("Trailer", kind="trailer", trailer_of=film["id"])
    owner.make("credits", content=film["id"], person=ann["id"], role="director")
    catalogue.artwork("poster", content=film["id"])
    page = catalogue.site("/titles/night-train")
    assert page["year"] == 2026 and page["age_rating"] == 12 and page["subtitle"] == "Two towns"
    assert page["genres"] == [{"slug": drama["slug"] or drama["id"], "name": "Drama"}]
    assert page["credits"][0]["person"]["name"] == "Agnès Varda" and page["credits"][0]["role"] == "director"
    assert titles(page["trailers"]) == ["Trailer"] and titles(page["related"]) == ["Day Train"]
    poster = page["images"]["poster"]
    assert poster["widths"] == [160, 320, 480, 640] and (poster["width"], poster["height"]) == (800, 1200)
    assert page["share"]["embed"].endswith(f"/embed/{film['id']}") and page["in_list"] is False
    # Trailers can be found but have no place in rows.
    assert titles(row(catalogue.site("/home"), "new")["items"]) == ["Day Train", "Night Train"]
    person = catalogue.site(f"/people/{ann['slug']}")
    assert titles([c["title"] for c in person["credits"]]) == ["Night Train"]


def test_credits_without_a_position_keep_creation_order(catalogue: Catalogue) -> None:
    owner, film = catalogue.plane.owner, catalogue.content("Night Train")
    names = [f"Actor {n}" for n in range(8)]
    people = [owner.make("people", name=name) for name in names]
    for person in people:
        owner.make("credits", content=film["id"], person=person["id"], role="actor")
    owner.make("credits", content=film["id"], person=people[0]["id"], role="director")
    assert [x["person"]["name"] for x in catalogue.site("/titles/night-train")["credits"]] == [*names, names[0]]
    assert [x["role"] for x in catalogue.site(f"/people/{people[0]['slug']}")["credits"]] == ["actor", "director"]
    answer = owner.get(f"content/{film['id']}")
    assert [x["name"] for x in answer.json()["credits"]] == [*names, names[0]]
    level = owner.get("credits", params={"content": film["id"], "sort": "position,created_at"})
    assert [x["person"] for x in level.json()["items"]] == [*(p["id"] for p in people), people[0]["id"]]


def test_series_has_ordered_seasons_and_next_episodes(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    show = owner.make("series", title="The Signal Box")
    two = owner.make("seasons", series=show["id"], number=2, title="Second")
    one = owner.make("seasons", series=show["id"], number=1, title="First")
    for season, number in ((two, 1), (one, 2), (one, 1)):
        catalogue.content(f"S{season['number']}E{number}", kind="episode", series=show["id"], season=season["id"],
                        episode_number=number)  # fmt: skip
    page = catalogue.site(f"/series/{show['slug']}")
    assert [(s["number"], titles(s["episodes"])) for s in page["seasons"]] == [(1, ["S1E1", "S1E2"]), (2, ["S2E1"])]
    after = {n: (catalogue.site(f"/titles/{n.lower()}")["next"] or {"title": None})["title"]
             for n in ("S1E1", "S1E2", "S2E1")}  # fmt: skip
    assert after == {"S1E1": "S1E2", "S1E2": "S2E1", "S2E1": None}
    assert catalogue.site("/titles/s1e2")["series"] == {"slug": show["slug"], "title": "The Signal Box", "season": 1,
                                                      "episode": 2}  # fmt: skip
    empty = owner.make("series", title="Nothing yet")
    assert catalogue.plane.anonymous().get(f"/api/v1/site/series/{empty['slug']}").status_code == 404
    assert titles(row(catalogue.site("/home"), "series")["items"]) == ["The Signal Box"]


def test_search_finds_titles_people_and_genres_by_prefix(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    person = owner.make("people", name="Märta Train")
    owner.make("genres", name="Trainspotting")
    owner.make("credits", content=catalogue.content("Night Train")["id"], person=person["id"], role="actor")
    catalogue.content("Training Day")
    found = catalogue.site("/search", q="trai")
    assert titles(found["items"]) == ["Training Day", "Night Train"]
    assert [p["name"] for p in found["people"]] == ["Märta Train"]
    assert [g["name"] for g in found["genres"]] == ["Trainspotting"]
    assert catalogue.site("/search", q="marta")["people"]
    assert catalogue.site("/search", q="")["items"] == []
    assert catalogue.plane.anonymous().get("/api/v1/site/search", params={"q": "x" * 300}).status_code == 400


def test_people_of_unpublished_films_are_not_found(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    person = owner.make("people", name="Märta Train")
    film = catalogue.content("Night Train", publish=False)
    owner.make("credits", content=film["id"], person=person["id"], role="actor")
    ask = catalogue.plane.anonymous()
    assert catalogue.site("/search", q="marta")["people"] == []
    assert ask.get(f"/api/v1/site/people/{person['slug']}").status_code == 404
    assert catalogue.site(f"/people/{person['slug']}", owner)["credits"] == [], "staff look at what they prepare"
    owner.post(f"content/{film['id']}/publish", json={})
    assert [p["name"] for p in catalogue.site("/search", q="marta")["people"]] == ["Märta Train"]
    assert titles([c["title"] for c in catalogue.site(f"/people/{person['slug']}")["credits"]]) == ["Night Train"]


def test_private_server_requires_sign_in_beyond_the_site_description(private) -> None:
    anybody = private.anonymous()
    assert anybody.get("/api/v1/site").json()["user"] is None
    for path in ("site/home", "site/search?q=a", "site/titles/x", "site/people/x", "playback/x"):
        answer = anybody.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in"), path
    assert private.owner.get("/api/v1/site/home").status_code == 200


def test_cors_allows_other_origins_without_cookies(catalogue: Catalogue) -> None:
    asked = catalogue.plane.anonymous().options("/api/v1/site/home", headers={"Origin": "https://tv.example"})
    assert asked.status_code == 204 and asked.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    answer = catalogue.plane.owner.get("/api/v1/site", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-credentials" not in answer.headers


def test_home_page_shows_what_can_be_watched(catalogue: Catalogue) -> None:
    """Titles that wait, or whose encode failed, are found by search and tell their state."""
    genre = catalogue.plane.owner.make("genres", name="Drama")["id"]
    catalogue.content("Ready", genres=[genre])
    waiting = catalogue.content("Waiting", media=False, genres=[genre])
    failed = catalogue.content("Failed", media=False, genres=[genre])
    catalogue.media(failed["id"], "Failed", state="failed", playing="r1", current="r1")
    home = catalogue.site("/home")
    assert titles(row(home, "new")["items"]) == titles(row(home, "genre")["items"]) == ["Ready"]
    for made, state in ((waiting, "waiting"), (failed, "failed")):
        page = catalogue.site(f"/titles/{made['slug']}")
        assert (page["state"], page["watch"], page["playable"]) == (state, None, False)


def test_only_genres_and_categories_with_visible_titles_are_browsed(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    drama, drafts, _ = (owner.make("genres", name=name) for name in ("Drama", "Drafts", "Empty"))
    award = owner.make("categories", name="Award winners")
    catalogue.content("Night Train", genres=[drama["id"]], categories=[award["id"]])
    catalogue.content("Hidden", genres=[drafts["id"]], publish=False)
    shown = catalogue.plane.anonymous().get("/api/v1/site/browse").json()
    assert [(g["name"], g["href"]) for g in shown["genres"]] == [("Drama", f"/genre/{drama['slug']}")]
    assert [c["name"] for c in shown["categories"]] == ["Award winners"]
