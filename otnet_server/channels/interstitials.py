"""Interstitials (RFC 8216bis, appendix D): ads that HLS players put in the place of a break.

The manifest of a channel names a list of ads for each break. A list is that of a cohort: what was decided for it before
the break was put into the playout. Each ad is an HLS presentation of its own, below the folder of the channel, so that
whoever may play the channel may play its ads, in the same playback session, while the break is in the window.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, interstitial_number
from otnet_server.channels.periods import duration_of, period_of
from otnet_server.channels.playout import TOLERANCE_S
from otnet_server.channels.reader import ChannelReader, OnAir
from otnet_server.channels.urls import AdPath, ChannelPath, Kind, ad_url
from otnet_server.manifests import hls
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.presentation import BreakSpan, Presentation, Renditions
from otnet_server.media.presentation import Kind as PresentationKind
from otnet_server.media.revision import Revision
from otnet_server.media.urls import HLS_MANIFEST, PLAYLIST, in_session
from otnet_server.protocols import Ad


@dataclass(frozen=True)
class Interstitial:
    """An ad of a break that is ready, and that plays from its start to its end, on a clock of its own. `place` is that
    in the decision."""

    place: int
    revision: Revision
    airing: Airing

    def document(self, path: ChannelPath) -> str | None:
        """The multivariant playlist of the ad, or a media playlist; None when it has no such rendition."""
        period = period_of(self.airing, {self.revision.id: self.revision})
        own = period.renditions
        renditions = Renditions(
            video=tuple(replace(r, folder=r.name) for r in own.video),
            audio=tuple(replace(r, folder=r.name) for r in own.audio),
            text=tuple(replace(r, folder=r.name) for r in own.text),
        )
        whole = Presentation(PresentationKind.COMPLETE, (replace(period, number=0, renditions=renditions),), renditions)
        return hls.media(whole, path.name) if path.kind is Kind.PLAYLIST else hls.multivariant(whole)


def cohort_of(channel: str, viewer: str, cohorts: int) -> int:
    """The cohort of a viewer of a channel, which is always the same."""
    digest = hashlib.blake2b(f"{channel}\0{viewer}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % cohorts


def with_lists(breaks: Sequence[BreakSpan], cohort: int) -> tuple[BreakSpan, ...]:
    """The breaks of a channel with the URLs of the ads for a cohort, relative to the folder of the channel. Breaks of a
    live stream, which have messages of their own, have no ads."""
    return tuple(
        span if span.event is not None else replace(span, interstitial=f"ads/{span.number}/{cohort}/list.json")
        for span in breaks
    )


def with_cohort(multivariant: str, cohort: int) -> str:
    """A multivariant playlist whose media playlists are those of a cohort."""
    return multivariant.replace(f"/{PLAYLIST}", f"/{PLAYLIST}?cohort={cohort}")


class InterstitialDelivery:
    """What is delivered of interstitials. The caller has decided that the request may have the channel. `base_url`
    returns the scheme and the host of the server for a request."""

    def __init__(
        self, reader: ChannelReader, decisions: AdDecisions, base_url: Callable[[Request], Awaitable[str]]
    ) -> None:
        self._reader, self._decisions, self._base_url = reader, decisions, base_url

    async def first_of(self, channel: OnAir, path: AdPath) -> Airing | None:
        """The first airing of a break, with a duration that includes the time until its ads have ended; None where
        there is no such break, or there are no interstitials."""
        first = await self._reader.airing(channel, path.ad_break) if channel.clock.interstitials else None
        if first is None or first.ad_break is None or first.ad_break.number != first.number:
            return None
        return replace(first, duration=2 * first.ad_break.duration)

    async def asset_list(
        self, scope: Scope, channel: OnAir, ad_break: AdBreak, cohort: int, token: str | None
    ) -> Response:
        """The list of the ads (RFC 8216bis, appendix D.2). Their URLs are absolute, as players expect, and have the
        prefix of the playback session."""
        folder = ad_url(channel.row.id, ad_break.number, cohort)
        base = await self._base_url(Request(scope)) + (folder if token is None else in_session(token, folder))
        assets = [
            {
                "URI": f"{base}/{ad.place}/{ad.revision.id}/{HLS_MANIFEST}",
                "DURATION": round(ad.airing.duration / CLOCK_HZ, 6),
            }
            for ad in await self._of_break(channel, ad_break, cohort)
        ]
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(json.dumps({"ASSETS": assets}), headers=headers, media_type="application/json")

    async def _of_break(self, channel: OnAir, ad_break: AdBreak, cohort: int) -> list[Interstitial]:
        """The ads of a break that are ready and fit, in order."""
        left, chosen = ad_break.duration, list[Interstitial]()
        for ad in await self._ready(channel, ad_break, cohort):
            if ad.airing.duration <= left + TOLERANCE_S * CLOCK_HZ:
                chosen.append(ad)
                left -= ad.airing.duration
        return chosen

    async def ad(self, channel: OnAir, ad_break: AdBreak, path: AdPath) -> Interstitial | None:
        """The ad that a path names."""
        ads = await self._ready(channel, ad_break, path.cohort)
        return next((ad for ad in ads if (ad.place, ad.revision.id) == (path.place, path.revision)), None)

    async def _ready(self, channel: OnAir, ad_break: AdBreak, cohort: int) -> list[Interstitial]:
        ads: Sequence[Ad] = await self._decisions.stored(channel.row.playout, ad_break, cohort) or ()
        revisions = await self._reader.ready_revisions([ad.content for ad in ads])
        return [
            Interstitial(place, revision, _airing_of(channel.row.playout, ad_break, cohort, place, revision))
            for place, ad in enumerate(ads)
            if (revision := revisions.get(ad.content)) is not None and _plays(revision)
        ]


def _plays(revision: Revision) -> bool:
    """Whether any player of the channel can play an ad: in its codec, and without licences."""
    video = revision.plan.video
    return video is not None and video.codec == "h264" and revision.protection is None


def _airing_of(channel: str, ad_break: AdBreak, cohort: int, place: int, revision: Revision) -> Airing:
    """An ad as if it was an airing at the start of a channel."""
    number = interstitial_number(ad_break.number, cohort, place)
    return Airing(
        channel, number, 0, duration_of(revision), AiringKind.AD, revision.media, revision.id, ad_break=ad_break,
        ad=place,
    )  # fmt: skip
