"""ffmpeg as a WHIP publisher."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator

from tests.harness import FFMPEG
from tests.live.encoder import PICTURE, TONE

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
