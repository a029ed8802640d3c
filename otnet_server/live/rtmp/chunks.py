"""The chunk stream: how messages are cut into chunks and interleaved (Adobe's RTMP 1.0 §5.3, §5.4). Pure.

A chunk begins with its chunk stream id and a format: a whole message header (0), one without the message stream id (1),
a time alone (2), or nothing (3). What is left out is as in the chunk before on the same chunk stream. The time of
format 0 is absolute, that of the others a difference. A time of 0xFFFFFF says that four more bytes follow, also in
every chunk of format 3 after it.

A hostile client can make the reader keep MAX_INCOMPLETE_BYTES of incomplete messages, and one header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from otnet_server.live.rtmp.error import RtmpError

DEFAULT_CHUNK_BYTES = 128
MAX_CHUNK_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 8 << 20
MAX_INCOMPLETE_BYTES = 12 << 20  # of all chunk streams together
MAX_CHUNK_STREAMS = 64
EXTENDED = 0xFFFFFF
HEADER_BYTES = (11, 7, 3, 0)
SET_CHUNK_SIZE, ABORT = 1, 2


class Message(NamedTuple):
    """`timestamp` is in milliseconds, modulo 2³²; `stream` is the message stream id."""

    type: int
    timestamp: int
    stream: int
    payload: bytes


@dataclass
class _ChunkStream:
    """The last message header of a chunk stream, and the part of its message that has arrived."""

    timestamp: int = 0
    delta: int = 0
    extended: bool = False
    length: int = 0
    type: int = 0
    stream: int = 0
    payload: bytearray = field(default_factory=bytearray)
    begun: bool = False


class ChunkReader:
    """Joins chunks to messages. It obeys Set Chunk Size and Abort Message, and returns them too."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0  # how much of the buffer has been read
        self._chunk_bytes = DEFAULT_CHUNK_BYTES
        self._streams: dict[int, _ChunkStream] = {}
        self._current: _ChunkStream | None = None  # the chunk whose payload is being read
        self._missing = 0  # bytes of that payload
        self._incomplete_bytes = 0

    @property
    def kept_bytes(self) -> int:
        """What is in memory."""
        return len(self._buffer) - self._at + self._incomplete_bytes

    def feed(self, data: bytes) -> None:
        del self._buffer[: self._at]
        self._at = 0
        self._buffer += data

    def next_message(self) -> Message | None:
        """The next message that is complete. Raises RtmpError."""
        while self._current is not None or self._read_header():
            assert self._current is not None
            payload = self._buffer[self._at : self._at + self._missing]
            self._at += len(payload)
            self._take(payload)
            if self._missing > 0:
                return None
            chunk_stream, self._current = self._current, None
            if len(chunk_stream.payload) == chunk_stream.length:
                message = self._complete(chunk_stream)
                self._obey(message)
                return message
        return None

    def _take(self, payload: bytearray) -> None:
        assert self._current is not None
        self._current.payload += payload
        self._missing -= len(payload)
        self._incomplete_bytes += len(payload)
        if self._incomplete_bytes > MAX_INCOMPLETE_BYTES:
            raise RtmpError("The messages of the connection are interleaved too much.")

    def _complete(self, chunk_stream: _ChunkStream) -> Message:
        payload = bytes(chunk_stream.payload)
        self._drop(chunk_stream)
        return Message(chunk_stream.type, chunk_stream.timestamp, chunk_stream.stream, payload)

    def _drop(self, chunk_stream: _ChunkStream) -> None:
        self._incomplete_bytes -= len(chunk_stream.payload)
        chunk_stream.payload, chunk_stream.begun = bytearray(), False

    def _read_header(self) -> bool:
        """Read the header of a chunk; False if it has not arrived completely."""
        buffer, at = self._buffer, self._at
        available = len(buffer) - at
        if available < 1:
            return False
        format, id, size = buffer[at] >> 6, buffer[at] & 63, 1
        if id < 2:
            size = 2 + id
            if available < size:
                return False
            id = 64 + buffer[at + 1] + (buffer[at + 2] << 8 if id else 0)
        chunk_stream = self._streams.get(id)
        if chunk_stream is None and format == 3:
            raise RtmpError(f"The chunk stream {id} begins without a message header.")
        fields = buffer[at + size : at + size + HEADER_BYTES[format]]
        size += HEADER_BYTES[format]
        if available < size:
            return False
        time = int.from_bytes(fields[:3], "big")
        extended = time == EXTENDED if format < 3 else chunk_stream is not None and chunk_stream.extended
        if extended:
            if available < size + 4:
                return False
            time = int.from_bytes(buffer[at + size : at + size + 4], "big")
            size += 4
        if chunk_stream is None:
            if len(self._streams) >= MAX_CHUNK_STREAMS:
                raise RtmpError(f"The connection uses more than {MAX_CHUNK_STREAMS} chunk streams.")
            chunk_stream = self._streams[id] = _ChunkStream()
        if format < 3 or not chunk_stream.begun:
            if chunk_stream.begun:
                raise RtmpError("A message begins before the one before it on its chunk stream has ended.")
            self._begin(chunk_stream, format, time, extended, fields)
        self._current = chunk_stream
        self._missing = min(self._chunk_bytes, chunk_stream.length - len(chunk_stream.payload))
        self._at += size
        return True

    def _begin(self, chunk_stream: _ChunkStream, format: int, time: int, extended: bool, fields: bytearray) -> None:
        """Begin a message with the fields of its header."""
        if format < 2:
            length = int.from_bytes(fields[3:6], "big")
            if length > MAX_MESSAGE_BYTES:
                raise RtmpError(f"A message has {length} bytes; the maximum is {MAX_MESSAGE_BYTES}.")
            chunk_stream.length, chunk_stream.type = length, fields[6]
        if format == 0:
            chunk_stream.stream = int.from_bytes(fields[7:11], "little")
            chunk_stream.timestamp = 0
        if format < 3:
            chunk_stream.delta, chunk_stream.extended = time, extended
        # A message of format 3 has the difference of the one before, or after format 0 its time (§5.3.1.2.4).
        chunk_stream.timestamp = (chunk_stream.timestamp + chunk_stream.delta) & 0xFFFFFFFF
        chunk_stream.begun = True

    def _obey(self, message: Message) -> None:
        if message.type == SET_CHUNK_SIZE:
            size = uint32(message.payload)
            if not 1 <= size <= MAX_CHUNK_BYTES:
                raise RtmpError(f"The chunk size is {size}; it must be between 1 and {MAX_CHUNK_BYTES}.")
            self._chunk_bytes = size
        elif message.type == ABORT and (aborted := self._streams.get(uint32(message.payload))) is not None:
            self._drop(aborted)


def uint32(payload: bytes) -> int:
    """The number at the beginning of a control message. Raises RtmpError."""
    if len(payload) < 4:
        raise RtmpError("A control message is cut off.")
    return int.from_bytes(payload[:4], "big")


def chunks(chunk_stream: int, message: Message, chunk_bytes: int) -> bytes:
    """A message as chunks: the first of format 0, the others of format 3. `chunk_stream` is between 2 and 63."""
    assert 2 <= chunk_stream <= 63
    extended = message.timestamp >= EXTENDED
    extension = struct.pack(">I", message.timestamp) if extended else b""
    header = (
        bytes([chunk_stream])
        + min(message.timestamp, EXTENDED).to_bytes(3, "big")
        + len(message.payload).to_bytes(3, "big")
        + bytes([message.type])
        + message.stream.to_bytes(4, "little")
        + extension
    )
    pieces = [message.payload[i : i + chunk_bytes] for i in range(0, len(message.payload), chunk_bytes)] or [b""]
    return header + (bytes([0xC0 | chunk_stream]) + extension).join(pieces)
