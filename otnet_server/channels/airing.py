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


class AiringKind(StrEnum):
    PROGRAM = "program"  # of the schedule
    TITLE = "title"  # chosen by a scheduler
    FILLER = "filler"  # between programs
    SLATE = "slate"  # nothing else is ready
    LIVE = "live"  # the live stream of the channel


@dataclass(frozen=True)
class Airing:
    """One title on a channel. `number` counts the airings of the channel from 0. `revision` is what is played, from
    `media_start` seconds of its media time on; `companion` is the revision of the slate where that has no picture or no
    sound. `title` is how it was announced, for the as-run log.
    `interrupted`: a live stream ended it before its time, or it fills an interruption of the stream.
    `segments_before` counts the segments of all airings before, by the name of the rendition that the channel offers.
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
    interrupted: bool = False

    @property
    def end(self) -> int:
        return self.start + self.duration


def moment_of(epoch: datetime, ticks: int) -> datetime:
    """The time of day at a time of the channel's clock, to the microsecond."""
    return epoch + timedelta(microseconds=round(Fraction(ticks * 1_000_000, CLOCK_HZ)))


def ticks_at(epoch: datetime, moment: datetime) -> int:
    """The time of the channel's clock at a time of day."""
    microseconds = (moment.astimezone(UTC) - epoch) // timedelta(microseconds=1)
    return microseconds * CLOCK_HZ // 1_000_000
