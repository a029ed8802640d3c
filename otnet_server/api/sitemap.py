"""The sitemap and robots.txt of the site."""

from __future__ import annotations

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.catalogue.cards import page_path
from otnet_server.catalogue.tables import content, series
from otnet_server.channels.guide import Guide
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.errors import ApiError
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.web.html_meta import sitemap, sitemaps

# sitemaps.org allows 50,000 pages in a sitemap and 50,000 sitemaps in an index; smaller sitemaps are faster to make.
MAX_PAGES = 10_000
MAX_PARTS = 50_000


class SitemapApi:
    def __init__(self, db: Database, guide: Guide) -> None:
        self._db, self._guide = db, guide

    async def index(self, request: Request, ctx: SiteRequest) -> Response:
        """The sitemap of everything that anonymous visitors see, or an index of sitemaps for many titles."""
        async with self._db.read() as c:
            query = select(func.count()).select_from(content).where(*listed(Visitor(ctx.visitor.organization), now()))
            parts = -(-(await c.execute(query)).scalar_one() // MAX_PAGES)
        if parts <= 1:
            return await self._part(ctx, 0)
        document = sitemaps(ctx.base, [f"/sitemap-{n}.xml" for n in range(1, parts + 1)])
        return Response(document, media_type="application/xml")

    async def part(self, request: Request, ctx: SiteRequest) -> Response:
        number = request.path_params["number"]
        if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= MAX_PARTS):
            raise _no_such_sitemap()
        return await self._part(ctx, int(number) - 1)

    async def _part(self, ctx: SiteRequest, number: int) -> Response:
        """A sitemap of at most `MAX_PAGES` titles. The first part also contains the home page and the series."""
        visible = listed(Visitor(ctx.visitor.organization), now())
        content_query = (
            select(content.c.id, content.c.slug, content.c.updated_at).where(*visible).order_by(content.c.id)
        )
        series_query = select(series.c.id, series.c.slug, series.c.updated_at).where(
            series.c.id.in_(select(content.c.series).where(content.c.series.is_not(None), *visible))
        )
        async with self._db.read() as c:
            rows = (await c.execute(content_query.offset(number * MAX_PAGES).limit(MAX_PAGES))).all()
            series_rows = (
                (await c.execute(series_query.order_by(series.c.id).limit(MAX_PAGES))).all() if number == 0 else []
            )
        if number > 0 and not rows:
            raise _no_such_sitemap()
        pages = [
            (page_path(kind, r.slug or r.id), r.updated_at)
            for kind, group in (("series", series_rows), ("title", rows))
            for r in group
        ]
        home: list[tuple[str, str | None]] = [("/", None)] if number == 0 else []
        if number == 0 and (channels := await self._guide.channels(Visitor(ctx.visitor.organization))):
            home += [("/guide", None), *((channel.href, None) for channel in channels)]
        return Response(sitemap(ctx.base, [*home, *pages]), media_type="application/xml")

    async def robots(self, request: Request, ctx: SiteRequest) -> Response:
        lines = [
            "User-agent: *",
            "Disallow: /api/",
            "Disallow: /studio/",
            "Allow: /",
            f"Sitemap: {ctx.base}/sitemap.xml",
        ]
        return Response("\n".join(lines) + "\n", media_type="text/plain")


def _no_such_sitemap() -> ApiError:
    return ApiError(404, "not_found", "This sitemap does not exist.", "/sitemap.xml lists them.")
