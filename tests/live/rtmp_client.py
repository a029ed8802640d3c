"""What a publisher sends by RTMP, as bytes, and a reader of what the server answers."""

from __future__ import annotations

from typing import Any

from otnet_server.live.rtmp import RtmpConnection, amf0, flv, handshake
from otnet_server.live.rtmp.chunks import SET_CHUNK_SIZE, ChunkReader, Message, chunks

C1 = bytes(range(256)) * 6
HANDSHAKE = bytes([3]) + C1 + bytes(handshake.C2_BYTES)
CONNECT = {"app": "live", "type": "nonprivate", "tcUrl": "rtmp://127.0.0.1/live"}


def command(name: str, transaction: int, *arguments: Any, chunk_bytes: int = 128) -> bytes:
    payload = amf0.encode(name, transaction, *arguments)
    return chunks(3, Message(20, 0, 0, payload), chunk_bytes)


def opening(key: str = "key", application: str = "live") -> bytes:
    """Everything up to `publish`, as ffmpeg sends it."""
    return (
        HANDSHAKE
        + command("connect", 1, {**CONNECT, "app": application})
        + command("releaseStream", 2, None, key)
        + command("FCPublish", 3, None, key)
        + command("createStream", 4, None)
        + command("publish", 5, None, key, "live")
    )


def media(kind: int, timestamp: int, body: bytes, chunk_bytes: int = 128) -> bytes:
    return chunks({flv.AUDIO: 4, flv.VIDEO: 6}.get(kind, 5), Message(kind, timestamp, 1, body), chunk_bytes)


def set_chunk_size(size: int) -> bytes:
    return chunks(2, Message(SET_CHUNK_SIZE, 0, 0, size.to_bytes(4, "big")), 128)


def publishing(key: str = "key") -> RtmpConnection:
    """A connection of a publisher that was accepted."""
    connection = RtmpConnection()
    connection.receive(opening(key))
    connection.accept()
    connection.data_to_send()
    return connection


def messages(data: bytes) -> list[Message]:
    """The messages in what a server has sent after the handshake."""
    reader, found = ChunkReader(), []
    reader.feed(data)
    while (message := reader.next_message()) is not None:
        found.append(message)
    return found


def commands(data: bytes) -> list[list[Any]]:
    return [amf0.decode(message.payload) for message in messages(data) if message.type == 20]


def tags(data: bytes, header: bool = True) -> list[tuple[int, int, bytes]]:
    """The tags of an FLV file: (type, timestamp, body). The file is checked on the way."""
    at = 0
    if header:
        assert data.startswith(flv.HEADER)
        at = len(flv.HEADER)
    found = []
    while at < len(data):
        length = int.from_bytes(data[at + 1 : at + 4], "big")
        timestamp = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        body = data[at + 11 : at + 11 + length]
        assert len(body) == length and data[at + 8 : at + 11] == bytes(3)
        assert int.from_bytes(data[at + 11 + length : at + 15 + length], "big") == 11 + length
        found.append((data[at], timestamp, body))
        at += 15 + length
    return found
