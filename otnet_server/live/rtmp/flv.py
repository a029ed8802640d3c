"""FLV, the container of what RTMP carries (Adobe Flash Video File Format Specification 10.1, annex E). Pure.

The payload of an audio, video or data message is the body of an FLV tag as it is, also in enhanced RTMP.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from otnet_server.live.rtmp.error import RtmpError

AUDIO, VIDEO, SCRIPT = 8, 9, 18
TAG_HEADER_BYTES = 11
# Version 1, with audio and video; the size of the tag before the first is 0.
HEADER = b"FLV\x01\x05" + struct.pack(">II", 9, 0)
# The string “@setDataFrame” in AMF0, which asks a server to keep the metadata that follow.
SET_DATA_FRAME = b"\x02\x00\x0d@setDataFrame"


def tag(kind: int, timestamp_ms: int, body: bytes) -> bytes:
    """A tag, and the size of it that follows. Timestamps are modulo 2³²."""
    time = timestamp_ms & 0xFFFFFFFF
    header = struct.pack(
        ">B3s3sB3x", kind, len(body).to_bytes(3, "big"), (time & 0xFFFFFF).to_bytes(3, "big"), time >> 24
    )
    return b"".join((header, body, struct.pack(">I", TAG_HEADER_BYTES + len(body))))


def tags(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The tags in an aggregate message: (type, timestamp, body). Raises RtmpError."""
    at = 0
    while at < len(data):
        begin = at + TAG_HEADER_BYTES
        end = begin + int.from_bytes(data[at + 1 : at + 4], "big")
        if end + 4 > len(data):
            raise RtmpError("An aggregate message is cut off.")
        yield data[at], int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24, data[begin:end]
        at = end + 4
