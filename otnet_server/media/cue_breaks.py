"""The breaks that the cue messages (SCTE 35) of a live stream announce. Pure.

A splice_insert or the segmentation descriptors of a time_signal begin and end breaks. Encoders repeat messages before
their time, correct them, withdraw them, and nest ads within breaks: what is kept is one list of breaks that do not
overlap, in order. All times are ticks of 90 kHz on the clock of the stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from otnet_server.media.presentation import BreakSpan
from otnet_server.media.scte35 import (
    CLOCK_HZ,
    PTS_MODULUS,
    Cue,
    CueError,
    Segmentation,
    SegmentationType,
    SpliceInsert,
    TimeSignal,
    read_cue,
    write_cue,
)

MAX_KEPT = 200  # breaks of a stream; older ones are forgotten
MAX_STORED_BYTES = 256  # of a message that is passed on as it is
MAX_DURATION = 24 * 3600 * CLOCK_HZ  # of a break; a longer one is not credible
SAME = CLOCK_HZ  # two messages about one event differ by less
AHEAD, BEHIND = 600 * CLOCK_HZ, 10 * CLOCK_HZ  # a message for a time that is further away applies at once
SPLICE = 0  # the type of a break that a splice_insert announces
AD_BLOCKS = (0x44, 0x46)  # provider and distributor ad blocks
STARTS = (
    SegmentationType.BREAK_START,
    *AD_BLOCKS,
    SegmentationType.PROVIDER_PLACEMENT_START,
    SegmentationType.DISTRIBUTOR_PLACEMENT_START,
    SegmentationType.PROVIDER_AD_START,
    SegmentationType.DISTRIBUTOR_AD_START,
)
OUTERMOST_FIRST = {int(type): place for place, type in enumerate(STARTS)}


class CuedBreak(BaseModel):
    """A break of a live stream. `number` counts the breaks of the stream, `event` is the id of the encoder, `type` the
    segmentation type (0: a splice_insert). `planned` is None for a break of unknown duration, and `end` until it is
    known when it ends. `out` and `back` are the messages that begin and end it, in hexadecimal (empty: not kept)."""

    model_config = ConfigDict(frozen=True)

    number: int
    event: int
    type: int
    start: int
    planned: int | None = None
    end: int | None = None
    out: str = ""
    back: str = ""

    def covers(self, time: int) -> bool:
        return self.start <= time and (self.end is None or time < self.end)

    def is_repeated(self, time: int) -> bool:
        """Whether a message about the same event for `time` announces this break again. Encoders use ids again."""
        planned = self.planned is None or time < self.start + self.planned
        return abs(self.start - time) < SAME or (planned and self.covers(time))


class _Message(NamedTuple):
    """What a cue says about one event: it begins (`out`), ends, or is withdrawn."""

    event: int
    type: int
    out: bool = False
    cancelled: bool = False
    duration: int | None = None
    returns: bool = False  # it ends after its duration without a message


def time_of(cue: Cue) -> int | None:
    """When a cue applies, in ticks modulo 2^33: that of its first component where it has components. None: at once."""
    components = cue.command.components if isinstance(cue.command, SpliceInsert) else ()
    if components and components[0][1] is not None:
        return (components[0][1] + cue.pts_adjustment) % PTS_MODULUS
    return cue.pts


def retimed(section: bytes, time: int) -> bytes:
    """A section whose cue applies at `time`. One that applies at once stays as it is. Raises CueError."""
    cue = read_cue(section)
    applies = time_of(cue)
    if applies is None:
        return section
    return write_cue(replace(cue, pts_adjustment=(cue.pts_adjustment + time - applies) % PTS_MODULUS))


def with_cue(
    breaks: Sequence[CuedBreak], section: bytes, time: int, now: int, next_number: int
) -> tuple[CuedBreak, ...]:
    """The breaks after the message `section` that applies at `time` and has come at `now`. A new break gets
    `next_number`. A section that can't be read, or says nothing about breaks, changes nothing."""
    try:
        cue = read_cue(section)
        write_cue(cue)
    except CueError:
        return tuple(breaks)
    kept = section.hex() if len(section) <= MAX_STORED_BYTES else ""
    for message in _messages(cue):
        if message.cancelled:
            breaks = [b for b in breaks if b.event != message.event or b.start <= now]
        elif message.out:
            breaks = _begin(breaks, message, time, now, kept, next_number)
            next_number += any(b.number == next_number for b in breaks)
        else:
            breaks = _end(breaks, message, time, kept)
    return tuple(breaks[-MAX_KEPT:])


def _messages(cue: Cue) -> list[_Message]:
    command = cue.command
    if isinstance(command, SpliceInsert):
        duration = _credible(command.duration)
        returns = command.auto_return and duration is not None
        return [_Message(command.event_id, SPLICE, command.out, command.cancelled, duration, returns)]
    if not isinstance(command, TimeSignal):
        return []
    messages = []
    for s in (d for d in cue.descriptors if isinstance(d, Segmentation)):
        duration = _credible(s.duration)
        if s.cancelled:
            messages.append(_Message(s.event_id, SPLICE, cancelled=True))
        elif s.type in STARTS:
            messages.append(_Message(s.event_id, s.type, out=True, duration=duration, returns=duration is not None))
        elif s.type - 1 in STARTS:
            messages.append(_Message(s.event_id, s.type - 1))
    return sorted(messages, key=lambda m: (m.out, OUTERMOST_FIRST.get(m.type, 0)))


def _credible(duration: int | None) -> int | None:
    return duration if duration is not None and 0 < duration <= MAX_DURATION else None


def _begin(
    breaks: Sequence[CuedBreak], message: _Message, time: int, now: int, section: str, number: int
) -> list[CuedBreak]:
    end = time + message.duration if message.returns and message.duration is not None else None
    new = CuedBreak(
        number=number, event=message.event, type=message.type, start=time, planned=message.duration, end=end,
        out=section,
    )  # fmt: skip
    same = next((b for b in reversed(breaks) if (b.event, b.type) == (message.event, message.type)), None)
    if same is not None and same.is_repeated(time):
        if same.start <= now:  # it has begun
            return list(breaks)
        breaks, new = [b for b in breaks if b is not same], new.model_copy(update={"number": same.number})
    elif same is not None and same.start > now:  # it was moved
        breaks, new = [b for b in breaks if b is not same], new.model_copy(update={"number": same.number})
    running = next((b for b in reversed(breaks) if b.covers(time)), None)
    if running is not None and running.type != message.type and running.start < time:
        return list(breaks)  # an ad within a break
    if running is not None and running.start == time:
        return list(breaks)
    before = [_closed(b, time) if b is running else b for b in breaks if b.start < time]
    after = [b for b in breaks if b.start >= time]
    if after and (new.end is None or new.end > after[0].start):
        new = new.model_copy(update={"end": after[0].start})
    return [*before, new, *after]


def _end(breaks: Sequence[CuedBreak], message: _Message, time: int, section: str) -> list[CuedBreak]:
    running = [b for b in breaks if b.type == message.type and b.start < time and (b.end is None or b.end >= time)]
    ended = next((b for b in running if b.event == message.event), running[-1] if running else None)
    return [_closed(b, time, section) if b is ended else b for b in breaks]


def _closed(ended: CuedBreak, time: int, section: str = "") -> CuedBreak:
    return ended.model_copy(update={"end": time, "back": section})


def spans_of(
    breaks: Sequence[CuedBreak], start: Fraction, end: Fraction, shift: Fraction = Fraction(0)
) -> tuple[BreakSpan, ...]:
    """The breaks that have begun at `end`, and have not ended before `start`, in seconds of the presentation's clock:
    `shift` is added to the times of the stream."""
    spans = []
    for b in breaks:
        begins = Fraction(b.start, CLOCK_HZ) + shift
        ends = Fraction(b.end, CLOCK_HZ) + shift if b.end is not None else None
        if begins >= end or (ends is not None and ends <= start):
            continue
        planned = Fraction(b.planned, CLOCK_HZ) if b.planned is not None else None
        shown = ends if ends is not None and ends <= end else None
        out, back = bytes.fromhex(b.out), bytes.fromhex(b.back)
        spans.append(BreakSpan(b.number, begins, planned, shown, b.event, out, back))
    return tuple(spans)
