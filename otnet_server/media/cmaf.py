"""Reads the parts of ISO BMFF (ISO/IEC 14496-12) that are needed to check the packager's output against the plan.

Pure. `normalize_init` makes the init segments of all chunks identical and sets the duration of the whole rendition.
`media_times` reads the decode time and the duration of a segment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_CONTAINERS = {b"moov", b"trak", b"mdia", b"mvex", b"moof", b"traf"}


class SegmentTimes(NamedTuple):
    """Decode time and duration in ticks, and the number of samples."""

    time: int
    duration: int
    samples: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of the payload, end) of every box, descending into the containers listed above.

    Raises ValueError when the size of a box is invalid.
    """
    at, stop = start, len(data) if end is None else end
    while at + 8 <= stop:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        if size < head or at + size > stop:
            raise ValueError(f"broken box {kind!r} at {at}")
        yield kind, at + head, at + size
        if kind in _CONTAINERS:
            yield from boxes(data, at + head, at + size)
        at += size


def normalize_init(data: bytes, duration: int) -> bytes:
    """The init segment with creation times set to zero and `mehd` (§8.8.2) set to `duration`, in ticks.

    The movie timescale equals the timescale of the track here. All chunks of a rendition then have the same bytes.
    """
    out = bytearray(data)
    for kind, at, end in boxes(data):
        version = data[at]
        if kind in (b"mvhd", b"tkhd", b"mdhd"):
            width = 16 if version else 8
            out[at + 4 : at + 4 + width] = bytes(width)
        if kind == b"mehd":
            out[at + 4 : end] = duration.to_bytes(end - at - 4, "big")
    return bytes(out)


def media_times(data: bytes) -> SegmentTimes:
    """The times of one segment, over all its fragments.

    Needs sample durations in `trun` or a default in `tfhd`. Raises ValueError without a decode time (`tfdt`).
    """
    first: int | None = None
    duration = samples = default = 0
    for kind, at, _ in boxes(data):
        flags = int.from_bytes(data[at + 1 : at + 4], "big")
        if kind == b"tfhd":
            default = _default_duration(data, at, flags)
        elif kind == b"tfdt" and first is None:
            first = struct.unpack_from(">Q" if data[at] else ">I", data, at + 4)[0]
        elif kind == b"trun":
            count = struct.unpack_from(">I", data, at + 4)[0]
            samples += count
            duration += _run_duration(data, at, flags, count) if flags & 0x100 else default * count
    if first is None:
        raise ValueError("no decode time in the segment")
    return SegmentTimes(first, duration, samples)


def _default_duration(data: bytes, at: int, flags: int) -> int:
    if not flags & 0x8:
        return 0
    skip = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    return int(struct.unpack_from(">I", data, at + skip)[0])


def _run_duration(data: bytes, at: int, flags: int, count: int) -> int:
    offset = at + 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    stride = 4 * sum(bool(flags & f) for f in (0x100, 0x200, 0x400, 0x800))
    return sum(struct.unpack_from(">I", data, offset + i * stride)[0] for i in range(count))
