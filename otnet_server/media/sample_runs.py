"""Reads and edits the samples of movie fragments (ISO/IEC 14496-12 §8.8). Pure."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from otnet_server.media.boxes import boxes, edit_children


class Samples(NamedTuple):
    """The decode time of the first sample of a fragment, and for each one its duration and its composition offset, in
    ticks of the track."""

    time: int
    durations: Sequence[int]
    offsets: Sequence[int]


def read_samples(moof: bytes) -> Samples:
    """The samples of the content of a `moof`. Raises ValueError without a decode time, and when a box is broken."""
    time, default = None, 0
    durations: list[int] = []
    offsets: list[int] = []
    for kind, at, end in boxes(moof):
        if kind == b"tfhd":
            default = default_of(moof[at:end], 0x8)
        elif kind == b"tfdt":
            time = int(struct.unpack_from(">Q" if moof[at] else ">I", moof, at + 4)[0])
        elif kind == b"trun":
            _, entries, flags = run_entries(moof[at:end])
            for entry in entries:
                durations.append(field_of(entry, flags, 0x100) if flags & 0x100 else default)
                offset = field_of(entry, flags, 0x800)
                offsets.append(offset - (1 << 32) if moof[at] and offset >= 1 << 31 else offset)
    if time is None:
        raise ValueError("the fragment has no decode time")
    return Samples(time, durations, offsets)


def run_entries(trun: bytes) -> tuple[bytes, list[bytes], int]:
    """(the fields before the samples, the fields of each sample, the flags) of a `trun`."""
    flags = int.from_bytes(trun[1:4], "big")
    (count,) = struct.unpack_from(">I", trun, 4)
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    width = 4 * sum(bool(flags & flag) for flag in (0x100, 0x200, 0x400, 0x800))
    if len(trun) < at + count * width:
        raise ValueError("the list of samples is cut off")
    return trun[:at], [trun[at + n * width : at + (n + 1) * width] for n in range(count)], flags


def field_of(entry: bytes, flags: int, wanted: int) -> int:
    """The value of a field of a sample; 0 when samples do not have it."""
    at = 0
    for flag in (0x100, 0x200, 0x400, 0x800):
        if flag == wanted:
            return int(struct.unpack_from(">I", entry, at)[0]) if flags & flag else 0
        at += 4 if flags & flag else 0
    return 0


def default_of(tfhd: bytes, wanted: int) -> int:
    """The duration (0x8) or size (0x10) of samples that have none of their own; 0 when a `tfhd` does not have it."""
    flags = int.from_bytes(tfhd[1:4], "big")
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    at += 4 if wanted == 0x10 and flags & 0x8 else 0
    return int(struct.unpack_from(">I", tfhd, at)[0]) if flags & wanted else 0


def with_moved_data(moof: bytes, previous_size: int) -> bytes:
    """The content of a `moof` that had another size, with the offsets of its data and of its auxiliary information."""
    growth = len(moof) - previous_size

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind == b"traf":
            return edit_children(payload, edited)
        if kind == b"trun" and payload[3] & 0x1:
            return payload[:8] + struct.pack(">i", struct.unpack_from(">i", payload, 8)[0] + growth) + payload[12:]
        return _with_offset_of_senc(payload, moof) if kind == b"saio" else payload

    return edit_children(moof, edited)


def _with_offset_of_senc(saio: bytes, moof: bytes) -> bytes:
    """A `saio` (§8.7.9) with one offset, from the start of the `moof` box to the entries of its `senc`."""
    at = 4 + (8 if saio[3] & 0x1 else 0)
    entries = next((8 + start + 8 for kind, start, _ in boxes(moof) if kind == b"senc"), None)
    if entries is None or struct.unpack_from(">I", saio, at)[0] != 1:
        raise ValueError("the auxiliary information is not in one place")
    return saio[: at + 4] + struct.pack(">Q" if saio[0] else ">I", entries)
