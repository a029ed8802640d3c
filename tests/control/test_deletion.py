"""A record in use is not deleted, unless the request asks for what refers to it as well."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Reference
from otnet_server.schema.resource import Verb
from tests.control.records import example, media, one_of_each, reference
from tests.control.services import ControlPlane, Person


@pytest.fixture
def ann(db_studio: ControlPlane) -> Person:
    return db_studio.owner


USES = [
    pytest.param(referrer.name, name, id=f"{referrer.name}.{name}")
    for resource in SCHEMA
    if Verb.DELETE in resource.surfaces.get(Surface.DASHBOARD, ())
    for referrer, name in SCHEMA.referrers(resource.name)
]


@pytest.fixture(scope="module")
def everything(studio: ControlPlane) -> dict[str, str]:
    return one_of_each(studio, studio.owner)


@pytest.mark.parametrize(("referrer", "name"), USES)
def test_every_reference_prevents_a_deletion_or_is_part_of_it(
    studio: ControlPlane, everything: dict[str, str], referrer: str, name: str
) -> None:
    """For every reference that is declared: the record is refused by name, and deleted with `cascade=true`."""
    owner, refers = studio.owner, SCHEMA[referrer].fields[name]
    assert isinstance(refers, Reference)
    target, using = SCHEMA[refers.to], SCHEMA[referrer]
    unique = {"season": {"number": 2}, "viewer_group": {"name": "Crew"}}.get(target.name, {})
    if target.name == "user":
        used = owner.colleague("audience").id
    else:
        used = owner.make(target.plural, **example(target, everything) | unique)["id"]
    value: Any = [used] if using.links().get(name) else used
    if referrer == "media":
        user = media(studio, owner.organization, "Rushes", "Library", used)
    else:
        values = {n: v for n, v in example(using, everything).items() if referrer != "artwork" or n != "content"}
        values = {n: v for n, v in values.items() if name not in using.one_of or n not in using.one_of}
        values |= {"starts_at": "2037-01-01T00:00:00Z"} if referrer == "program" else {}
        values |= {"name": "Class of 2027"} if referrer == "viewer_group" else {}
        user = owner.make(using.plural, **values | reference(using, name, value))["id"]
    path, refused = f"{target.plural}/{used}", None
    if refers.on_delete != "part":
        refused = owner.delete(path)
        (use,) = refused.json()["used_by"]
        assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
        assert (use["resource"], use["field"], use["count"]) == (referrer, name, 1)
        assert [r["id"] for r in use["records"]] == [user] and use["records"][0]["name"]
        assert owner.get(path).status_code == 200
    answer = owner.delete(path, params={"cascade": "true"})
    affected = answer.json()
    assert answer.status_code == 200, answer.text
    assert affected["deleted"][target.name] >= 1 and owner.get(path).status_code == 404
    left = owner.get(f"{using.plural}/{user}")
    if refers.on_delete == "clear":
        assert affected["cleared"] == {referrer: 1} and not left.json()[name]
    else:
        assert affected["deleted"][referrer] >= 1 and left.status_code == 404
        assert owner.items("audit_entries", record=user, action="deleted")


def series_with_episodes(ann: Person) -> tuple[str, str, list[str]]:
    show = ann.make("series", title="Signal Box")["id"]
    season = ann.make("seasons", series=show, number=1)["id"]
    episodes = [
        ann.make("content", title=f"Part {n}", kind="episode", series=show, season=season, episode_number=n)["id"]
        for n in (1, 2)
    ]
    return show, season, episodes


def test_a_season_is_deleted_with_its_episodes(ann: Person) -> None:
    show, season, episodes = series_with_episodes(ann)
    person = ann.make("people", name="Ann")["id"]
    ann.make("credits", content=episodes[0], person=person, role="actor")
    refused = ann.delete(f"seasons/{season}").json()
    assert refused["title"] == "This season is used by 2 pieces of content."
    assert [r["name"] for r in refused["used_by"][0]["records"]] == ["Part 1", "Part 2"]
    affected = ann.delete(f"seasons/{season}?cascade=true").json()
    assert affected == {"deleted": {"credit": 1, "content": 2, "season": 1}, "cleared": {}}
    assert [ann.get(f"content/{id}").status_code for id in episodes] == [404, 404]
    assert ann.delete(f"series/{show}").status_code == 204, "nothing refers to it any more"


def test_a_series_is_deleted_with_its_seasons_and_episodes(ann: Person) -> None:
    show, _, episodes = series_with_episodes(ann)
    trailer = ann.make("content", title="Trailer", kind="trailer", trailer_of=episodes[0])["id"]
    refused = ann.delete(f"series/{show}").json()
    assert refused["title"] == "This series is used by 2 pieces of content and 1 season."
    affected = ann.delete(f"series/{show}?cascade=true").json()
    assert affected == {"deleted": {"content": 2, "season": 1, "series": 1}, "cleared": {"content": 1}}
    assert ann.get(f"content/{trailer}").json()["trailer_of"] is None


def test_only_the_first_records_are_named(ann: Person) -> None:
    genre = ann.make("genres", name="Noir")["id"]
    for number in range(7):
        ann.make("content", title=f"Noir {number}", genres=[genre])
    (use,) = ann.delete(f"genres/{genre}").json()["used_by"]
    assert (use["count"], len(use["records"])) == (7, 5)


def test_a_key_cannot_delete_what_its_scopes_do_not_allow(ann: Person) -> None:
    show, season, episodes = series_with_episodes(ann)
    key = ann.key("season:read", "season:write")
    refused = key.delete(f"seasons/{season}?cascade=true")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert ann.get(f"content/{episodes[0]}").status_code == 200
    genre = ann.make("genres", name="Mine")["id"]
    ann.patch(f"content/{episodes[0]}", json={"genres": [genre]})
    assert ann.key("genre:write").delete(f"genres/{genre}?cascade=true").status_code == 403
    assert ann.key("genre:write", "content:write").delete(f"genres/{genre}?cascade=true").json()["cleared"] == {
        "content": 1}  # fmt: skip
    assert show


def test_bulk_deletions_are_refused_and_cascade_alike(ann: Person) -> None:
    used, free = ann.make("genres", name="Used")["id"], ann.make("genres", name="Free")["id"]
    ann.make("content", title="User", genres=[used])
    bulk = {"action": "delete", "ids": [used, free]}
    first, second = ann.post("genres/bulk", json=bulk).json()["results"]
    assert (first["status"], first["problem"]["code"], second["status"]) == (409, "in_use", 200)
    (done,) = ann.post("genres/bulk", json={**bulk, "ids": [used], "cascade": True}).json()["results"]
    assert (done["deleted"], done["cleared"]) == ({"genre": 1}, {"content": 1})
    assert ann.post("genres/bulk", json={**bulk, "cascade": "yes"}).status_code == 422


def test_the_parameter_is_true_or_false(ann: Person) -> None:
    genre = ann.make("genres", name="One")["id"]
    for query in ("cascade=1", "cascade=", "casade=true", "cascade=true&x=1"):
        assert ann.delete(f"genres/{genre}?{query}").status_code == 400
    assert ann.delete(f"genres/{genre}?cascade=false").status_code == 204


def test_a_reference_made_during_a_deletion_is_not_lost(ann: Person) -> None:
    """Either the new content is refused, because its series is gone, or the series is in use."""
    for number in range(5):
        show = ann.make("series", title=f"Race {number}")["id"]
        with ThreadPoolExecutor(2) as pool:
            made = pool.submit(ann.post, "content", json={"title": "Late", "series": show})
            gone = pool.submit(ann.delete, f"series/{show}")
        statuses = (made.result().status_code, gone.result().status_code)
        assert statuses in ((201, 409), (409, 204)), statuses
