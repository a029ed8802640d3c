"""What players request before they play: the configuration of a title, its waveform, its audio as one file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.audience.progress import ProgressStore
from otnet_server.catalogue.card_reader import find_record
from otnet_server.catalogue.cards import JsonObject, resume_position
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.images.store import Pictures
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback import allowed_sites, player_config
from otnet_server.playback.audio_download import AUDIO_FILE
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.visibility import exists_for, refusal_reason

content, media = metadata.tables["content"], metadata.tables["media"]


class PlaybackApi:
    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        progress: ProgressStore,
        pictures: Pictures,
        services: PipelineServices,
        playback: PlaybackServices,
        *,
        telemetry_enabled: bool,
    ) -> None:
        self._db, self._catalogue, self._progress, self._pictures = db, catalogue, progress, pictures
        self._services, self._playback, self._telemetry_enabled = services, playback, telemetry_enabled

    async def playback(self, request: Request, ctx: SiteRequest) -> Response:
        self._from_an_allowed_site(request, ctx)
        return JSONResponse(await self.configuration(ctx, request.path_params["id"]))

    def _from_an_allowed_site(self, request: Request, ctx: SiteRequest) -> None:
        origin = request.headers.get("origin", "")
        if ctx.principal.kind != "user" and not allowed_sites.allows(ctx.site["embed_sites"], origin, ctx.base):
            raise ApiError(403, "not_on_this_site", "This title may not be shown on this site.",
                         "Ask whoever runs it to allow the site.")  # fmt: skip

    async def configuration(self, ctx: SiteRequest, id: str) -> JsonObject:
        """Of a piece of content (its id or slug) or of media. Raises Denied, which says why not."""
        row, shown = await self._playable(ctx, id)
        seen = (
            await self._progress.position(ctx.principal.id, row["id"]) if row is not None and ctx.visitor.user else None
        )
        page = await self._catalogue.titles.page(ctx.visitor, row["id"]) if row is not None else None
        named = page or {"id": None, "title": shown["title"], "subtitle": ""}
        came = resume_position(seen)
        return player_config.configuration(
            named, shown,
            poster=await self._pictures.media_picture(shown["id"], shown["revision"]),
            resume=came["position_s"] if came else None,
            signed_in=ctx.visitor.user is not None,
            next_up=page["next"] if page is not None else None,
            telemetry=self._telemetry_enabled,
            accent=ctx.site["accent"],
            share=f"{ctx.base}{page['href']}" if page is not None else None,
            waveform=bool(shown["tracks"]["audio"]) and shown["kind"] == "audio",
        )  # fmt: skip

    async def _playable(self, ctx: SiteRequest, id: str) -> tuple[Any, JsonObject]:
        """(the content's row, or None; the media as the API shows it)."""
        async with self._db.read() as c:
            row = await find_record(c, content, ctx.visitor, id)
            if row is not None and not exists_for(ctx.visitor, row, now()):
                row = None  # and on, so that it takes as long as content that is not there
            query = select(media.c.id).where(media.c.content == row["id"], media.c.present) if row else None
            main = (
                (await c.execute(query.order_by(media.c.role != "main", media.c.created_at))).scalar()
                if query is not None
                else id
            )
        why = refusal_reason(ctx.visitor, row) if row is not None else None
        if why is not None:
            raise ApiError(401 if why[0] == "sign_in" else 403, *why)
        title = await self._services.media.media(main) if main is not None else None
        if title is None and row is not None:
            raise ApiError(409, "not_ready", "There is nothing to play yet.", "Its file is still to come.")
        if title is None:
            raise _gone()
        if row is None:
            if title.organization != ctx.visitor.organization:
                raise _gone()
            await self._may_play(ctx, title.id)
            if title.content is not None and not ctx.visitor.staff:
                return await self._playable(ctx, title.content)
        shown = await self._playback.summaries.summarize(title)
        if not shown["playable"]:
            if shown["error"] is not None:
                raise ApiError(409, "failed", "This title can't be played.", "Its file could not be read.")
            raise ApiError(409, "not_ready", "This title is being prepared.", "Try again in a moment.", Retry_After="3")
        return row, shown

    async def _may_play(self, ctx: SiteRequest, media_id: str) -> None:
        why = (await self._playback.authorization.decide_for_caller(ctx.caller, media_id)).refusal
        if why is not None:
            raise _gone() if why.status == 404 else ApiError(why.status, why.code, why.what, why.remedy)

    async def waveform(self, request: Request, ctx: SiteRequest) -> Response:
        self._from_an_allowed_site(request, ctx)
        _, shown = await self._playable(ctx, request.path_params["id"])
        revision = await self._services.revisions.get(shown["revision"])
        data = await self._playback.audio_downloads.waveform(revision) if revision is not None else None
        if data is None:
            raise ApiError(404, "not_ready", "There is no waveform yet.", "It is made once the title is whole.")
        return Response(data, media_type="application/json")

    async def enclosure(self, ctx: SiteRequest, name: str) -> JsonObject | None:
        """A title's sound as one file: what a podcast feed encloses. None: not (yet)."""
        try:
            _, shown = await self._playable(ctx, name)
        except ApiError:
            return None
        revision = await self._services.revisions.get(shown["revision"])
        file = await self._playback.audio_downloads.file(revision) if revision is not None else None
        if file is None or revision is None:
            return None
        inside = f"{ctx.base}/media/{revision.media}/{revision.id}"
        return {
            "url": f"{inside}/{AUDIO_FILE}", "type": "audio/mp4", "bytes": file.size,
            "duration_s": revision.plan.duration_s,
            "chapters": [player_config.chapter(c, n) for n, c in enumerate(shown["chapters"], 1)],
            "transcripts": [{"url": f"{inside}/{t['name']}/text.vtt", "type": "text/vtt", "language": t["language"]}
                            for t in shown["tracks"]["text"]],
        }  # fmt: skip

    async def enclosed(self, request: Request, ctx: SiteRequest) -> Response:
        found = await self.enclosure(ctx, request.path_params["name"])
        if found is None:
            raise ApiError(
                404, "not_ready", "There is no file of this title's sound.", "It is made once the title is whole."
            )
        return JSONResponse(found)


def _gone() -> ApiError:
    return ApiError(404, "not_found", "There is no such title here.", "GET /api/v1/site/home lists what there is.")
