"""The catalogue API of the site and the television app: the site, home rows, titles, series, people, search."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.model_json import model_response
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.api.viewer_models import Organization, ShareLinks, SiteInfo, SiteUser, TitlePage, TitleTracks
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.catalogue.home import SharedHome
from otnet_server.catalogue.taxonomies import Taxonomy
from otnet_server.channels.guide import Guide
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.identity.services import IdentityServices
from otnet_server.media import languages
from otnet_server.media.renditions import text_tracks
from otnet_server.pipeline.services import PipelineServices
from otnet_server.read_model.catalogue import Home, extend
from otnet_server.web.theme import LANGUAGES, Themes

HOME_CACHE_S = 3.0
MAX_QUERY_LENGTH = 200
MAX_OFFSET = 1_000_000
HomeKey = tuple[str, bool, int | None]


class CachedHome(NamedTuple):
    """`layout` is the version of the layout that it was made with."""

    expires_at: float
    layout: int
    home: SharedHome


class CatalogueApi:
    def __init__(
        self,
        catalogue: Catalogue,
        themes: Themes,
        identity: IdentityServices,
        services: PipelineServices,
        guide: Guide,
    ) -> None:
        self.catalogue, self.themes, self.guide = catalogue, themes, guide
        self._accounts, self._secret_box = identity.accounts, identity.secret_box
        self._viewer_profiles = identity.viewer_profiles
        self._services = services
        self._homes: dict[HomeKey, CachedHome] = {}
        self._home_locks: dict[HomeKey, asyncio.Lock] = {}

    async def about(self, ctx: SiteRequest) -> SiteInfo:
        """The organization's appearance, and the signed-in user."""
        pictures = await self.themes.pictures(ctx.site.id)
        user = None
        if ctx.principal.kind == "user":
            person = await self._accounts.person(ctx.principal.id)
            profiles = await self._viewer_profiles.list_profiles(ctx.principal)
            active = next((p for p in profiles if p.active), profiles[0])
            user = SiteUser(id=person.id, name=person.name, email=person.email, profile=active, profiles=len(profiles))
        organization = Organization(
            id=ctx.site.id,
            name=ctx.site.name,
            slug=ctx.site.slug,
            accent=ctx.site.accent,
            description=ctx.site.description or "",
            logo=pictures.get("logo"),
            square=pictures.get("square"),
        )
        return SiteInfo(
            organization=organization,
            sign_up=ctx.site.sign_up,
            user=user,
            csrf=self._secret_box.csrf(ctx.principal.session) if user is not None else None,
            languages=LANGUAGES,
            channels=ctx.caller.admitted and await self.guide.any_channel(ctx.visitor),
        )

    async def site(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(await self.about(ctx))

    async def home_page(self, ctx: SiteRequest) -> Home:
        """The home page. The rows that all visitors share are cached for HOME_CACHE_S seconds, as long as the layout
        stays the same."""
        key = (ctx.visitor.organization, ctx.visitor.signed_in, ctx.visitor.max_age)
        stored = await self.catalogue.home.layout(ctx.visitor.organization)
        async with self._home_locks.setdefault(key, asyncio.Lock()):
            cached = self._homes.get(key)
            if cached is None or cached.expires_at < time.monotonic() or cached.layout != stored.version:
                shared = await self.catalogue.home.shared(replace(ctx.visitor, user=None), stored.layout)
                self._homes[key] = cached = CachedHome(time.monotonic() + HOME_CACHE_S, stored.version, shared)
        if ctx.visitor.user is None:
            return cached.home.home()
        return (await self.catalogue.home.personal(ctx.visitor, cached.home)).home()

    async def home(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(await self.home_page(ctx))

    async def browse(self, request: Request, ctx: SiteRequest) -> Response:
        return model_response(await self.catalogue.taxonomies.browse(ctx.visitor))

    async def search(self, request: Request, ctx: SiteRequest) -> Response:
        query_text = request.query_params.get("q", "")
        if len(query_text) > MAX_QUERY_LENGTH:
            field_error = FieldError(
                "q", "too_long", f"must have at most {MAX_QUERY_LENGTH} characters", "Search for fewer words."
            )
            raise Invalid("bad_query", "The search query is invalid.", [field_error])
        return model_response(await self.catalogue.search.search(ctx.visitor, query_text))

    async def title_page(self, ctx: SiteRequest, name: str) -> TitlePage | None:
        title = await self.catalogue.titles.page(ctx.visitor, name)
        if title is None:
            return None
        url = f"{ctx.base}{title.href}"
        share = ShareLinks(url=url, embed=f"{ctx.base}/embed/{title.id}", oembed=f"{ctx.base}/oembed?url={url}")
        return extend(TitlePage, title, tracks=await self._tracks(title.media), share=share)

    async def _tracks(self, media: str | None) -> TitleTracks:
        row = await self._services.media.media(media) if media is not None else None
        revision = await self._services.revisions.get(row.playing) if row is not None and row.playing else None
        if revision is None:
            return TitleTracks(audio=[], text=[], heights=[])
        plan = revision.plan
        return TitleTracks(
            audio=_language_tags(a.language for a in plan.audio),
            text=_language_tags(t.language for t in text_tracks(revision) if not t.forced),
            heights=sorted((r.box_height for r in plan.video.rungs), reverse=True) if plan.video else [],
        )

    async def title(self, request: Request, ctx: SiteRequest) -> Response:
        return _json_or_404(await self.title_page(ctx, request.path_params["name"]), "title")

    async def series(self, request: Request, ctx: SiteRequest) -> Response:
        return _json_or_404(await self.catalogue.series.page(ctx.visitor, request.path_params["name"]), "series")

    async def person(self, request: Request, ctx: SiteRequest) -> Response:
        return _json_or_404(await self.catalogue.people.page(ctx.visitor, request.path_params["name"]), "person")

    async def category(self, request: Request, ctx: SiteRequest) -> Response:
        return await self._taxonomy_page(request, ctx, "category")

    async def genre(self, request: Request, ctx: SiteRequest) -> Response:
        return await self._taxonomy_page(request, ctx, "genre")

    async def _taxonomy_page(self, request: Request, ctx: SiteRequest, taxonomy: Taxonomy) -> Response:
        cursor = request.query_params.get("cursor", "0")
        if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= MAX_OFFSET):
            raise ApiError(404, "no_such_page", "The cursor is invalid.", "Start again without a cursor.")
        return _json_or_404(
            await self.catalogue.taxonomies.page(ctx.visitor, taxonomy, request.path_params["name"], int(cursor)),
            taxonomy,
        )


def _language_tags(codes: Iterable[str]) -> list[str]:
    """The language tags (BCP 47), without duplicates and unknown languages."""
    return list(dict.fromkeys(languages.tag(c) for c in codes if c != "und"))


def _json_or_404(page: object | None, kind: str) -> Response:
    if page is None:
        raise ApiError(404, "not_found", f"This {kind} does not exist.", "GET /api/v1/site/home lists the titles here.")
    return model_response(page)
