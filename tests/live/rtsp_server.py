"""A camera: an RTSP server (RFC 2326) that sends H.264 over its TCP connection."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import subprocess
from collections.abc import AsyncIterator

from tests.harness import FFMPEG
from tests.live.encoder import PICTURE

SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track1\r\n"
)


@contextlib.asynccontextmanager
async def camera() -> AsyncIterator[int]:
    """Yields its port."""
    async with await asyncio.start_server(_connected, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sending: asyncio.Task[None] | None = None
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method = head.lstrip("\x00").split(" ")[0]
            number = re.search(r"CSeq: *(\d+)", head)
            assert number, head
            answer = f"RTSP/1.0 200 OK\r\nCSeq: {number[1]}\r\nSession: 1\r\n"
            body = SDP if method == "DESCRIBE" else ""
            if method == "SETUP":
                answer += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
            if body:
                answer += f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{answer}\r\n{body}".encode())
            if method == "PLAY":
                sending = asyncio.ensure_future(_send(writer))
            if method == "TEARDOWN":
                break
    if sending is not None:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    writer.close()


async def _send(writer: asyncio.StreamWriter) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.bind(("127.0.0.1", 0))
        packets.setblocking(False)
        argv = [FFMPEG, "-v", "error", *PICTURE, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25",
                "-pix_fmt", "yuv420p", "-bsf:v", "dump_extra", "-payload_type", "96",
                "-f", "rtp", f"rtp://127.0.0.1:{packets.getsockname()[1]}?pkt_size=1200"]  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while True:
                packet = await asyncio.get_running_loop().sock_recv(packets, 2000)
                writer.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                await writer.drain()
        finally:
            process.kill()
            await process.wait()
