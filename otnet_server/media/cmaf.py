"""Reads and edits the parts of ISO BMFF (ISO/IEC 14496-12) that the packager does not write as OTNet needs them. Pure.

`normalize_init` makes the init segments of all chunks identical and sets the duration of the whole rendition.
`media_times` reads the decode time and the duration of a segment.

Composition offsets. Encoders write negative ones, so that the first picture is presented at its decode time. Browsers
play that as it is meant; players on libavformat (ffmpeg, mpv, VLC) present the pictures later by the largest negative
offset. `with_composition_delay` therefore makes all offsets positive, and `with_edit_list` takes the delay away again
(§8.6.6; ISO/IEC 23000-19 §7.5.13), which all players understand.
"""

from __future__ import annotations

import struct
from collections.abc import Set
from typing import NamedTuple

from otnet_server.media.boxes import box, boxes, child_boxes, edit_children


class SegmentTimes(NamedTuple):
    """Decode time and duration in ticks, and the number of samples."""

    time: int
    duration: int
    samples: int


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


def without_boxes(init: bytes, names: Set[bytes]) -> bytes:
    """The init segment without some boxes of its `moov` and `trak`."""

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind not in (b"moov", b"trak"):
            return payload
        kept = ((name, content) for name, content in child_boxes(payload) if name not in names)
        return b"".join(box(name, edited(name, content)) for name, content in kept)

    return edit_children(init, edited)


def has_edit_list(init: bytes) -> bool:
    return any(kind == b"edts" for kind, _, _ in boxes(init))


def default_key_id(init: bytes) -> bytes | None:
    """The key id of an encrypted track (`tenc`, ISO/IEC 23001-7 §8.2); None for a track that is not encrypted."""
    for kind, start, end in boxes(init):
        if kind == b"minf":
            entry = _find(init[start:end], (b"stbl", b"stsd"))
            at = entry.find(b"tenc") if entry is not None else -1
            if entry is not None and at >= 4 and len(entry) >= at + 28 and entry[at + 10]:
                return entry[at + 12 : at + 28]
    return None


def _find(data: bytes, path: tuple[bytes, ...]) -> bytes | None:
    """The payload of the box at a path below `data`, or None."""
    for kind, payload in child_boxes(data):
        if kind == path[0]:
            return payload if len(path) == 1 else _find(payload, path[1:])
    return None


def with_edit_list(init: bytes, media_time: int) -> bytes:
    """The init segment with an edit list that presents the track from `media_time` on, in ticks of the track."""
    entry = struct.pack(">IIIihh", 0, 1, 0, media_time, 1, 0)  # duration 0: to the end of the fragments
    edits = box(b"edts", box(b"elst", entry))

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind == b"moov":
            return edit_children(payload, edited)
        if kind != b"trak":
            return payload
        children = list(child_boxes(payload))
        assert all(name != b"edts" for name, _ in children), "the packager wrote an edit list"
        after = 1 + next(i for i, (name, _) in enumerate(children) if name == b"tkhd")
        return (
            b"".join(box(*child) for child in children[:after])
            + edits
            + b"".join(box(*child) for child in children[after:])
        )

    return edit_children(init, edited)


def with_composition_delay(segment: bytes, delay: int) -> bytes:
    """The segment with composition offsets that are larger by `delay` ticks, and not negative.

    Raises ValueError when an offset is less than `-delay`.
    """
    out, growths = [], []
    for kind, payload in child_boxes(segment):
        if kind == b"moof":
            before = len(payload)
            payload = _delayed_fragment(payload, delay)
            growths.append(len(payload) - before)
        out.append((kind, payload))
    if any(growths):
        out = [(kind, _sidx_grown(p, growths) if kind == b"sidx" else p) for kind, p in out]
    return b"".join(box(kind, payload) for kind, payload in out)


def _delayed_fragment(moof: bytes, delay: int) -> bytes:
    """The content of a `moof` with delayed offsets; its data follows later by as much as it grows."""

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind == b"traf":
            return edit_children(payload, edited)
        return _delayed_run(payload, delay) if kind == b"trun" else payload

    longer = edit_children(moof, edited)
    growth = len(longer) - len(moof)

    def moved(kind: bytes, payload: bytes) -> bytes:
        if kind == b"traf":
            return edit_children(payload, moved)
        if kind == b"saio":
            return _moved_auxiliary(payload, growth)
        if kind != b"trun" or not payload[3] & 0x1:
            return payload
        return payload[:8] + struct.pack(">i", struct.unpack_from(">i", payload, 8)[0] + growth) + payload[12:]

    return edit_children(longer, moved) if growth else longer


def _moved_auxiliary(saio: bytes, growth: int) -> bytes:
    """A `saio` (§8.7.9) whose information, which follows the run of samples, is `growth` bytes later."""
    at = 4 + (8 if saio[3] & 0x1 else 0)
    (count,) = struct.unpack_from(">I", saio, at)
    kind = f">{count}{'Q' if saio[0] else 'I'}"
    return saio[: at + 4] + struct.pack(kind, *(offset + growth for offset in struct.unpack_from(kind, saio, at + 4)))


def _delayed_run(trun: bytes, delay: int) -> bytes:
    """A `trun` (§8.8.8) in which every sample has an offset."""
    version, flags = trun[0], int.from_bytes(trun[1:4], "big")
    (count,) = struct.unpack_from(">I", trun, 4)
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    fields = sum(bool(flags & f) for f in (0x100, 0x200, 0x400))
    has_offsets = bool(flags & 0x800)
    width = 4 * (fields + has_offsets)
    if len(trun) < at + count * width:
        raise ValueError("the list of samples is cut off")
    samples = []
    for start in range(at, at + count * width, width) if width else [at] * count:
        offset = struct.unpack_from(">i" if version else ">I", trun, start + 4 * fields)[0] if has_offsets else 0
        if offset + delay < 0:
            raise ValueError(f"a composition offset of {offset} ticks is less than -{delay}")
        samples.append(trun[start : start + 4 * fields] + struct.pack(">I", offset + delay))
    return bytes([0]) + (flags | 0x800).to_bytes(3, "big") + trun[4:at] + b"".join(samples)


def _sidx_grown(sidx: bytes, growths: list[int]) -> bytes:
    """A segment index (§8.16.3) whose only entry covers a segment that has grown."""
    at = 4 + 8 + (16 if sidx[0] else 8) + 2
    (entries,) = struct.unpack_from(">H", sidx, at)
    if entries != 1:
        raise ValueError("the segment index has several entries")
    (size,) = struct.unpack_from(">I", sidx, at + 2)
    return sidx[: at + 2] + struct.pack(">I", size + sum(growths)) + sidx[at + 6 :]


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
