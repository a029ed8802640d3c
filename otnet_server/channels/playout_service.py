"""Keeps the playout of every channel that is on ahead of the clock.

One process does this, under a lease. It adds airings until `AHEAD` after now; an edit of the schedule takes effect
after that. Only a live stream takes over earlier, in seconds (`channels/takeover.py`). When a server was away, the
playout goes on where it ended, so that players find what they expect, unless that is longer ago than viewers can go
back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from otnet_server.channels.ad_breaks import break_after, first_ad, next_break
from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, moment_of, ticks_at
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.periods import (
    duration_of,
    end_before,
    nearest_edge,
    needs_companion,
    segments_after,
    start_after,
)
from otnet_server.channels.playout import (
    CUT_TOLERANCE,
    HORIZON,
    LATE,
    SLATE_TICKS,
    TOLERANCE_S,
    Choice,
    Situation,
    choose,
    fill,
    free_ticks,
)
from otnet_server.channels.repository import ChannelRepository, ChannelRow, LiveTitle
from otnet_server.channels.slates import Slates
from otnet_server.channels.takeover import GUARD_TICKS, cut_after, live_airing_ticks, live_start
from otnet_server.config import Profile
from otnet_server.db.availability import log_failure
from otnet_server.logs import log
from otnet_server.media.channel_clock import CLOCK_HZ, seconds, ticks_of
from otnet_server.media.revision import Revision
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.protocols import Ad, Scheduler

AHEAD = timedelta(minutes=3)  # longer than the time between two heartbeats of a player, which bring keys
TICK_S = 1.0
LEAD = timedelta(seconds=30)  # a channel that is turned on has begun so much earlier, so that players start at once
FIRST_TICKS = 10 * CLOCK_HZ  # some players treat the time 0 in a special way
LIVE_TITLE = "Live"
MAX_ADDED = 500  # airings of a channel at a time


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
        self._schedulers, self._profile = schedulers, profile
        self._last: dict[str, Airing | None] = {}  # the last airings of channels
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()

    async def start(self) -> None:
        self._last.clear()
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._ads.stop()

    def wake(self) -> None:
        """Look at the channels now."""
        self._wake.set()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                live = await self._repository.live_titles()
                for row in await self._repository.on_air():
                    await self._extend_safely(row, live.get(row.id))
            except (SQLAlchemyError, OSError) as e:
                log_failure("the channels could not be read; trying again", e)
            try:
                async with asyncio.timeout(TICK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _extend_safely(self, row: ChannelRow, live: LiveTitle | None) -> None:
        """One channel that fails does not hold up the others."""
        try:
            await self.extend(row, datetime.now(UTC), live)
        except IntegrityError:
            self._last.pop(row.id, None)  # another process has added the airing, or the channel was deleted
        except (SQLAlchemyError, OSError) as e:
            log_failure("a channel could not be scheduled; trying again", e, channel=row.id)
        except Exception:
            self._last.pop(row.id, None)
            log.exception("scheduling a channel raised an unexpected error", channel=row.id)

    async def extend(self, row: ChannelRow, at: datetime, live: LiveTitle | None = None) -> None:
        """Add airings to a channel until `AHEAD` after `at`. `live`: the stream that takes over."""
        if row.id not in self._last:
            self._last[row.id] = await self._repository.last(row.id)
        epoch = row.epoch
        if epoch is None:
            begins = (at - LEAD).replace(microsecond=0) - timedelta(seconds=FIRST_TICKS // CLOCK_HZ)
            epoch = await self._repository.start_clock(row.id, begins)
        if live is not None and await self._air_live(row, epoch, ticks_at(epoch, at), live):
            return
        until = ticks_at(epoch, at + AHEAD)
        for _ in range(MAX_ADDED):
            last = self._last[row.id]
            start, resumed = self._next_start(last, row, ticks_at(epoch, at))
            if start >= until:
                return
            new = await self._next(row, epoch, last, start, joins=resumed)
            if new is None:
                return
            await self._repository.append(new)
            self._last[row.id] = new

    def _next_start(self, last: Airing | None, row: ChannelRow, now: int) -> tuple[int, bool]:
        """Where the next airing begins, and whether the playout begins there or was interrupted before."""
        lead = ticks_of(Fraction(LEAD // timedelta(seconds=1)))
        if last is None:
            return max(FIRST_TICKS, now - lead), True
        if last.end < now - row.window_s * CLOCK_HZ - lead:
            return now - lead, True
        return last.end, last.kind is AiringKind.LIVE or last.interrupted

    async def _air_live(self, row: ChannelRow, epoch: datetime, now: int, live: LiveTitle) -> bool:
        """Put a live stream on air, or more of it; False while the schedule goes on. `now` is in ticks."""
        revision, last, id = await self._revisions.get(live.revision), self._last[row.id], live.revision
        if revision is None or not revision.plan.video or last is None:
            return False
        if last.revision == id and last.end > now + GUARD_TICKS // 2:
            grown = replace(last, duration=max(last.duration, live_airing_ticks(revision, last.media_start)))
            if grown.duration > last.duration:
                if not await self._repository.grow(grown):
                    self._last.pop(row.id)
                    return True
                self._last[row.id] = grown
            if grown.end > now + GUARD_TICKS:
                return True
        start = live_start(revision, await self._repository.live_until(row.id, id))
        if start is not None:
            at = max(now + GUARD_TICKS, ticks_at(epoch, live.starts_at))
            await self._take_over(row, now, at, revision, start)
        elif last.revision == id or (last.interrupted and last.kind is AiringKind.SLATE):
            await self._bridge(row, last, now)  # nothing comes
        else:
            return False
        return True

    async def _take_over(self, row: ChannelRow, now: int, at: int, revision: Revision, start: Fraction) -> None:
        """Put the stream on air from its media time `start` on, at the first end of a segment after the time `at`."""
        last = self._last[row.id]
        assert last is not None
        coming = await self._repository.between(row.id, now, last.end)
        cut = next((a for a in coming if a.end >= at), last)
        playing = await self._revisions.get(cut.revision)
        if playing is not None and not (cut.kind is AiringKind.LIVE and cut.revision == revision.id):
            cut = cut_after(cut, playing, at)
        begins = max(cut.end, now - ticks_of(Fraction(LEAD // timedelta(seconds=1))))
        before, duration = await self._segments_before(row, cut), live_airing_ticks(revision, start)
        new = Airing(row.id, cut.number + 1, begins, duration, AiringKind.LIVE, revision.media, revision.id, start,
                     title=LIVE_TITLE, segments_before=before, choice=last.choice + 1)  # fmt: skip
        if not await self._repository.replace_after(cut, new, last.number):
            self._last.pop(row.id)  # another process has added an airing
            return
        self._last[row.id] = new
        log.info("a live stream has taken over a channel", channel=row.name, media=revision.media)

    async def _bridge(self, row: ChannelRow, last: Airing, now: int) -> None:
        """Show the slate while nothing comes of a stream that is on air."""
        slate = await self._slates.slate(row.organization)
        revision = await self._revisions.get(slate[1]) if slate is not None else None
        if revision is None or last.end > now + GUARD_TICKS:
            return
        media_start, duration = _cut_slate(revision, SLATE_TICKS)
        before = await self._segments_before(row, last)
        new = Airing(
            row.id, last.number + 1, last.end, duration, AiringKind.SLATE, revision.media, revision.id, media_start,
            segments_before=before, choice=last.choice, interrupted=True,
        )  # fmt: skip
        await self._repository.append(new)
        self._last[row.id] = new

    async def _next(
        self, row: ChannelRow, epoch: datetime, last: Airing | None, start: int, *, joins: bool
    ) -> Airing | None:
        """The next airing; None while nothing can be played, not even the slate."""
        if last is not None and not joins:
            ad_break = break_after(last)
            if ad_break is not None:
                return await self._next_in_break(row, epoch, last, ad_break)
            if last.ad_break is not None and (rest := await self._rest(row, epoch, last)) is not None:
                return rest
        situation = await self._situation(row, epoch, start, (last.choice + 1) if last is not None else 0)
        choice = self._choose(row, situation)
        chosen = await self._playable(row, situation, choice)
        if chosen is None:
            return None
        choice, revision, companion = chosen
        media_start, duration = _cut(revision, situation, choice, joins=joins)
        airing = Airing(
            row.id, (last.number + 1) if last is not None else 0, start, duration, choice.kind, revision.media,
            revision.id, media_start, choice.content, choice.program, _title(situation, choice), companion,
            await self._segments_before(row, last), situation.number,
        )  # fmt: skip
        return _interrupted(situation, airing, revision, media_start + seconds(duration))

    async def _next_in_break(self, row: ChannelRow, epoch: datetime, last: Airing, ad_break: AdBreak) -> Airing | None:
        """What a break plays after `last`: the next ad of the decision, a filler that fits, else the slate. None while
        the ads are being decided."""
        ads = await self._ads.for_playout(replace(row, epoch=epoch), ad_break, last.content)
        if ads is None:
            return None
        situation = await self._situation(row, epoch, last.end, last.choice, *(ad.content for ad in ads))
        left = ad_break.end - last.end
        chosen = await self._next_ad(row, situation, ads, first_ad(last), left)
        chosen = chosen or await self._playable(row, situation, fill(situation, left))
        if chosen is None:
            return None
        choice, revision, companion = chosen
        media_start, duration = _cut(revision, situation, choice, joins=False)
        return Airing(
            row.id, last.number + 1, last.end, duration, choice.kind, revision.media, revision.id, media_start,
            choice.content, None, _title(situation, choice), companion, await self._segments_before(row, last),
            last.choice, ad_break=ad_break, ad=choice.ad,
        )  # fmt: skip

    async def _next_ad(
        self, row: ChannelRow, situation: Situation, ads: Sequence[Ad], first: int, left: int
    ) -> tuple[Choice, Revision, str | None] | None:
        """The first ad from the place `first` on that can be played and fits."""
        for place in range(first, len(ads)):
            title = situation.ready.get(ads[place].content)
            if title is not None and title.duration_s <= left / CLOCK_HZ + TOLERANCE_S:
                choice = Choice(AiringKind.AD, title.content, ad=place)
                if (playable := await self._revision_of(row, situation, choice)) is not None:
                    return (choice, *playable)
        return None

    async def _rest(self, row: ChannelRow, epoch: datetime, last: Airing) -> Airing | None:
        """The title that the break before interrupted, from there on; None when it has ended or was deleted."""
        assert last.ad_break is not None
        before = await self._repository.number(row.id, last.ad_break.number - 1)
        following = before.break_after if before is not None else None
        if before is None or following is None or following.resume_at >= following.media_end:
            return None
        revision = await self._revisions.get(before.revision)
        if revision is None:
            return None
        situation = await self._situation(row, epoch, last.end, last.choice, before.content)
        duration = ticks_of(following.media_end - following.resume_at)
        airing = replace(
            before, number=last.number + 1, start=last.end, duration=duration,
            media_start=following.resume_at, segments_before=await self._segments_before(row, last), break_after=None,
        )  # fmt: skip
        if before.program is not None and await self._repository.without_breaks(before.program):
            return airing
        return _interrupted(situation, airing, revision, following.media_end)

    async def _playable(
        self, row: ChannelRow, situation: Situation, choice: Choice
    ) -> tuple[Choice, Revision, str | None] | None:
        """What is played of a choice, with the revision and that of the slate that it needs: the slate in its place
        when it can't be played; None when there is no slate yet."""
        playable = await self._revision_of(row, situation, choice)
        if playable is None and choice.kind is not AiringKind.SLATE:
            limit = choice.limit or fill(replace(situation, fillers=()), free_ticks(situation, choice.program)).limit
            choice = Choice(AiringKind.SLATE, limit=limit, missed=choice.content)
            playable = await self._revision_of(row, situation, choice)
        if playable is not None and choice.missed is not None:
            log.warning("a title can't be played yet and was replaced", channel=row.name, content=choice.missed)
        return (choice, *playable) if playable is not None else None

    async def _situation(
        self, row: ChannelRow, epoch: datetime, start: int, number: int, *more: str | None
    ) -> Situation:
        """`more`: other contents that may be played."""
        moment = moment_of(epoch, start)
        programs = await self._repository.programs(row.id, moment, moment + HORIZON)
        titles = await self._repository.list_of(row.id, "titles")
        fillers = await self._repository.list_of(row.id, "fillers")
        contents = {p.content for p in programs} | {t.content for t in (*titles, *fillers)}
        ready = await self._repository.ready(contents | {id for id in more if id is not None})
        aired = await self._repository.aired_contents(row.id)
        return Situation(
            row.id, row.time_zone, epoch, start, number, programs, titles, fillers, ready, aired,
            row.scheduler_settings, row.breaks,
        )  # fmt: skip

    def _choose(self, row: ChannelRow, situation: Situation) -> Choice:
        scheduler = self._schedulers.get(row.scheduler)
        if scheduler is None:
            return fill(situation, free_ticks(situation))
        try:
            return choose(scheduler, situation)
        except Exception:
            log.exception("a scheduler failed", scheduler=row.scheduler, channel=row.name)
            return fill(situation, free_ticks(situation))

    async def _revision_of(
        self, row: ChannelRow, situation: Situation, choice: Choice
    ) -> tuple[Revision, str | None] | None:
        """The revision that is played, and that of the slate if it lacks picture or sound; None when it can't be."""
        slate = await self._slates.slate(row.organization)
        if choice.content is None:
            revision = await self._revisions.get(slate[1]) if slate is not None else None
            return (revision, None) if revision is not None else None
        revision = await self._revisions.get(situation.ready[choice.content].revision)
        if revision is None or (revision.plan.video is not None and revision.plan.video.codec != "h264"):
            return None
        if not needs_companion(revision):
            return revision, None
        return (revision, slate[1]) if slate is not None else None

    async def _segments_before(self, row: ChannelRow, last: Airing | None) -> dict[str, int]:
        if last is None:
            return {}
        ids = [last.revision, *([last.companion] if last.companion else [])]
        revisions = {id: playable for id in ids if (playable := await self._revisions.get(id)) is not None}
        if last.revision in revisions:
            offered = offered_renditions(self._profile, row.audio_tags, row.caption_tags)
            return segments_after(last, revisions, offered)
        return {name: count + last.duration // CLOCK_HZ + 1 for name, count in last.segments_before.items()}


def _cut_slate(revision: Revision, ticks: int) -> tuple[Fraction, int]:
    """The start and the duration of a slate that lasts about `ticks`, in whole pictures."""
    pictures = revision.timeline("video")
    frame = ticks_of(Fraction(pictures.ticks_per_frame, pictures.timescale))
    return Fraction(0), max(1, ticks // frame) * frame


def _title(situation: Situation, choice: Choice) -> str:
    return situation.ready[choice.content].title if choice.content is not None else ""


def _interrupted(situation: Situation, airing: Airing, revision: Revision, media_end: Fraction) -> Airing:
    """The airing of a title that could play to the media time `media_end`, or its part until the first break."""
    title = situation.ready.get(airing.content or "")
    program = next((p for p in situation.programs if p.id == airing.program), None)
    if program is not None and not program.breaks:
        return airing
    if situation.breaks is None or title is None or airing.kind not in (AiringKind.PROGRAM, AiringKind.TITLE):
        return airing
    wanted = situation.breaks.times(title.breaks, float(media_end))
    times = [nearest_edge(revision, time) for time in wanted]
    free = free_ticks(situation, skip=airing.program)
    interruption = next_break(situation.breaks, times, airing.media_start, media_end, free)
    if interruption is None:
        return airing
    return replace(airing, duration=ticks_of(interruption.resume_at - airing.media_start), break_after=interruption)


def _cut(revision: Revision, situation: Situation, choice: Choice, *, joins: bool) -> tuple[Fraction, int]:
    """(the media time at which an airing begins in seconds, its duration in ticks)."""
    program = next((p for p in situation.programs if p.id == choice.program), None)
    if choice.kind is AiringKind.SLATE:
        return _cut_slate(revision, choice.limit or 0)
    media_start = Fraction(0)
    late = Fraction(0)
    if program is not None:
        late = Fraction((situation.moment - program.starts_at) // timedelta(milliseconds=1), 1000)
    if joins and late > LATE:
        media_start = start_after(revision, late)
    duration = duration_of(revision) - ticks_of(media_start)
    limit = choice.limit
    if program is not None and program.duration_s:
        planned = ticks_of(Fraction(program.duration_s) - media_start)
        limit = planned if planned < duration - CUT_TOLERANCE * CLOCK_HZ else None
    if limit is None or limit >= duration:
        return media_start, max(1, duration)
    return media_start, max(1, ticks_of(end_before(revision, media_start + seconds(limit)) - media_start))
