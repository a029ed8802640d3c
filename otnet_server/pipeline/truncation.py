"""Detects truncated files: compares the lengths in the outermost boxes with the size of the file.

After an interrupted copy a container declares more bytes than there are. MP4 declares the length of each box
(ISO/IEC 14496-12 §4.2), Matroska the length of its Segment (RFC 9559 §5.1; numbers as in RFC 8794 §4), AVI and WAV the
length of each RIFF chunk. A file that declares no length, such as a recording of a live stream, passes.

Pure; `read(at, count)` returns bytes of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

Read = Callable[[int, int], bytes]
MAX_BOXES = 4096
DATA_BOXES = {b"moov", b"mdat", b"moof"}
RIFF_DEMUXERS = ("avi", "wav")
UNKNOWN_LENGTH = 0xFFFFFFFF
SEGMENT_ID = b"\x18\x53\x80\x67"


def is_truncated(demuxer: str, size: int, read: Read) -> bool:
    """True when a file of `size` bytes declares a greater length."""
    if demuxer == "mov":
        return _is_mp4_truncated(size, read)
    if demuxer in RIFF_DEMUXERS:
        return _is_riff_truncated(size, read)
    return demuxer == "matroska" and _is_matroska_truncated(size, read)


def _is_riff_truncated(size: int, read: Read) -> bool:
    """A long AVI is several RIFF chunks, one after the other (OpenDML §2)."""
    at = 0
    for _ in range(MAX_BOXES):
        head = read(at, 8) if at < size else b""
        if len(head) < 8 or head[:4] != b"RIFF":
            return False
        length = struct.unpack_from("<I", head, 4)[0]
        if length in (0, UNKNOWN_LENGTH):  # a recording that was not finalized
            return False
        at += 8 + length
        if at > size:
            return True
        at += length % 2
    return False


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
