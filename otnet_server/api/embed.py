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
        """The embed page. The route is open, so that the page itself can explain why a title can't be played."""
        try:
            await self._endpoint.authenticate(request, Access.ADMITTED)
        except ApiError as e:
            return self.refusal(request, ctx, e.status, e.code)
        return await self.embed(request, ctx)

    async def embed(self, request: Request, ctx: SiteRequest) -> Response:
        """A page with only the player. Its headers restrict which sites may embed it."""
        sites, referer = ctx.site.embed_sites, request.headers.get("referer", "")
        origin = "/".join(referer.split("/", 3)[:3])
        if not allowed_sites.allows(sites, origin, ctx.base):
            return self.refusal(request, ctx, 403, "not_on_this_site")
        skin = request.query_params.get("skin", "video")
        if skin not in embeds.SKINS:
            return self.refusal(request, ctx, 400, "no_such_skin")
        try:
            config = await self._playback.configuration(request, ctx)
        except ApiError as e:
            return self.refusal(request, ctx, e.status, e.code, e.message if e.code == "policy_refused" else "")
        page = embed_page.player_page(skin, config, _language(request))
        policy = embed_page.SECURITY_POLICY + embed_page.frame_ancestors(sites)
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    def refusal(self, request: Request, ctx: SiteRequest, status: int, code: str, message: str = "") -> Response:
        """A page with an error message. Every site may embed it, as it contains nothing to protect."""
        path = "" if code == "not_found" else f"title/{quote(request.path_params['id'], safe='')}"
        page = embed_page.refusal_page(code, _language(request), ctx.site.name, f"{ctx.base}/{path}", message)
        policy = embed_page.SECURITY_POLICY + embed_page.frame_ancestors(None)
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    async def oembed(self, request: Request, ctx: SiteRequest) -> Response:
        """The oEmbed response for a URL (§2.2, §2.3)."""
        params = request.query_params
        format_name = params.get("format", "json")
        if format_name not in ("json", "xml"):
            raise ApiError(501, "format_not_offered", "This format is not supported.", "Use the format json or xml.")
        url = params.get("url", "")
        id = embeds.title_in_url(url, [ctx.base])
        if not url or id is None:
            raise ApiError(
                404, "not_found", "This is not the address of a title on this server.", f"Use {ctx.base}/title/…"
            )
        skin = params.get("skin", "video")
        if skin not in embeds.SKINS:
            field_error = FieldError("skin", "bad_value", f"must be one of {', '.join(embeds.SKINS)}")
            raise Invalid("bad_query", "The query is invalid.", [field_error])
        size = embeds.fit_size(
            skin, _pixels(params.get("maxwidth"), "maxwidth"), _pixels(params.get("maxheight"), "maxheight")
        )
        page = await self._catalogue.titles.page(ctx.visitor, id)
        if page is None:
            raise ApiError(404, "not_found", "This title does not exist.", "It may have been removed.")
        if page.kind == "podcast_episode" and "skin" not in params:
            skin = "audio"
            size = embeds.fit_size(skin, _pixels(params.get("maxwidth"), ""), _pixels(params.get("maxheight"), ""))
        response = embeds.oembed(ctx.base, ctx.site.name, page, skin, size)
        if format_name == "xml":
            return Response(embeds.as_xml(response), media_type="text/xml")
        return JSONResponse(response)


def _language(request: Request) -> str:
    return embed_page.negotiate_language(
        request.query_params.get("language", ""), request.headers.get("accept-language", "")
    )


def _pixels(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 100_000):
        field_error = FieldError(name, "bad_value", "must be a whole number of pixels from 1 to 100000")
        raise Invalid("bad_query", "The query is invalid.", [field_error])
    return int(value)
