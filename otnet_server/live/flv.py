"""The FLV that a publisher sends (Adobe FLV 10.1 annex E; Enhanced RTMP v2), on a clock that neither jumps nor
restarts (`clock.py`). Pure."""

from __future__ import annotations

import struct
from typing import NamedTuple

from otnet_server.live.clock import Clock
from otnet_server.live.cue_points import is_event

SIGNATURE = b"FLV\x01"
AUDIO, VIDEO, SCRIPT = 8, 9, 18
AAC, EXTENDED_AUDIO = 10, 9  # the formats whose tags say what kind of packet they have


class Tag(NamedTuple):
    """A tag with its time in milliseconds since the first one. `setup`: the configuration of a decoder, which comes
    before the frames that need it."""

    kind: int
    time: int
    setup: bool
    keyframe: bool
    payload: bytes

    def encode(self) -> bytes:
        """The tag as bytes, with the size that follows it."""
        size, time = len(self.payload), self.time & 0xFFFF_FFFF
        head = struct.pack(">BBHBHBBH", self.kind, size >> 16, size & 0xFFFF, (time >> 16) & 0xFF, time & 0xFFFF,
                           time >> 24, 0, 0)  # fmt: skip
        return head + self.payload + struct.pack(">I", 11 + size)


class FlvReader:
    def __init__(self) -> None:
        self._buffer = bytearray()
        self._started = False
        self._clock = Clock()

    def feed(self, data: bytes, now_s: float = 0.0) -> list[Tag]:
        """The audio, video and script tags that are complete with `data`, which came at `now_s`. Raises ValueError for
        what is no FLV."""
        self._clock.now_ms = round(now_s * 1000)
        self._buffer += data
        if not self._started:
            if not SIGNATURE.startswith(self._buffer[:4]):
                raise ValueError("not an FLV header")
            if len(self._buffer) < 9:
                return []
            (length,) = struct.unpack_from(">I", self._buffer, 5)
            if not 9 <= length <= 64:
                raise ValueError(f"an FLV header of {length} bytes")
            if len(self._buffer) < length + 4:
                return []
            del self._buffer[: length + 4]
            self._started = True
        tags: list[Tag] = []
        while len(self._buffer) >= 11:
            kind, size_high, size_low, time_high, time_low, extension = struct.unpack_from(">BBHBHB", self._buffer)
            size = size_high << 16 | size_low
            if len(self._buffer) < 11 + size + 4:
                break
            payload = bytes(self._buffer[11 : 11 + size])
            del self._buffer[: 11 + size + 4]
            if kind not in (AUDIO, VIDEO, SCRIPT):
                if kind & 0x1F not in (AUDIO, VIDEO, SCRIPT):
                    raise ValueError(f"an FLV tag of type {kind}")
                continue  # encrypted
            if payload:
                stamp = extension << 24 | time_high << 16 | time_low
                tags.append(self._tag(kind, stamp, payload))
        return tags

    def _tag(self, kind: int, stamp: int, payload: bytes) -> Tag:
        first, second = payload[0], payload[1] if len(payload) > 1 else 255
        if kind == VIDEO:
            setup = first & 0xF == 0 if first & 0x80 else first & 0xF in (7, 12) and second == 0
            keyframe = first >> 4 & 0x7 == 1 and not setup
        else:
            format = first >> 4
            setup = kind == AUDIO and (first & 0xF == 0 if format == EXTENDED_AUDIO else format == AAC and second == 0)
            keyframe = False
        # Encoders stamp metadata and configurations with 0, whenever they come.
        time = self._clock.last if setup or kind == SCRIPT else self._clock.time(stamp)
        return Tag(kind, time, setup, keyframe, payload)


class FlvHead:
    """What an encoder that starts in the middle of a stream needs first."""

    def __init__(self) -> None:
        self._metadata: Tag | None = None
        self._setups: dict[int, Tag] = {}

    def add(self, tag: Tag) -> bool:
        """Remember the tag if a later start needs it. Returns whether it changes what decoders were told before, so
        that the encoder must start again."""
        if tag.kind == SCRIPT and not is_event(tag.payload):
            self._metadata = tag._replace(time=0)
        if not tag.setup:
            return False
        first = tag._replace(time=0)
        changed = self._setups.get(tag.kind, first) != first
        self._setups[tag.kind] = first
        return changed

    def tags(self) -> list[Tag]:
        return [*([self._metadata] if self._metadata is not None else []), *self._setups.values()]

    def encode(self) -> bytes:
        return SIGNATURE + b"\x05" + struct.pack(">II", 9, 0) + b"".join(tag.encode() for tag in self.tags())
