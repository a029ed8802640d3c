"""Ad breaks in manifests: cue messages (SCTE 35) in date ranges of HLS and in event streams of DASH. Pure.

HLS: RFC 8216 §4.3.2.7.1. A break has a date range, whose tag stands before its first segment; a second tag with the
same ID closes it. DASH: ANSI/SCTE 214-1 §6.7.4, an event in the period that is on at that time.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.media.cue_breaks import retimed
from otnet_server.media.presentation import BreakSpan, Period, Presentation
from otnet_server.media.scte35 import CLOCK_HZ, PTS_MODULUS, Cue, SpliceInsert, write_cue

CLASS = "urn:scte:scte35:2014:bin"
SCHEME = "urn:scte:scte35:2014:xml+bin"
INTERSTITIAL = "com.apple.hls.interstitial"
NAMESPACE = "http://www.scte.org/schemas/35/2016"
EVENT_ID_MODULUS = 1 << 32


def break_id(span: BreakSpan) -> str:
    return f"break-{span.number}"


def cue_out(span: BreakSpan) -> bytes:
    """The section that begins a break."""
    if span.out:
        return retimed(span.out, _pts(span.start))
    duration = _pts(span.planned) if span.planned is not None else None
    splice = SpliceInsert(
        _event_id(span), out=True, pts=_pts(span.start), duration=duration, auto_return=duration is not None
    )
    return write_cue(Cue(splice))


def cue_in(span: BreakSpan, end: Fraction) -> bytes:
    """The section that ends a break."""
    return retimed(span.back, _pts(end)) if span.back else write_cue(Cue(SpliceInsert(_event_id(span), pts=_pts(end))))


def _event_id(span: BreakSpan) -> int:
    return (span.number if span.event is None else span.event) % EVENT_ID_MODULUS


def _pts(time: Fraction) -> int:
    return round(time * CLOCK_HZ) % PTS_MODULUS


class DateRanges:
    """The tags of a media playlist, in the order of their times. They are the same in the playlists of all
    renditions."""

    def __init__(self, breaks: Sequence[BreakSpan], epoch: datetime | None, prefix: str = "") -> None:
        """`epoch` is the time of day at time 0; without one there are no tags. `prefix` is the path from the playlist
        to the folder of the manifest."""
        self._tags: list[tuple[Fraction, str]] = []
        if epoch is not None:
            self._tags = [tag for span in breaks for tag in _tags(span, epoch, prefix)]
        self._tags.sort(key=lambda tag: tag[0])

    def until(self, time: Fraction) -> list[str]:
        """The tags up to a time on the presentation's clock that were not returned before."""
        due = [tag for at, tag in self._tags if at <= time]
        self._tags = self._tags[len(due) :]
        return due

    def rest(self) -> list[str]:
        tags, self._tags = [tag for _, tag in self._tags], []
        return tags


def _tags(span: BreakSpan, epoch: datetime, prefix: str) -> list[tuple[Fraction, str]]:
    date = (epoch + timedelta(seconds=float(span.start))).isoformat(timespec="milliseconds")
    head = f'#EXT-X-DATERANGE:ID="{break_id(span)}",CLASS="{CLASS}",START-DATE="{date}"'
    planned = f",PLANNED-DURATION={float(span.planned):.3f}" if span.planned is not None else ""
    out = f"{head}{planned},SCTE35-OUT=0x{cue_out(span).hex().upper()}"
    begins = [(span.start, out), *([(span.start, _interstitial(span, date, prefix))] if span.interstitial else [])]
    if span.end is None:
        return begins
    closed = f"{head},DURATION={float(span.end - span.start):.3f},SCTE35-IN=0x{cue_in(span, span.end).hex().upper()}"
    return [*begins, (span.end, closed)]


def _interstitial(span: BreakSpan, date: str, prefix: str) -> str:
    """The tag of the ads in the place of a break (RFC 8216bis, appendix D). Without X-RESUME-OFFSET, players go on with
    the channel where the ads have ended, so that they stay as close to the live edge as they were."""
    planned = f"{float(span.planned or 0):.3f}"
    return (
        f'#EXT-X-DATERANGE:ID="ads-{span.number}",CLASS="{INTERSTITIAL}",START-DATE="{date}",DURATION={planned},'
        f'X-ASSET-LIST="{prefix}{span.interstitial}",X-PLAYOUT-LIMIT={planned},X-RESTRICT="SKIP,JUMP",X-SNAP="OUT,IN"'
    )


def event_stream(presentation: Presentation, period: Period) -> str:
    """The cues within a period, as its first element; empty without any."""
    events = ""
    for span in presentation.breaks:
        if _is_in(span.start, presentation, period):
            duration = round(span.planned * CLOCK_HZ) if span.planned is not None else None
            events += _event(span.number, span.start - period.start, cue_out(span), duration)
        if span.end is not None and _is_in(span.end, presentation, period):
            events += _event(span.number, span.end - period.start, cue_in(span, span.end), None)
    return f'<EventStream schemeIdUri="{SCHEME}" timescale="{CLOCK_HZ}">{events}</EventStream>' if events else ""


def _is_in(time: Fraction, presentation: Presentation, period: Period) -> bool:
    """Whether a time is in a period, and not in one that follows it."""
    begun = [p for p in presentation.periods if p.start <= time]
    return bool(begun) and begun[-1] is period


def _event(id: int, at: Fraction, cue: bytes, duration: int | None) -> str:
    length = f' duration="{duration}"' if duration is not None else ""
    binary = base64.b64encode(cue).decode()
    signal = f'<Signal xmlns="{NAMESPACE}"><Binary>{binary}</Binary></Signal>'
    return f'<Event presentationTime="{round(at * CLOCK_HZ)}"{length} id="{id}">{signal}</Event>'
