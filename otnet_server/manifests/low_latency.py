"""Media playlists of live streams: Low-Latency HLS (RFC 8216bis). Pure.

The segments are those of one revision, whose media sequence numbers are their numbers in it, so the playlist of the
recording continues that of the stream. Players without low latency read the same playlist and leave out its parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from otnet_server.manifests.ad_breaks import DateRanges
from otnet_server.media.presentation import BreakSpan
from otnet_server.media.urls import INIT_SEGMENT

PARTS_OF_SEGMENTS = 3  # that are listed (RFC 8216bis §4.4.4.9: those near the end)
HOLD_BACK_SEGMENTS = 3
HOLD_BACK_PARTS = 3
SKIP_SEGMENTS = 6  # what a delta update must still list (§4.4.3.8)


@dataclass(frozen=True)
class LivePart:
    """A part of `ticks` ticks. `independent`: it begins with a keyframe."""

    ticks: int
    independent: bool


@dataclass(frozen=True)
class LiveSegment:
    """A segment from `time` on. `complete`: no part follows. `parts` is empty for segments that are not near the
    end."""

    time: int
    ticks: int
    complete: bool
    parts: Sequence[LivePart] = ()


@dataclass(frozen=True)
class Report:
    """The last part of another playlist, whose URI is relative to this one."""

    uri: str
    segment: int
    part: int


@dataclass(frozen=True)
class LivePlaylist:
    """`number` is the media sequence number of the first segment; `next_time` the start of the segment to which the
    next part belongs, and `next_part` its number there. `epoch` is the time of day at time 0, from which the times of
    the `breaks` count."""

    timescale: int
    target_s: Fraction
    part_target_s: Fraction
    number: int
    segments: Sequence[LiveSegment]
    next_time: int
    next_part: int
    epoch: datetime
    reports: Sequence[Report] = ()
    breaks: Sequence[BreakSpan] = ()
    ended: bool = False


def media(playlist: LivePlaylist, *, skip: bool = False) -> str:
    """The media playlist; with `skip`, a delta update that leaves out the segments long before the end."""
    target = target_duration(playlist.target_s)
    skipped = _skipped(playlist) if skip and not playlist.ended else 0
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
        f"PART-HOLD-BACK={float(HOLD_BACK_PARTS * playlist.part_target_s):.3f},"
        f"HOLD-BACK={HOLD_BACK_SEGMENTS * target}.0,CAN-SKIP-UNTIL={SKIP_SEGMENTS * target}.0",
        f"#EXT-X-PART-INF:PART-TARGET={float(playlist.part_target_s):.6f}",
        f"#EXT-X-MEDIA-SEQUENCE:{playlist.number}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    if skipped:
        lines.append(f"#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}")
    else:
        lines.append(f'#EXT-X-MAP:URI="{INIT_SEGMENT}"')
    with_parts = len(playlist.segments) - PARTS_OF_SEGMENTS
    ranges = DateRanges(playlist.breaks, playlist.epoch)
    for index, segment in enumerate(playlist.segments[skipped:], skipped):
        lines += ranges.until(Fraction(segment.time, playlist.timescale))
        lines += _segment(playlist, segment, parts=index >= with_parts)
    lines += ranges.rest()
    if playlist.ended:
        lines.append("#EXT-X-ENDLIST")
    else:
        uri = f"{playlist.next_time}.{playlist.next_part}.m4s"
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{uri}"')
    lines += [
        f'#EXT-X-RENDITION-REPORT:URI="{r.uri}",LAST-MSN={r.segment},LAST-PART={r.part}' for r in playlist.reports
    ]
    return "\n".join(lines) + "\n"


def _segment(playlist: LivePlaylist, segment: LiveSegment, *, parts: bool) -> list[str]:
    lines: list[str] = []
    time = playlist.epoch + timedelta(seconds=float(Fraction(segment.time, playlist.timescale)))
    lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{time.isoformat(timespec='milliseconds')}")
    for number, part in enumerate(segment.parts if parts else ()):
        independent = ",INDEPENDENT=YES" if part.independent else ""
        duration_s = part.ticks / playlist.timescale
        lines.append(f'#EXT-X-PART:DURATION={duration_s:.6f},URI="{segment.time}.{number}.m4s"{independent}')
    if segment.complete:
        lines += [f"#EXTINF:{segment.ticks / playlist.timescale:.6f},", f"{segment.time}.m4s"]
    return lines


def _skipped(playlist: LivePlaylist) -> int:
    """How many segments a delta update leaves out: those that begin before the skip boundary (§4.4.5.2)."""
    boundary_s = SKIP_SEGMENTS * target_duration(playlist.target_s)
    end = playlist.segments[-1].time + playlist.segments[-1].ticks if playlist.segments else 0
    skipped = 0
    for segment in playlist.segments:
        if Fraction(end - segment.time - segment.ticks, playlist.timescale) <= boundary_s:
            break
        skipped += 1
    return skipped


def target_duration(seconds: Fraction) -> int:
    """EXT-X-TARGETDURATION: no segment, rounded to the nearest second, is longer."""
    return max(1, math.floor(seconds + Fraction(1, 2)))
