"""The HTML pages of the site.

All pages share one template from the front end. The server adds metadata (title, Open Graph, JSON-LD) to its head for
previews on other sites, and the response to the page's first API call, so that the page need not request it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.front_end import FrontEnd, store_token_cookie
from otnet_server.api.guide import channel_page, guide_page
from otnet_server.api.model_json import json_object
from otnet_server.api.site_endpoint import Handler, SiteRequest
from otnet_server.errors import ApiError
from otnet_server.playback.access import Access, Gate
from otnet_server.web.html_meta import Page, head_tags, json_script, web_app_manifest

FirstCall = Callable[[SiteRequest, Request], Awaitable[Page | None]]


class HtmlPages:
    def __init__(self, catalogue: CatalogueApi, front_end: FrontEnd, gate: Gate) -> None:
        self._catalogue, self._front_end, self._gate = catalogue, front_end, gate

    def page(self, first_call: FirstCall | None = None) -> Handler:
        """A handler for a page. `first_call` returns the data of the page, or None when it does not exist (404)."""

        async def respond(request: Request, ctx: SiteRequest) -> Response:
            if (redirect := store_token_cookie(request)) is not None:
                return redirect
            shell = self._front_end.read("site.html")
            if shell is None:
                return self._front_end.error(503, "no_front_end", "The pages are not built.", "Run “make setup”.")
            admitted = await self._gate.admits(request.scope, Access.ADMITTED)
            page = await first_call(ctx, request) if first_call is not None and admitted else None
            site = await self._catalogue.about(ctx)
            data = {"site": json_object(site), "page": json_object(page) if page is not None else {}}
            tags = head_tags(site.organization.name, site.organization.description, page, ctx.base, request.url.path)
            tags += json_script("application/json", data, "otnet-page")
            missing = first_call is not None and admitted and page is None
            status = 404 if missing else 200
            cache_control = "no-cache" if ctx.principal.kind == "anonymous" else "private, no-cache"
            headers = {"Cache-Control": cache_control, "Vary": "Cookie, Authorization, Host"}
            return HTMLResponse(shell.replace("<!--otnet:head-->", tags), status, headers=headers)

        return respond

    async def home(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await self._catalogue.home_page(ctx)

    async def title(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await self._catalogue.title_page(ctx, request.path_params["name"])

    async def series(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await self._catalogue.catalogue.series.page(ctx.visitor, request.path_params["name"])

    async def person(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await self._catalogue.catalogue.people.page(ctx.visitor, request.path_params["name"])

    async def channel(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await channel_page(self._catalogue.guide, ctx.visitor, request.path_params["name"])

    async def guide(self, ctx: SiteRequest, request: Request) -> Page | None:
        return await guide_page(self._catalogue.guide, ctx.visitor)

    async def manifest(self, request: Request, ctx: SiteRequest) -> Response:
        square = (await self._catalogue.themes.pictures(ctx.site.id)).get("square")
        document = web_app_manifest(ctx.site.name, ctx.site.accent, square)
        return JSONResponse(document, media_type="application/manifest+json")

    async def worker(self, request: Request, ctx: SiteRequest) -> Response:
        """The service worker. Its scope is the whole site, so its path is at the root."""
        path = self._front_end.folder / "sw.js"
        if not path.is_file():
            raise ApiError(404, "not_found", "The front end is not built.", "Run “make setup” in the checkout.")
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
