"""The client side of RTMP: publishes a stream on another server (Adobe's RTMP 1.0 §7.2). Pure.

publisher = RtmpPublisher("live2", "rtmp://a.example.org/live2", "KEY")
publisher.data_to_send()            # to write to the connection, at first and after each `receive`
publisher.receive(data)             # until `publishing`; raises RtmpError when the server refuses
publisher.message(kind, time, body) # a tag of FLV as bytes
"""

from __future__ import annotations

from typing import Any

from otnet_server.live.rtmp import amf0, flv, handshake
from otnet_server.live.rtmp.chunks import SET_CHUNK_SIZE, ChunkReader, Message, chunks
from otnet_server.live.rtmp.error import RtmpError

CHUNK_BYTES = 65_536
COMMAND, USER_CONTROL = 20, 4
PING, PONG = 6, 7
VERSION = "FMLE/3.0 (compatible; OTNet)"
CONNECT, CREATE_STREAM, PUBLISH = 1, 4, 5  # transactions
CHUNK_STREAMS = {flv.AUDIO: 4, flv.SCRIPT: 5, flv.VIDEO: 6}


class RtmpPublisher:
    """`application` and `url` (without the key) are what the server expects in `connect`."""

    def __init__(self, application: str, url: str, key: str) -> None:
        self._application, self._url, self._key = application, url, key
        self._reader, self._chunk_bytes = ChunkReader(), 128
        self._answer = bytearray()  # S0, S1 and S2
        self._greeted = False
        self._stream = 0
        self.publishing = False
        c1 = bytes(handshake.C1_BYTES)  # its contents mean nothing
        self._out = bytearray([handshake.VERSION]) + c1

    def data_to_send(self) -> bytes:
        data = bytes(self._out)
        self._out.clear()
        return data

    def receive(self, data: bytes) -> None:
        """Bytes of the server. Raises RtmpError."""
        if not self._greeted:
            self._answer += data
            if len(self._answer) < 1 + 2 * handshake.C1_BYTES:
                return
            self._greet()
            data = bytes(self._answer[1 + 2 * handshake.C1_BYTES :])
        self._reader.feed(data)
        while (message := self._reader.next_message()) is not None:
            self._take(message)

    def _greet(self) -> None:
        if self._answer[0] != handshake.VERSION:
            raise RtmpError("The server does not speak RTMP.")
        self._greeted = True
        self._out += self._answer[1 : 1 + handshake.C1_BYTES]
        self._out += chunks(2, Message(SET_CHUNK_SIZE, 0, 0, CHUNK_BYTES.to_bytes(4, "big")), self._chunk_bytes)
        self._chunk_bytes = CHUNK_BYTES
        about = {"app": self._application, "type": "nonprivate", "flashVer": VERSION, "tcUrl": self._url}
        self._command("connect", CONNECT, about)

    def _take(self, message: Message) -> None:
        if message.type == USER_CONTROL and message.payload[:2] == PING.to_bytes(2, "big"):
            self._out += chunks(
                2, Message(USER_CONTROL, 0, 0, PONG.to_bytes(2, "big") + message.payload[2:6]), self._chunk_bytes
            )
        elif message.type == COMMAND:
            try:
                name, transaction, *arguments = amf0.decode(message.payload)
            except ValueError as e:
                raise RtmpError("The server sends what can't be read.") from e
            self._answered(str(name), transaction, arguments)

    def _answered(self, name: str, transaction: Any, arguments: list[Any]) -> None:
        status = arguments[-1] if arguments and isinstance(arguments[-1], dict) else {}
        if name == "_error" or (name == "onStatus" and status.get("level") == "error"):
            raise RtmpError(f"The server refuses the stream: {_text(status)}")
        if name == "_result" and transaction == CONNECT:
            self._command("releaseStream", 2, None, self._key)
            self._command("FCPublish", 3, None, self._key)
            self._command("createStream", CREATE_STREAM, None)
        elif name == "_result" and transaction == CREATE_STREAM:
            number = arguments[-1] if arguments else None
            if not isinstance(number, float | int):
                raise RtmpError("The server sends what can't be read.")
            self._stream = int(number) & 0xFFFF_FFFF
            self._command("publish", PUBLISH, None, self._key, "live", stream=self._stream)
        elif name == "onStatus" and status.get("code") == "NetStream.Publish.Start":
            self.publishing = True

    def _command(self, name: str, transaction: int, *arguments: Any, stream: int = 0) -> None:
        payload = amf0.encode(name, transaction, *arguments)
        self._out += chunks(3, Message(COMMAND, 0, stream, payload), self._chunk_bytes)

    def message(self, kind: int, time_ms: int, body: bytes) -> bytes:
        """A tag of FLV as a message."""
        body = flv.SET_DATA_FRAME + body if kind == flv.SCRIPT else body
        message = Message(kind, time_ms & 0xFFFF_FFFF, self._stream, body)
        return chunks(CHUNK_STREAMS[kind], message, self._chunk_bytes)


def _text(status: dict[str, Any]) -> str:
    """What a server says, which is untrusted."""
    text = str(status.get("description") or status.get("code") or "it gives no reason")
    return "".join(c for c in text if c.isprintable())[:200]
