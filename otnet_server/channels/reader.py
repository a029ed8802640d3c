"""What requests need of channels: their settings, and the airings and revisions at a moment.

What is remembered of a channel is dropped when the change feed says that it was changed or has another airing, and when
changes may have been missed; it is read again after `REMEMBER_S` in any case.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from otnet_server.channels.airing import Airing, ticks_at
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.presentation import TARGET_DURATION_S, ChannelClock, Moment, presentation_at
from otnet_server.channels.repository import CHANNEL_AIRED, ChannelRepository, ChannelRow
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.config import Profile
from otnet_server.db.changes import Change
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.drm import Signalling
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import KeySignalling
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.protection.signalling import SignallingReader

REMEMBER_S = 10.0
MAX_CHANNELS = 2000
MARGIN_TICKS = int(TARGET_DURATION_S * CLOCK_HZ)
AHEAD_TICKS = 180 * CLOCK_HZ
CHANNEL_EVENTS = ("channel.created", "channel.updated", "channel.deleted", "channel.restored")


@dataclass
class OnAir:
    """A channel with the airings of its window, as they are known; `moment` is the last presentation that was made."""

    row: ChannelRow
    clock: ChannelClock
    airings: Sequence[Airing]
    start: int
    end: int
    read_at: float
    moment: Moment | None = None
    documents: dict[str, bytes] = field(default_factory=dict)

    def cohort(self, given: int) -> int:
        """The cohort whose manifests a viewer gets who asks for those of `given`. There may be fewer cohorts now."""
        return given % self.row.ad_cohorts if self.clock.interstitials else 0


class ChannelReader:
    def __init__(
        self,
        repository: ChannelRepository,
        revisions: RevisionCache,
        signalling: SignallingReader,
        profile: Profile,
        feed: ChangeFeed,
    ) -> None:
        self._repository, self._revisions, self._signalling = repository, revisions, signalling
        self._profile = profile
        self._on_air: OrderedDict[str, OnAir] = OrderedDict()
        self._changes: dict[str, int] = {}
        feed.on_gap.append(self._on_air.clear)
        feed.subscribe(CHANNEL_AIRED, self._on_change)
        for type in CHANNEL_EVENTS:
            feed.subscribe(type, self._on_change)

    def _on_change(self, change: Change) -> None:
        id = change.data.get("channel") or change.data.get("id")
        if isinstance(id, str):
            self._on_air.pop(id, None)
            self._changes[id] = self._changes.get(id, 0) + 1

    async def on_air(self, id: str, now: datetime | None = None) -> OnAir | None:
        """A channel with the airings of its window; None when it does not exist or was never on."""
        known = self._on_air.get(id)
        if known is not None and time.monotonic() - known.read_at < REMEMBER_S:
            return known
        while True:
            changes = self._changes.get(id, 0)
            read = await self._read(id, now or datetime.now(UTC))
            if self._changes.get(id, 0) == changes:  # else it was changed while it was read
                break
        if read is not None:
            if known is not None and known.clock == read.clock and known.airings == read.airings:
                read.moment, read.documents = known.moment, known.documents
            self._on_air[id] = read
            while len(self._on_air) > MAX_CHANNELS:
                self._on_air.popitem(last=False)
        return read

    async def _read(self, id: str, now: datetime) -> OnAir | None:
        row = await self._repository.channel(id)
        if row is None or row.epoch is None:
            return None
        at = ticks_at(row.epoch, now)
        start, end = at - row.window_s * CLOCK_HZ - 2 * MARGIN_TICKS, at + AHEAD_TICKS
        airings = await self._repository.between(row.playout, start, end)
        return OnAir(row, self.clock(row), airings, start, end, time.monotonic())

    def clock(self, row: ChannelRow) -> ChannelClock:
        assert row.epoch is not None, "the channel has a clock"
        offered = offered_renditions(self._profile, row.audio_tags, row.caption_tags)
        return ChannelClock(
            row.epoch, row.window_s, offered, cues=row.ads != "off", interstitials=row.ads == "interstitials"
        )

    async def moment(self, channel: OnAir, at: int) -> Moment:
        """The presentation at a time of the channel's clock."""
        start = at - channel.clock.window_s * CLOCK_HZ - 2 * MARGIN_TICKS
        airings = [a for a in channel.airings if a.end > start and a.start <= at + MARGIN_TICKS]
        if start < channel.start or at > channel.end:  # not now: read what was or will be on
            airings = await self._repository.between(channel.row.playout, start, at + MARGIN_TICKS)
        revisions = await self.revisions(airings)
        signalling = await self._read_signalling(revisions)
        return presentation_at(channel.clock, airings, revisions, at, signalling)

    async def revisions(self, airings: Sequence[Airing]) -> dict[str, Revision]:
        """The revisions of airings and of the slates that they use, by id, as far as they exist."""
        ids = dict.fromkeys(id for a in airings for id in (a.revision, a.companion) if id is not None)
        return {id: read for id in ids if (read := await self._revisions.get(id)) is not None}

    async def ready_revisions(self, contents: Sequence[str]) -> dict[str, Revision]:
        """What plays of contents that are ready, by content."""
        ready = await self._repository.ready(contents)
        revisions = {id: await self._revisions.get(title.revision) for id, title in ready.items()}
        return {id: revision for id, revision in revisions.items() if revision is not None}

    async def _read_signalling(self, revisions: dict[str, Revision]) -> KeySignalling:
        """What manifests say about the keys of revisions."""
        by_key: dict[str, Sequence[Signalling]] = {}
        for revision in revisions.values():
            if revision.protection is not None:
                by_key |= (await self._signalling.read(revision.media, revision.protection)).by_key
        return by_key

    async def airing(self, channel: OnAir, number: int) -> Airing | None:
        """An airing by its number."""
        known = next((a for a in channel.airings if a.number == number), None)
        return known or await self._repository.number(channel.row.playout, number)
