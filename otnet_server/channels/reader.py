"""What requests need of channels: their settings, and the airings and revisions at a moment.

Airings that are added to a channel begin minutes later, so what is known of a channel serves until it is read again, at
the latest after `REMEMBER_S`. It is dropped when the change feed says that the channel was changed or that its airings
changed near the clock, as a live stream changes them, and when changes may have been missed.
"""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from otnet_server.channels.airing import Airing, ticks_at
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.period_cache import PeriodCache
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

REMEMBER_S = 60.0
SPREAD = 0.25  # of this time, so that channels are not all read again at once
RETRY_S = 1.0  # while a channel has no airing that follows
MAX_CHANNELS = 2000
MARGIN_TICKS = int(TARGET_DURATION_S * CLOCK_HZ)
AHEAD_TICKS = 240 * CLOCK_HZ
CHANNEL_EVENTS = ("channel.created", "channel.updated", "channel.deleted", "channel.restored")


@dataclass
class OnAir:
    """A channel with the airings between two times, as they are known until `expires_at`. `moment` is the last
    presentation that was made, at the time `moment_at`, and `documents` are its manifests."""

    row: ChannelRow
    clock: ChannelClock
    airings: Sequence[Airing]
    start: int
    end: int
    expires_at: float
    moment: Moment | None = None
    moment_at: int = 0
    documents: dict[str, bytes] = field(default_factory=dict)
    periods: PeriodCache = field(default_factory=PeriodCache)

    def around(self, at: int) -> list[Airing]:
        """The airings that a presentation at a time may show."""
        start = _window_start(self.clock, at)
        return [a for a in self.airings if a.start <= at + MARGIN_TICKS and a.end > start]

    def cohort(self, given: int) -> int:
        """The cohort whose manifests a viewer gets who asks for those of `given`. There may be fewer cohorts now."""
        return given % self.row.ad_cohorts if self.clock.interstitials else 0

    def inherit(self, known: OnAir) -> None:
        """Go on with what was made of the same channel, as far as it is the same."""
        if known.clock != self.clock:
            return
        self.clock, self.periods = known.clock, known.periods
        before = {airing.number: airing for airing in known.airings}
        self.airings = [a if a != before.get(a.number) else before[a.number] for a in self.airings]
        if known.moment is not None and self.around(known.moment_at) == known.around(known.moment_at):
            self.moment, self.moment_at, self.documents = known.moment, known.moment_at, known.documents


def _window_start(clock: ChannelClock, at: int) -> int:
    return at - clock.window_s * CLOCK_HZ - 2 * MARGIN_TICKS


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
        self._changed_at: dict[str, float] = {}
        feed.on_gap.append(self._expire_all)
        feed.subscribe(CHANNEL_AIRED, self._on_change)
        for type in CHANNEL_EVENTS:
            feed.subscribe(type, self._on_change)

    def _on_change(self, change: Change) -> None:
        id = change.data.get("channel") or change.data.get("id")
        if isinstance(id, str):
            self._changed_at[id] = time.monotonic()
            for known in self._on_air.values():
                if id in (known.row.id, known.row.playout):
                    known.expires_at = 0.0

    def _expire_all(self) -> None:
        for known in self._on_air.values():
            known.expires_at = 0.0

    async def on_air(self, id: str, now: datetime | None = None) -> OnAir | None:
        """A channel with the airings of its window; None when it does not exist or was never on."""
        known = self._on_air.get(id)
        if known is not None and time.monotonic() < known.expires_at:
            return known
        read, changed = None, True
        while changed:
            started_at = time.monotonic()
            read = await self._read(id, now or datetime.now(UTC))
            ids = (id, read.row.playout) if read is not None else (id,)
            changed = any(self._changed_at.get(changed_id, 0.0) >= started_at for changed_id in ids)
        if read is None or not read.airings:
            self._on_air.pop(id, None)
            return read
        known = self._on_air.pop(id, None)
        if known is not None:
            read.inherit(known)
        self._on_air[id] = read
        while len(self._on_air) > MAX_CHANNELS:
            self._on_air.popitem(last=False)
        return read

    async def _read(self, id: str, now: datetime) -> OnAir | None:
        row = await self._repository.channel(id)
        if row is None or row.epoch is None:
            return None
        at, clock = ticks_at(row.epoch, now), self.clock(row)
        start, end = _window_start(clock, at), at + AHEAD_TICKS
        airings = await self._repository.between(row.playout, start, end)
        known_s = (airings[-1].end - at - MARGIN_TICKS) / CLOCK_HZ if airings else 0.0
        lifetime_s = min(random.uniform(1 - SPREAD, 1) * REMEMBER_S, max(RETRY_S, known_s))  # noqa: S311
        return OnAir(row, clock, airings, start, end, time.monotonic() + lifetime_s)

    def clock(self, row: ChannelRow) -> ChannelClock:
        assert row.epoch is not None, "the channel has a clock"
        offered = offered_renditions(self._profile, row.audio_tags, row.caption_tags)
        return ChannelClock(
            row.epoch, row.window_s, offered, cues=row.ads != "off", interstitials=row.ads == "interstitials"
        )

    async def moment(self, channel: OnAir, at: int) -> Moment:
        """The presentation at a time of the channel's clock."""
        start, airings = _window_start(channel.clock, at), channel.around(at)
        if start < channel.start or at > channel.end:  # not now: read what was or will be on
            airings = await self._repository.between(channel.row.playout, start, at + MARGIN_TICKS)
        revisions = await self.revisions(airings)
        signalling = await self._read_signalling(revisions)
        periods = channel.periods.periods(airings, revisions, signalling)
        cued = {id: revision.plan.breaks for id, revision in revisions.items() if revision.plan.breaks}
        return presentation_at(channel.clock, airings, periods, at, cued)

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
