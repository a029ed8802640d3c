"""What a channel will play after its stored playout, as far as that is known today. Pure.

The schedulers are asked as the playout asks them, airing after airing, and nothing is stored. The result is a forecast:
edits of the schedule, titles that become ready, and the exact cuts at segments change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.channels.ad_breaks import break_after, ticks_of_breaks
from otnet_server.channels.airing import Airing, AiringKind, ticks_at
from otnet_server.channels.playout import CUT_TOLERANCE, HORIZON, LATE, Choice, Situation, choose, fill, free_ticks
from otnet_server.channels.repository import AIRED_TITLES
from otnet_server.media.channel_clock import CLOCK_HZ, seconds, ticks_of
from otnet_server.protocols import ScheduledProgram, ScheduledTitle, Scheduler

MAX_ENTRIES = 5000
MAX_STEPS = 20_000  # airings; successive slates are one entry
MAX_DURATION = timedelta(days=8)
SLATE_FRAME = CLOCK_HZ // 25  # ticks; a slate lasts whole pictures
CLOSE = timedelta(seconds=5)  # a program may be chosen so much before its time


@dataclass(frozen=True)
class Planned:
    """A forecast airing from `start` to `end`, in ticks of the channel's clock. `missed` is the content that should be
    played instead and can't be, `missed_program` its program. `continues`: it is the rest of a title."""

    start: int
    end: int
    kind: AiringKind
    content: str | None = None
    program: str | None = None
    title: str = ""
    missed: str | None = None
    missed_program: str | None = None
    continues: bool = False


def after_break(last: Airing, interrupted: Airing) -> list[Planned]:
    """What follows the last stored airing `last` for certain, where a break of the title `interrupted` has begun or is
    next: the rest of the break, and of the title."""
    ad_break, following = break_after(last), interrupted.break_after
    ends = ad_break.end if ad_break is not None else last.end
    rest = [Planned(last.end, ends, AiringKind.AD)] if ends > last.end else []
    if following is not None and following.resume_at < following.media_end:
        stop = ends + ticks_of(following.media_end - following.resume_at)
        title = interrupted.content, interrupted.program, interrupted.title
        rest.append(Planned(ends, stop, interrupted.kind, *title, continues=True))
    return rest


def forecast(
    scheduler: Scheduler | None, situation: Situation, until: datetime, *, joins: bool = False
) -> list[Planned]:
    """The airings from `situation.start` until the first one that ends at or after `until`: at most `MAX_ENTRIES`, and
    those of `MAX_DURATION`. `situation.programs` are those until a day after that. `joins`: the playout was
    interrupted, so that a program is joined in progress."""
    now, schedule = situation, _Programs(situation.programs)
    end = ticks_at(now.epoch, min(until, now.moment + MAX_DURATION))
    entries: list[Planned] = []
    for _ in range(MAX_STEPS):
        if now.start >= end:
            break
        now = replace(now, programs=schedule.at(now.moment))
        choice = _choose(scheduler, now)
        stop = now.start + _ticks(now, choice, joins=joins)
        title = now.ready[choice.content].title if choice.content is not None else ""
        joins = False
        last = entries[-1] if entries else None
        if last is not None and choice.kind is last.kind is AiringKind.SLATE and _is_same_gap(last, choice):
            missed = (last.missed, last.missed_program) if last.missed else (choice.missed, choice.missed_program)
            entries[-1] = replace(last, end=stop, missed=missed[0], missed_program=missed[1])
        elif len(entries) == MAX_ENTRIES:
            break
        else:
            planned = Planned(now.start, stop, choice.kind, choice.content, choice.program, title)
            entries.append(replace(planned, missed=choice.missed, missed_program=choice.missed_program))
        schedule.aired(choice.program)
        now = _after(now, choice, stop)
    return entries


def _is_same_gap(last: Planned, choice: Choice) -> bool:
    """Whether no other program is missed from here on."""
    return choice.missed_program in (None, last.missed_program)


def _choose(scheduler: Scheduler | None, s: Situation) -> Choice:
    """As the playout does it: a scheduler that does not exist or fails chooses nothing."""
    if scheduler is None:
        return fill(s, free_ticks(s))
    try:
        return choose(scheduler, s)
    except Exception:
        return fill(s, free_ticks(s))


def _ticks(s: Situation, choice: Choice, *, joins: bool) -> int:
    """How long the choice plays."""
    if choice.content is None:
        return max(1, (choice.limit or 0) // SLATE_FRAME) * SLATE_FRAME
    duration = ticks_of(Fraction(s.ready[choice.content].duration_s).limit_denominator(CLOCK_HZ))
    program = next((p for p in s.programs if p.id == choice.program), None)
    breaks = s.breaks if program is None or program.breaks else None
    skipped = 0
    if program is not None:
        late = Fraction((s.moment - program.starts_at) // timedelta(milliseconds=1), 1000)
        skipped = ticks_of(late) if joins and late > LATE else 0
        duration -= skipped
        planned = ticks_of(Fraction(program.duration_s)) - skipped
        if program.duration_s and planned < duration - CUT_TOLERANCE * CLOCK_HZ:
            duration = planned
    if breaks is not None and choice.kind in (AiringKind.PROGRAM, AiringKind.TITLE):
        start, end = seconds(skipped), seconds(skipped + duration)
        times = breaks.times(s.ready[choice.content].breaks, float(end))
        duration += ticks_of_breaks(breaks, times, start, end, free_ticks(s, skip=choice.program))
    return max(SLATE_FRAME, duration)


def _after(s: Situation, choice: Choice, stop: int) -> Situation:
    """The channel after a choice was played."""
    aired = s.aired if choice.content is None else (*s.aired, choice.content)[-AIRED_TITLES:]
    titles, fillers = _played(s.titles, choice.content, s.number), _played(s.fillers, choice.content, s.number)
    return replace(s, start=stop, number=s.number + 1, titles=titles, fillers=fillers, aired=aired)


def _played(titles: Sequence[ScheduledTitle], content: str | None, number: int) -> Sequence[ScheduledTitle]:
    """The titles after one of them was played."""
    place = next((n for n, t in enumerate(titles) if t.content == content), None)
    if place is None:
        return titles
    return (*titles[:place], replace(titles[place], last_airing=number), *titles[place + 1 :])


class _Programs:
    """The programs that a scheduler sees at a moment, as `ChannelRepository.programs` reads them. They are passed once,
    in order."""

    def __init__(self, programs: Sequence[ScheduledProgram]) -> None:
        self._all, self._read = programs, 0
        self._due: list[ScheduledProgram] = []  # those that have begun and did not end
        self._next = 0  # the first that has not begun

    def at(self, moment: datetime) -> tuple[ScheduledProgram, ...]:
        while self._next < len(self._all) and self._all[self._next].starts_at <= moment + CLOSE:
            self._due.append(self._all[self._next])
            self._next += 1
        self._read = max(self._read, self._next)
        while self._read < len(self._all) and self._all[self._read].starts_at < moment + HORIZON:
            self._read += 1
        self._due = [p for p in self._due if p.starts_at + timedelta(seconds=p.duration_s) > moment]
        return (*self._due, *self._all[self._next : self._read])

    def aired(self, program: str | None) -> None:
        self._due = [p for p in self._due if p.id != program]
