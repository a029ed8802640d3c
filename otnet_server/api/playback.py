"""What players ask, wherever they stand: their configuration, where to tell how it went, embeds and oEmbed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from otnet_server.api.endpoint import body_of
from otnet_server.api.media import MediaApi
from otnet_server.api.site_endpoint import Looking
from otnet_server.audience.progress import Watching
from otnet_server.catalogue.cards import Shown, begun
from otnet_server.catalogue.shelves import Shelves
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import Denied, Invalid, Wrong
from otnet_server.images.store import Pictures
from otnet_server.pipeline.repository import Catalog
from otnet_server.pipeline.revision_cache import Titles
from otnet_server.playback import player_config
from otnet_server.playback.audio_download import FILE, Sound
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.telemetry import Report, Telemetry
from otnet_server.playback.visibility import exists_for, refused
from otnet_server.schema.models import wrong_of
from otnet_server.web import embed_page, embeds

content, media = metadata.tables["content"], metadata.tables["media"]
MAIN = media.c.role != "main"


class Players:
    def __init__(
        self, db: Database, catalog: Catalog, view: MediaApi, shelves: Shelves, watching: Watching, pictures: Pictures,
        telemetry: Telemetry, telling: bool, titles: Titles, sound: Sound, authorization: Authorization,
    ) -> None:  # fmt: skip
        self._authorization = authorization
        self._db, self._catalog, self._media, self._shelves, self._watching = db, catalog, view, shelves, watching
        self._titles, self._sound = titles, sound
        self._pictures, self._telemetry, self._telling = pictures, telemetry, telling

    # --- what to play ---

    async def playback(self, request: Request, x: Looking) -> Response:
        self._from_an_allowed_site(request, x)
        return JSONResponse(await self.configuration(x, request.path_params["id"]))

    def _from_an_allowed_site(self, request: Request, x: Looking) -> None:
        origin = request.headers.get("origin", "")
        if x.who.kind != "user" and not embeds.allows(x.site["embed_sites"], origin, x.base):
            raise Denied(403, "not_on_this_site", "This title may not be shown on this site.",
                         "Ask whoever runs it to allow the site.")  # fmt: skip

    async def configuration(self, x: Looking, id: str) -> Shown:
        """Of a piece of content (its id or slug) or of media. Raises Denied, which says why not."""
        row, shown = await self._playable(x, id)
        seen = await self._watching.position(x.who.id, row["id"]) if row is not None and x.viewer.user else None
        page = await self._shelves.title(x.viewer, row["id"]) if row is not None else None
        named = page or {"id": None, "title": shown["title"], "subtitle": ""}
        came = begun(seen)
        return player_config.configuration(
            named, shown,
            poster=await self._pictures.of_media(shown["id"], shown["revision"]),
            resume=came["position_s"] if came else None,
            signed_in=x.viewer.user is not None,
            next_up=page["next"] if page is not None else None,
            telemetry=self._telling,
            accent=x.site["accent"],
            share=f"{x.base}{page['href']}" if page is not None else None,
            waveform=bool(shown["tracks"]["audio"]) and shown["kind"] == "audio",
        )  # fmt: skip

    async def _playable(self, x: Looking, id: str) -> tuple[Any, Shown]:
        """(the content's row, or None; the media as the API shows it)."""
        async with self._db.read() as c:
            row = await self._shelves.found(c, content, x.viewer, id)
            if row is not None and not exists_for(x.viewer, row, now()):
                row = None  # and on, so that it takes as long as content that is not there
            of = select(media.c.id).where(media.c.content == row["id"], media.c.present) if row else None
            main = (await c.execute(of.order_by(MAIN, media.c.created_at))).scalar() if of is not None else id
        why = refused(x.viewer, row) if row is not None else None
        if why is not None:
            raise Denied(401 if why[0] == "sign_in" else 403, *why)
        title = await self._catalog.title(main) if main is not None else None
        if title is None and row is not None:
            raise Denied(409, "not_ready", "There is nothing to play yet.", "Its file is still to come.")
        if title is None:
            raise _gone()
        if row is None:
            if title.organization != x.viewer.organization:
                raise _gone()
            await self._may_play(x, title.id)
            if title.content is not None and not x.viewer.staff:
                return await self._playable(x, title.content)
        shown = await self._media.view(title)
        if not shown["playable"]:
            if shown["error"] is not None:
                raise Denied(409, "failed", "This title can't be played.", "Its file could not be read.")
            raise Denied(409, "not_ready", "This title is being prepared.", "Try again in a moment.", Retry_After="3")
        return row, shown

    async def _may_play(self, x: Looking, media_id: str) -> None:
        why = (await self._authorization.for_caller(x.caller, media_id)).refusal
        if why is not None:
            raise _gone() if why.status == 404 else Denied(why.status, why.code, why.what, why.remedy)

    async def waveform(self, request: Request, x: Looking) -> Response:
        self._from_an_allowed_site(request, x)
        _, shown = await self._playable(x, request.path_params["id"])
        title = await self._titles.get(shown["revision"])
        data = await self._sound.waveform(title) if title is not None else None
        if data is None:
            raise Denied(404, "not_ready", "There is no waveform yet.", "It is made once the title is whole.")
        return Response(data, media_type="application/json")

    async def enclosure(self, x: Looking, name: str) -> Shown | None:
        """A title's sound as one file: what a podcast feed encloses. None: not (yet)."""
        try:
            _, shown = await self._playable(x, name)
        except Denied:
            return None
        title = await self._titles.get(shown["revision"])
        file = await self._sound.file(title) if title is not None else None
        if file is None or title is None:
            return None
        inside = f"{x.base}/media/{title.media}/{title.revision}"
        return {
            "url": f"{inside}/{FILE}", "type": "audio/mp4", "bytes": file.size,
            "duration_s": title.plan.duration_s,
            "chapters": [player_config.chapter(c, n) for n, c in enumerate(shown["chapters"], 1)],
            "transcripts": [{"url": f"{inside}/{t['name']}/text.vtt", "type": "text/vtt", "language": t["language"]}
                            for t in shown["tracks"]["text"]],
        }  # fmt: skip

    async def enclosed(self, request: Request, x: Looking) -> Response:
        found = await self.enclosure(x, request.path_params["name"])
        if found is None:
            raise Denied(
                404, "not_ready", "There is no file of this title's sound.", "It is made once the title is whole."
            )
        return JSONResponse(found)

    # --- how it went ---

    async def tell(self, request: Request, x: Looking) -> Response:
        """A batch of events. `sendBeacon` can only send plain text across origins, so the type is not asked."""
        try:
            told = Report.model_validate(json.loads(await body_of(request, 100_000)))
        except ValidationError as e:
            raise Invalid("invalid", "Some events can't be taken.", [wrong_of(w) for w in e.errors()]) from None
        except ValueError:
            raise Invalid("bad_body", "The body is no valid JSON.", [], "Send a JSON object.") from None
        await self._telemetry.keep(told)
        return Response(status_code=204)

    # --- on other people's pages ---

    async def embed(self, request: Request, x: Looking) -> Response:
        """A page with nothing but the player; who may frame it is said in its headers."""
        sites, referer = x.site["embed_sites"], request.headers.get("referer", "")
        origin = "/".join(referer.split("/", 3)[:3])
        if not embeds.allows(sites, origin, x.base):
            return self.refusal(request, x, 403, "not_on_this_site")
        skin = request.query_params.get("skin", "video")
        if skin not in embeds.SKINS:
            return self.refusal(request, x, 400, "no_such_skin")
        try:
            made = await self.configuration(x, request.path_params["id"])
        except Denied as e:
            return self.refusal(request, x, e.status, e.code)
        page = embed_page.player_page(skin, made, _language(request))
        policy = embed_page.POLICY + embed_page.ancestors(sites)
        return HTMLResponse(page, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    def refusal(self, request: Request, x: Looking, status: int, code: str) -> Response:
        """A screen that may be shown anywhere: there is nothing on it to protect."""
        place = "" if code == "not_found" else f"title/{quote(request.path_params['id'], safe='')}"
        page = embed_page.refusal_page(code, _language(request), x.site["name"], f"{x.base}/{place}")
        policy = embed_page.POLICY + embed_page.ancestors(None)
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})

    async def oembed(self, request: Request, x: Looking) -> Response:
        """oEmbed §2.2, §2.3."""
        asked = request.query_params
        form = asked.get("format", "json")
        if form not in ("json", "xml"):
            raise Denied(501, "format_not_offered", "This format is not offered.", "format is json or xml.")
        url = asked.get("url", "")
        id = embeds.named(url, [x.base])
        if not url or id is None:
            raise Denied(404, "not_found", "This address is of no title here.", f"Titles are at {x.base}/title/…")
        skin = asked.get("skin", "video")
        if skin not in embeds.SKINS:
            wrong = Wrong("skin", "bad_value", "is no player", f"One of: {', '.join(embeds.SKINS)}.")
            raise Invalid("bad_query", "This can't be embedded as asked.", [wrong])
        size = embeds.fitted(
            skin, _pixels(asked.get("maxwidth"), "maxwidth"), _pixels(asked.get("maxheight"), "maxheight")
        )
        page = await self._shelves.title(x.viewer, id)
        if page is None:
            raise Denied(404, "not_found", "There is no such title here.", "It may have been taken back.")
        if page["kind"] == "podcast_episode" and "skin" not in asked:
            skin = "audio"
            size = embeds.fitted(skin, _pixels(asked.get("maxwidth"), ""), _pixels(asked.get("maxheight"), ""))
        made = embeds.oembed(x.base, x.site["name"], page, skin, size)
        if form == "xml":
            return Response(embeds.as_xml(made), media_type="text/xml")
        return JSONResponse(made)


def _language(request: Request) -> str:
    return embed_page.language_of(request.query_params.get("language", ""), request.headers.get("accept-language", ""))


def _pixels(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 100_000):
        wrong = Wrong(name, "bad_value", "is no number of pixels", "Send a whole number above 0.")
        raise Invalid("bad_query", "This can't be embedded as asked.", [wrong])
    return int(value)


def _gone() -> Denied:
    return Denied(404, "not_found", "There is no such title here.", "GET /api/v1/site/home lists what there is.")
