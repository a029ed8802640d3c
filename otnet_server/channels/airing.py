"""Airings: what a channel plays, one after the other. Pure.

The *playout* of a channel is the list of its airings, each of which begins where the one before ends. What was on, and
what is on within seconds, is never changed, so that manifests of any moment can be made again, by any process. A live
stream that takes over replaces what would have been on later, and its airing grows while it is on.

Times are in ticks of the channel's clock (`media/channel_clock.py`), which starts at the epoch of the channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from otnet_server.media.channel_clock import CLOCK_HZ

MAX_ADS = 100  # in a break
MAX_COHORTS = 16  # of a channel
MAX_COUNTED_BREAKS = 1 << 20


class AiringKind(StrEnum):
    PROGRAM = "program"  # of the schedule
    TITLE = "title"  # chosen by a scheduler
    FILLER = "filler"  # between programs
    SLATE = "slate"  # nothing else is ready
    LIVE = "live"  # the live stream of the channel
    AD = "ad"  # in a break, from an ad decision


@dataclass(frozen=True)
class AdBreak:
    """A break of a channel: from `start` on, for about `duration` ticks of the channel's clock. `number` is that of its
    first airing."""

    number: int
    start: int
    duration: int

    @property
    def end(self) -> int:
        """When it is planned to end."""
        return self.start + self.duration


@dataclass(frozen=True)
class BreakAfter:
    """A break that follows an airing: it lasts `duration` ticks. Afterwards the title goes on at the media time
    `resume_at` until `media_end`, in seconds; the title has ended when they are the same."""

    duration: int
    resume_at: Fraction
    media_end: Fraction


@dataclass(frozen=True)
class Airing:
    """One title on a channel. `number` counts the airings of the channel from 0. `revision` is what is played, from
    `media_start` seconds of its media time on; `companion` is the revision of the slate where that has no picture or no
    sound. `title` is how it was announced, for the as-run log.
    `interrupted`: a live stream ended it before its time, or it fills an interruption of the stream.
    `segments_before` counts the segments of all airings before, by the name of the rendition that the channel offers.

    A title that is interrupted by breaks has several airings with the same `choice`, which counts what the scheduler
    has chosen: all but the last have `break_after`. Airings within a break have `ad_break`, and the choice of the title
    before; `ad` is the place in the ad decision of the break.
    """

    channel: str
    number: int
    start: int
    duration: int
    kind: AiringKind
    media: str
    revision: str
    media_start: Fraction = Fraction(0)
    content: str | None = None
    program: str | None = None
    title: str = ""
    companion: str | None = None
    segments_before: Mapping[str, int] = field(default_factory=dict)
    choice: int = 0
    break_after: BreakAfter | None = None
    ad_break: AdBreak | None = None
    ad: int | None = None
    interrupted: bool = False

    @property
    def end(self) -> int:
        return self.start + self.duration


def interstitial_number(ad_break: int, cohort: int, place: int) -> int:
    """The number under which an interstitial is counted. It is negative, so that no airing has it."""
    return -1 - ((ad_break % MAX_COUNTED_BREAKS * MAX_COHORTS + cohort) * MAX_ADS + place)


def cohort_of_number(number: int) -> int:
    """The cohort of an interstitial by its number; 0 of an airing, which is for everybody."""
    return (-1 - number) // MAX_ADS % MAX_COHORTS if number < 0 else 0


def moment_of(epoch: datetime, ticks: int) -> datetime:
    """The time of day at a time of the channel's clock, to the microsecond."""
    return epoch + timedelta(microseconds=round(Fraction(ticks * 1_000_000, CLOCK_HZ)))


def ticks_at(epoch: datetime, moment: datetime) -> int:
    """The time of the channel's clock at a time of day."""
    microseconds = (moment.astimezone(UTC) - epoch) // timedelta(microseconds=1)
    return microseconds * CLOCK_HZ // 1_000_000
