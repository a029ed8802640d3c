"""Puts stored segments onto the clock of a channel. Pure.

The segments of a title count from 0. On a channel, titles follow each other, and many players expect the times of a
stream to rise: those on libavformat (ffmpeg, mpv, VLC, Kodi, Jellyfin) read the initialization segment of the first
title only, and ignore the discontinuity. The segments of a channel therefore differ from the stored ones in their
headers, and nothing is encoded:

- Decode times (`tfdt`) are those of the channel's clock, which starts with the channel.
- Video has the timescale `CLOCK_HZ`, in which pictures of all usual rates last whole ticks. Video of another rate keeps
  its timescale.
- The first picture of a segment is presented at its decode time, so that there is no edit list: some players do not
  know them, and place a title by its decode time. The first decode times follow each other closely, because pictures
  are decoded before those that they precede.
- The parameter sets of the video precede the first picture of each segment, as in `avc3` (ISO/IEC 14496-15 §5.3.1), so
  that a decoder learns of another picture size without the initialization segment.

Encrypted samples stay as they are; the parameter sets extend the clear bytes before the first one (ISO/IEC 23001-7
§7.2).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from otnet_server.media.boxes import box, boxes, child_boxes, edit_children
from otnet_server.media.sample_runs import Samples, read_samples, run_entries, with_moved_data
from otnet_server.media.timeline import Timeline

CLOCK_HZ = 360_000
DECODE_STEP = CLOCK_HZ // 1000  # ticks between decode times that follow each other closely
LENGTH_SIZE = 4  # bytes before each NAL unit, which is what encoders and packagers write
VISUAL_SAMPLE_ENTRY_BYTES = 78  # before the boxes in a sample entry of video (ISO/IEC 14496-12 §12.1.3)


def seconds(ticks: int) -> Fraction:
    """Ticks of the channel's clock → seconds."""
    return Fraction(ticks, CLOCK_HZ)


def ticks_of(duration: Fraction) -> int:
    """A duration in seconds → whole ticks of the channel's clock, not shorter."""
    return -(-duration.numerator * CLOCK_HZ // duration.denominator)


@dataclass(frozen=True)
class TrackClock:
    """How the times of a track become those of a channel: `timescale` ticks per second, of which `scale` are one tick
    of the stored track. Stored video is presented `stored_delay` ticks (of the channel) later than it says, which its
    edit list takes away; None for audio."""

    timescale: int
    scale: Fraction = Fraction(1)
    stored_delay: int | None = None


def video_clock(timeline: Timeline, composition_delay: int) -> TrackClock:
    """The clock of a video track. `composition_delay` is that of the stored segments in ticks of the timeline."""
    whole = timeline.ticks_per_frame * CLOCK_HZ % timeline.timescale == 0
    timescale = CLOCK_HZ if whole else timeline.timescale
    scale = Fraction(timescale, timeline.timescale)
    return TrackClock(timescale, scale, round(composition_delay * scale))


def audio_clock(timeline: Timeline) -> TrackClock:
    return TrackClock(timeline.timescale)


@dataclass(frozen=True)
class ParameterSets:
    """The parameter sets of a video rendition as NAL units with their lengths, and the size of the initialization
    vectors of its samples in bytes (0: constant, or not encrypted)."""

    nal_units: bytes = b""
    iv_bytes: int = 0


def parameter_sets(init: bytes) -> ParameterSets:
    """The parameter sets in an initialization segment; none for audio and for AV1, whose segments have them.

    Raises ValueError when the sample entry is broken.
    """
    entry = next((init[at + 8 : end] for kind, at, end in _below_stbl(init) if kind == b"stsd"), b"")
    configuration = _find(entry, (b"avcC", b"hvcC"))
    if configuration is None:
        return ParameterSets()
    kind, data = configuration
    units = _avc_units(data) if kind == b"avcC" else _hevc_units(data)
    return ParameterSets(b"".join(struct.pack(">I", len(unit)) + unit for unit in units), _iv_bytes(entry))


def _below_stbl(init: bytes) -> list[tuple[bytes, int, int]]:
    """The boxes of the first `stbl`."""
    for kind, start, end in boxes(init):
        if kind == b"minf":
            for inner, at, stop in boxes(init, start, end):
                if inner == b"stbl":
                    return list(boxes(init, at, stop))
    return []


def _find(entries: bytes, kinds: tuple[bytes, ...]) -> tuple[bytes, bytes] | None:
    """(type, payload) of the first box of one of these types in the first sample entry of video."""
    for _, sample_entry in child_boxes(entries):
        for kind, payload in child_boxes(sample_entry[VISUAL_SAMPLE_ENTRY_BYTES:]):
            if kind in kinds:
                return kind, payload
        break
    return None


def _avc_units(configuration: bytes) -> list[bytes]:
    """The sequence and picture parameter sets of an `avcC` (ISO/IEC 14496-15 §5.3.3.1)."""
    if len(configuration) < 7 or (configuration[4] & 3) + 1 != LENGTH_SIZE:
        raise ValueError("the avcC box is cut off, or the lengths of NAL units do not have 4 bytes")
    units, at = [], 5
    for mask in (0x1F, 0xFF):
        count, at = configuration[at] & mask, at + 1
        for _ in range(count):
            unit, at = _unit(configuration, at)
            units.append(unit)
    return units


def _hevc_units(configuration: bytes) -> list[bytes]:
    """The parameter sets of an `hvcC` (ISO/IEC 14496-15 §8.3.3.1)."""
    if len(configuration) < 23 or (configuration[21] & 3) + 1 != LENGTH_SIZE:
        raise ValueError("the hvcC box is cut off, or the lengths of NAL units do not have 4 bytes")
    units, at = [], 23
    for _ in range(configuration[22]):
        (count,) = struct.unpack_from(">H", configuration, at + 1)
        at += 3
        for _ in range(count):
            unit, at = _unit(configuration, at)
            units.append(unit)
    return units


def _unit(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise ValueError("a parameter set is cut off")
    (size,) = struct.unpack_from(">H", data, at)
    if at + 2 + size > len(data):
        raise ValueError("a parameter set is cut off")
    return data[at + 2 : at + 2 + size], at + 2 + size


def _iv_bytes(entry: bytes) -> int:
    """The size of the initialization vector of each sample (`tenc`, ISO/IEC 23001-7 §8.2)."""
    at = entry.find(b"tenc")
    return entry[at + 11] if at >= 4 and at + 12 <= len(entry) else 0


def retimed_init(init: bytes, clock: TrackClock) -> bytes:
    """The initialization segment of a rendition on a channel. Raises ValueError when a box is broken."""

    dropped = {b"mehd"} if clock.stored_delay is None else {b"mehd", b"edts"}

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind in (b"moov", b"trak", b"mdia", b"mvex"):
            kept = ((name, content) for name, content in child_boxes(payload) if name not in dropped)
            return b"".join(box(name, edited(name, content)) for name, content in kept)
        if kind == b"mdhd":
            at = 4 + (16 if payload[0] else 8)
            return payload[:at] + struct.pack(">I", clock.timescale) + payload[at + 4 :]
        if kind == b"trex":
            return _scaled_at(payload, 12, clock.scale)
        return payload

    return edit_children(init, edited)


def retimed_segment(segment: bytes, clock: TrackClock, shift: int, sets: ParameterSets = ParameterSets()) -> bytes:
    """A segment of a rendition on a channel. `shift` is added to times that are scaled, in ticks of the clock. Raises
    ValueError when a box is broken."""
    out, inserted = [], sets.nal_units
    for kind, payload in child_boxes(segment):
        if kind == b"sidx":
            continue
        if kind == b"moof":
            payload = _retimed_fragment(payload, clock, shift, len(inserted), sets.iv_bytes)
        elif kind == b"mdat":
            payload, inserted = inserted + payload, b""
        out.append(box(kind, payload))
    return b"".join(out)


def _retimed_fragment(moof: bytes, clock: TrackClock, shift: int, inserted: int, iv_bytes: int) -> bytes:
    """The content of a `moof` whose first sample becomes longer by `inserted` bytes."""
    times = read_samples(moof)
    starts, first = _starts(times, clock), True

    def edited(kind: bytes, payload: bytes) -> bytes:
        nonlocal first
        if kind == b"traf":
            return edit_children(payload, edited)
        if kind == b"tfdt":
            return b"\1\0\0\0" + struct.pack(">Q", starts.first + shift)
        if kind == b"trun":
            if not first:
                raise ValueError("the fragment has several runs of samples")
            first = False
            return _retimed_run(payload, starts, inserted)
        if kind == b"senc" and inserted:
            return _with_more_clear_bytes(payload, inserted, iv_bytes)
        return payload

    return with_moved_data(edit_children(moof, edited), len(moof))


class _Starts(NamedTuple):
    """The decode time of the first sample, and for each sample its duration and its composition offset, in ticks."""

    first: int
    durations: Sequence[int]
    offsets: Sequence[int]


def _starts(samples: Samples, clock: TrackClock) -> _Starts:
    """The times of samples, scaled. Video is presented when it is meant to be, without an edit list."""
    scale, decoded = clock.scale, [_scaled(samples.time, clock.scale)]
    time = samples.time
    for duration in samples.durations:
        time += duration
        decoded.append(_scaled(time, scale))
    end = decoded.pop()
    if clock.stored_delay is None or not decoded:
        durations = [b - a for a, b in pairwise([*decoded, end])]
        return _Starts(_scaled(samples.time, scale), durations, [_scaled(o, scale) for o in samples.offsets])
    shown = [d + _scaled(o, scale) - clock.stored_delay for d, o in zip(decoded, samples.offsets, strict=True)]
    late = max(d - p for d, p in zip(decoded, shown, strict=True))
    step = max(1, DECODE_STEP * clock.timescale // CLOCK_HZ)
    first, length = min(shown), end - decoded[0]
    early = [max(first + n * step, d - late) for n, d in enumerate(decoded)]
    durations = [b - a for a, b in pairwise([*early, first + length])]
    offsets = [p - d for d, p in zip(early, shown, strict=True)]
    if min(durations) < 0 or min(offsets) < 0:
        raise ValueError("the pictures of the segment can't be decoded in time")
    return _Starts(first, durations, offsets)


def _retimed_run(trun: bytes, starts: _Starts, inserted: int) -> bytes:
    """A `trun` (§8.8.8) with a duration and a composition offset of each sample, whose data starts with `inserted` more
    bytes."""
    head, entries, flags = run_entries(trun)
    if inserted and not flags & 0x200:
        raise ValueError("the samples have no sizes of their own")
    out = []
    for number, (entry, duration, offset) in enumerate(zip(entries, starts.durations, starts.offsets, strict=True)):
        kept = entry[4 if flags & 0x100 else 0 : len(entry) - (4 if flags & 0x800 else 0)]
        if inserted and number == 0:
            kept = struct.pack(">I", struct.unpack_from(">I", kept)[0] + inserted) + kept[4:]
        out.append(struct.pack(">I", duration) + kept + struct.pack(">I", offset))
    return b"\0" + (flags | 0x900).to_bytes(3, "big") + head[4:] + b"".join(out)


def _with_more_clear_bytes(senc: bytes, count: int, iv_bytes: int) -> bytes:
    """A `senc` (ISO/IEC 23001-7 §7.2) whose first sample has `count` more clear bytes at its start."""
    if not senc[3] & 0x2:
        raise ValueError("the first sample is encrypted as a whole")
    at = 8 + iv_bytes + 2
    (clear,) = struct.unpack_from(">H", senc, at)
    if clear + count > 0xFFFF:
        raise ValueError("the first sample has too many clear bytes")
    return senc[:at] + struct.pack(">H", clear + count) + senc[at + 2 :]


def _scaled_at(payload: bytes, at: int, scale: Fraction) -> bytes:
    (value,) = struct.unpack_from(">I", payload, at)
    return payload[:at] + struct.pack(">I", _scaled(value, scale)) + payload[at + 4 :]


def _scaled(value: int, scale: Fraction) -> int:
    return (value * scale.numerator * 2 + scale.denominator) // (2 * scale.denominator)
