"""Whether a file is all there: what its outermost boxes promise, against its size.

A copy that broke off leaves a container that promises more bytes than follow. MP4 says how long each of
its boxes is (ISO/IEC 14496-12 §4.2), Matroska how long its Segment is (RFC 9559 §5.1; numbers as in
RFC 8794 §4), AVI and WAV how long each RIFF chunk is. What promises nothing, such as a live recording of
unknown length, is taken as it is.

Pure; `read(at, count)` gives bytes of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

Read = Callable[[int, int], bytes]
MOST_BOXES = 4096
DATA = {b"moov", b"mdat", b"moof"}
RIFF, UNKNOWN = ("avi", "wav"), 0xFFFFFFFF
SEGMENT = b"\x18\x53\x80\x67"


def is_truncated(demuxer: str, size: int, read: Read) -> bool:
    """True when a file of `size` bytes promises more than that."""
    if demuxer == "mov":
        return _mp4(size, read)
    if demuxer in RIFF:
        return _riff(size, read)
    return demuxer == "matroska" and _matroska(size, read)


def _riff(size: int, read: Read) -> bool:
    """A long AVI is several RIFF chunks, one after the other (OpenDML §2)."""
    at = 0
    for _ in range(MOST_BOXES):
        head = read(at, 8) if at < size else b""
        if len(head) < 8 or head[:4] != b"RIFF":
            return False
        length = struct.unpack_from("<I", head, 4)[0]
        if length in (0, UNKNOWN):  # a recording that never learned its length
            return False
        at += 8 + length
        if at > size:
            return True
        at += length % 2
    return False


def _mp4(size: int, read: Read) -> bool:
    at = 0
    for _ in range(MOST_BOXES):
        head = read(at, 16) if at < size else b""
        if len(head) < 8:
            return False
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == 16:
            length = struct.unpack_from(">Q", head, 8)[0]
        if kind in DATA and at + length > size:
            return True
        if length < 8:  # 0 reaches to the end; less than a head is noise
            return False
        at += length
    return False


def _matroska(size: int, read: Read) -> bool:
    at = 0
    for _ in range(16):
        head = read(at, 12) if at < size else b""
        name = _vint(head)
        length = _vint(head[name:])
        if not name or not length or len(head) < name + length:
            return False
        coded = head[name : name + length]
        value = int.from_bytes(coded) & ((1 << 7 * length) - 1)
        unknown = value == (1 << 7 * length) - 1
        if unknown or head[:name] == SEGMENT:
            return not unknown and at + name + length + value > size
        at += name + length + value
    return False


def _vint(data: bytes) -> int:
    """How many bytes the number at the start takes, 0 if there is none."""
    return 9 - data[0].bit_length() if data and data[0] else 0
