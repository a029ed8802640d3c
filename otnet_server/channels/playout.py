"""What a channel plays next. Pure.

A scheduler chooses a title. Where it chooses none, or one that is not ready, the time until the next program is filled:
with the filler that was not played for the longest time, if one fits, else with the slate. So a channel never has a
gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from otnet_server.channels.ad_breaks import BreakRules
from otnet_server.channels.airing import AiringKind, moment_of
from otnet_server.media.channel_clock import CLOCK_HZ, ticks_of
from otnet_server.protocols import ScheduledProgram, ScheduledTitle, Scheduler, ScheduleRequest

SLATE_TICKS = 60 * CLOCK_HZ  # then something else may be ready
SHORTEST_TICKS = 2 * CLOCK_HZ  # no slate is shorter, if it can be avoided
HORIZON = timedelta(days=1)  # of the programs that a scheduler sees
LATE = Fraction(5)  # seconds; after a break, a program that should have begun before is joined in progress
CUT_TOLERANCE = Fraction(1)  # seconds
TOLERANCE_S = 1.0  # a title that is longer than its gap by so much still fits


@dataclass(frozen=True)
class ReadyTitle:
    """Content that can be played: its main media and the revision that plays. `breaks` are its markers for breaks, in
    seconds."""

    content: str
    title: str
    media: str
    revision: str
    duration_s: float
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Choice:
    """What airs next: a title or the slate (`content` is None), for at most `limit` ticks (None: to its end).
    `missed` is the content that should have been played and can't be, `missed_program` its program. `ad`: its place in
    an ad decision."""

    kind: AiringKind
    content: str | None = None
    program: str | None = None
    limit: int | None = None
    missed: str | None = None
    ad: int | None = None
    missed_program: str | None = None


@dataclass(frozen=True)
class Situation:
    """A channel whose next airing begins at `start`, in ticks of its clock. `number` counts what the scheduler has
    chosen. `programs` are those that have not been aired, in order, `ready` what can be played, by content, and `aired`
    what was, the newest last. `settings` are those of the scheduler; `breaks` is None on a channel without breaks."""

    channel: str
    time_zone: str
    epoch: datetime
    start: int
    number: int
    programs: Sequence[ScheduledProgram]
    titles: Sequence[ScheduledTitle]
    fillers: Sequence[ScheduledTitle]
    ready: Mapping[str, ReadyTitle]
    aired: Sequence[str]
    settings: dict[str, Any] = field(default_factory=dict)
    breaks: BreakRules | None = None

    @property
    def moment(self) -> datetime:
        return moment_of(self.epoch, self.start)


def choose(scheduler: Scheduler, s: Situation) -> Choice:
    """What airs next. Errors of the scheduler are the caller's to handle."""
    request = ScheduleRequest(
        s.channel, s.time_zone, s.moment, s.number, tuple(s.programs), tuple(s.titles), tuple(s.aired), s.settings
    )
    chosen = scheduler.next_title(request)
    if chosen is not None and chosen.content in s.ready:
        kind = AiringKind.PROGRAM if chosen.program is not None else AiringKind.TITLE
        return Choice(kind, chosen.content, chosen.program)
    if chosen is None:
        return fill(s, free_ticks(s))
    filled = fill(s, free_ticks(s, skip=chosen.program), chosen.content)
    return replace(filled, missed_program=chosen.program)


def free_ticks(s: Situation, skip: str | None = None) -> int | None:
    """The time until the next program begins, in ticks; None when there is none. `skip`: a program that can't be
    played."""
    moment = s.moment
    starts_at = next((p.starts_at for p in s.programs if p.starts_at > moment and p.id != skip), None)
    if starts_at is None:
        return None
    return max(0, ticks_of(Fraction((starts_at - moment) // timedelta(microseconds=1), 1_000_000)))


def fill(s: Situation, free: int | None, missed: str | None = None) -> Choice:
    """A filler, or the slate for at most the free time."""
    fits = [f for f in s.fillers if free is None or f.duration_s <= free / CLOCK_HZ + TOLERANCE_S]
    if fits:
        least_recent = min(fits, key=lambda f: -1 if f.last_airing is None else f.last_airing)
        return Choice(AiringKind.FILLER, least_recent.content, missed=missed)
    whole = free is not None and free <= SLATE_TICKS + SHORTEST_TICKS
    return Choice(AiringKind.SLATE, limit=free if whole else SLATE_TICKS, missed=missed)
