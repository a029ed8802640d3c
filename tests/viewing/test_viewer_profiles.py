"""Profiles of viewers: their own history, PINs, age limits on every route, and who may manage them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.services import Person
from tests.playback.titles import ready_media
from tests.viewing.conftest import Catalogue
from tests.viewing.test_catalogue import row, titles

PROFILES = "/api/v1/me/profiles"


def profile(viewer: Person, **values: Any) -> str:
    answer = viewer.post(PROFILES, json=values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def switch(viewer: Person, id: str, pin: str = "") -> Any:
    return viewer.put("/api/v1/me/profile", json={"id": id, "pin": pin})


@pytest.fixture
def family(catalogue: Catalogue) -> Catalogue:
    catalogue.content("For all", age_rating=0)
    catalogue.content("For twelve", age_rating=12)
    catalogue.content("Not rated")
    return catalogue


def test_profiles_have_their_own_history(family: Catalogue) -> None:
    viewer = family.audience()
    main = viewer.get(PROFILES).json()["items"]
    assert [(p["main"], p["active"], p["max_age"]) for p in main] == [(True, True, None)]
    ben = profile(viewer, name="Ben", color=3)
    film = family.made["For all"]["id"]
    body = {"content": film, "position_s": 120.0, "duration_s": 600.0}
    assert viewer.put("/api/v1/me/progress", json=body).status_code == 204
    assert viewer.put(f"/api/v1/me/list/{film}").status_code == 204
    assert switch(viewer, ben).status_code == 204
    assert viewer.get("/api/v1/me/progress").json()["items"] == viewer.get("/api/v1/me/list").json()["items"] == []
    assert row(family.site("/home", viewer), "continue") is None
    assert viewer.get(f"/api/v1/site/titles/{film}").json()["in_list"] is False
    assert viewer.put("/api/v1/me/progress", json={**body, "position_s": 300.0}).status_code == 204
    assert switch(viewer, main[0]["id"]).status_code == 204
    assert viewer.get("/api/v1/me/progress").json()["items"][0]["position_s"] == 120
    assert viewer.delete(f"{PROFILES}/{ben}").status_code == 204
    assert [r["viewer_profile"] for r in family.plane.rows("progress") if r["content"] == film] == [""]


def test_age_limit_holds_on_every_route(family: Catalogue) -> None:
    viewer = family.audience()
    assert switch(viewer, profile(viewer, name="Kim", max_age=6)).status_code == 204
    assert viewer.get("/api/v1/site").json()["user"]["profile"]["max_age"] == 6
    assert titles(row(family.site("/home", viewer), "new")["items"]) == ["For all"]
    for query in ("twelve", "rated"):
        assert viewer.get("/api/v1/site/search", params={"q": query}).json()["items"] == []
    media = {m["content"]: m["id"] for m in family.plane.rows("media")}
    for name in ("For twelve", "Not rated"):
        id = family.made[name]["id"]
        for path in (f"/api/v1/site/titles/{id}", f"/api/v1/playback/{id}", f"/api/v1/playback/{media[id]}",
                     f"/api/v1/media/{media[id]}"):  # fmt: skip
            assert viewer.get(path).status_code == 404, path
        body = {"content": id, "position_s": 60.0, "duration_s": 600.0}
        assert viewer.put("/api/v1/me/progress", json=body).status_code == 422
        assert viewer.put(f"/api/v1/me/list/{id}").status_code == 404
    names = {"For all": "public", "For twelve": "members"}
    encoded = {ready_media(family.plane, state, family.made[n]["id"]): n for n, state in names.items()}
    for person, listed in ((viewer, {"For all"}), (family.audience(), {"For all", "For twelve"})):
        shown = {m["id"] for m in person.get("/api/v1/media").json()["items"]}
        assert {encoded[id] for id in shown & set(encoded)} == listed
    assert family.plane.anonymous().get(f"/api/v1/site/titles/{family.made['For twelve']['id']}").status_code == 200


def test_age_limit_holds_for_staff(family: Catalogue) -> None:
    owner = family.plane.owner
    kids = profile(owner, name="Kim", max_age=6)
    assert switch(owner, kids).status_code == 204
    assert owner.get(f"/api/v1/site/titles/{family.made['For twelve']['id']}").status_code == 404
    assert switch(owner, owner.id).status_code == 204
    assert owner.get(f"/api/v1/site/titles/{family.made['For twelve']['id']}").status_code == 200
    assert owner.delete(f"{PROFILES}/{kids}").status_code == 204


def test_shared_home_page_differs_by_age_limit(family: Catalogue) -> None:
    viewer = family.audience()
    kids = profile(viewer, name="Kim", max_age=6)
    for id, expected in ((kids, 1), (viewer.get(PROFILES).json()["items"][0]["id"], 3), (kids, 1)):
        assert switch(viewer, id).status_code == 204
        assert len(row(family.site("/home", viewer), "new")["items"]) == expected


def test_profile_with_a_limit_manages_nothing_and_leaves_with_the_pin_only(family: Catalogue) -> None:
    viewer = family.audience()
    kids, teens = profile(viewer, name="Kim", max_age=6), profile(viewer, name="Tom", max_age=16, pin="1111")
    main = viewer.get(PROFILES).json()["items"][0]["id"]
    assert viewer.patch(f"{PROFILES}/{main}", json={"pin": "2468"}).status_code == 204
    assert switch(viewer, kids).status_code == 204
    for method, path, body in (("POST", PROFILES, {"name": "More"}), ("PATCH", f"{PROFILES}/{kids}", {"max_age": None}),
                               ("DELETE", f"{PROFILES}/{teens}", None)):  # fmt: skip
        refused = viewer.request(method, path, json=body) if body is not None else viewer.request(method, path)
        assert (refused.status_code, refused.json()["code"]) == (403, "limited_profile")
    for id, pin in ((main, ""), (main, "0000"), (teens, "2468")):
        assert switch(viewer, id, pin).json()["code"] == "wrong_pin"
    assert switch(viewer, main, "2468").status_code == 204
    for _ in range(6):
        refused = switch(viewer, teens, "0000")
    assert refused.status_code == 429 and switch(viewer, teens, "1111").status_code == 429
    assert viewer.patch(f"{PROFILES}/{main}", json={"pin": ""}).status_code == 204
    assert viewer.get(PROFILES).json()["items"][0]["has_pin"] is False


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 41}, "name"), ({"name": "A", "pin": "12"}, "pin"),
     ({"name": "A", "pin": "１２３４"}, "pin"), ({"name": "A", "max_age": -1}, "max_age"), ({"name": "A", "color": 7}, "color"),
     ({"name": "A", "user": "x"}, "user")],
)  # fmt: skip
def test_invalid_profiles_are_refused(catalogue: Catalogue, values: dict[str, Any], field: str) -> None:
    refused = catalogue.audience().post(PROFILES, json=values)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == field


def test_main_profile_has_no_limit_and_stays(catalogue: Catalogue) -> None:
    viewer = catalogue.audience()
    main = viewer.get(PROFILES).json()["items"][0]["id"]
    assert viewer.patch(f"{PROFILES}/{main}", json={"max_age": 6}).status_code == 409
    assert viewer.patch(f"{PROFILES}/{main}", json={"name": "Ann", "max_age": None}).status_code == 204
    assert viewer.delete(f"{PROFILES}/{main}").status_code == 409
    assert viewer.get(PROFILES).json()["items"][0]["name"] == "Ann"


def test_number_of_profiles_is_limited(catalogue: Catalogue) -> None:
    viewer = catalogue.audience()
    for n in range(7):
        profile(viewer, name=f"P{n}")
    assert viewer.post(PROFILES, json={"name": "One more"}).status_code == 409


def test_profiles_of_others_do_not_exist(catalogue: Catalogue) -> None:
    viewer, other = catalogue.audience(), catalogue.audience()
    theirs = profile(other, name="Theirs")
    others_main = other.get(PROFILES).json()["items"][0]["id"]
    for id in (theirs, others_main, "nothing"):
        assert switch(viewer, id).status_code == 404
        assert viewer.patch(f"{PROFILES}/{id}", json={"name": "Mine"}).status_code == 404
        assert viewer.delete(f"{PROFILES}/{id}").status_code == 404
    assert catalogue.plane.anonymous().get(PROFILES).status_code == 401
