"""A server with a camera that shows the time of day in its picture: `python -m tests.live.camera DATA SECONDS [TIMES]`.

The top row of the picture has 32 blocks of 20 × 20 pixels, which are the bits of the milliseconds of the clock, the
lowest first. With TIMES, the camera is killed after so many seconds, starts again two seconds later, and so on.

The first line on stdout that begins with `{` is `{"url": …, "media": …}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path

from otnet_server.live.connection import Connection
from tests.harness import FFMPEG
from tests.live.running import ENCODED, media_of, running

WIDTH, HEIGHT, RATE, BLOCK = 640, 360, 25, 20


def picture(milliseconds: int) -> bytes:
    row = b"".join((b"\xeb" if milliseconds >> bit & 1 else b"\x10") * BLOCK for bit in range(32))
    return row * BLOCK + bytes([128]) * (WIDTH * (HEIGHT - BLOCK))


async def film(connection: Connection, seconds: float) -> None:
    argv = (
        "-f", "rawvideo", "-pixel_format", "gray", "-video_size", f"{WIDTH}x{HEIGHT}", "-framerate", str(RATE),
        "-i", "pipe:0", "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", *ENCODED, "-",
    )  # fmt: skip
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(FFMPEG, "-v", "error", *argv, stdin=pipe, stdout=pipe)
    assert process.stdin and process.stdout
    reading = asyncio.ensure_future(_pass_on(process.stdout, connection))
    started = time.monotonic()
    try:
        for number in range(int(seconds * RATE)):
            await asyncio.sleep(max(0.0, started + number / RATE - time.monotonic()))
            process.stdin.write(picture(int(time.time() * 1000) & 0xFFFF_FFFF))
            await process.stdin.drain()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(reading, process.wait())
        await connection.close()


async def _pass_on(output: asyncio.StreamReader, connection: Connection) -> None:
    while data := await output.read(16384):
        await connection.write(data)


async def main(data: Path, seconds: float, times: int = 1) -> None:
    async with running(data, grace_s=10) as run:
        filming = asyncio.ensure_future(film(await run.server.live.open(run.channel, "flv"), seconds))
        print(json.dumps({"url": run.url, "media": await media_of(run)}), flush=True)
        await filming
        for _ in range(times - 1):
            await asyncio.sleep(2)
            await film(await run.server.live.open(run.channel, "flv"), seconds)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:])))
