"""The catalogue elsewhere: feeds that anybody fetches, files that the studio downloads. Plugins make them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.catalogue import Site
from otnet_server.api.playback import Players
from otnet_server.api.site_endpoint import Looking, Viewers
from otnet_server.errors import Denied
from otnet_server.playback.visibility import ANYBODY, Viewer
from otnet_server.principal import Principal
from otnet_server.protocols import Ask, Exporter, ExportSite
from otnet_server.schema.field import Surface


class Exports:
    def __init__(
        self, exporters: Mapping[str, Exporter], site: Site, players: Players, viewers: Viewers, public: bool
    ) -> None:
        self._exporters, self._site, self._players = exporters, site, players
        self._viewers, self._public = viewers, public

    async def feed(self, request: Request, x: Looking) -> Response:
        exporter = self._exporters.get(request.path_params["exporter"])
        if exporter is None or not exporter.feed:
            raise _nothing()
        return await self._answer(request, x, exporter, request.path_params["subject"], keep=False)

    async def listed(self, request: Request, who: Principal) -> Response:
        """What the studio offers; a feed's address takes a subject at its end."""
        return JSONResponse({"items": [
            {"name": e.name, "label": e.label, "description": e.description, "feed": e.feed,
             "url": f"/feeds/{e.name}/" if e.feed else f"/api/v1/dashboard/exports/{e.name}"}
            for e in self._exporters.values()
        ]})  # fmt: skip

    async def download(self, request: Request, who: Principal) -> Response:
        exporter = self._exporters.get(request.path_params["id"])
        if exporter is None or exporter.feed:
            raise _nothing()
        return await self._answer(request, await self._viewers.look(request, who), exporter, "", keep=True)

    async def _answer(self, request: Request, x: Looking, exporter: Exporter, subject: str, *, keep: bool) -> Response:
        site = ExportSite(x.base, x.site["id"], x.site["name"], x.site["slug"], x.site["accent"], self._public)
        made = await exporter.export(site, subject, self._asking(request, x))
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

    def _asking(self, request: Request, x: Looking) -> Ask:
        """What anybody would be answered: an exporter takes out nothing else."""
        nobody = Principal("anonymous", Surface.PUBLIC)
        anybody = Looking(nobody, ANYBODY, Viewer(x.viewer.organization), x.site, x.base)

        async def ask(path: str) -> dict[str, Any] | None:
            parts = [unquote(p) for p in path.strip("/").split("/")]
            shelves = self._site.shelves
            match parts:
                case [""]:
                    return await self._site.about(anybody)
                case ["home"]:
                    return await self._site.home_of(anybody)
                case ["titles", name]:
                    return await self._site.title_of(anybody, name)
                case ["titles", name, "enclosure"]:
                    return await self._players.enclosure(anybody, name)
                case ["series", name]:
                    return await shelves.series(anybody.viewer, name)
                case ["people", name]:
                    return await shelves.person(anybody.viewer, name)
                case ["categories" | "genres" as sorts, name]:
                    return await shelves.shelf(anybody.viewer, {"categories": "category"}.get(sorts, "genre"), name, 0)
            return None

        return ask


def _nothing() -> Denied:
    return Denied(404, "not_found", "There is no such feed or export.", "GET /api/v1/dashboard/exports lists them.")
