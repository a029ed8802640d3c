"""Closed captions in the pictures of H.264 and HEVC (ATSC A/53 Part 4 §6.2.3; ITU-T H.264 Annex D.1). Pure.

A picture may have an SEI message with caption data: pairs of bytes of CEA-608, and CEA-708, which is skipped. Pictures
come in the order in which they are decoded, captions belong to that in which they are shown.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

Codec = Literal["h264", "hevc"]
MARK = b"GA94"
_HEAD = b"\xb5\x00\x31" + MARK + b"\x03"  # United States, ATSC, caption data
_REGISTERED = 4  # the type of SEI messages of user data registered by ITU-T T.35
_START_CODE = re.compile(rb"\x00\x00\x01")
MAX_REORDERED = 32  # pictures; H.264 allows 16


class Pair(NamedTuple):
    """A pair of caption bytes of `field` 1 or 2."""

    field: int
    first: int
    second: int


def caption_pairs(unit: bytes, codec: Codec = "h264", length_bytes: int = 4) -> list[Pair]:
    """The caption bytes of an access unit. Its NAL units have their lengths before them, in `length_bytes` bytes, or
    with 0 start codes (Annex B). What can't be read is skipped."""
    if MARK not in unit:
        return []
    pairs: list[Pair] = []
    for nal in _annex_b(unit) if length_bytes == 0 else _length_prefixed(unit, length_bytes):
        header_bytes = _sei_header_bytes(nal, codec)
        if header_bytes and MARK in nal:
            for payload in _messages(nal[header_bytes:].replace(b"\0\0\3", b"\0\0")):
                pairs += _pairs(payload)
    return pairs


def _sei_header_bytes(nal: bytes, codec: Codec) -> int:
    """How long the header of an SEI unit is; 0 for other units."""
    if codec == "h264":
        return 1 if nal and nal[0] & 0x1F == 6 else 0
    return 2 if nal and nal[0] >> 1 & 0x3F in (39, 40) else 0


def _length_prefixed(unit: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at + length_bytes < len(unit):
        start = at + length_bytes
        at = start + int.from_bytes(unit[at:start])
        yield unit[start:at]


def _annex_b(unit: bytes) -> Iterator[bytes]:
    starts = [match.end() for match in _START_CODE.finditer(unit)]
    for start, after in pairwise([*starts, len(unit) + 3]):
        yield unit[start : after - 3]


def _messages(data: bytes) -> Iterator[bytes]:
    """The payloads of the messages with registered user data (H.264 §7.3.2.3.1)."""
    at = 0
    while at + 2 <= len(data):
        kind, at = _number(data, at)
        size, at = _number(data, at)
        if kind == _REGISTERED:
            yield data[at : at + size]
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(data) and data[at] == 0xFF:
        value, at = value + 0xFF, at + 1
    return value + (data[at] if at < len(data) else 0), at + 1


def _pairs(payload: bytes) -> list[Pair]:
    start = len(_HEAD) + 2
    if not payload.startswith(_HEAD) or len(payload) < start or not payload[len(_HEAD)] & 0x40:
        return []
    count = payload[len(_HEAD)] & 0x1F
    pairs: list[Pair] = []
    for at in range(start, min(start + count * 3, len(payload) - 2), 3):
        valid, kind = payload[at] & 4, payload[at] & 3
        if valid and kind < 2:
            pairs.append(Pair(kind + 1, payload[at + 1], payload[at + 2]))
    return pairs


class Reordering:
    """Puts the captions of pictures into the order in which the pictures are shown. Times are of any unit."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, list[Pair]]] = []
        self._count = 0

    def add(self, decoded_at: int, shown_at: int, pairs: list[Pair]) -> list[tuple[int, list[Pair]]]:
        """Add a picture; returns the times and captions of those that none can precede any more."""
        if pairs:
            self._count += 1
            heapq.heappush(self._waiting, (shown_at, self._count, pairs))
        ready: list[tuple[int, list[Pair]]] = []
        while self._waiting and (self._waiting[0][0] <= decoded_at or len(self._waiting) > MAX_REORDERED):
            at, _, waiting = heapq.heappop(self._waiting)
            ready.append((at, waiting))
        return ready

    def finish(self) -> list[tuple[int, list[Pair]]]:
        """The captions that still wait, in order."""
        rest = [(at, pairs) for at, _, pairs in sorted(self._waiting)]
        self._waiting.clear()
        return rest
