"""The catalogue elsewhere: feeds that anybody fetches, files that the studio downloads. Plugins make them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.catalogue import CatalogueApi
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
            raise _nothing()
        return await self._answer(request, ctx, exporter, request.path_params["subject"], keep=False)

    async def listed(self, request: Request, principal: Principal) -> Response:
        """What the studio offers; a feed's address takes a subject at its end."""
        return JSONResponse({"items": [
            {"name": e.name, "label": e.label, "description": e.description, "feed": e.feed,
             "url": f"/feeds/{e.name}/" if e.feed else f"/api/v1/dashboard/exports/{e.name}"}
            for e in self._exporters.values()
        ]})  # fmt: skip

    async def download(self, request: Request, principal: Principal) -> Response:
        exporter = self._exporters.get(request.path_params["id"])
        if exporter is None or exporter.feed:
            raise _nothing()
        return await self._answer(request, await self._endpoint.look(request, principal), exporter, "", keep=True)

    async def _answer(
        self, request: Request, ctx: SiteRequest, exporter: Exporter, subject: str, *, keep: bool
    ) -> Response:
        site = ExportSite(
            ctx.base, ctx.site["id"], ctx.site["name"], ctx.site["slug"], ctx.site["accent"], self._public
        )
        made = await exporter.export(site, subject, self._asking(request, ctx))
        if made is None:
            raise _nothing()
        etag = f'"{hashlib.sha256(made.data).hexdigest()[:20]}"'
        lasting = "public, max-age=60" if self._public and not keep else "no-store"
        headers = {"ETag": etag, "Cache-Control": lasting, "Vary": "Cookie, Authorization, Host"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if keep:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name, safe='')}"
        return Response(made.data, media_type=made.media_type, headers=headers)

    def _asking(self, request: Request, ctx: SiteRequest) -> Ask:
        """What anybody would be answered: an exporter takes out nothing else."""
        nobody = Principal("anonymous", Surface.PUBLIC)
        anybody = SiteRequest(nobody, ANYBODY, Visitor(ctx.visitor.organization), ctx.site, ctx.base)

        async def ask(path: str) -> dict[str, Any] | None:
            parts = [unquote(p) for p in path.strip("/").split("/")]
            catalogue = self._catalogue.catalogue
            match parts:
                case [""]:
                    return await self._catalogue.about(anybody)
                case ["home"]:
                    return await self._catalogue.home_of(anybody)
                case ["titles", name]:
                    return await self._catalogue.title_of(anybody, name)
                case ["titles", name, "enclosure"]:
                    return await self._playback.enclosure(anybody, name)
                case ["series", name]:
                    return await catalogue.series.page(anybody.visitor, name)
                case ["people", name]:
                    return await catalogue.people.page(anybody.visitor, name)
                case ["categories" | "genres" as taxonomy, name]:
                    return await catalogue.taxonomies.page(
                        anybody.visitor, {"categories": "category"}.get(taxonomy, "genre"), name, 0
                    )
            return None

        return ask


def _nothing() -> ApiError:
    return ApiError(404, "not_found", "There is no such feed or export.", "GET /api/v1/dashboard/exports lists them.")
