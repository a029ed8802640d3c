"""Detects truncated files: compares the lengths in the outermost boxes with the size of the file.

After an interrupted copy a container declares more bytes than there are. MP4 declares the length of each box
(ISO/IEC 14496-12 §4.2), Matroska the length of its Segment (RFC 9559 §5.1; numbers as in RFC 8794 §4), WAV the length
of its RIFF chunk, AVI the length of each list with media data (the index behind it may be missing). A file that
declares no length, such as a recording of a live stream, passes.

Pure; `read(at, count)` returns bytes of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

Read = Callable[[int, int], bytes]
MAX_BOXES = 4096
AVI_HEAD_BYTES = 64 << 10
DATA_BOXES = {b"moov", b"mdat", b"moof"}
UNKNOWN_LENGTH = 0xFFFFFFFF
SEGMENT_ID = b"\x18\x53\x80\x67"


def is_truncated(demuxer: str, size: int, read: Read) -> bool:
    """True when a file of `size` bytes declares a greater length."""
    if demuxer == "mov":
        return _is_mp4_truncated(size, read)
    if demuxer == "wav":
        return _is_riff_truncated(size, read)
    if demuxer == "avi":
        return avi_layout(size, read).truncated
    return demuxer == "matroska" and _is_matroska_truncated(size, read)


def _is_riff_truncated(size: int, read: Read) -> bool:
    head = read(0, 8)
    length = struct.unpack_from("<I", head, 4)[0] if len(head) == 8 and head[:4] == b"RIFF" else 0
    return length not in (0, UNKNOWN_LENGTH) and 8 + length > size


class AviLayout(NamedTuple):
    """`indexed`: the file has an index, so that it can be seeked."""

    truncated: bool
    indexed: bool


def avi_layout(size: int, read: Read) -> AviLayout:
    """The layout of an AVI file, from its chunks. A long one is several RIFF chunks, one after the other (OpenDML
    §2)."""
    at, truncated, indexed = 0, False, b"indx" in read(0, AVI_HEAD_BYTES)
    for _ in range(MAX_BOXES):
        head = read(at, 12) if at + 8 <= size else b""
        if len(head) < 8:
            break
        name, length = struct.unpack_from("<4sI", head)
        if name == b"RIFF":
            at += 12
            continue
        if length in (0, UNKNOWN_LENGTH) and head[8:12] == b"movi":  # a recording that was not finalized
            break
        truncated |= head[8:12] == b"movi" and at + 8 + length > size
        indexed |= name == b"idx1" and at + 8 + length <= size
        at += 8 + length + length % 2
    return AviLayout(truncated, indexed)


def _is_mp4_truncated(size: int, read: Read) -> bool:
    at = 0
    for _ in range(MAX_BOXES):
        head = read(at, 16) if at < size else b""
        if len(head) < 8:
            return False
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == 16:
            length = struct.unpack_from(">Q", head, 8)[0]
        if kind in DATA_BOXES and at + length > size:
            return True
        if length < 8:  # 0 means to the end of the file; less than a header is invalid
            return False
        at += length
    return False


def _is_matroska_truncated(size: int, read: Read) -> bool:
    at = 0
    for _ in range(16):
        head = read(at, 12) if at < size else b""
        name = _vint_bytes(head)
        length = _vint_bytes(head[name:])
        if not name or not length or len(head) < name + length:
            return False
        coded = head[name : name + length]
        value = int.from_bytes(coded) & ((1 << 7 * length) - 1)
        unknown = value == (1 << 7 * length) - 1
        if unknown or head[:name] == SEGMENT_ID:
            return not unknown and at + name + length + value > size
        at += name + length + value
    return False


def _vint_bytes(data: bytes) -> int:
    """Length in bytes of the variable-size integer at the start, 0 without one."""
    return 9 - data[0].bit_length() if data and data[0] else 0
