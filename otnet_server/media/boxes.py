"""Boxes of ISO BMFF files (ISO/IEC 14496-12 §4.2). Pure."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

_CONTAINERS = {b"moov", b"trak", b"mdia", b"mvex", b"moof", b"traf"}


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


def child_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, payload) of the boxes in `data`. Raises ValueError when the size of a box is invalid."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            raise ValueError(f"broken box {kind!r} at {at}")
        yield kind, data[at + 8 : at + size]
        at += size


def edit_children(data: bytes, edited: Callable[[bytes, bytes], bytes]) -> bytes:
    return b"".join(box(kind, edited(kind, payload)) for kind, payload in child_boxes(data))


def box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(payload), kind) + payload
