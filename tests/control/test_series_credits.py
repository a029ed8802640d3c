"""Credits belong to content or to a series."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import sqlalchemy as sa

from tests.control.services import Client, ControlPlane, Person


def person(owner: Client) -> dict[str, Any]:
    return owner.make("people", name=f"Person {secrets.token_hex(3)}")


def test_credit_has_exactly_one_owner(db_studio: ControlPlane) -> None:
    owner = db_studio.owner
    title, series, ann = owner.make("content", title="T"), owner.make("series", title="S"), person(owner)
    values = {"person": ann["id"], "role": "actor"}
    for owners in ({}, {"content": title["id"], "series": series["id"]}, {"content": None, "series": None}):
        answer = owner.post("credits", json=values | owners)
        assert answer.status_code == 409 and answer.json()["errors"][0]["code"] == "one_of", answer.text
    made = owner.make("credits", series=series["id"], **values)
    assert (made["content"], made["series"]) == (None, series["id"])
    assert owner.patch(f"credits/{made['id']}", json={"series": None}).status_code == 409
    assert owner.patch(f"credits/{made['id']}", json={"content": title["id"]}).status_code == 409
    moved = owner.patch(f"credits/{made['id']}", json={"series": None, "content": title["id"]})
    assert moved.status_code == 200 and moved.json()["content"] == title["id"]


def test_database_refuses_credits_without_or_with_two_owners(db_studio: ControlPlane) -> None:
    owner = db_studio.owner
    title, series, ann = owner.make("content", title="T"), owner.make("series", title="S"), person(owner)
    for owners in ({}, {"content": title["id"], "series": series["id"]}):
        with pytest.raises(sa.exc.IntegrityError):
            db_studio.put("credit", organization=owner.organization, person=ann["id"], role="actor", position=0,
                          metadata={}, **owners)  # fmt: skip


def test_duplicates_are_refused_for_each_owner(owner: Person) -> None:
    series, other, ann = owner.make("series", title="S"), owner.make("series", title="O"), person(owner)
    values = {"person": ann["id"], "role": "actor", "character": "Guard"}
    made = owner.make("credits", series=series["id"], **values)
    refused = owner.post("credits", json={"series": series["id"], **values})
    assert refused.status_code == 409 and refused.json()["existing"]["id"] == made["id"]
    owner.make("credits", series=other["id"], **values)
    owner.make("credits", series=series["id"], **values | {"character": "Driver"})


def test_series_shows_its_credits_in_order(owner: Person) -> None:
    series, ann, bob = owner.make("series", title="S"), person(owner), person(owner)
    owner.make("credits", series=series["id"], person=bob["id"], role="actor", character="X", position=2)
    owner.make("credits", series=series["id"], person=ann["id"], role="director", position=1)
    credits = owner.get(f"series/{series['id']}").json()["credits"]
    assert [(c["person"], c["name"], c["role"], c["character"]) for c in credits] == [
        (ann["id"], ann["name"], "director", None), (bob["id"], bob["name"], "actor", "X"),
    ]  # fmt: skip
    assert [c["series"] for c in owner.items("credits", series=series["id"])] == [series["id"]] * 2


def test_credits_are_deleted_and_restored_with_their_series(owner: Person) -> None:
    series, ann = owner.make("series", title="S"), person(owner)
    credit = owner.make("credits", series=series["id"], person=ann["id"], role="actor")
    assert owner.delete(f"series/{series['id']}").status_code == 204
    assert owner.get(f"credits/{credit['id']}").status_code == 404
    (entry,) = [e for e in owner.items("trash") if e["record"] == series["id"]]
    assert owner.post(f"trash/{entry['id']}/restore").status_code == 200
    assert owner.get(f"credits/{credit['id']}").json()["series"] == series["id"]
    assert owner.delete(f"series/{series['id']}", params={"permanently": "true"}).status_code == 204
    assert owner.get(f"credits/{credit['id']}").status_code == 404


def test_credits_of_a_series_are_public_while_it_has_a_public_episode(studio: ControlPlane, owner: Person) -> None:
    series, ann = owner.make("series", title="S"), person(owner)
    credit = owner.make("credits", series=series["id"], person=ann["id"], role="actor")
    anybody = studio.anonymous()
    site = "/api/v1/site"
    paths = (f"credits/{credit['id']}", f"people/{ann['id']}", f"{site}/people/{ann['slug']}",
             f"{site}/series/{series['slug']}")  # fmt: skip
    assert [anybody.get(p).status_code for p in paths] == [404] * 4
    assert anybody.get(f"{site}/search", params={"q": ann["name"]}).json()["people"] == []
    episode = owner.make("content", title="E", series=series["id"], episode_number=1, kind="episode")
    owner.post(f"content/{episode['id']}/publish")
    assert [anybody.get(p).status_code for p in paths] == [200] * 4
    assert [p["name"] for p in anybody.get(f"{site}/search", params={"q": ann["name"]}).json()["people"]] == [
        ann["name"]
    ]
    page = anybody.get(f"{site}/series/{series['slug']}").json()
    assert [(c["person"]["name"], c["role"]) for c in page["credits"]] == [(ann["name"], "actor")]
    (entry,) = anybody.get(f"{site}/people/{ann['slug']}").json()["credits"]
    assert (entry["title"]["type"], entry["title"]["id"], entry["role"]) == ("series", series["id"], "actor")


def test_series_of_another_organization_can_not_be_credited(studio: ControlPlane, owner: Person) -> None:
    other = studio.organization("Other", f"{secrets.token_hex(4)}@example.org")
    theirs = other.make("series", title="Theirs")
    answer = owner.post("credits", json={"series": theirs["id"], "person": person(owner)["id"], "role": "actor"})
    assert answer.status_code == 409 and answer.json()["errors"][0]["code"] == "no_such_record"
