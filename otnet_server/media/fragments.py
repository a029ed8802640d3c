"""Frames in fragmented MP4 (ISO/IEC 14496-12 §8.8): read from a stream of bytes, and written as fragments. Pure.

An encoder writes one track to a pipe as an init segment (`ftyp`, `moov`) and fragments (`moof`, `mdat`).
`FragmentReader` takes these bytes in pieces of any size and returns the frames. `fragment` writes frames as one
fragment, which is a CMAF chunk (ISO/IEC 23000-19 §7.3.3.2): a part of a segment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from otnet_server.media.boxes import boxes

MAX_BOX_BYTES = 64 << 20
MAX_HEAD_BYTES = 1 << 20  # of `moov` and `moof`
MAX_FRAMES = 10_000  # of a fragment
NOT_A_KEYFRAME = 0x1_0000  # sample_is_non_sync_sample (§8.8.3.1)
KEYFRAME_FLAGS, OTHER_FLAGS = 0x0200_0000, 0x0101_0000


class Frame(NamedTuple):
    """A sample: its decode time and duration in ticks of the track."""

    time: int
    duration: int
    keyframe: bool
    data: bytes


class _Defaults(NamedTuple):
    duration: int = 0
    size: int = 0
    flags: int = 0


class FragmentReader:
    """Reads one track. `init` is the init segment, empty until it has been read."""

    def __init__(self) -> None:
        self.init = b""
        self._buffer = bytearray()
        self._file_type = b""
        self._defaults = _Defaults()
        self._moof = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete with `data`. Raises ValueError for bytes that are no fragmented MP4 of one
        track, and for boxes that are too large."""
        self._buffer += data
        frames: list[Frame] = []
        while (box := self._next_box()) is not None:
            try:
                frames += self._read(*box)
            except (struct.error, IndexError) as e:
                raise ValueError(f"a broken box {box[0]!r}") from e
        return frames

    def _next_box(self) -> tuple[bytes, bytes] | None:
        """(type, the whole box) of the next box that is complete."""
        if len(self._buffer) < 8:
            return None
        size, kind = struct.unpack_from(">I4s", self._buffer)
        limit = MAX_HEAD_BYTES if kind in (b"moov", b"moof", b"ftyp") else MAX_BOX_BYTES
        if not 8 <= size <= limit:
            raise ValueError(f"a box {kind!r} of {size} bytes")
        if len(self._buffer) < size:
            return None
        box = bytes(self._buffer[:size])
        del self._buffer[:size]
        return kind, box

    def _read(self, kind: bytes, box: bytes) -> list[Frame]:
        if kind == b"ftyp":
            self._file_type = box
        elif kind == b"moov" and not self.init:
            self.init = self._file_type + box
            self._defaults = _track_defaults(box)
        elif kind == b"moof":
            if not self.init:
                raise ValueError("a fragment before the init segment")
            self._moof = box
        elif kind == b"mdat" and self._moof:
            moof, self._moof = self._moof, b""
            return list(_frames(moof, memoryview(box)[8:], self._defaults))
        return []


def _track_defaults(moov: bytes) -> _Defaults:
    """The defaults of the only track (`trex`, §8.8.3)."""
    tracks = [(at, end) for kind, at, end in boxes(moov) if kind == b"trex"]
    if len(tracks) != 1 or tracks[0][1] - tracks[0][0] < 24:
        raise ValueError(f"{len(tracks)} fragmented tracks instead of one")
    return _Defaults(*struct.unpack_from(">III", moov, tracks[0][0] + 12))


def _frames(moof: bytes, data: memoryview, defaults: _Defaults) -> Iterator[Frame]:
    time: int | None = None
    position = count = 0
    for kind, at, end in boxes(moof):
        if kind == b"tfhd":
            defaults = _fragment_defaults(moof[at:end], defaults)
        elif kind == b"tfdt":
            time = struct.unpack_from(">Q" if moof[at] else ">I", moof[at:end], 4)[0]
        elif kind == b"trun":
            if time is None:
                raise ValueError("no decode time in the fragment")
            for duration, size, flags in _samples(moof[at:end], defaults):
                count += 1
                if position + size > len(data) or count > MAX_FRAMES:
                    raise ValueError("the frames are longer than the data")
                yield Frame(time, duration, not flags & NOT_A_KEYFRAME, bytes(data[position : position + size]))
                position, time = position + size, time + duration


def _fragment_defaults(tfhd: bytes, defaults: _Defaults) -> _Defaults:
    flags, at = int.from_bytes(tfhd[1:4], "big"), 8
    at += (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    values = list(defaults)
    for number, flag in enumerate((0x8, 0x10, 0x20)):
        if flags & flag:
            values[number] = struct.unpack_from(">I", tfhd, at)[0]
            at += 4
    return _Defaults(*values)


def _samples(trun: bytes, defaults: _Defaults) -> Iterator[_Defaults]:
    """(duration, size, flags) of each frame of a `trun` (§8.8.8)."""
    flags, (count,), at = int.from_bytes(trun[1:4], "big"), struct.unpack_from(">I", trun, 4), 8
    at += 4 if flags & 0x1 else 0
    first_flags: int | None = None
    if flags & 0x4:
        first_flags = struct.unpack_from(">I", trun, at)[0]
        at += 4
    if count > MAX_FRAMES:
        raise ValueError(f"{count} frames in a fragment")
    for number in range(count):
        values = list(defaults)
        if number == 0 and first_flags is not None:
            values[2] = first_flags
        for column, flag in enumerate((0x100, 0x200, 0x400)):
            if flags & flag:
                values[column] = struct.unpack_from(">I", trun, at)[0]
                at += 4
        at += 4 if flags & 0x800 else 0
        yield _Defaults(*values)


def fragment(sequence: int, time: int, frames: Sequence[Frame]) -> bytes:
    """A fragment of track 1 with these frames, which have one duration, from `time` on. The times of the frames are not
    used. `sequence` is the sequence number (§8.8.5)."""
    assert frames
    duration = frames[0].duration
    assert all(frame.duration == duration for frame in frames)
    tfhd = struct.pack(">III", 0x02_0008, 1, duration)  # default-base-is-moof, default duration
    tfdt = struct.pack(">IQ", 1 << 24, time)
    entries = b"".join(
        struct.pack(">II", len(frame.data), KEYFRAME_FLAGS if frame.keyframe else OTHER_FLAGS) for frame in frames
    )
    traf_bytes = 8 + 8 + len(tfhd) + 8 + len(tfdt) + 8 + 12 + len(entries)
    offset = 8 + 8 + 8 + traf_bytes + 8
    trun = struct.pack(">IIi", 0x601, len(frames), offset) + entries  # data offset, sizes, flags
    traf = _box(b"traf", _box(b"tfhd", tfhd) + _box(b"tfdt", tfdt) + _box(b"trun", trun))
    moof = _box(b"moof", _box(b"mfhd", struct.pack(">II", 0, sequence & 0xFFFF_FFFF)) + traf)
    return moof + _box(b"mdat", b"".join(frame.data for frame in frames))


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(payload), kind) + payload
