"""Exports of the catalogue, made by plugins: public feeds, and files to download in the studio."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.model_json import json_object
from otnet_server.api.playback import PlaybackApi
from otnet_server.api.site_endpoint import SiteEndpoint, SiteRequest
from otnet_server.errors import ApiError
from otnet_server.playback.visibility import ANYBODY, Visitor
from otnet_server.principal import Principal
from otnet_server.protocols import Ask, Exporter, ExportSite
from otnet_server.schema.field import Surface


class ExportsApi:
    def __init__(
        self,
        exporters: Mapping[str, Exporter],
        catalogue: CatalogueApi,
        playback: PlaybackApi,
        endpoint: SiteEndpoint,
        public: bool,
    ) -> None:
        self._exporters, self._catalogue, self._playback = exporters, catalogue, playback
        self._endpoint, self._public = endpoint, public

    async def feed(self, request: Request, ctx: SiteRequest) -> Response:
        exporter = self._exporters.get(request.path_params["exporter"])
        if exporter is None or not exporter.feed:
            raise _not_found()
        return await self._respond(request, ctx, exporter, request.path_params["subject"], as_attachment=False)

    async def list_exporters(self, request: Request, principal: Principal) -> Response:
        """The exporters. The URL of a feed ends with its subject, which the client appends."""
        return JSONResponse({"items": [
            {"name": e.name, "label": e.label, "description": e.description, "feed": e.feed,
             "url": f"/feeds/{e.name}/" if e.feed else f"/api/v1/dashboard/exports/{e.name}"}
            for e in self._exporters.values()
        ]})  # fmt: skip

    async def download(self, request: Request, principal: Principal) -> Response:
        exporter = self._exporters.get(request.path_params["id"])
        if exporter is None or exporter.feed:
            raise _not_found()
        return await self._respond(
            request, await self._endpoint.site_request(request, principal), exporter, "", as_attachment=True
        )

    async def _respond(
        self, request: Request, ctx: SiteRequest, exporter: Exporter, subject: str, *, as_attachment: bool
    ) -> Response:
        site = ExportSite(
            ctx.base, ctx.site["id"], ctx.site["name"], ctx.site["slug"], ctx.site["accent"], self._public
        )
        exported = await exporter.export(site, subject, self._anonymous_api(request, ctx))
        if exported is None:
            raise _not_found()
        etag = f'"{hashlib.sha256(exported.data).hexdigest()[:20]}"'
        cache_control = "public, max-age=60" if self._public and not as_attachment else "no-store"
        headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Cookie, Authorization, Host"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if as_attachment:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(exported.name, safe='')}"
        return Response(exported.data, media_type=exported.media_type, headers=headers)

    def _anonymous_api(self, request: Request, ctx: SiteRequest) -> Ask:
        """A function that returns API responses for an anonymous caller, so that exports contain only public data."""
        anonymous = Principal("anonymous", Surface.PUBLIC)
        anonymous_request = SiteRequest(anonymous, ANYBODY, Visitor(ctx.visitor.organization), ctx.site, ctx.base)

        async def ask(path: str) -> dict[str, Any] | None:
            page = await find(path)
            return json_object(page) if page is not None else None

        async def find(path: str) -> object | None:
            parts = [unquote(p) for p in path.strip("/").split("/")]
            catalogue = self._catalogue.catalogue
            match parts:
                case [""]:
                    return await self._catalogue.about(anonymous_request)
                case ["home"]:
                    return await self._catalogue.home_page(anonymous_request)
                case ["titles", name]:
                    return await self._catalogue.title_page(anonymous_request, name)
                case ["titles", name, "enclosure"]:
                    return await self._playback.enclosure(request, anonymous_request, name)
                case ["series", name]:
                    return await catalogue.series.page(anonymous_request.visitor, name)
                case ["people", name]:
                    return await catalogue.people.page(anonymous_request.visitor, name)
                case ["categories" | "genres" as taxonomy, name]:
                    return await catalogue.taxonomies.page(
                        anonymous_request.visitor, "category" if taxonomy == "categories" else "genre", name, 0
                    )
            return None

        return ask


def _not_found() -> ApiError:
    return ApiError(
        404, "not_found", "This feed or export does not exist.", "GET /api/v1/dashboard/exports lists them."
    )
