"""Plans airings: what a channel plays after its last one, by its scheduler, its programs and its breaks.

What a scheduler chooses from is read once for several airings (`Plan`). After each of them it is what the database
would say if that airing were stored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.channels.ad_breaks import break_after, first_ad, next_break
from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, moment_of
from otnet_server.channels.periods import duration_of, end_before, nearest_edge, needs_companion, start_after
from otnet_server.channels.playout import (
    CUT_TOLERANCE,
    HORIZON,
    LATE,
    TOLERANCE_S,
    Choice,
    Situation,
    choose,
    fill,
    free_ticks,
)
from otnet_server.channels.repository import (
    AIRED_TITLES,
    ChannelRepository,
    ChannelRow,
    StoredSchedule,
    contents_of,
)
from otnet_server.channels.schedule_queries import is_within
from otnet_server.channels.segment_counts import SegmentCounts
from otnet_server.channels.suitability import can_play
from otnet_server.logs import log
from otnet_server.media.channel_clock import CLOCK_HZ, seconds, ticks_of
from otnet_server.media.revision import Revision
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.protocols import Ad, ScheduledTitle, Scheduler


@dataclass
class Plan:
    """A channel with the airings that are stored or planned. `aired` are (choice, content) of the last ones, the newest
    last; `schedule` is what may be played next, `slate` the revision of the slate, or None while it is being made."""

    row: ChannelRow
    epoch: datetime
    last: Airing | None
    aired: deque[tuple[int, str]]
    schedule: StoredSchedule
    slate: str | None

    def add(self, new: Airing) -> None:
        """Go on after an airing."""
        self.last = new
        if new.content is None:
            return
        if new.ad_break is None:
            self.aired.append((new.choice, new.content))
        self.schedule = replace(
            self.schedule,
            programs=tuple(p for p in self.schedule.programs if p.id != new.program),
            titles=_played(self.schedule.titles, new.content, new.choice),
            fillers=_played(self.schedule.fillers, new.content, new.number),
        )


def aired_of(choices: Iterable[tuple[int, str]]) -> deque[tuple[int, str]]:
    return deque(choices, AIRED_TITLES)


def _played(titles: tuple[ScheduledTitle, ...], content: str, number: int) -> tuple[ScheduledTitle, ...]:
    """The titles of a list after one of them was played."""
    return tuple(replace(t, last_airing=number) if t.content == content else t for t in titles)


class Planner:
    def __init__(
        self,
        repository: ChannelRepository,
        revisions: RevisionCache,
        schedulers: Mapping[str, Scheduler],
        ads: AdDecisions,
        segments: SegmentCounts,
    ) -> None:
        self._repository, self._revisions, self._ads = repository, revisions, ads
        self._schedulers, self._segments = schedulers, segments

    async def next(self, plan: Plan, start: int, *, joins: bool) -> Airing | None:
        """The next airing; None while nothing can be played, not even the slate. `joins`: the playout was interrupted
        before, so that a program is joined in progress."""
        row, last = plan.row, plan.last
        if last is not None and not joins:
            ad_break = break_after(last)
            if ad_break is not None:
                return await self._next_in_break(plan, last, ad_break)
            if last.ad_break is not None and (rest := await self._rest(plan, last)) is not None:
                return rest
        situation = await self._situation(plan, start, (last.choice + 1) if last is not None else 0)
        choice = self._choose(row, situation)
        chosen = await self._playable(plan, situation, choice)
        if chosen is None:
            return None
        choice, revision, companion = chosen
        media_start, duration = _cut(revision, situation, choice, joins=joins)
        airing = Airing(
            row.id, (last.number + 1) if last is not None else 0, start, duration, choice.kind, revision.media,
            revision.id, media_start, choice.content, choice.program, _title(situation, choice), companion,
            await self.segments_before(row, last), situation.number,
        )  # fmt: skip
        return interrupted(situation, airing, revision, media_start + seconds(duration))

    async def _next_in_break(self, plan: Plan, last: Airing, ad_break: AdBreak) -> Airing | None:
        """What a break plays after `last`: the next ad of the decision, a filler that fits, else the slate. None while
        the ads are being decided."""
        row = replace(plan.row, epoch=plan.epoch)
        ads = await self._ads.for_playout(row, ad_break, last.content)
        if ads is None:
            return None
        situation = await self._situation(plan, last.end, last.choice, *(ad.content for ad in ads))
        left = ad_break.end - last.end
        chosen = await self._next_ad(plan, situation, ads, first_ad(last), left)
        chosen = chosen or await self._playable(plan, situation, fill(situation, left))
        if chosen is None:
            return None
        choice, revision, companion = chosen
        media_start, duration = _cut(revision, situation, choice, joins=False)
        return Airing(
            row.id, last.number + 1, last.end, duration, choice.kind, revision.media, revision.id, media_start,
            choice.content, None, _title(situation, choice), companion, await self.segments_before(row, last),
            last.choice, ad_break=ad_break, ad=choice.ad,
        )  # fmt: skip

    async def _next_ad(
        self, plan: Plan, situation: Situation, ads: Sequence[Ad], first: int, left: int
    ) -> tuple[Choice, Revision, str | None] | None:
        """The first ad from the place `first` on that can be played and fits."""
        for place in range(first, len(ads)):
            title = situation.ready.get(ads[place].content)
            if title is not None and title.duration_s <= left / CLOCK_HZ + TOLERANCE_S:
                choice = Choice(AiringKind.AD, title.content, ad=place)
                if (playable := await self._revision_of(plan, situation, choice)) is not None:
                    return (choice, *playable)
        return None

    async def _rest(self, plan: Plan, last: Airing) -> Airing | None:
        """The title that the break before interrupted, from there on; None when it has ended or was deleted."""
        assert last.ad_break is not None
        before = await self._repository.number(plan.row.id, last.ad_break.number - 1)
        following = before.break_after if before is not None else None
        if before is None or following is None or following.resume_at >= following.media_end:
            return None
        revision = await self._revisions.get(before.revision)
        if revision is None:
            return None
        situation = await self._situation(plan, last.end, last.choice, before.content)
        duration = ticks_of(following.media_end - following.resume_at)
        airing = replace(
            before, number=last.number + 1, start=last.end, duration=duration, media_start=following.resume_at,
            segments_before=await self.segments_before(plan.row, last), break_after=None,
        )  # fmt: skip
        if before.program is not None and await self._repository.without_breaks(before.program):
            return airing
        return interrupted(situation, airing, revision, following.media_end)

    async def _playable(
        self, plan: Plan, situation: Situation, choice: Choice
    ) -> tuple[Choice, Revision, str | None] | None:
        """What is played of a choice, with the revision and that of the slate that it needs: the slate in its place
        when it can't be played; None when there is no slate yet."""
        playable = await self._revision_of(plan, situation, choice)
        if playable is None and choice.kind is not AiringKind.SLATE:
            limit = choice.limit or fill(replace(situation, fillers=()), free_ticks(situation, choice.program)).limit
            choice = Choice(AiringKind.SLATE, limit=limit, missed=choice.content)
            playable = await self._revision_of(plan, situation, choice)
        if playable is not None and choice.missed is not None:
            log.warning("a title can't be played and was replaced", channel=plan.row.name, content=choice.missed)
        return (choice, *playable) if playable is not None else None

    async def _situation(self, plan: Plan, start: int, number: int, *more: str | None) -> Situation:
        """`more`: other contents that may be played."""
        row, schedule = plan.row, plan.schedule
        moment = moment_of(plan.epoch, start)
        programs = tuple(p for p in schedule.programs if is_within(p, moment, moment + HORIZON))
        missing = {id for id in more if id is not None} - schedule.ready.keys()
        ready = {**schedule.ready, **await self._repository.ready(missing)} if missing else schedule.ready
        return Situation(
            row.id, row.time_zone, plan.epoch, start, number, programs, schedule.titles, schedule.fillers, ready,
            contents_of(plan.aired), row.scheduler_settings, row.breaks,
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
        self, plan: Plan, situation: Situation, choice: Choice
    ) -> tuple[Revision, str | None] | None:
        """The revision that is played, and that of the slate if it lacks picture or sound; None when it can't be."""
        if choice.content is None:
            revision = await self._revisions.get(plan.slate) if plan.slate is not None else None
            return (revision, None) if revision is not None else None
        revision = await self._revisions.get(situation.ready[choice.content].revision)
        if revision is None or (revision.plan.video is not None and not can_play(revision.plan.video.codec)):
            return None
        if not needs_companion(revision):
            return revision, None
        return (revision, plan.slate) if plan.slate is not None else None

    async def segments_before(self, row: ChannelRow, last: Airing | None) -> dict[str, int]:
        """The segments of all airings up to `last`, by the rendition that the channel offers."""
        if last is None:
            return {}
        ids = [last.revision, *([last.companion] if last.companion else [])]
        revisions = {id: playable for id in ids if (playable := await self._revisions.get(id)) is not None}
        if last.revision in revisions:
            return self._segments.after(last, revisions, row.audio_tags)
        return {name: count + last.duration // CLOCK_HZ + 1 for name, count in last.segments_before.items()}


def cut_slate(revision: Revision, ticks: int) -> tuple[Fraction, int]:
    """The start and the duration of a slate that lasts about `ticks`, in whole pictures."""
    pictures = revision.timeline("video")
    frame = ticks_of(Fraction(pictures.ticks_per_frame, pictures.timescale))
    return Fraction(0), max(1, ticks // frame) * frame


def _title(situation: Situation, choice: Choice) -> str:
    return situation.ready[choice.content].title if choice.content is not None else ""


def interrupted(situation: Situation, airing: Airing, revision: Revision, media_end: Fraction) -> Airing:
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
        return cut_slate(revision, choice.limit or 0)
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
