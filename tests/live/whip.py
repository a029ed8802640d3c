"""ffmpeg as a WHIP publisher, and a browser that watches a preview."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.harness import FFMPEG
from tests.live.encoder import PICTURE, TONE

pytest.importorskip("aiortc")
from aiortc import RTCPeerConnection, RTCSessionDescription

CODECS = [
    "-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast", "-tune", "zerolatency", "-bf", "0", "-g", "25",
    "-pix_fmt", "yuv420p", "-c:a", "libopus", "-ar", "48000", "-ac", "2",
]  # fmt: skip


@contextlib.asynccontextmanager
async def publishing(url: str, key: str, seconds: float = 30) -> AsyncIterator[asyncio.subprocess.Process]:
    argv = [FFMPEG, "-hide_banner", "-v", "error", *PICTURE, *TONE, "-t", str(seconds), *CODECS, "-f", "whip",
            "-authorization", key, url]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def publish(url_and_key: str, seconds: float = 1.2) -> None:
    """Publish to an address with the key behind #. Raises ConnectionError when that fails; ffmpeg itself does not notice
    that the server has closed the connection, and waits."""
    url, _, key = url_and_key.partition("#")
    async with publishing(url, key, seconds) as process:
        try:
            async with asyncio.timeout(seconds + 6):
                _, errors = await process.communicate()
        except TimeoutError:
            raise ConnectionError("the server has closed the connection") from None
    if process.returncode:
        raise ConnectionError(errors.decode())


class Watcher:
    """A browser with aiortc: what it sees and hears of a preview. `delays` are those of the clock in the picture (see
    `camera.py`) in milliseconds, `loudest` is the highest sample."""

    def __init__(self) -> None:
        self.delays, self.clocks, self.loudest = list[int](), set[int](), 0
        self._connection = RTCPeerConnection()
        self._tasks: list[asyncio.Task[None]] = []
        self._connection.on("track", self._follow)

    async def offer(self) -> str:
        for kind in ("video", "audio"):
            self._connection.addTransceiver(kind, direction="recvonly")
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def connect(self, answer: str) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()

    def _follow(self, track: Any) -> None:
        self._tasks.append(asyncio.ensure_future(self._see(track) if track.kind == "video" else self._hear(track)))

    async def _see(self, track: Any) -> None:
        while True:
            plane = (await track.recv()).planes[0]
            row = bytes(plane)[10 * plane.line_size : 10 * plane.line_size + plane.width]
            block = plane.width / 32
            clock = sum((row[int((bit + 0.5) * block)] > 128) << bit for bit in range(32))
            self.clocks.add(clock)
            self.delays.append((int(time.time() * 1000) & 0xFFFF_FFFF) - clock)

    async def _hear(self, track: Any) -> None:
        while True:
            samples = memoryview(bytes((await track.recv()).planes[0])).cast("h")
            self.loudest = max(self.loudest, *samples)
