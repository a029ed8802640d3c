"""When a channel interrupts a title for a break, and for how long. Pure.

Breaks take only time that is free: where a program follows, what is left until it begins after the title has played to
its end is shared among the breaks. So breaks make no program late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from otnet_server.channels.airing import AdBreak, Airing, BreakAfter
from otnet_server.media.ad_markers import MAX_BREAKS
from otnet_server.media.channel_clock import CLOCK_HZ, ticks_of

SHORTEST_BREAK = 5 * CLOCK_HZ  # ticks; a shorter one is not made
SHORTEST_REST = 2 * CLOCK_HZ  # ticks; a break ends rather than play something shorter
SHORTEST_PART = Fraction(2)  # seconds of a title after a break

AFTER_ALL = 1 << 30


@dataclass(frozen=True)
class BreakRules:
    """The breaks of a channel: each lasts `duration` ticks at most. Titles without markers are interrupted every
    `every_s` seconds; None: not at all."""

    duration: int
    every_s: int | None = None

    def times(self, markers: Sequence[float], duration_s: float) -> list[Fraction]:
        """Where a title is interrupted, in seconds of its media time."""
        if markers or self.every_s is None:
            return [Fraction(m).limit_denominator(1000) for m in markers]
        return [Fraction(n * self.every_s) for n in range(1, min(MAX_BREAKS, int(duration_s // self.every_s)) + 1)]


def next_break(
    rules: BreakRules, times: Sequence[Fraction], start: Fraction, end: Fraction, free: int | None
) -> BreakAfter | None:
    """The first break of a title that plays from `start` to `end`, in seconds of its media time, at one of `times`.
    `free` is the time in ticks from `start` until the next program begins; None when there is none."""
    within = sorted({t for t in times if start < t <= end - SHORTEST_PART})
    if not within:
        return None
    duration = rules.duration
    if free is not None:
        left = free - ticks_of(end - start)
        count = min(len(within), left // SHORTEST_BREAK)
        duration = min(duration, left // count) if count > 0 else 0
    return BreakAfter(duration, within[0], end) if duration >= SHORTEST_BREAK else None


def ticks_of_breaks(
    rules: BreakRules, times: Sequence[Fraction], start: Fraction, end: Fraction, free: int | None
) -> int:
    """The time of all breaks of a title."""
    total = 0
    while (interruption := next_break(rules, times, start, end, free)) is not None:
        total += interruption.duration
        free = free - ticks_of(interruption.resume_at - start) - interruption.duration if free is not None else None
        start = interruption.resume_at
    return total


def break_after(last: Airing) -> AdBreak | None:
    """The break that begins or goes on after an airing; None when none does."""
    if last.break_after is not None:
        return AdBreak(last.number + 1, last.end, last.break_after.duration)
    if last.ad_break is not None and last.ad_break.end - last.end >= SHORTEST_REST:
        return last.ad_break
    return None


def first_ad(last: Airing) -> int:
    """The place of the first ad in the decision that may follow `last` in a break: after fillers there are none."""
    if last.ad_break is None or last.break_after is not None:
        return 0
    return last.ad + 1 if last.ad is not None else AFTER_ALL
