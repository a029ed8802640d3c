"""Ad breaks in manifests: cue messages (SCTE 35) in date ranges of HLS and in event streams of DASH. Pure.

HLS: RFC 8216 §4.3.2.7.1. A break has a date range, whose tag stands before its first segment; a second tag with the
same ID closes it. DASH: ANSI/SCTE 214-1 §6.7.4, an event in the period that begins with the break or after it.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.media.presentation import BreakSpan, Period, Presentation
from otnet_server.media.scte35 import CLOCK_HZ, PTS_MODULUS, Cue, SpliceInsert, write_cue

CLASS = "urn:scte:scte35:2014:bin"
SCHEME = "urn:scte:scte35:2014:xml+bin"
NAMESPACE = "http://www.scte.org/schemas/35/2016"
EVENT_ID_MODULUS = 1 << 32


def break_id(span: BreakSpan) -> str:
    return f"break-{span.number}"


def cue_out(span: BreakSpan) -> bytes:
    """The section that begins a break."""
    splice = SpliceInsert(
        span.number % EVENT_ID_MODULUS, out=True, pts=_pts(span.start), duration=_pts(span.planned), auto_return=True
    )
    return write_cue(Cue(splice))


def cue_in(span: BreakSpan, end: Fraction) -> bytes:
    """The section that ends a break."""
    return write_cue(Cue(SpliceInsert(span.number % EVENT_ID_MODULUS, pts=_pts(end))))


def _pts(time: Fraction) -> int:
    return round(time * CLOCK_HZ) % PTS_MODULUS


class DateRanges:
    """The tags of a media playlist, in the order of their times. They are the same in the playlists of all
    renditions."""

    def __init__(self, presentation: Presentation) -> None:
        self._tags: list[tuple[Fraction, str]] = []
        if presentation.epoch is not None:
            for span in presentation.breaks:
                self._tags += _tags(span, presentation.epoch)
        self._tags.sort()

    def until(self, time: Fraction) -> list[str]:
        """The tags up to a time on the presentation's clock that were not returned before."""
        due = [tag for at, tag in self._tags if at <= time]
        self._tags = self._tags[len(due) :]
        return due

    def rest(self) -> list[str]:
        tags, self._tags = [tag for _, tag in self._tags], []
        return tags


def _tags(span: BreakSpan, epoch: datetime) -> list[tuple[Fraction, str]]:
    date = (epoch + timedelta(seconds=float(span.start))).isoformat(timespec="milliseconds")
    head = f'#EXT-X-DATERANGE:ID="{break_id(span)}",CLASS="{CLASS}",START-DATE="{date}"'
    out = f"{head},PLANNED-DURATION={float(span.planned):.3f},SCTE35-OUT=0x{cue_out(span).hex().upper()}"
    if span.end is None:
        return [(span.start, out)]
    closed = f"{head},DURATION={float(span.end - span.start):.3f},SCTE35-IN=0x{cue_in(span, span.end).hex().upper()}"
    return [(span.start, out), (span.end, closed)]


def event_stream(presentation: Presentation, period: Period) -> str:
    """The cues at the start of a period, as its first element; empty without any."""
    events = ""
    for span in presentation.breaks:
        if span.start == period.start:
            events += _event(span.number, cue_out(span), round(span.planned * CLOCK_HZ))
        if span.end == period.start:
            events += _event(span.number, cue_in(span, span.end), None)
    return f'<EventStream schemeIdUri="{SCHEME}" timescale="{CLOCK_HZ}">{events}</EventStream>' if events else ""


def _event(id: int, cue: bytes, duration: int | None) -> str:
    length = f' duration="{duration}"' if duration is not None else ""
    binary = base64.b64encode(cue).decode()
    return (
        f'<Event presentationTime="0"{length} id="{id}"><Signal xmlns="{NAMESPACE}"><Binary>{binary}</Binary></Signal>'
        "</Event>"
    )
