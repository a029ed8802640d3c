"""The simple handshake (Adobe's RTMP 1.0 §5.2). Pure.

The client sends C0 (a version) and C1 (1,536 bytes), the server S0, S1 and S2 (C1 again), the client C2. The contents
of S1 and C2 mean nothing; clients check at most that S2 is C1.
"""

from __future__ import annotations

import struct

from otnet_server.live.rtmp.error import RtmpError

VERSION = 3
OTHERS = {0x16: "TLS; RTMPS has a port of its own", 6: "RTMPE, which is not supported"}
C1_BYTES = 1536
C0_C1_BYTES, C2_BYTES = 1 + C1_BYTES, C1_BYTES


def check_version(first: int) -> None:
    """Raises RtmpError if the first byte of a connection is not C0."""
    if first != VERSION:
        what = {0x16: "TLS; RTMPS has a port of its own", 6: "RTMPE, which is not supported"}.get(
            first, "something else"
        )
        raise RtmpError(f"The connection does not begin with RTMP but with {what}.")


def answer(c1: bytes) -> bytes:
    """S0, S1 and S2."""
    assert len(c1) == C1_BYTES
    s1 = struct.pack(">II", 0, 0) + bytes(i * 7 & 0xFF for i in range(C1_BYTES - 8))
    return bytes([VERSION]) + s1 + c1
