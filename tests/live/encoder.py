"""ffmpeg as an encoder that publishes, and as a reader of what has arrived."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from tests.harness import FFMPEG

PICTURE = ["-re", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25"]
TONE = ["-re", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"]
HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-c:a", "aac"]


async def publish_ts(to: str, seconds: float = 1.2) -> str:
    """Publish MPEG-TS, as for SRT. A connection that the server ends is an error too."""
    errors = await publish(to, seconds, H264, container="mpegts")
    if errors:
        raise ConnectionError(errors)
    return errors


async def publish(
    to: str, seconds: float = 0.6, codecs: list[str] = H264, *options: str, container: str = "flv"
) -> str:
    """Publish with ffmpeg in real time; what it prints. Raises ConnectionError if it fails."""
    argv = [
        FFMPEG,
        "-hide_banner",
        "-v",
        "error",
        *PICTURE,
        *TONE,
        "-t",
        str(seconds),
        *codecs,
        *options,
        "-f",
        container,
        to,
    ]
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(30):
            _, errors = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ConnectionError(errors.decode())
    return errors.decode()


@contextlib.asynccontextmanager
async def started(to: str, container: str = "flv") -> AsyncIterator[asyncio.subprocess.Process]:
    """ffmpeg, which publishes until the end."""
    argv = [FFMPEG, "-hide_banner", "-v", "error", *PICTURE, *TONE, "-t", "30", *H264, "-f", container, to]
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def probe(data: bytes, path: Path) -> str:
    """What ffmpeg says about a file that it decodes completely; fails on any error."""
    path.write_bytes(data)
    argv = [FFMPEG, "-hide_banner", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def duration_s(report: str) -> float:
    return float(report.rsplit("time=", 1)[1].split(" ")[0].rsplit(":", 1)[1])
