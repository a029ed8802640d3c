"""The OpenAPI document of the viewers' API: it is valid, describes every route, and responses match its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from otnet_server.api.viewer_openapi import OPERATIONS, viewer_document
from otnet_server.api.viewer_operations import JSON
from otnet_server.schema.field import Surface
from otnet_server.schema.openapi_nodes import resolved
from tests.control.services import Client, control_plane
from tests.routes import route_table
from tests.viewing.conftest import Catalogue

API = "/api/v1/"
KNOWN = Path(__file__).with_name("viewer_operation_ids.txt")


def schema_errors(path: str, method: str, status: int, body: Any) -> list[str]:
    """Where a JSON body does not match the document. All objects of the document are closed, so that undocumented
    fields are found too."""
    document = viewer_document()
    schema = document["paths"][path][method]["responses"][str(status)]["content"]["application/json"]["schema"]
    closed = closed_objects({**schema, "components": document["components"]})
    return [f"{e.json_path}: {e.message}" for e in Draft202012Validator(closed).iter_errors(body)]


def closed_objects(node: Any) -> Any:
    if isinstance(node, list):
        return [closed_objects(n) for n in node]
    if not isinstance(node, dict):
        return node
    closed = {name: closed_objects(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def test_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(viewer_document()).iter_errors()) == []


def test_operation_ids_are_unique_and_stable() -> None:
    """Add new operations to the file; existing ones may be removed only in a new version of the API."""
    ids = [operation.id for operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert sorted(ids) == KNOWN.read_text().split()


def test_document_describes_every_route_with_its_access() -> None:
    """Every route below /api/v1 that belongs to none of the three surfaces is a viewers' route, except upload links,
    which the document of the partner surface describes, the time of day, which DASH players ask for, and previews of
    live streams, which are for editors."""
    surfaces = (*(f"{API}{surface}/" for surface in Surface), f"{API}direct_uploads/", f"{API}time", f"{API}whep")
    routes = {
        path: access
        for path, access in route_table().declared.items()
        if path.startswith(API) and not path.startswith(surfaces) and not path.endswith("/openapi.json")
    }
    assert {operation.path: operation.access for operation in OPERATIONS} == routes


@pytest.fixture(scope="module")
def anonymous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with control_plane(tmp_path_factory.mktemp("operations") / "data") as plane:
        assert plane.owner.id
        yield plane.anonymous()


@pytest.mark.parametrize(
    "path", sorted({o.path for o in OPERATIONS if o.access.value != "signed_in" and o.media_type == JSON})
)
def test_other_methods_are_refused(anonymous: Client, path: str) -> None:
    documented = {o.method for o in OPERATIONS if o.path == path}
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        status = anonymous.request(method, path.replace("{", "").replace("}", "")).status_code
        assert (status == 405) == (method not in documented), f"{method}: {status}"


def test_every_operation_is_described() -> None:
    document = viewer_document()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert operation["summary"] and {"429", "503"} <= operation["responses"].keys(), path
                temporary = [resolved(operation["responses"][status], document) for status in ("429", "503")]
                assert all("Retry-After" in response["headers"] for response in temporary)
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, f"{name} has no description"


def test_document_is_served_to_everybody(private: Any) -> None:
    answer = private.anonymous().get("/api/v1/site/openapi.json")
    assert answer.status_code == 200 and answer.json()["info"]["title"] == "OTNet viewer API"


def test_responses_match_the_document(catalogue: Catalogue) -> None:
    owner = catalogue.plane.owner
    genre = owner.make("genres", name="Drama")
    series = owner.make("series", title="The Signal Box", kind="podcast")
    season = owner.make("seasons", series=series["id"], number=1)
    person = owner.make("people", name="Ida Brandt")
    film = catalogue.content("Night Train", genres=[genre["id"]], release_date="2026-03-14", age_rating=12)
    catalogue.content("Day Train", genres=[genre["id"]])
    catalogue.content("Trailer", kind="trailer", trailer_of=film["id"])
    first = catalogue.content("First", kind="episode", series=series["id"], season=season["id"], episode_number=1)
    catalogue.content("Second", kind="episode", series=series["id"], season=season["id"], episode_number=2)
    owner.make("credits", content=film["id"], person=person["id"], role="director")
    for kind, size in (("poster", (800, 1200)), ("backdrop", (1600, 900)), ("logo", (400, 200))):
        catalogue.artwork(kind, size, content=film["id"])
    viewer = catalogue.audience()
    report = {"content": film["id"], "position_s": 60.0, "duration_s": 600.0}
    assert viewer.put("/api/v1/me/progress", json=report).status_code == 204
    assert viewer.put(f"/api/v1/me/list/{film['id']}").status_code == 204
    requests = {
        "/api/v1/site": "",
        "/api/v1/site/home": "",
        "/api/v1/site/search": "?q=train",
        "/api/v1/site/browse": "",
        "/api/v1/site/titles/{name}": f"/{film['slug']}",
        "/api/v1/site/series/{name}": f"/{series['slug']}",
        "/api/v1/site/people/{name}": f"/{person['slug']}",
        "/api/v1/site/genres/{name}": f"/{genre['slug']}",
        "/api/v1/media": "",
        "/api/v1/me/progress": "",
        "/api/v1/me/list": "",
        "/api/v1/me/profiles": "",
        "/api/v1/auth/session": "",
    }
    more = {"/api/v1/site/titles/{name}": f"/{first['slug']}", "/api/v1/me/progress": f"?content={film['id']}"}
    for client in (viewer, catalogue.plane.anonymous()):
        for path, rest in (*requests.items(), *more.items()):
            if path.startswith("/api/v1/me/") and client is not viewer:
                continue
            answer = client.get(path.removesuffix("/{name}") + rest)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            assert schema_errors(path, "get", 200, answer.json()) == [], path
