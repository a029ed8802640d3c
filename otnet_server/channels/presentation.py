"""The presentation of a channel at one moment. Pure.

A function of the channel, its airings, their revisions and the moment: every process makes the same manifests for it,
and so does `otnet channel manifest` later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import zip_longest

from otnet_server.channels.airing import Airing, AiringKind, moment_of
from otnet_server.media.channel_clock import CLOCK_HZ, seconds
from otnet_server.media.cue_breaks import MAX_KEPT, CuedBreak, spans_of
from otnet_server.media.presentation import BreakSpan, Kind, Period, Presentation, Renditions

TARGET_DURATION_S = Fraction(6)  # no segment on a channel is longer
LIVE_BREAKS = 1 << 31  # the numbers of breaks of live streams, which those of the playout do not reach


@dataclass(frozen=True)
class ChannelClock:
    """What manifests of a channel depend on beside its airings. `epoch` is a whole second; `window_s` is how far
    viewers can go back. `cues`: the breaks of a live stream that has taken over are signalled.
    `interstitials`: HLS players put ads in the place of breaks."""

    epoch: datetime
    window_s: int
    offered: Renditions
    cues: bool = False
    interstitials: bool = False


@dataclass(frozen=True)
class Moment:
    """The presentation of a channel at a moment. `changed_at` is when it became what it is, and `changes_at` when it
    offers another segment, or may do so, in ticks of the channel's clock."""

    presentation: Presentation
    changed_at: int
    changes_at: int


def presentation_at(
    channel: ChannelClock,
    airings: Sequence[Airing],
    periods: Mapping[int, Period],
    at: int,
    cued: Mapping[str, Sequence[CuedBreak]] | None = None,
) -> Moment:
    """The presentation at the time `at`, in ticks of the channel's clock. `airings` are those of the window and what is
    on air, `periods` are theirs, by their numbers; an airing without a period was deleted, and is left out. `cued` are
    the breaks that live streams have announced, by revision. The window ends with the newest segment, so that the
    presentation stays the same until there is another one."""
    shown_periods = tuple(_shown(periods[a.number], a, at) for a in airings if a.number in periods)
    window = Fraction(channel.window_s)
    whole = Presentation(Kind.LIVE, shown_periods, channel.offered, channel.epoch, window, TARGET_DURATION_S)
    newest, following = _neighbours(whole, seconds(at))
    breaks = breaks_of(airings, newest - window, newest)
    if channel.cues and cued:
        breaks += live_breaks_of(airings, cued, newest - window, newest)
    breaks = tuple(sorted(breaks, key=lambda span: span.start))
    shown = replace(whole.ended_between(newest - window, newest), breaks=breaks)
    return Moment(shown, int(newest * CLOCK_HZ), int(following * CLOCK_HZ))


def _shown(period: Period, airing: Airing, at: int) -> Period:
    """The period of an airing. What is on air has no duration, because a live stream may end it, or be what grows."""
    return replace(period, duration=None) if airing.end > at else period


def breaks_of(airings: Sequence[Airing], start: Fraction, end: Fraction) -> tuple[BreakSpan, ...]:
    """The ad breaks that have begun at `end`, and have not ended before `start`, in seconds. `airings` are in order; a
    break has ended when something else is on."""
    spans: dict[int, BreakSpan] = {}
    for airing, following in zip_longest(airings, airings[1:]):
        if airing.ad_break is None or seconds(airing.ad_break.start) >= end:
            continue
        number, begins, planned = airing.ad_break.number, airing.ad_break.start, airing.ad_break.duration
        goes_on = following is None or (following.ad_break is not None and following.ad_break.number == number)
        ends = None if goes_on or seconds(airing.end) > end else seconds(airing.end)
        spans[number] = BreakSpan(number, seconds(begins), seconds(planned), ends)
    return tuple(span for span in spans.values() if span.end is None or span.end > start)


def live_breaks_of(
    airings: Sequence[Airing], cued: Mapping[str, Sequence[CuedBreak]], start: Fraction, end: Fraction
) -> tuple[BreakSpan, ...]:
    """As `breaks_of`, those that the cues of live streams have announced while they were on air. They end at the latest
    when something else is on."""
    spans: list[BreakSpan] = []
    for airing in airings:
        if airing.kind is not AiringKind.LIVE or airing.revision not in cued:
            continue
        begins, ends = seconds(airing.start), seconds(airing.end)
        base = LIVE_BREAKS + airing.number * MAX_KEPT % LIVE_BREAKS
        for span in spans_of(cued[airing.revision], start, min(end, ends), begins - airing.media_start):
            if span.start < begins:
                continue
            closed = ends if span.end is None and ends < end else span.end
            if closed is None or closed > start:
                spans.append(replace(span, number=base + span.number % MAX_KEPT, end=closed))
    return tuple(spans)


def _neighbours(presentation: Presentation, at: Fraction) -> tuple[Fraction, Fraction]:
    """The last end of a segment that is not after `at`, and the first one that is, at most `TARGET_DURATION_S` later,
    in seconds."""
    newest, following = Fraction(0), at + TARGET_DURATION_S
    for period in presentation.periods:
        ends = period.segment_ends
        if ends is None:
            continue
        if ends[1] <= at:
            newest = max(newest, ends[1])
        elif ends[0] > at:
            following = min(following, ends[0])
        else:
            for track in period.tracks:
                ended = track.count_ended(at - period.start)
                if ended:
                    newest = max(newest, period.start + track.seconds(sum(track.segments[ended - 1])))
                if ended < len(track.segments):
                    following = min(following, period.start + track.seconds(sum(track.segments[ended])))
    return newest, following


def published_at(channel: ChannelClock, moment: Moment) -> datetime:
    """The publish time of the MPD: when the presentation changed last."""
    return moment_of(channel.epoch, moment.changed_at)
