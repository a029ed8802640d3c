"""The pages of the viewers' site.

A page is one file that the front end's build made; what it says about itself (title, Open Graph, JSON-LD) and the
response to its first API call are put into its head, so that other sites can show it and it need not ask again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.front_end import FrontEnd, keep_token
from otnet_server.api.site_endpoint import Handler, SiteRequest
from otnet_server.catalogue.cards import JsonObject
from otnet_server.errors import ApiError
from otnet_server.playback.access import Access, Gate
from otnet_server.web.html_meta import head_tags, json_script, web_app_manifest

FirstCall = Callable[[SiteRequest, Request], Awaitable[JsonObject | None]]


class HtmlPages:
    def __init__(self, catalogue: CatalogueApi, front_end: FrontEnd, gate: Gate) -> None:
        self._catalogue, self._front_end, self._gate = catalogue, front_end, gate

    def page(self, find: FirstCall | None = None) -> Handler:
        """`find` is the page's own API call; None from it: the page says that there is nothing here."""

        async def answer(request: Request, ctx: SiteRequest) -> Response:
            if (redirect := keep_token(request)) is not None:
                return redirect
            shell = self._front_end.read("site.html")
            if shell is None:
                return self._front_end.error(503, "no_front_end", "The pages are not built.", "Run “make setup”.")
            may = await self._gate.admits(request.scope, Access.ADMITTED)
            page = await find(ctx, request) if find is not None and may else {}
            data = {"site": await self._catalogue.about(ctx), "page": page or {}}
            about = data["site"]["organization"]
            tags = head_tags(about, page or {}, ctx.base, request.url.path) + json_script(
                "application/json", data, "otnet-page"
            )
            status = 404 if page is None else 200
            kept = "no-cache" if ctx.principal.kind == "anonymous" else "private, no-cache"
            headers = {"Cache-Control": kept, "Vary": "Cookie, Authorization, Host"}
            return HTMLResponse(shell.replace("<!--otnet:head-->", tags), status, headers=headers)

        return answer

    async def home(self, ctx: SiteRequest, request: Request) -> JsonObject | None:
        return await self._catalogue.home_of(ctx)

    async def title(self, ctx: SiteRequest, request: Request) -> JsonObject | None:
        return await self._catalogue.title_of(ctx, request.path_params["name"])

    async def series(self, ctx: SiteRequest, request: Request) -> JsonObject | None:
        return await self._catalogue.catalogue.series.page(ctx.visitor, request.path_params["name"])

    async def person(self, ctx: SiteRequest, request: Request) -> JsonObject | None:
        return await self._catalogue.catalogue.people.page(ctx.visitor, request.path_params["name"])

    async def manifest(self, request: Request, ctx: SiteRequest) -> Response:
        square = (await self._catalogue.themes.pictures(ctx.site["id"])).get("square")
        made = web_app_manifest(ctx.site["name"], ctx.site["accent"], square)
        return JSONResponse(made, media_type="application/manifest+json")

    async def worker(self, request: Request, ctx: SiteRequest) -> Response:
        """The site's service worker: its scope is the whole site, so it lies at the top."""
        path = self._front_end.folder / "sw.js"
        if not path.is_file():
            raise ApiError(404, "not_found", "There is no service worker.", "Run “make setup” in the checkout.")
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
