"""Exports of the catalogue, made by plugins: public feeds, and files to download in the studio or with an API key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.catalogue_reader import Catalogues
from otnet_server.api.plugin_routes import site_of
from otnet_server.api.rest import scope_missing
from otnet_server.api.site_endpoint import SiteEndpoint, SiteRequest
from otnet_server.errors import ApiError
from otnet_server.principal import Principal
from otnet_server.protocols import Exporter, ExportRequest

EXPORT_SCOPE = "export:read"


class ExportsApi:
    def __init__(
        self,
        exporters: Mapping[str, Exporter],
        catalogues: Catalogues,
        endpoint: SiteEndpoint,
        public: bool,
    ) -> None:
        self._exporters, self._catalogues, self._endpoint, self._public = exporters, catalogues, endpoint, public

    async def feed(self, request: Request, ctx: SiteRequest) -> Response:
        exporter = self._exporters.get(request.path_params["exporter"])
        if exporter is None or not exporter.feed:
            raise _not_found()
        return await self._respond(request, ctx, exporter, request.path_params["subject"], as_attachment=False)

    async def list_exporters(self, request: Request, principal: Principal) -> Response:
        """The exporters. The URL of a feed ends with its subject, which the client appends."""
        _check_scope(principal)
        return JSONResponse({"items": [
            {"name": e.name, "label": e.label, "description": e.description, "feed": e.feed,
             "url": f"/feeds/{e.name}/" if e.feed else f"/api/v1/{principal.surface}/exports/{e.name}"}
            for e in self._exporters.values()
        ]})  # fmt: skip

    async def download(self, request: Request, principal: Principal) -> Response:
        _check_scope(principal)
        exporter = self._exporters.get(request.path_params["id"])
        if exporter is None or exporter.feed:
            raise _not_found()
        ctx = await self._endpoint.site_request(request, principal)
        return await self._respond(request, ctx, exporter, "", as_attachment=True)

    async def _respond(
        self, request: Request, ctx: SiteRequest, exporter: Exporter, subject: str, *, as_attachment: bool
    ) -> Response:
        catalogue = self._catalogues.of_site(ctx.site, ctx.base)
        exported = await exporter.export(ExportRequest(site_of(ctx, self._public), subject, catalogue))
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


def _check_scope(principal: Principal) -> None:
    if principal.kind == "api_key" and EXPORT_SCOPE not in principal.scopes:
        raise scope_missing(EXPORT_SCOPE, "download exports")


def _not_found() -> ApiError:
    return ApiError(404, "not_found", "This feed or export does not exist.", "GET …/exports lists them.")
