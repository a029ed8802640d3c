"""The viewers' site as pages, and the files that screens are made of: pictures, the player, the television app.

A page is one file that the front end's build made; what it says about itself (title, Open Graph, JSON-LD) and what its
first API call would answer are put into its head, so that other sites can show it and it need not ask again.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from otnet_server.api.catalogue import Site
from otnet_server.api.front_end import Pages, keep_token
from otnet_server.api.site_endpoint import Handler, Looking
from otnet_server.catalogue.cards import Shown, address
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import Denied
from otnet_server.images.store import TYPES, Pictures
from otnet_server.playback.access import Access
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.visibility import NOT_FOUND, Decision, Viewer, cache_headers
from otnet_server.playback.visibility_queries import listed
from otnet_server.web.html_meta import head, manifest, script, sitemap, sitemaps

Page = Callable[[Looking, Request], Awaitable[Shown | None]]
# sitemaps.org lets one list hold 50,000 pages and an index 50,000 lists; smaller lists are made in a moment.
MOST_PAGES, MOST_PARTS = 10_000, 50_000
content, series = metadata.tables["content"], metadata.tables["series"]
HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.(js|css|wasm|woff2)$")
ENDINGS = {".js": "text/javascript", ".json": "application/json", ".css": "text/css", ".html": "text/html",
           ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2",
           ".wasm": "application/wasm", ".ts": "text/plain", ".ttf": "font/ttf"}  # fmt: skip


class Screens:
    def __init__(
        self, site: Site, pages: Pages, pictures: Pictures, db: Database, authorization: Authorization
    ) -> None:
        self._site, self._pages, self._pictures, self._db = site, pages, pictures, db
        self._authorization = authorization

    # --- pages ---

    def page(self, find: Page | None = None) -> Handler:
        """`find` is the page's own API call; None from it: the page says that there is nothing here."""

        async def answer(request: Request, x: Looking) -> Response:
            if (redirect := keep_token(request)) is not None:
                return redirect
            shell = self._pages.read("site.html")
            if shell is None:
                return self._pages.error(503, "no_front_end", "The pages are not built.", "Run “make setup”.")
            may = await self._authorization.gate.admits(request.scope, Access.VIEWER)
            page = await find(x, request) if find is not None and may else {}
            told = {"site": await self._site.about(x), "page": page or {}}
            about = told["site"]["organization"]
            tags = head(about, page or {}, x.base, request.url.path) + script("application/json", told, "otnet-page")
            status = 404 if page is None else 200
            kept = "no-cache" if x.who.kind == "anonymous" else "private, no-cache"
            headers = {"Cache-Control": kept, "Vary": "Cookie, Authorization, Host"}
            return HTMLResponse(shell.replace("<!--otnet:head-->", tags), status, headers=headers)

        return answer

    async def home(self, x: Looking, request: Request) -> Shown | None:
        return await self._site.home_of(x)

    async def title(self, x: Looking, request: Request) -> Shown | None:
        return await self._site.title_of(x, request.path_params["name"])

    async def series(self, x: Looking, request: Request) -> Shown | None:
        return await self._site.shelves.series(x.viewer, request.path_params["name"])

    async def person(self, x: Looking, request: Request) -> Shown | None:
        return await self._site.shelves.person(x.viewer, request.path_params["name"])

    # --- what machines read ---

    async def sitemap(self, request: Request, x: Looking) -> Response:
        """Only what anybody may see, even when somebody who is signed in asks; of many titles a list of lists."""
        async with self._db.read() as c:
            of = select(func.count()).select_from(content).where(*listed(Viewer(x.viewer.organization), now()))
            parts = -(-(await c.execute(of)).scalar_one() // MOST_PAGES)
        if parts <= 1:
            return await self._part(x, 0)
        made = sitemaps(x.base, [f"/sitemap-{n}.xml" for n in range(1, parts + 1)])
        return Response(made, media_type="application/xml")

    async def sitemap_part(self, request: Request, x: Looking) -> Response:
        number = request.path_params["number"]
        if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= MOST_PARTS):
            raise _no_such_list()
        return await self._part(x, int(number) - 1)

    async def _part(self, x: Looking, number: int) -> Response:
        """The pages of `MOST_PAGES` titles; the first part begins with the home page and has the series too."""
        seen = listed(Viewer(x.viewer.organization), now())
        titles = select(content.c.id, content.c.slug, content.c.updated_at).where(*seen).order_by(content.c.id)
        shows = select(series.c.id, series.c.slug, series.c.updated_at).where(
            series.c.id.in_(select(content.c.series).where(content.c.series.is_not(None), *seen))
        )
        async with self._db.read() as c:
            rows = (await c.execute(titles.offset(number * MOST_PAGES).limit(MOST_PAGES))).all()
            first = (await c.execute(shows.order_by(series.c.id).limit(MOST_PAGES))).all() if number == 0 else []
        if number > 0 and not rows:
            raise _no_such_list()
        pages = [(address(kind, r.slug or r.id), r.updated_at) for kind, found in (("series", first), ("title", rows))
                 for r in found]  # fmt: skip
        home: list[tuple[str, str | None]] = [("/", None)] if number == 0 else []
        return Response(sitemap(x.base, [*home, *pages]), media_type="application/xml")

    async def robots(self, request: Request, x: Looking) -> Response:
        lines = ["User-agent: *", "Disallow: /api/", "Disallow: /studio/", "Allow: /", f"Sitemap: {x.base}/sitemap.xml"]
        return Response("\n".join(lines) + "\n", media_type="text/plain")

    async def manifest(self, request: Request, x: Looking) -> Response:
        square = (await self._site.themes.pictures(x.site["id"])).get("square")
        made = manifest(x.site["name"], x.site["accent"], square)
        return JSONResponse(made, media_type="application/manifest+json")

    # --- files ---

    async def picture(self, request: Request, x: Looking) -> Response:
        p = request.path_params
        asked = {"a": self._authorization.artwork, "m": self._authorization.media_picture}.get(p["kind"])
        decision = await asked(request.scope, p["id"]) if asked is not None else Decision(NOT_FOUND)
        headers = {"ETag": f'"{p["version"]}.{p["name"]}"', **cache_headers(decision)}
        allowed = decision.refusal is None
        if allowed and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        data = await self._pictures.variant(p["kind"], p["id"], p["version"], p["name"]) if allowed else None
        if data is None:
            raise Denied(404, "not_found", "There is no such picture.", "Take addresses from the API.")
        return Response(data, media_type=TYPES[p["name"].rpartition(".")[2]], headers=headers)

    def folder(self, root: Path, index: str = "") -> Handler:
        """Files below `root`. Those with a hash in their name are kept for ever, the others for five minutes."""
        root = root.resolve()

        async def answer(request: Request, x: Looking) -> Response:
            try:
                path = (root / (request.path_params.get("path") or index)).resolve()
                known = path.is_relative_to(root) and path.is_file() and path.suffix in ENDINGS
            except (OSError, ValueError):  # a name that no file can have
                known = False
            if not known:
                raise Denied(404, "not_found", "There is no such file.", "The documentation lists what there is.")
            cache_headers = "public, max-age=31536000, immutable" if HASHED.search(path.name) else "public, max-age=300"
            return FileResponse(path, media_type=ENDINGS[path.suffix], headers={"Cache-Control": cache_headers})

        return answer

    async def worker(self, request: Request, x: Looking) -> Response:
        """The site's service worker: its scope is the whole site, so it lies at the top."""
        path = self._pages.folder / "sw.js"
        if not path.is_file():
            raise Denied(404, "not_found", "There is no service worker.", "Run “make setup” in the checkout.")
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _no_such_list() -> Denied:
    return Denied(404, "not_found", "There is no such list of pages.", "/sitemap.xml names them.")
