"""The server's side of an RTMP connection of a publisher: bytes in, events and bytes out (Adobe's RTMP 1.0). Pure.

A client shakes hands, sends `connect` with the name of the application, `createStream`, and `publish` with the name of
the stream, which is the stream key. Then the connection is DECIDING: what the client sends waits until `accept` or
`refuse` is called. While PUBLISHING, its audio, video and data messages become FLV. Codecs are not looked at, so that
enhanced RTMP (HEVC, AV1, Opus) passes.

    VERSION → C1 → C2 → UNCONNECTED → CONNECTED → DECIDING → PUBLISHING
                                          ↑            │           │
                                          └────────────┼─ stopped ─┘        CLOSED: from every state

Whoever owns the connection sends what `data_to_send` returns, and closes the connection when it is `closed`.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from otnet_server.live.rtmp import amf0, flv, handshake
from otnet_server.live.rtmp.chunks import DEFAULT_CHUNK_BYTES, ChunkReader, Message, chunks, uint32
from otnet_server.live.rtmp.error import RtmpError

# Types of messages (§5.4, §7.1), besides those of chunks.py.
SET_CHUNK_SIZE, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE, PEER_BANDWIDTH = 1, 3, 4, 5, 6
AUDIO, VIDEO, DATA_AMF3, COMMAND_AMF3, DATA_AMF0, COMMAND_AMF0, AGGREGATE = 8, 9, 15, 17, 18, 20, 22
PING_REQUEST, PING_RESPONSE, STREAM_BEGIN = 6, 7, 0
DYNAMIC = 2  # the limit type of Set Peer Bandwidth

CONTROL_CHUNKS, COMMAND_CHUNKS, STATUS_CHUNKS = 2, 3, 5
WINDOW_BYTES = 2_500_000
CHUNK_BYTES = 4096
STREAM = 1  # the id of the only message stream of a connection
MAX_COMMAND_BYTES = 1 << 16
MAX_NAME_CHARACTERS = 500
MAX_WAITING_BYTES = 1 << 20


class State(enum.Enum):
    VERSION = enum.auto()
    C1 = enum.auto()
    C2 = enum.auto()
    UNCONNECTED = enum.auto()
    CONNECTED = enum.auto()
    DECIDING = enum.auto()
    PUBLISHING = enum.auto()
    CLOSED = enum.auto()


class RtmpPublish(NamedTuple):
    """The client wants to publish. Call `accept` or `refuse`. Both names are untrusted; the key is secret."""

    application: str
    key: str


class RtmpData(NamedTuple):
    """The next bytes of the FLV file."""

    flv: bytes


class RtmpStop(NamedTuple):
    """The client has ended its stream. It may publish again on the same connection."""


RtmpEvent = RtmpPublish | RtmpData | RtmpStop
Handler = Callable[["RtmpConnection", float, list[Any]], RtmpEvent | None]


class RtmpConnection:
    """`receive` returns events, or raises RtmpError, after which the state is CLOSED."""

    def __init__(self) -> None:
        self.state = State.VERSION
        self._incoming = bytearray()  # of the handshake
        self._reader = ChunkReader()
        self._outgoing = bytearray()
        self._chunk_bytes = DEFAULT_CHUNK_BYTES
        self._received = self._acknowledged = 0
        self._window = WINDOW_BYTES
        self._application = ""
        self._header_written = False

    def receive(self, data: bytes) -> list[RtmpEvent]:
        """The events of these bytes. Empty `data` after `accept` gives the events of what has waited."""
        if self.state is State.CLOSED:
            return []
        self._received += len(data)
        try:
            return self._receive(data)
        except RtmpError:
            self.state = State.CLOSED
            raise

    def data_to_send(self) -> bytes:
        """What is to be sent. It is returned once."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after `data_to_send` was sent."""
        return self.state is State.CLOSED

    @property
    def publishing(self) -> bool:
        return self.state is State.PUBLISHING

    @property
    def kept_bytes(self) -> int:
        """What is in memory of what the client has sent."""
        return len(self._incoming) + self._reader.kept_bytes

    def accept(self) -> None:
        """Let the client publish."""
        assert self.state is State.DECIDING
        self.state, self._header_written = State.PUBLISHING, False
        self._send(CONTROL_CHUNKS, Message(USER_CONTROL, 0, 0, struct.pack(">HI", STREAM_BEGIN, STREAM)))
        self._send_status("status", "NetStream.Publish.Start", "The stream is published.")

    def refuse(self, sentence: str) -> None:
        """Refuse the publisher, or end its stream: its program shows the sentence. The connection is CLOSED."""
        if self.state is not State.CLOSED:
            self._send_status("error", "NetStream.Publish.BadName", sentence)
            self.state = State.CLOSED

    # --- receiving ---

    def _receive(self, data: bytes) -> list[RtmpEvent]:
        if self.state in HANDSHAKE:
            self._incoming += data
            self._shake_hands()
            if self.state in HANDSHAKE:
                return []
            data = bytes(self._incoming)
            self._incoming.clear()
        self._reader.feed(data)
        events: list[RtmpEvent] = []
        while self.state in READING and (message := self._reader.next_message()) is not None:
            if (event := self._handle(message)) is not None:
                events.append(event)
        if self.state is State.DECIDING and self.kept_bytes > MAX_WAITING_BYTES:
            raise RtmpError("The client sends media before it may publish.")
        self._acknowledge()
        return events

    def _shake_hands(self) -> None:
        while self.state in HANDSHAKE and len(self._incoming) >= (needed := HANDSHAKE[self.state]):
            if self.state is State.VERSION:
                handshake.check_version(self._incoming[0])
                self.state = State.C1
                continue
            if self.state is State.C1:
                self._outgoing += handshake.answer(bytes(self._incoming[1:needed]))
            del self._incoming[:needed]
            self.state = State.C2 if self.state is State.C1 else State.UNCONNECTED

    def _acknowledge(self) -> None:
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._send_control(ACKNOWLEDGEMENT, self._received & 0xFFFFFFFF)

    def _handle(self, message: Message) -> RtmpEvent | None:
        payload = message.payload
        if message.type in (COMMAND_AMF0, COMMAND_AMF3):
            return self._command(payload, message.type)
        if message.type == WINDOW_SIZE:
            self._window = max(1, uint32(payload))
        elif message.type == USER_CONTROL and payload[:2] == struct.pack(">H", PING_REQUEST):
            answer = struct.pack(">H", PING_RESPONSE) + payload[2:6]
            self._send(CONTROL_CHUNKS, Message(USER_CONTROL, 0, 0, answer))
        elif self.state is State.PUBLISHING:
            data = b"".join(self._tag(part) for part in _parts(message) if part.type in TAGS)
            return RtmpData(data) if data else None
        return None

    def _tag(self, message: Message) -> bytes:
        """A message as an FLV tag, after the header of the file if it is the first."""
        body = message.payload
        if message.type == DATA_AMF3:
            body = body[1:]  # the AMF version, 0; then AMF0 follows
        if message.type in (DATA_AMF0, DATA_AMF3):
            body = body.removeprefix(flv.SET_DATA_FRAME)
        if not body:
            return b""
        header = b"" if self._header_written else flv.HEADER
        self._header_written = True
        return header + flv.tag(TAGS[message.type], message.timestamp, body)

    # --- commands ---

    def _command(self, payload: bytes, type: int) -> RtmpEvent | None:
        if len(payload) > MAX_COMMAND_BYTES:
            raise RtmpError(f"A command has {len(payload)} bytes; the maximum is {MAX_COMMAND_BYTES}.")
        name, transaction, *arguments = _padded(amf0.decode(payload[1:] if type == COMMAND_AMF3 else payload))
        if not isinstance(name, str) or not isinstance(transaction, float):
            raise RtmpError("A command has no name or no number.")
        handler = COMMANDS.get((self.state, name))
        if handler is not None:
            return handler(self, transaction, arguments)
        if self.state is State.UNCONNECTED:
            raise RtmpError("The client sends commands before it connects.")
        if transaction > 0 and name not in ANSWERS:
            self._answer("_error", transaction, None, _status("error", "NetConnection.Call.Failed", UNKNOWN_COMMAND))
        return None

    def _connect(self, transaction: float, arguments: list[Any]) -> None:
        properties = arguments[0] if isinstance(arguments[0], dict) else {}
        self._application = _name(properties.get("app")).split("?")[0].strip("/")
        self.state = State.CONNECTED
        self._send_control(WINDOW_SIZE, WINDOW_BYTES)
        self._send(CONTROL_CHUNKS, Message(PEER_BANDWIDTH, 0, 0, struct.pack(">IB", WINDOW_BYTES, DYNAMIC)))
        self._send_control(SET_CHUNK_SIZE, CHUNK_BYTES)
        self._chunk_bytes = CHUNK_BYTES
        status = _status("status", "NetConnection.Connect.Success", "Connected.")
        self._answer("_result", transaction, {"fmsVer": "FMS/3,5,7,7009", "capabilities": 31, "mode": 1},
                     {**status, "objectEncoding": 0})  # fmt: skip

    def _acknowledge_name(self, transaction: float, arguments: list[Any]) -> None:
        self._answer("_result", transaction, None)

    def _create_stream(self, transaction: float, arguments: list[Any]) -> None:
        self._answer("_result", transaction, None, STREAM)

    def _publish(self, transaction: float, arguments: list[Any]) -> RtmpPublish:
        self.state = State.DECIDING
        return RtmpPublish(self._application, _name(arguments[1]))

    def _play(self, transaction: float, arguments: list[Any]) -> None:
        self._send_status("error", "NetStream.Play.Failed", "This server only receives streams by RTMP.")
        self.state = State.CLOSED

    def _stop(self, transaction: float, arguments: list[Any]) -> RtmpStop:
        self.state = State.CONNECTED
        self._send_status("status", "NetStream.Unpublish.Success", "The stream has ended.")
        return RtmpStop()

    # --- sending ---

    def _send(self, chunk_stream: int, message: Message) -> None:
        self._outgoing += chunks(chunk_stream, message, self._chunk_bytes)

    def _send_control(self, type: int, value: int) -> None:
        self._send(CONTROL_CHUNKS, Message(type, 0, 0, struct.pack(">I", value)))

    def _answer(self, name: str, transaction: float, *values: Any) -> None:
        self._send(COMMAND_CHUNKS, Message(COMMAND_AMF0, 0, 0, amf0.encode(name, transaction, *values)))

    def _send_status(self, level: str, code: str, description: str) -> None:
        payload = amf0.encode("onStatus", 0, None, _status(level, code, description))
        self._send(STATUS_CHUNKS, Message(COMMAND_AMF0, 0, STREAM, payload))


# How many bytes each step of the handshake waits for. The version is checked at once; C1 includes its byte.
HANDSHAKE = {State.VERSION: 1, State.C1: handshake.C0_C1_BYTES, State.C2: handshake.C2_BYTES}
READING = (State.UNCONNECTED, State.CONNECTED, State.PUBLISHING)
TAGS = {AUDIO: flv.AUDIO, VIDEO: flv.VIDEO, DATA_AMF0: flv.SCRIPT, DATA_AMF3: flv.SCRIPT}
ANSWERS = ("_result", "_error", "onStatus")
UNKNOWN_COMMAND = "The server does not know this command."
COMMANDS: dict[tuple[State, str], Handler] = {
    (State.UNCONNECTED, "connect"): RtmpConnection._connect,
    (State.CONNECTED, "releaseStream"): RtmpConnection._acknowledge_name,
    (State.CONNECTED, "FCPublish"): RtmpConnection._acknowledge_name,
    (State.CONNECTED, "FCUnpublish"): RtmpConnection._acknowledge_name,
    (State.CONNECTED, "createStream"): RtmpConnection._create_stream,
    (State.CONNECTED, "publish"): RtmpConnection._publish,
    (State.CONNECTED, "play"): RtmpConnection._play,
    (State.CONNECTED, "play2"): RtmpConnection._play,
    (State.PUBLISHING, "play"): RtmpConnection._play,
    (State.PUBLISHING, "play2"): RtmpConnection._play,
    (State.PUBLISHING, "FCUnpublish"): RtmpConnection._stop,
    (State.PUBLISHING, "deleteStream"): RtmpConnection._stop,
    (State.PUBLISHING, "closeStream"): RtmpConnection._stop,
}


def _parts(message: Message) -> Iterator[Message]:
    """The messages in an aggregate message, whose times are relative to that of the first (§7.1.6); others alone."""
    if message.type != AGGREGATE:
        yield message
        return
    first: int | None = None
    for kind, timestamp, body in flv.tags(message.payload):
        first = timestamp if first is None else first
        yield Message(kind, (message.timestamp + timestamp - first) & 0xFFFFFFFF, message.stream, body)


def _padded(values: list[Any]) -> list[Any]:
    """The values of a command, with None for those that are left out."""
    return values + [None] * max(0, 5 - len(values))


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARACTERS:
        raise RtmpError(f"A name is missing, or has more than {MAX_NAME_CHARACTERS} characters.")
    return value


def _status(level: str, code: str, description: str) -> dict[str, Any]:
    return {"level": level, "code": code, "description": description}
