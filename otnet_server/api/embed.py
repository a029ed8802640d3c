"""Players on other sites: the embed page and oEmbed."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from otnet_server.api.playback import PlaybackApi
from otnet_server.api.site_endpoint import SiteEndpoint, SiteRequest
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.playback import allowed_sites
from otnet_server.playback.access import Access
from otnet_server.web import embed_page, embeds


class EmbedApi:
    def __init__(self, playback: PlaybackApi, catalogue: Catalogue, endpoint: SiteEndpoint) -> None:
        self._playback, self._catalogue, self._endpoint = playback, catalogue, endpoint

    async def page(self, request: Request, ctx: SiteRequest) -> Response:
        """The embed page. The route is open, so that whoever may not watch is told so on the page itself."""
        try:
            await self._endpoint.find(request, Access.ADMITTED)
        except ApiError as e:
            return self.refusal(request, ctx, e.status, e.code)
        return await self.embed(request, ctx)

    async def embed(self, request: Request, ctx: SiteRequest) -> Response:
        """A page with nothing but the player; who may frame it is said in its headers."""
        sites, referer = ctx.site["embed_sites"], request.headers.get("referer", "")
        origin = "/".join(referer.split("/", 3)[:3])
        if not allowed_sites.allows(sites, origin, ctx.base):
            return self.refusal(request, ctx, 403, "not_on_this_site")
        skin = request.query_params.get("skin", "video")
        if skin not in embeds.SKINS:
            return self.refusal(request, ctx, 400, "no_such_skin")
        try:
            made = await self._playback.configuration(ctx, request.path_params["id"])
        except ApiError as e:
            return self.refusal(request, ctx, e.status, e.code)
        page = embed_page.player_page(skin, made, _language(request))
        policy = embed_page.SECURITY_POLICY + embed_page.frame_ancestors(sites)
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    def refusal(self, request: Request, ctx: SiteRequest, status: int, code: str) -> Response:
        """A screen that may be shown anywhere: there is nothing on it to protect."""
        place = "" if code == "not_found" else f"title/{quote(request.path_params['id'], safe='')}"
        page = embed_page.refusal_page(code, _language(request), ctx.site["name"], f"{ctx.base}/{place}")
        policy = embed_page.SECURITY_POLICY + embed_page.frame_ancestors(None)
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    async def oembed(self, request: Request, ctx: SiteRequest) -> Response:
        """oEmbed §2.2, §2.3."""
        asked = request.query_params
        form = asked.get("format", "json")
        if form not in ("json", "xml"):
            raise ApiError(501, "format_not_offered", "This format is not offered.", "format is json or xml.")
        url = asked.get("url", "")
        id = embeds.title_in_url(url, [ctx.base])
        if not url or id is None:
            raise ApiError(404, "not_found", "This address is of no title here.", f"Titles are at {ctx.base}/title/…")
        skin = asked.get("skin", "video")
        if skin not in embeds.SKINS:
            wrong = FieldError("skin", "bad_value", "is no player", f"One of: {', '.join(embeds.SKINS)}.")
            raise Invalid("bad_query", "This can't be embedded as asked.", [wrong])
        size = embeds.fit_size(
            skin, _pixels(asked.get("maxwidth"), "maxwidth"), _pixels(asked.get("maxheight"), "maxheight")
        )
        page = await self._catalogue.titles.page(ctx.visitor, id)
        if page is None:
            raise ApiError(404, "not_found", "There is no such title here.", "It may have been taken back.")
        if page["kind"] == "podcast_episode" and "skin" not in asked:
            skin = "audio"
            size = embeds.fit_size(skin, _pixels(asked.get("maxwidth"), ""), _pixels(asked.get("maxheight"), ""))
        made = embeds.oembed(ctx.base, ctx.site["name"], page, skin, size)
        if form == "xml":
            return Response(embeds.as_xml(made), media_type="text/xml")
        return JSONResponse(made)


def _language(request: Request) -> str:
    return embed_page.negotiate_language(
        request.query_params.get("language", ""), request.headers.get("accept-language", "")
    )


def _pixels(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 100_000):
        wrong = FieldError(name, "bad_value", "is no number of pixels", "Send a whole number above 0.")
        raise Invalid("bad_query", "This can't be embedded as asked.", [wrong])
    return int(value)
