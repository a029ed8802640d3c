"""The frames that the WHIP server and the server that has started it send each other.

publish  session, {key, address}   a publisher has made an offer
accept   session                   it may publish
refuse   session, {code, message}  it may not
data     session, bytes            MPEG-TS
close    session                   it has left
end      session, {message}        the server has ended the stream
ready    0, {port}                 the WHIP server listens

Previews have numbers of their own:

watch    preview, {offer, video_init, audio_init}   somebody wants to watch; the init segments are in base64
answer   preview, {sdp} or {code, message}          the answer, or why there is none
frame    preview, bytes                             a frame (`pack_frame`)
unwatch  preview                                    the preview has ended
left     preview                                    whoever watched has left
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any, Literal, NamedTuple

from otnet_server.protocols.preview import LiveFrame

HEAD = struct.Struct(">BII")
KINDS = (
    "publish", "accept", "refuse", "data", "close", "end", "ready", "watch", "answer", "frame", "unwatch", "left",
)  # fmt: skip
LIVE_FRAME = struct.Struct(">B?d")  # track, keyframe, time
TRACKS: tuple[Literal["video", "audio"], ...] = ("video", "audio")
MAX_BYTES = 4 << 20


class Frame(NamedTuple):
    kind: str
    session: int
    data: bytes = b""

    @property
    def values(self) -> dict[str, Any]:
        return dict(json.loads(self.data or b"{}"))

    def encode(self) -> bytes:
        return HEAD.pack(KINDS.index(self.kind), self.session, len(self.data)) + self.data


def frame(kind: str, session: int, **values: Any) -> Frame:
    return Frame(kind, session, json.dumps(values).encode() if values else b"")


async def read(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame; None at the end. Raises ValueError for what is none."""
    try:
        kind, session, size = HEAD.unpack(await reader.readexactly(HEAD.size))
        if kind >= len(KINDS) or size > MAX_BYTES:
            raise ValueError(f"a frame of kind {kind} with {size} bytes")
        return Frame(KINDS[kind], session, await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def pack_frame(frame: LiveFrame) -> bytes:
    """The payload of `frame`."""
    return LIVE_FRAME.pack(TRACKS.index(frame.kind), frame.keyframe, frame.time) + frame.data


def unpack_frame(data: bytes) -> LiveFrame:
    """Raises struct.error and IndexError for what is none."""
    track, keyframe, time = LIVE_FRAME.unpack_from(data)
    return LiveFrame(TRACKS[track], time, keyframe, data[LIVE_FRAME.size :])
