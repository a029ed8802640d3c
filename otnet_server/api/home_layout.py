"""The home layout of an organization: read and replaced as one document, and previewed before it is saved."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.model_json import json_object
from otnet_server.api.request_body import parse_body
from otnet_server.api.rest import matches_etag, not_allowed
from otnet_server.catalogue.home import HomePage
from otnet_server.control.home_layouts import HomeLayouts
from otnet_server.playback.visibility import Visitor
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.home_layout import HomeLayout
from otnet_server.schema.resource import Verb

CONTENT = SCHEMA["content"]


class HomeLayoutApi:
    """Who may read content may read the layout, and who may edit content may change it."""

    def __init__(self, layouts: HomeLayouts, home: HomePage) -> None:
        self._layouts, self._home = layouts, home

    async def show(self, request: Request, principal: Principal) -> Response:
        _check(principal, Verb.GET)
        version, layout = await self._layouts.read(principal.organization or "")
        return JSONResponse(layout.model_dump(mode="json"), headers={"ETag": etag_of(version)})

    async def save(self, request: Request, principal: Principal) -> Response:
        """Replace the layout. With If-Match, only if it has not changed since."""
        _check(principal, Verb.UPDATE)
        layout = await parse_body(request, HomeLayout)
        if_match = request.headers.get("if-match")
        stored = await self._layouts.read(principal.organization or "")
        based_on = None
        if if_match is not None:
            based_on = stored.version if matches_etag(if_match, etag_of(stored.version)) else -1
        version = await self._layouts.save(principal, layout, based_on)
        return JSONResponse(layout.model_dump(mode="json"), headers={"ETag": etag_of(version)})

    async def preview(self, request: Request, principal: Principal) -> Response:
        """The home page that a layout would make for the caller, and the numbers of its rows that are left out because
        they have nothing to show. Nothing is stored."""
        _check(principal, Verb.UPDATE)
        layout = await parse_body(request, HomeLayout)
        organization = principal.organization or ""
        await self._layouts.check(organization, layout)
        visitor = Visitor(organization, principal.id, principal.role, principal.viewer_profile, principal.max_age)
        shared = await self._home.preview(visitor, layout)
        shown = {slot.number for slot in shared.slots if slot.row.items}
        empty = [number for number, row in enumerate(layout.rows) if number not in shown and not row.hidden]
        return JSONResponse({"home": json_object(shared.home()), "empty": empty})


def etag_of(version: int) -> str:
    return f'"home.{version}"'


def _check(principal: Principal, verb: Verb) -> None:
    if not may(principal, CONTENT, verb):
        raise not_allowed(principal, CONTENT, verb)
