"""Deprecated fields, actions and routes, and the version of the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.endpoint import deprecated_route
from otnet_server.api.openapi import openapi_of
from otnet_server.api.release import release
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.deprecation import Deprecated, headers
from otnet_server.schema.field import Surface
from otnet_server.schema.llms import on_surface
from otnet_server.schema.openapi import document
from tests.control.services import ControlPlane, PartnerClient, Person

OLD = Deprecated(date(2027, 1, 1), "name", sunset=date(2028, 1, 1))
SINCE, SUNSET = "@1798761600", "Sat, 01 Jan 2028 00:00:00 GMT"


@pytest.fixture
def key(owner: Person, monkeypatch: pytest.MonkeyPatch) -> PartnerClient:
    """A key, while `slug` of genres and the action `publish` are deprecated."""
    monkeypatch.setitem(SCHEMA["genre"].fields, "slug", replace(SCHEMA["genre"].fields["slug"], deprecated=OLD))  # type: ignore[index]
    actions: Any = SCHEMA["content"].actions
    monkeypatch.setitem(actions, "publish", replace(actions["publish"], deprecated=Deprecated(date(2027, 1, 1), "x")))
    return owner.key()


def test_request_that_uses_a_deprecated_field_is_told(key: PartnerClient) -> None:
    genre = key.post("genres", json={"name": "Old", "slug": "old"})
    assert genre.status_code == 201
    path = f"genres/{genre.json()['id']}"
    for answer in (
        genre, key.patch(path, json={"slug": "older"}), key.get("genres", params={"slug": "older"}),
        key.get("genres", params={"slug.not": "x"}), key.get("genres", params={"fields": "id,slug"}),
        key.get(path, params={"fields": "slug"}), key.patch(path, json={"slug": 7}),
    ):  # fmt: skip
        assert (answer.headers["deprecation"], answer.headers["sunset"]) == (SINCE, SUNSET), answer.text
        assert 'rel="deprecation"' in answer.headers["link"]


def test_request_that_does_not_use_it_is_not(key: PartnerClient) -> None:
    genre = key.make("genres", name="New")
    for answer in (key.get("genres"), key.get(f"genres/{genre['id']}"), key.patch(f"genres/{genre['id']}", json={}),
                   key.post("genres", json=["slug"]), key.get("categories", params={"slug": "x"})):  # fmt: skip
        assert "deprecation" not in answer.headers and "sunset" not in answer.headers


def test_deprecated_action_without_an_end_has_no_sunset(key: PartnerClient) -> None:
    content = key.make("content", title="Film")
    answer = key.post(f"content/{content['id']}/publish")
    assert answer.headers["deprecation"] == SINCE and "sunset" not in answer.headers
    assert "deprecation" not in key.post(f"content/{content['id']}/unpublish").headers


async def test_deprecated_route_is_noted() -> None:
    async def handler(request: Request, principal: Principal) -> Response:
        return Response()

    request = Request({"type": "http", "headers": []})
    await deprecated_route(OLD, handler)(request, Principal("anonymous", Surface.PUBLIC))
    assert headers(request.state.deprecated)["Deprecation"] == SINCE


def test_earliest_dates_count() -> None:
    later = Deprecated(date(2027, 5, 1), "y", sunset=date(2027, 12, 1))
    assert headers([]) == {}
    assert headers([later, OLD]) == {
        "Deprecation": SINCE, "Sunset": "Wed, 01 Dec 2027 00:00:00 GMT",
        "Link": '</docs/changelog>; rel="deprecation"; type="text/html"',
    }  # fmt: skip


def test_documentation_says_what_is_deprecated(key: PartnerClient) -> None:
    made = document(SCHEMA, Surface.PARTNER, "1")
    slug = made["components"]["schemas"]["Genre"]["properties"]["slug"]
    assert slug["deprecated"] is True and "use name" in slug["description"]
    body = made["paths"]["/api/v1/partner/genres"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["slug"]["deprecated"] is True
    assert made["paths"]["/api/v1/partner/content/{id}/publish"]["post"]["deprecated"] is True
    assert "Deprecated since 2027-01-01, until 2028-01-01: use name." in on_surface(
        SCHEMA, SCHEMA["genre"], Surface.PARTNER
    )


def test_version_is_in_every_response_of_the_api(studio: ControlPlane, owner: Person) -> None:
    anybody = studio.anonymous()
    for path in ("/api/v1/public/content", "/api/v1/partner/content", "/api/v1/site", "/api/v1/nothing", "/mcp",
                 "/api/v1/dashboard/openapi.json"):  # fmt: skip
        assert anybody.get(path).headers["otnet-version"] == release(), path
    assert "otnet-version" not in anybody.get("/healthz").headers
    assert all(openapi_of(surface)["info"]["version"] == release() for surface in Surface)
