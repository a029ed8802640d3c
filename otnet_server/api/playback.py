"""The API for players: the configuration of a title, its waveform, and its audio as one file."""

from __future__ import annotations

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.channel_playback import ChannelPlayback
from otnet_server.api.endpoint import address
from otnet_server.api.media import NO_STORE
from otnet_server.api.model_json import model_response
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.api.viewer_models import SessionRenewal
from otnet_server.catalogue.catalogue import Catalogue
from otnet_server.catalogue.rows import ContentRow, find_record
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.images.store import Pictures
from otnet_server.media import urls
from otnet_server.media.drm import Quality
from otnet_server.media.protection import includes_video
from otnet_server.media.revision import Revision
from otnet_server.pipeline.media_queries import main_media
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback import allowed_sites, player_config
from otnet_server.playback.media_summary import MediaSummary
from otnet_server.playback.player_config import DrmTarget, PlayerConfiguration, UpNext
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.sessions import RENEW_AFTER_S, SessionRow, StartedSession
from otnet_server.playback.visibility import (
    BEING_PREPARED,
    MEDIA_FAILED,
    NO_MEDIA,
    Decision,
    Refusal,
    exists_for,
    no_quality,
    refusal_reason,
)
from otnet_server.principal import Principal
from otnet_server.protection.refusals import proof_refused
from otnet_server.read_model.catalogue import Images, TitleCard
from otnet_server.read_model.enclosure import Enclosure, Transcript
from otnet_server.read_model.pictures import Picture
from otnet_server.schema.resource import Role

UP_NEXT_WIDTH = 480
content, media = metadata.tables["content"], metadata.tables["media"]


class PlaybackApi:
    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        pictures: Pictures,
        services: PipelineServices,
        playback: PlaybackServices,
        channels: ChannelPlayback,
        *,
        telemetry_enabled: bool,
    ) -> None:
        self._channels = channels
        self._db, self._catalogue, self._pictures = db, catalogue, pictures
        self._services, self._playback, self._telemetry_enabled = services, playback, telemetry_enabled

    async def playback(self, request: Request, ctx: SiteRequest) -> Response:
        self._check_site(request, ctx)
        configuration = await self.configuration(request, ctx)
        sources = configuration["sources"]
        for_one = "session" in configuration or "whep" in sources or "?" in sources.get("hls", "")  # a cohort
        caching = NO_STORE if for_one else await self._caching(request, configuration["media"])
        return JSONResponse(configuration, headers=caching)

    def _check_site(self, request: Request, ctx: SiteRequest) -> None:
        origin = request.headers.get("origin", "")
        if ctx.principal.kind != "user" and not allowed_sites.allows(ctx.site.embed_sites, origin, ctx.base):
            raise ApiError(403, "not_on_this_site", "This title may not be shown on this site.",
                         "Ask the operator of the server to allow this site.")  # fmt: skip

    async def configuration(self, request: Request, ctx: SiteRequest) -> PlayerConfiguration:
        """The player configuration of a channel, of content (by id or slug) or of a media (by id), with a new
        playback session unless anybody may have it. Raises ApiError 401, 403, 404 or 409 when it can't be played."""
        channel = await self._channels.find(ctx.visitor.organization, request.path_params["id"])
        if channel is not None:
            await self._check_policies(request, channel.id)
            return await self._channels.configuration(request, ctx, channel)
        row, summary, max_quality = await self._find_playable(request, ctx, request.path_params["id"])
        await self._check_policies(request, summary["id"])
        page = await self._catalogue.titles.page(ctx.visitor, row.id) if row is not None else None
        revision = summary["revision"]
        session, drm = await self._start_session(request, ctx, summary, max_quality)
        still = None
        if page is None and revision is not None:
            still = await self._pictures.media_picture(summary["id"], revision)
        return player_config.configuration(
            summary,
            content=page.id if page is not None else None,
            title=page.title if page is not None else summary["title"],
            subtitle=page.subtitle if page is not None else "",
            poster=player_poster(page.images, summary["kind"]) if page is not None else still,
            resume=page.progress.position_s if page is not None and page.progress is not None else None,
            signed_in=ctx.visitor.user is not None,
            next_up=_up_next(page.next) if page is not None else None,
            telemetry=self._telemetry_enabled,
            accent=ctx.site.accent,
            share=f"{ctx.base}{page.href}" if page is not None else None,
            session=session,
            drm=drm,
            markers=await self._markers(summary["id"]),
        )

    async def _check_policies(self, request: Request, media_id: str) -> None:
        """Raises ApiError when the policies of the organization refuse a request that may be answered otherwise."""
        kind = "embed" if request.url.path.startswith("/embed/") else "playback"
        decision = await self._playback.policies.decide(request.scope, media_id, None, Decision(), kind)
        _check(decision.refusal)

    async def _markers(self, media_id: str) -> list[player_config.Marker]:
        names = ("intro_start_s", "intro_end_s", "credits_start_s")
        query = select(*(media.c[name] for name in names)).where(media.c.id == media_id)
        async with self._db.read() as c:
            row = (await c.execute(query)).one_or_none()
        return player_config.markers_of(*row) if row is not None else []

    async def _start_session(
        self, request: Request, ctx: SiteRequest, summary: MediaSummary, max_quality: Quality | None
    ) -> tuple[StartedSession | None, DrmTarget | None]:
        """A new playback session, and where it gets its licences; (None, None) for a media that anybody may have and
        that is not protected."""
        revision = await self._revision(summary)
        protected = revision is not None and revision.protection is not None
        anybody = (await self._for_anybody(request, summary["id"])).refusal is None
        if request.method == "HEAD" or (anybody and not protected):
            return None, None
        resumed = request.query_params.get("resumes")
        if resumed and resumed.isprintable() and await self._playback.sessions.was_stopped(resumed[:40]):
            raise ApiError(403, "stopped", "Playback was stopped from another device.", "Open the title again.")
        credential = None if anybody else await self._playback.gate.credential(request.scope)
        may_start = credential is not None or anybody
        start = self._playback.sessions.start
        session = await start(summary["id"], credential, address(request)) if may_start else None
        if session is None:
            raise ApiError(401, "sign_in", "Your session has ended.", "Sign in again.", WWW_Authenticate="Bearer")
        if revision is None or not protected:
            return session, None
        user = ctx.visitor.user
        return session, await self._playback.drm.target(ctx.site.id, revision, session.id, user, max_quality)

    async def _for_anybody(self, request: Request, media_id: str) -> Decision:
        return await self._playback.authorization.anybody(request.scope, media_id)

    async def _caching(self, request: Request, media_id: str) -> dict[str, str]:
        """Headers that keep what depends on the caller, the country or a policy out of shared caches."""
        public = (await self._for_anybody(request, media_id)).public
        return {} if public and not self._playback.policies.restrict(request.scope) else NO_STORE

    async def renew_session(self, request: Request, ctx: SiteRequest) -> Response:
        """The heartbeat of a player. The id of the session, which only its player and the staff know, is the
        credential. The first proof of possession binds the session to its key, and is needed from then on."""
        row = await self._playback.sessions.find(request.path_params["session"])
        if row is None:
            raise _session_not_found()
        proof = self._playback.possession.check(request.scope, row.proof_key)
        decision = await self._playback.authorization.session(request.scope, row.id)
        _check(decision.refusal)
        if proof is not None and row.proof_key is None:
            row = await self._playback.sessions.bind(row.id, proof.thumbprint)
            self._playback.authorization.forget_session(request.path_params["session"])
            if row is None:
                raise _session_not_found()
            if row.proof_key != proof.thumbprint:
                raise proof_refused("proof_of_another_device")
        expires_at = await self._playback.sessions.renew(row)
        if expires_at is None:
            raise _session_not_found()
        token = await self._next_token(row, decision.max_quality)
        return model_response(SessionRenewal(RENEW_AFTER_S, expires_at, token), headers=NO_STORE)

    async def _next_token(self, row: SessionRow, max_quality: Quality | None) -> str | None:
        """The next playback token of a session; None for a title that is not protected."""
        if row.media is None:
            return await self._channels.next_token(row)
        media_row = await self._services.media.media(row.media)
        playing = media_row.playing if media_row is not None else None
        revision = await self._services.revisions.get(playing) if playing is not None else None
        if media_row is None or revision is None or revision.protection is None:
            return None
        caller = await self._playback.sessions.caller(row)
        user = caller.user if caller is not None and row.preview is None else None
        drm = self._playback.drm
        return await drm.token(media_row.organization, revision, row.id, user, max_quality, row.proof_key)

    async def end_session(self, request: Request, ctx: SiteRequest) -> Response:
        if not await self._playback.sessions.end(request.path_params["session"]):
            raise _session_not_found()
        return Response(status_code=204)

    async def list_sessions(self, request: Request, principal: Principal) -> Response:
        """The living sessions of the organization's media, for its administrators."""
        organization = _administered(principal)
        return JSONResponse({"items": await self._playback.sessions.of_organization(organization)})

    async def end_session_of_viewer(self, request: Request, principal: Principal) -> Response:
        if not await self._playback.sessions.stop(request.path_params["id"], _administered(principal)):
            raise _session_not_found()
        return Response(status_code=204)

    async def _find_playable(
        self, request: Request, ctx: SiteRequest, id: str
    ) -> tuple[ContentRow | None, MediaSummary, Quality | None]:
        """(the row of the content, or None; the media object of the API; the best picture that the caller may have, or
        None). Raises ApiError like `configuration`."""
        async with self._db.read() as c:
            row = await find_record(c, content, ContentRow, ctx.visitor, id)
            if row is not None and not exists_for(ctx.visitor, row.publication, now()):
                row = None  # continue, so that the response takes as long as for content that does not exist
            media_id = (await c.execute(main_media(row.id))).scalar() if row else id
        media_row = await self._services.media.media(media_id) if media_id is not None else None
        if media_row is None and row is not None:
            entitlements = self._playback.authorization.entitlements
            entitlement = await entitlements.of_title(ctx.visitor, row.id, row.visibility)
            reason = refusal_reason(ctx.visitor, row.publication, entitlement.effect)
            if reason is not None:
                raise ApiError(401 if reason[0] == "sign_in" else 403, *reason)
            raise ApiError(*NO_MEDIA)
        if media_row is None:
            raise _not_found()
        if media_row.organization != ctx.visitor.organization:
            raise _not_found()
        decision = await self._playback.authorization.decide_for_caller(ctx.caller, media_row.id, request.scope)
        _check(decision.refusal)
        if row is None and media_row.content is not None and not ctx.visitor.staff:
            return await self._find_playable(request, ctx, media_row.content)
        summary = await self._playback.summaries.summarize(media_row)
        if not summary["playable"]:
            if summary["error"] is not None:
                raise ApiError(*MEDIA_FAILED)
            raise ApiError(*BEING_PREPARED, Retry_After="3")
        revision = await self._revision(summary)
        limit = decision.max_quality
        if limit is not None and revision is not None and not includes_video(revision.plan, limit):
            raise ApiError(*no_quality(limit))
        return row, summary, limit

    async def waveform(self, request: Request, ctx: SiteRequest) -> Response:
        self._check_site(request, ctx)
        _, summary, _ = await self._find_playable(request, ctx, request.path_params["id"])
        await self._check_policies(request, summary["id"])
        revision = await self._revision(summary)
        data = await self._playback.audio_downloads.waveform(revision) if revision is not None else None
        if data is None:
            raise ApiError(404, "not_ready", "There is no waveform yet.", "It is available once encoding has finished.")
        headers = await self._caching(request, summary["id"])
        return Response(data, media_type="application/json", headers=headers)

    async def enclosure(self, request: Request, ctx: SiteRequest, name: str) -> Enclosure | None:
        """The enclosure of a title for podcast feeds: its audio as one file. None while it is not available."""
        try:
            _, summary, _ = await self._find_playable(request, ctx, name)
        except ApiError:
            return None
        revision = await self._revision(summary)
        file = await self._playback.audio_downloads.file(revision) if revision is not None else None
        if file is None or revision is None:
            return None
        folder = ctx.base + urls.url(revision.media, revision.id)
        return Enclosure(
            url=f"{folder}/{urls.AUDIO_FILE}",
            type="audio/mp4",
            bytes=file.size,
            duration_s=revision.plan.duration_s,
            chapters=[player_config.chapter(c, n) for n, c in enumerate(summary["chapters"], 1)],
            transcripts=[
                Transcript(url=f"{folder}/{urls.text_path(t['name'])}", type="text/vtt", language=t["language"])
                for t in summary["tracks"]["text"]
                if not t["forced"]
            ],
        )

    async def _revision(self, summary: MediaSummary) -> Revision | None:
        id = summary["revision"]
        return await self._services.revisions.get(id) if id is not None else None

    async def show_enclosure(self, request: Request, ctx: SiteRequest) -> Response:
        enclosure = await self.enclosure(request, ctx, request.path_params["name"])
        if enclosure is None:
            raise ApiError(
                404, "not_ready", "There is no audio file of this title.", "It is available once encoding has finished."
            )
        return model_response(enclosure)


def player_poster(images: Images, kind: str | None) -> Picture | None:
    """The picture of a title before it plays: the one whose shape fits the player best. Uploaded artwork comes before
    the still of the video in each shape."""
    if kind == "audio":
        return images.square or images.poster or images.still or images.backdrop
    return images.backdrop or images.still or images.poster or images.square


def _up_next(card: TitleCard | None) -> UpNext | None:
    """The next episode for the player, if it is playable."""
    if card is None or not card.playable or card.locked is not None:
        return None
    up_next: UpNext = {"src": f"/api/v1/playback/{card.id}", "title": card.title}
    if picture := card.images.still or card.images.poster:
        up_next["poster"] = f"{picture.base}/{min(picture.widths, key=lambda w: abs(w - UP_NEXT_WIDTH))}.webp"
    return up_next


def _check(refusal: Refusal | None) -> None:
    """Raise a refusal as ApiError."""
    if refusal is not None:
        raise _not_found() if refusal.status == 404 else ApiError(*refusal)


def _administered(principal: Principal) -> str:
    """The organization of an administrator. Raises ApiError 403."""
    if principal.organization is None or principal.role is None or principal.role < Role.ADMIN:
        raise ApiError(403, "role_too_low", "Your role may not manage playback sessions.", "Ask an administrator.")
    return principal.organization


def _session_not_found() -> ApiError:
    return ApiError(404, "session_ended", "This playback session does not exist, or has ended.",
                  "GET /api/v1/playback/{id} starts another one.")  # fmt: skip


def _not_found() -> ApiError:
    return ApiError(404, "not_found", "This title does not exist.", "GET /api/v1/site/home lists the titles here.")
