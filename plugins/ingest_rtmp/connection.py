"""One connection: reads what the encoder sends, and hands the FLV on at the pace of the server."""

from __future__ import annotations

import asyncio
import contextlib

from otnet_server import (
    IngestHost,
    PublishEnded,
    PublishRefused,
    PublishRequest,
    RtmpConnection,
    RtmpData,
    RtmpError,
    RtmpPublish,
    log,
)

BLOCK_BYTES = 1 << 16
PUBLISH_S = 10.0  # from connecting, or from the end of a stream, to the next stream
SILENCE_S = 10.0
SEND_S = 10.0
CLOSE_S = 2.0


async def receive(
    host: IngestHost, application: str, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Receive streams until the connection ends."""
    peer = _Peer(reader, writer)
    try:
        while (request := await peer.next_stream()) is not None:
            await _receive_stream(peer, host, application, address, request)
    except (RtmpError, TimeoutError) as e:
        log.info("an RTMP connection was closed", address=address, why=str(e) or "the encoder sends nothing")
    except (OSError, EOFError):  # the encoder has left
        pass
    finally:
        await peer.close()


async def _receive_stream(peer: _Peer, host: IngestHost, application: str, address: str, request: RtmpPublish) -> None:
    if request.application != application:
        await peer.refuse(f"The application of the address must be “{application}”: rtmp://SERVER/{application}.")
        return
    try:
        stream = await host.publish(PublishRequest("rtmp", request.key, address, request.application), "flv")
    except PublishRefused as e:
        await peer.refuse(f"{e.message} {e.remedy}".strip())
        return
    try:
        await peer.accept()
        while (data := await peer.next_data()) is not None:
            await stream.write(data)
    except PublishEnded as e:
        await peer.refuse(f"{e.message} {e.remedy}".strip())
    finally:
        await stream.close()


class _Peer:
    """The encoder at the other end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._rtmp = RtmpConnection()
        self._waiting: list[RtmpPublish] = []

    async def next_stream(self) -> RtmpPublish | None:
        """The next stream that the encoder wants to publish; None: there is none. Raises TimeoutError, EOFError."""
        async with asyncio.timeout(PUBLISH_S):
            while not self._waiting and not self._rtmp.closed:
                self._receive(await self._read())
                await self._send()
        return self._waiting.pop() if self._waiting else None

    async def accept(self) -> None:
        self._rtmp.accept()
        await self._send()

    async def refuse(self, sentence: str) -> None:
        self._rtmp.refuse(sentence)
        await self._send()

    async def next_data(self) -> bytes | None:
        """The next bytes of the FLV file; None: the stream has ended. Raises TimeoutError, EOFError."""
        if not self._rtmp.publishing:
            return None
        data = self._receive(b"")  # what has waited for `accept`
        async with asyncio.timeout(SILENCE_S):
            while not data and self._rtmp.publishing:
                data = self._receive(await self._read())
                await self._send()
        return data or None

    def _receive(self, data: bytes) -> bytes:
        events = self._rtmp.receive(data)
        self._waiting += [event for event in events if isinstance(event, RtmpPublish)]
        return b"".join(event.flv for event in events if isinstance(event, RtmpData))

    async def _read(self) -> bytes:
        data = await self._reader.read(BLOCK_BYTES)
        if not data:
            raise EOFError
        return data

    async def _send(self) -> None:
        if data := self._rtmp.data_to_send():
            self._writer.write(data)
            async with asyncio.timeout(SEND_S):
                await self._writer.drain()

    async def close(self) -> None:
        """Send what is left, and close."""
        with contextlib.suppress(OSError):  # includes TimeoutError
            async with asyncio.timeout(CLOSE_S):
                await self._drain()
                self._writer.close()
                await self._writer.wait_closed()
        self._writer.transport.abort()

    async def _drain(self) -> None:
        """Let the encoder read why it was refused: closing a socket with unread bytes would discard it."""
        if self._rtmp.closed and self._writer.can_write_eof():
            self._writer.write_eof()
            while await self._reader.read(BLOCK_BYTES):
                pass
