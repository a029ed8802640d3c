"""Keeps the playout of every channel that is on ahead of the clock.

One process does this, under a lease. Whenever less than `AHEAD` of a channel is stored, it adds airings until
`AHEAD + BATCH` after now, for many channels in one transaction; an edit of the schedule takes effect after what is
stored. Only a live stream takes over earlier, in seconds (`channels/takeover.py`). When a server was away, the playout
goes on where it ended, so that players find what they expect, unless that is longer ago than viewers can go back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.airing import Airing, AiringKind, moment_of, ticks_at
from otnet_server.channels.deleted_titles import cut_before_deleted
from otnet_server.channels.planner import Plan, Planner, aired_of, cut_slate
from otnet_server.channels.playout import HORIZON, SLATE_TICKS
from otnet_server.channels.repository import ChannelRepository, ChannelRow, LiveTitle
from otnet_server.channels.segment_counts import SegmentCounts
from otnet_server.channels.slates import Slates
from otnet_server.channels.takeover import GUARD_TICKS, cut_after, live_airing_ticks, live_start
from otnet_server.config import Profile
from otnet_server.db.availability import log_failure
from otnet_server.logs import log
from otnet_server.media.channel_clock import CLOCK_HZ, ticks_of
from otnet_server.media.revision import Revision
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.protocols import Scheduler

AHEAD = timedelta(minutes=3)  # longer than the time between two heartbeats of a player, which bring keys
BATCH = timedelta(seconds=30)  # so that channels of short titles are not planned anew for each of them
SOON = timedelta(minutes=1)  # readers are told of airings that begin earlier
TICK_S = 1.0
GROUP = 10  # channels that are planned together
LEAD = timedelta(seconds=30)  # a channel that is turned on has begun so much earlier, so that players start at once
FIRST_TICKS = 10 * CLOCK_HZ  # some players treat the time 0 in a special way
LIVE_TITLE = "Live"
MAX_ADDED = 500  # airings of a channel at a time


@dataclass
class Stored:
    """What is stored of the playout of a channel. `aired` are (choice, content) of the last airings; None: they must be
    read."""

    epoch: datetime
    last: Airing | None
    aired: deque[tuple[int, str]] | None = None
    ends_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.ends_at = moment_of(self.epoch, self.last.end) if self.last is not None else self.epoch


class PlayoutService:
    def __init__(
        self,
        repository: ChannelRepository,
        revisions: RevisionCache,
        slates: Slates,
        schedulers: Mapping[str, Scheduler],
        ads: AdDecisions,
        profile: Profile,
    ) -> None:
        self._repository, self._revisions, self._slates, self._ads = repository, revisions, slates, ads
        self._planner = Planner(repository, revisions, schedulers, ads, SegmentCounts(profile))
        self._stored: dict[str, Stored] = {}
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._deleted = True  # titles may have been deleted that are stored in a playout

    async def start(self) -> None:
        self._stored.clear()
        self._deleted = True
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._ads.stop()

    def wake(self) -> None:
        """Look at the channels now."""
        self._wake.set()

    def titles_deleted(self) -> None:
        """Look at the channels now, and replace the airings of titles that were deleted."""
        self._deleted = True
        self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._look()
            except (SQLAlchemyError, OSError) as e:
                log_failure("the channels could not be read; trying again", e)
            try:
                async with asyncio.timeout(TICK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """Extend the channels of which too little is stored, and those with a live stream."""
        live, ids = await self._repository.live_titles(), await self._repository.on_air()
        for id in self._stored.keys() - set(ids):
            del self._stored[id]
        if self._deleted:
            self._deleted = False
            for row in await self._repository.channels(ids):
                await self._replace_safely(row)
        until = datetime.now(UTC) + AHEAD
        due = [id for id in ids if id in live or id not in self._stored or self._stored[id].ends_at < until]
        due.sort(key=lambda id: id not in live)  # those with a stream first
        for n in range(0, len(due), GROUP):
            await self._extend_safely(await self._repository.channels(due[n : n + GROUP]), live)

    async def _extend_safely(self, rows: Sequence[ChannelRow], live: Mapping[str, LiveTitle]) -> None:
        """After a failure, channels are extended one by one: one that fails does not hold up the others."""
        try:
            await self.extend(rows, datetime.now(UTC), live)
        except Exception as e:
            for row in rows:
                self._stored.pop(row.id, None)
            if len(rows) > 1:
                for row in rows:
                    await self._extend_safely([row], live)
            else:
                _log_failure(e, rows[0])

    async def _replace_safely(self, row: ChannelRow) -> None:
        try:
            await self.replace_deleted(row, datetime.now(UTC))
        except Exception as e:
            self._deleted = True
            _log_failure(e, row)

    async def replace_deleted(self, row: ChannelRow, at: datetime) -> None:
        """Put something else in the place of the stored airings of titles that were deleted, and of what follows them,
        so that viewers see no gap."""
        last = await self._repository.last(row.id)
        if row.epoch is None or last is None:
            return
        now = ticks_at(row.epoch, at)
        coming = await self._repository.between(row.id, now, last.end)
        before = await self._repository.number(row.id, coming[0].number - 1) if coming else None
        airings = [*([before] if before is not None else []), *coming]
        revisions = await self._repository.existing_revisions({a.revision for a in airings})
        cut = cut_before_deleted(airings, revisions, now)
        if cut is None:
            return
        aired = [(choice, content) for choice, content in await self._repository.aired(row.id) if choice <= cut.choice]
        self._stored[row.id] = Stored(row.epoch, cut, aired_of(aired))
        (plan,) = await self._plans([row], at)
        del self._stored[row.id]
        new = await self._planner.next(plan, cut.end, joins=True)
        if new is None:
            self._deleted = True  # there is no slate yet
        elif await self._repository.replace_after(cut, new, last.number):
            log.info("the airings of a deleted title were replaced", channel=row.name, number=new.number)

    async def extend(self, rows: Sequence[ChannelRow], at: datetime, live: Mapping[str, LiveTitle]) -> None:
        """Add airings to channels until `AHEAD + BATCH` after `at`. `live`: the streams that take over."""
        await self._read(rows, at)
        due = []
        for row in rows:
            stored, stream = self._stored[row.id], live.get(row.id)
            if stream is not None and await self._air_live(row, stored, ticks_at(stored.epoch, at), stream):
                continue
            if stored.last is None or stored.ends_at < at + AHEAD:
                due.append(row)
        while due:
            due = await self._add(due, at)

    async def _read(self, rows: Sequence[ChannelRow], at: datetime) -> None:
        """Read what is stored of channels that are not known yet."""
        unknown = [row for row in rows if row.id not in self._stored]
        last = await self._repository.last_of([row.id for row in unknown]) if unknown else {}
        for row in unknown:
            epoch = row.epoch
            if epoch is None:
                begins = (at - LEAD).replace(microsecond=0) - timedelta(seconds=FIRST_TICKS // CLOCK_HZ)
                epoch = await self._repository.start_clock(row.id, begins)
            self._stored[row.id] = Stored(epoch, last.get(row.id))

    async def _add(self, rows: Sequence[ChannelRow], at: datetime) -> list[ChannelRow]:
        """Add the next airings to channels, in one transaction; returns the channels to which more can be added."""
        plans, new, unfinished = await self._plans(rows, at), [], []
        for plan in plans:
            added, more = await self._plan(plan, at)
            new += added
            if more:
                unfinished.append(plan.row)
            await asyncio.sleep(0)  # requests go first
        if new:
            soon = {a.channel for a in new if moment_of(self._stored[a.channel].epoch, a.start) < at + SOON}
            await self._repository.append_scheduled(new, soon)
        for plan in plans:
            self._stored[plan.row.id] = Stored(plan.epoch, plan.last, plan.aired)
        return unfinished

    async def _plans(self, rows: Sequence[ChannelRow], at: datetime) -> list[Plan]:
        """What channels may play after what is stored."""
        spans = {}
        for row in rows:
            stored = self._stored[row.id]
            start, _ = _next_start(stored.last, row, ticks_at(stored.epoch, at))
            spans[row.id] = (moment_of(stored.epoch, start), at + AHEAD + BATCH + HORIZON)
            if stored.aired is None:
                stored.aired = aired_of(await self._repository.aired(row.id))
        schedules = await self._repository.schedules(spans)
        slates = {id: await self._slates.slate(id) for id in {row.organization for row in rows}}
        plans = []
        for row in rows:
            stored, slate = self._stored[row.id], slates[row.organization]
            slate_revision = slate[1] if slate is not None else None
            aired = aired_of(stored.aired or ())
            plans.append(Plan(row, stored.epoch, stored.last, aired, schedules[row.id], slate_revision))
        return plans

    async def _plan(self, plan: Plan, at: datetime) -> tuple[list[Airing], bool]:
        """The next airings of a channel, and whether more can be added when they are stored: what a break plays is
        decided from what is stored."""
        now, until = ticks_at(plan.epoch, at), ticks_at(plan.epoch, at + AHEAD + BATCH)
        new: list[Airing] = []
        while len(new) < MAX_ADDED:
            start, joins = _next_start(plan.last, plan.row, now)
            airing = await self._planner.next(plan, start, joins=joins) if start < until else None
            if airing is None:
                break
            new.append(airing)
            plan.add(airing)
            if airing.break_after is not None or airing.ad_break is not None:
                return new, True
        return new, False

    async def _air_live(self, row: ChannelRow, stored: Stored, now: int, live: LiveTitle) -> bool:
        """Put a live stream on air, or more of it; False while the schedule goes on. `now` is in ticks."""
        revision, last, id = await self._revisions.get(live.revision), stored.last, live.revision
        if revision is None or not revision.plan.video or last is None:
            return False
        if last.revision == id and last.end > now + GUARD_TICKS // 2:
            grown = replace(last, duration=max(last.duration, live_airing_ticks(revision, last.media_start)))
            if grown.duration > last.duration:
                if not await self._repository.grow(grown):
                    self._stored.pop(row.id)
                    return True
                self._stored[row.id] = Stored(stored.epoch, grown, stored.aired)
            if grown.end > now + GUARD_TICKS:
                return True
        start = live_start(
            revision, await self._repository.live_until(row.id, id, ticks_at(stored.epoch, live.since - HORIZON))
        )
        if start is not None:
            at = max(now + GUARD_TICKS, ticks_at(stored.epoch, live.starts_at))
            await self._take_over(row, stored.epoch, last, now, at, revision, start)
        elif last.revision == id or (last.interrupted and last.kind is AiringKind.SLATE):
            await self._bridge(row, stored, last, now)  # nothing comes
        else:
            return False
        return True

    async def _take_over(
        self, row: ChannelRow, epoch: datetime, last: Airing, now: int, at: int, revision: Revision, start: Fraction
    ) -> None:
        """Put the stream on air from its media time `start` on, at the first end of a segment after the time `at`."""
        coming = await self._repository.between(row.id, now, last.end)
        cut = next((a for a in coming if a.end >= at), last)
        playing = await self._revisions.get(cut.revision)
        if playing is not None and not (cut.kind is AiringKind.LIVE and cut.revision == revision.id):
            cut = cut_after(cut, playing, at)
        begins = max(cut.end, now - ticks_of(Fraction(LEAD // timedelta(seconds=1))))
        before, duration = await self._planner.segments_before(row, cut), live_airing_ticks(revision, start)
        new = Airing(row.id, cut.number + 1, begins, duration, AiringKind.LIVE, revision.media, revision.id, start,
                     title=LIVE_TITLE, segments_before=before, choice=last.choice + 1)  # fmt: skip
        if not await self._repository.replace_after(cut, new, last.number):
            self._stored.pop(row.id)  # another process has added an airing
            return
        self._stored[row.id] = Stored(epoch, new)
        log.info("a live stream has taken over a channel", channel=row.name, media=revision.media)

    async def _bridge(self, row: ChannelRow, stored: Stored, last: Airing, now: int) -> None:
        """Show the slate while nothing comes of a stream that is on air."""
        slate = await self._slates.slate(row.organization)
        revision = await self._revisions.get(slate[1]) if slate is not None else None
        if revision is None or last.end > now + GUARD_TICKS:
            return
        media_start, duration = cut_slate(revision, SLATE_TICKS)
        before = await self._planner.segments_before(row, last)
        new = Airing(
            row.id, last.number + 1, last.end, duration, AiringKind.SLATE, revision.media, revision.id, media_start,
            segments_before=before, choice=last.choice, interrupted=True,
        )  # fmt: skip
        await self._repository.append(new)
        self._stored[row.id] = Stored(stored.epoch, new, stored.aired)


def _log_failure(error: Exception, row: ChannelRow) -> None:
    if isinstance(error, IntegrityError):
        return  # another process has added the airing, or the channel was deleted
    if isinstance(error, SQLAlchemyError | OSError):
        log_failure("a channel could not be scheduled; trying again", error, channel=row.id)
    else:
        log.error("scheduling a channel raised an unexpected error", channel=row.id, exc_info=error)


def _next_start(last: Airing | None, row: ChannelRow, now: int) -> tuple[int, bool]:
    """Where the next airing begins, and whether the playout begins there or was interrupted before."""
    lead = ticks_of(Fraction(LEAD // timedelta(seconds=1)))
    if last is None:
        return max(FIRST_TICKS, now - lead), True
    if last.end < now - row.window_s * CLOCK_HZ - lead:
        return now - lead, True
    return last.end, last.kind is AiringKind.LIVE or last.interrupted
