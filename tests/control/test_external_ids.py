"""Records of other systems: external ids, creation or change by them, and metadata."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import Resource, Verb
from tests.control.records import example, one_of_each
from tests.control.services import ControlPlane, Person

UPSERTED = [pytest.param(r, id=r.name) for r in SCHEMA if r.upserted_on(Surface.PARTNER)]


@pytest.fixture
def ann(db_studio: ControlPlane) -> Person:
    return db_studio.owner


@pytest.fixture(scope="module")
def everything(studio: ControlPlane) -> dict[str, str]:
    return one_of_each(studio, studio.owner)


def by_external_id(resource: str, id: str) -> str:
    return f"{resource}/by-external-id/{id}"


@pytest.mark.parametrize("resource", UPSERTED)
def test_every_resource_is_created_or_changed_by_external_id(
    studio: ControlPlane, everything: dict[str, str], resource: Resource
) -> None:
    key, path = studio.owner.key(), by_external_id(resource.plural, "cms:1")
    body = example(resource, everything) | {"metadata": {"source": "cms"}}
    body |= {"number": 7} if resource.name == "season" else {}
    body |= {"starts_at": "2039-01-01T00:00:00Z"} if resource.name == "program" else {}
    body |= {"name": "Second year"} if resource.name == "viewer_group" else {}
    body |= {"character": "Anna"} if resource.name == "credit" else {}
    created = key.put(path, json=body)
    assert created.status_code == 201, created.text
    record = {n: v for n, v in created.json().items() if n not in resource.one_time_fields()}
    assert created.headers["location"] == f"/api/v1/partner/{resource.plural}/{record['id']}"
    assert (record["external_id"], record["metadata"]) == ("cms:1", {"source": "cms"})
    again = key.put(path, json=body)
    assert again.status_code == 200 and again.json() == record, again.text
    changed = key.put(path, json=body | {"metadata": {"source": "other"}})
    assert changed.status_code == 200 and changed.json()["metadata"] == {"source": "other"}
    assert changed.headers["etag"] == key.get(f"{resource.plural}/{record['id']}").headers["etag"]
    assert [x["id"] for x in key.items(resource.plural, external_id="cms:1")] == [record["id"]]


def test_an_external_id_is_unique_in_the_organization_and_resource(db_studio: ControlPlane, ann: Person) -> None:
    first = ann.make("genres", name="Noir", external_id="x-1")
    taken = ann.post("genres", json={"name": "Other", "external_id": "x-1"})
    assert (taken.status_code, taken.json()["existing"]["id"]) == (409, first["id"])
    assert [e["field"] for e in taken.json()["errors"]] == ["external_id"]
    other = ann.make("genres", name="Other")
    assert ann.patch(f"genres/{other['id']}", json={"external_id": "x-1"}).status_code == 409
    assert ann.make("categories", name="Noir", external_id="x-1")["external_id"] == "x-1"
    stranger = db_studio.organization("Elsewhere", "elsewhere@example.org")
    assert stranger.put(by_external_id("genres", "x-1"), json={"name": "Theirs"}).status_code == 201
    assert ann.get(f"genres/{first['id']}").json()["name"] == "Noir"
    assert ann.patch(f"genres/{first['id']}", json={"external_id": None}).json()["external_id"] is None
    assert ann.items("genres", **{"external_id.null": "false", "name": "Noir"}) == []


@pytest.mark.parametrize("id", ["a/b", "a b", "ä?#%", "0" * 200, ".."])
def test_external_ids_are_any_line_of_text(ann: Person, id: str) -> None:
    from urllib.parse import quote

    path = by_external_id("genres", quote(id, safe="").replace("..", "%2E%2E"))
    assert ann.put(path, json={"name": "Any"}).status_code in (200, 201)
    assert ann.items("genres", external_id=id)[0]["external_id"] == id


@pytest.mark.parametrize(("path", "body", "status"), [
    ("genres/by-external-id/%20x", {"name": "A"}, 422), ("genres/by-external-id/x%0A", {"name": "A"}, 422),
    (f"genres/by-external-id/{'x' * 201}", {"name": "A"}, 422), ("genres/by-external-id/y", {"external_id": "z"}, 422),
    ("genres/by-external-id/new", {}, 422), ("genres/by-external-id/new", [], 400),
    ("genres/by-external-id/new", {"colour": "red"}, 422), ("genres/by-external-id/new?x=1", {"name": "A"}, 400),
    ("media/by-external-id/x", {}, 404), ("api_keys/by-external-id/x", {}, 404),
])  # fmt: skip
def test_other_requests_are_refused(ann: Person, path: str, body: Any, status: int) -> None:
    assert ann.put(path, json=body).status_code == status
    assert ann.get("genres/by-external-id/y").status_code == 405


def test_the_body_is_valid_whether_the_record_exists_or_not(ann: Person) -> None:
    path = by_external_id("people", "p-1")
    assert ann.put(path, json={"name": "Ann", "biography": "Long."}).status_code == 201
    assert ann.put(path, json={"biography": "Longer."}).status_code == 422, "the name is required"
    changed = ann.put(path, json={"name": "Anne"}).json()
    assert (changed["name"], changed["biography"]) == ("Anne", "Long."), "what is left out stays"


def test_an_old_version_is_not_changed(ann: Person) -> None:
    path = by_external_id("genres", "versioned")
    etag = ann.put(path, json={"name": "One"}).headers["etag"]
    assert ann.put(path, json={"name": "Two"}, headers={"If-Match": etag}).status_code == 200
    assert ann.put(path, json={"name": "Three"}, headers={"If-Match": etag}).status_code == 412
    assert ann.put(by_external_id("genres", "none"), json={"name": "X"}, headers={"If-Match": "*"}).status_code == 412


def test_a_key_needs_to_write(ann: Person) -> None:
    refused = ann.key("genre:read").put(by_external_id("genres", "x"), json={"name": "A"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing") and "genre:write" in refused.text


def test_requests_at_the_same_time_create_one_record(ann: Person) -> None:
    path = by_external_id("genres", "race")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: ann.put(path, json={"name": f"Race {n}"}).status_code, range(4)))
    assert sorted(answers) == [200, 200, 200, 201] and len(ann.items("genres", external_id="race")) == 1


# --- metadata ---


def test_metadata_are_stored_and_replaced(ann: Person) -> None:
    film = ann.make("content", title="Film")
    assert film["metadata"] == {} and film["external_id"] is None
    path, bag = f"content/{film['id']}", {"k" * 40: "v" * 500, "cms.id": "", "ключ": "several\nlines"}
    assert ann.patch(path, json={"metadata": bag}).json()["metadata"] == bag
    assert ann.patch(path, json={"metadata": {"a": "b"}}).json()["metadata"] == {"a": "b"}
    assert ann.patch(path, json={"metadata": None}).json()["metadata"] == {}
    ann.patch(path, json={"metadata": {"a": "b"}, "external_id": "public-1"})
    ann.post(f"content/{film['id']}/publish")
    shown = ann.plane.anonymous().get(f"content/{film['id']}").json()
    assert (shown["external_id"], shown["metadata"]) == ("public-1", {"a": "b"})


@pytest.mark.parametrize("bag", [
    {"k" * 41: "v"}, {"k": "v" * 501}, {"": "v"}, {" ": "v"}, {"a\nb": "v"}, {"k": 1}, {"k": None}, {"k": ["v"]},
    {str(n): "v" for n in range(51)}, [], "x", {"k": "\0"},
])  # fmt: skip
def test_metadata_have_limits(ann: Person, bag: Any) -> None:
    answer = ann.post("content", json={"title": "Film", "metadata": bag})
    assert answer.status_code == 422, answer.text
    assert all(e["field"].startswith("metadata") for e in answer.json()["errors"])


def test_media_and_libraries_have_both(studio: ControlPlane, everything: dict[str, str]) -> None:
    for name in ("media", "library"):
        path = f"{SCHEMA[name].plural}/{everything[name]}"
        changed = studio.owner.patch(path, json={"external_id": "x", "metadata": {"a": "b"}})
        assert changed.status_code == 200, changed.text
        assert (changed.json()["external_id"], changed.json()["metadata"]) == ("x", {"a": "b"})
    without = [r.name for r in SCHEMA.on(Surface.PARTNER) if Verb.CREATE in r.surfaces[Surface.PARTNER]]
    assert all(SCHEMA[n].integrated for n in without)
