"""Cuts samples off a stored segment, without encoding. Pure.

Every frame of audio can be decoded alone but for the overlap of its window with the frame before, so audio is cut at
any frame. Of video without reordered pictures the last ones can be left out. Encrypted samples stay encrypted.
"""

from __future__ import annotations

import struct

from otnet_server.media.boxes import box, boxes, child_boxes, edit_children
from otnet_server.media.sample_runs import default_of, field_of, read_samples, run_entries, with_moved_data


def cut_samples(segment: bytes, first: int, last: int, iv_bytes: int = 0) -> bytes:
    """The segment with its samples `first` … `last - 1` only. `iv_bytes` is the size of the initialization vectors of
    its samples. Raises ValueError for a segment of several fragments, and when a box is broken."""
    fragments = sum(kind == b"moof" for kind, _ in child_boxes(segment))
    if fragments != 1:
        raise ValueError(f"the segment has {fragments} fragments")
    run = next(segment[at:end] for kind, at, end in boxes(segment) if kind == b"trun")
    moof = next(payload for kind, payload in child_boxes(segment) if kind == b"moof")
    head, entries, flags = run_entries(run)
    last, sizes = min(last, len(entries)), [field_of(entry, flags, 0x200) for entry in entries]
    if not flags & 0x200:  # all have the same, as those of silence do
        head_of_track = next(moof[at:end] for kind, at, end in boxes(moof) if kind == b"tfhd")
        sizes = [default_of(head_of_track, 0x10)] * len(entries)
        if not sizes or not sizes[0]:
            raise ValueError("the samples have no sizes")
    dropped = sum(read_samples(moof).durations[:first])
    start, end = sum(sizes[:first]), sum(sizes[:last])
    kept = head[:4] + struct.pack(">I", last - first) + head[8:] + b"".join(entries[first:last])

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind in (b"moof", b"traf"):
            return edit_children(payload, edited)
        if kind == b"trun":
            return kept
        if kind == b"tfdt":
            form = ">Q" if payload[0] else ">I"
            return payload[:4] + struct.pack(form, struct.unpack_from(form, payload, 4)[0] + dropped)
        if kind == b"senc":
            return _cut_senc(payload, first, last, iv_bytes)
        if kind == b"saiz":
            return _cut_saiz(payload, first, last)
        return payload[start:end] if kind == b"mdat" else payload

    out = []
    for kind, payload in child_boxes(segment):
        content = edited(kind, payload)
        if kind == b"moof":
            content = with_moved_data(content, len(payload))
        out.append((kind, content))
    return b"".join(box(kind, content) for kind, content in out if kind != b"sidx")


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
