"""Player configurations of linear channels."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

from otnet_server.api.endpoint import address
from otnet_server.api.site_endpoint import SiteRequest
from otnet_server.channels import urls as channel_urls
from otnet_server.channels.interstitials import cohort_of
from otnet_server.channels.reader import ChannelReader
from otnet_server.channels.repository import ChannelRepository, ChannelRow
from otnet_server.client_address import network_of
from otnet_server.errors import ApiError
from otnet_server.live.whep_sources import WhepSources
from otnet_server.media import urls
from otnet_server.media.revision import Revision
from otnet_server.playback import player_config
from otnet_server.playback.player_config import DrmTarget, PlayerConfiguration
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.sessions import SessionRow, StartedSession


class ChannelPlayback:
    def __init__(
        self,
        repository: ChannelRepository,
        reader: ChannelReader,
        playback: PlaybackServices,
        whep: WhepSources | None,
        *,
        telemetry_enabled: bool,
    ) -> None:
        self._repository, self._reader, self._playback = repository, reader, playback
        self._whep, self._telemetry_enabled = whep, telemetry_enabled

    async def find(self, organization: str, id: str) -> ChannelRow | None:
        """A channel of an organization."""
        row = await self._repository.channel(id)
        return row if row is not None and row.organization == organization else None

    async def configuration(self, request: Request, ctx: SiteRequest, row: ChannelRow) -> PlayerConfiguration:
        """The configuration of a channel, with a new playback session unless anybody may have all that it plays. Raises
        ApiError 401, 403 or 404 when it can't be played."""
        authorization = self._playback.authorization
        decision = await authorization.decide_for_caller(ctx.caller, row.id, request.scope)
        if decision.refusal is not None:
            raise ApiError(*decision.refusal)
        live = await self._repository.live_media(row.id)
        if live is not None:
            session = await self._start_session(request, row, (), live)
            whep = None
            if self._whep is not None and decision.max_quality is None:  # it has the stream as it comes
                whep = await self._whep.address(row.id, everybody=session is None)
            return self._configuration(ctx, row, session, None, urls.url(live), whep=whep)
        revisions = await self.revisions(row.id)
        session = await self._start_session(request, row, revisions)
        drm = None
        if session is not None:
            user = ctx.visitor.user
            target = self._playback.drm.channel_target
            drm = await target(row.organization, row.id, revisions, session.id, user)
        cohort = _cohort(request, ctx, row)
        return self._configuration(ctx, row, session, drm, channel_urls.url(row.id), cohort=cohort)

    def _configuration(
        self,
        ctx: SiteRequest,
        row: ChannelRow,
        session: StartedSession | None,
        drm: DrmTarget | None,
        folder: str,
        *,
        cohort: int | None = None,
        whep: str | None = None,
    ) -> PlayerConfiguration:
        return player_config.channel_configuration(
            row.id,
            folder,
            title=row.name,
            telemetry=self._telemetry_enabled,
            accent=ctx.site.accent,
            share=f"{ctx.base}/channel/{row.slug}",
            session=session,
            drm=drm,
            cohort=cohort,
            whep=whep,
        )

    async def _start_session(
        self, request: Request, row: ChannelRow, revisions: Sequence[Revision], live: str | None = None
    ) -> StartedSession | None:
        """A new session; None for a channel that anybody may have and that plays nothing that is protected. `live`: the
        media of its live stream, which the session is for."""
        protected = any(revision.protection is not None for revision in revisions)
        anybody = (await self._playback.authorization.anybody(request.scope, row.id)).refusal is None
        if request.method == "HEAD" or (anybody and not protected):
            return None
        resumed = request.query_params.get("resumes")
        if resumed and resumed.isprintable() and await self._playback.sessions.was_stopped(resumed[:40]):
            raise ApiError(403, "stopped", "Playback was stopped from another device.", "Open the channel again.")
        credential = None if anybody else await self._playback.gate.credential(request.scope)
        session = None
        if credential is not None or anybody:
            start = self._playback.sessions.start
            session = await start(live or row.id, credential, address(request), of_channel=live is None)
        if session is None:
            raise ApiError(401, "sign_in", "Your session has ended.", "Sign in again.", WWW_Authenticate="Bearer")
        return session

    async def next_token(self, row: SessionRow) -> str | None:
        """The next playback token of a session of a channel; None while it plays nothing that is protected."""
        channel = await self._repository.channel(row.subject)
        revisions = await self.revisions(row.subject)
        if channel is None or all(revision.protection is None for revision in revisions):
            return None
        caller = await self._playback.sessions.caller(row)
        user = caller.user if caller is not None and row.preview is None else None
        sign = self._playback.drm.channel_token
        return await sign(channel.organization, channel.id, revisions, row.id, user, row.proof_key)

    async def revisions(self, id: str) -> list[Revision]:
        """The revisions that a channel plays in its window and soon."""
        on_air = await self._reader.on_air(id)
        return list((await self._reader.revisions(on_air.airings)).values()) if on_air is not None else []

    async def titles(self, id: str) -> frozenset[str]:
        """The media of these revisions."""
        return frozenset(revision.media for revision in await self.revisions(id))


def _cohort(request: Request, ctx: SiteRequest, row: ChannelRow) -> int | None:
    """The cohort of a viewer: by the account, or without one by the network and the browser, which are not stored. None
    where all viewers get the same manifests."""
    if row.ads != "interstitials" or row.ad_cohorts < 2:
        return None
    viewer = ctx.visitor.user or f"{network_of(address(request))} {request.headers.get('user-agent', '')}"
    return cohort_of(row.id, viewer, row.ad_cohorts)
