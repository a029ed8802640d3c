"""Cuts samples off a stored segment, without encoding. Pure.

Every frame of audio can be decoded alone but for the overlap of its window with the frame before, so audio is cut at
any frame. Of video without reordered pictures the last ones can be left out. Encrypted samples stay encrypted.
"""

from __future__ import annotations

import struct

from otnet_server.media.boxes import box, boxes, child_boxes, edit_children


def cut_samples(segment: bytes, first: int, last: int, iv_bytes: int = 0) -> bytes:
    """The segment with its samples `first` … `last - 1` only. `iv_bytes` is the size of the initialization vectors of
    its samples. Raises ValueError for a segment of several fragments, and when a box is broken."""
    fragments = sum(kind == b"moof" for kind, _ in child_boxes(segment))
    if fragments != 1:
        raise ValueError(f"the segment has {fragments} fragments")
    run = next(segment[at:end] for kind, at, end in boxes(segment) if kind == b"trun")
    default = next((_default_duration(segment[at:end]) for kind, at, end in boxes(segment) if kind == b"tfhd"), 0)
    head, entries, flags = _entries(run)
    last = min(last, len(entries))
    sizes = [_field(entry, flags, 0x200) for entry in entries]
    dropped_s = sum(_field(entry, flags, 0x100) or default for entry in entries[:first])
    start, end = sum(sizes[:first]), sum(sizes[:last])
    kept = head[:4] + struct.pack(">I", last - first) + head[8:] + b"".join(entries[first:last])

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind in (b"moof", b"traf"):
            return edit_children(payload, edited)
        if kind == b"trun":
            return kept
        if kind == b"tfdt":
            form = ">Q" if payload[0] else ">I"
            return payload[:4] + struct.pack(form, struct.unpack_from(form, payload, 4)[0] + dropped_s)
        if kind == b"senc":
            return _cut_senc(payload, first, last, iv_bytes)
        if kind == b"saiz":
            return _cut_saiz(payload, first, last)
        return payload[start:end] if kind == b"mdat" else payload

    out = []
    for kind, payload in child_boxes(segment):
        content = edited(kind, payload)
        if kind == b"moof":
            content = _with_offsets(content, len(content) - len(payload))
        out.append((kind, content))
    return b"".join(box(kind, content) for kind, content in out if kind != b"sidx")


def _entries(trun: bytes) -> tuple[bytes, list[bytes], int]:
    """(the fields before the samples, the fields of each sample, the flags) of a `trun`."""
    flags = int.from_bytes(trun[1:4], "big")
    (count,) = struct.unpack_from(">I", trun, 4)
    at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    width = 4 * sum(bool(flags & flag) for flag in (0x100, 0x200, 0x400, 0x800))
    if not flags & 0x200 or len(trun) < at + count * width:
        raise ValueError("the list of samples has no sizes, or is cut off")
    return trun[:at], [trun[n : n + width] for n in range(at, at + count * width, width)], flags


def _field(entry: bytes, flags: int, wanted: int) -> int:
    """The value of a field of a sample; 0 when samples do not have it."""
    at = 0
    for flag in (0x100, 0x200, 0x400, 0x800):
        if flag == wanted:
            return int(struct.unpack_from(">I", entry, at)[0]) if flags & flag else 0
        at += 4 if flags & flag else 0
    return 0


def _default_duration(tfhd: bytes) -> int:
    flags = int.from_bytes(tfhd[1:4], "big")
    at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
    return int(struct.unpack_from(">I", tfhd, at)[0]) if flags & 0x8 else 0


def _with_offsets(moof: bytes, growth: int) -> bytes:
    """The content of a `moof` after which the data follows. Auxiliary information follows the run of samples, so it
    moves with it, unless it precedes it."""
    kinds = [kind for kind, _, _ in boxes(moof)]
    run_first = b"senc" in kinds and kinds.index(b"trun") < kinds.index(b"senc")

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind == b"traf":
            return edit_children(payload, edited)
        if kind == b"trun" and payload[3] & 0x1:
            return payload[:8] + struct.pack(">i", struct.unpack_from(">i", payload, 8)[0] + growth) + payload[12:]
        if kind == b"saio" and run_first:
            return _saio_to_senc(payload, moof)
        return payload

    return edit_children(moof, edited)


def _saio_to_senc(saio: bytes, moof: bytes) -> bytes:
    """A `saio` (§8.7.9) with one offset, from the start of the `moof` box to the entries of its `senc`."""
    at = 4 + (8 if saio[3] & 0x1 else 0)
    if struct.unpack_from(">I", saio, at)[0] != 1:
        raise ValueError("the auxiliary information is in several places")
    entries = next(8 + start + 8 for kind, start, _ in boxes(moof) if kind == b"senc")
    return saio[: at + 4] + struct.pack(">Q" if saio[0] else ">I", entries)


def _cut_senc(senc: bytes, first: int, last: int, iv_bytes: int) -> bytes:
    """The entries of the samples that stay (ISO/IEC 23001-7 §7.2)."""
    (count,) = struct.unpack_from(">I", senc, 4)
    ends, at = [8], 8
    for _ in range(count):
        at += iv_bytes
        if senc[3] & 0x2:
            at += 2 + 6 * struct.unpack_from(">H", senc, at)[0]
        ends.append(at)
    return senc[:4] + struct.pack(">I", last - first) + senc[ends[first] : ends[last]]


def _cut_saiz(saiz: bytes, first: int, last: int) -> bytes:
    """The sizes of the auxiliary information of the samples that stay (§8.7.8)."""
    at = 4 + (8 if saiz[3] & 0x1 else 0)
    sizes = b"" if saiz[at] else saiz[at + 5 + first : at + 5 + last]
    return saiz[: at + 1] + struct.pack(">I", last - first) + sizes
