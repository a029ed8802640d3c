"""Channels on one core: 1,000 of them, whose players poll 2,000 times a second, beside the same requests for nothing.

The reference is the health check of the same server, requested at the same rate: what the HTTP server and the client of
this benchmark take. Latencies are measured from the time at which a request should have been sent, so that a server
that falls behind is seen.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bench.delivery import cpu_seconds
from bench.report import Row
from bench.serve import run_ffmpeg, serving, sign_up

RATE = 2000  # requests a second
CONNECTIONS = 40
SECONDS = 10.0
P99_MS, P99_RATIO = 5.0, 6.0
TITLES = 3
RENDITIONS = ("720p", "360p", "audio-en")


async def polled(url: str, paths: Sequence[str], seconds: float = SECONDS) -> list[float]:
    """Request the paths in turn, `RATE` times a second over `CONNECTIONS` connections; the latencies in ms, sorted."""
    address = urlsplit(url)
    latencies: list[float] = []
    start = time.perf_counter() + 0.5

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for n in range(number, int(RATE * seconds), CONNECTIONS):
            due = start + n / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(f"GET {paths[n % len(paths)]} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0]))
            latencies.append((time.perf_counter() - due) * 1000)
        writer.close()

    await asyncio.gather(*(one(n) for n in range(CONNECTIONS)))
    return sorted(latencies)


def percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def rows(work: Path, quick: bool) -> list[Row]:
    count = 100 if quick else 1000
    library = work / "channels"
    library.mkdir()
    for number in range(TITLES):
        picture, tone = "testsrc2=size=640x360:rate=25", f"sine=f={300 + number}:r=48000"
        encoded = ["-t", "20", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        run_ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, *encoded, str(library / f"{number}.mp4"))
    data = work / "data-channels"
    with serving(data, "--library", str(library), "--public") as server, sign_up(server, data) as client:
        ready = 0
        while ready < TITLES:
            ready = sum(m["state"] == "ready" for m in server.json("/api/v1/media")["items"])
            time.sleep(0.5)
        titles = [item["id"] for item in client.get("/api/v1/dashboard/content").json()["items"]]
        channels = []
        for number in range(count):
            titles = titles[1:] + titles[:1]
            values = {"name": f"Channel {number}", "language": "en", "status": "on", "scheduler": "loop",
                      "titles": titles}  # fmt: skip
            while (answer := client.post("/api/v1/dashboard/channels", json=values)).status_code == 429:
                time.sleep(float(answer.headers["retry-after"]))
            channels.append(answer.raise_for_status().json()["id"])
        paths = [f"/channels/{id}/{name}/index.m3u8" for id in channels for name in RENDITIONS]
        random.Random(0).shuffle(paths)
        for path in paths[:: len(RENDITIONS)]:
            while httpx.get(server.url + path).status_code != 200:
                time.sleep(1)
        asyncio.run(polled(server.url, paths, 2))
        before, memory = cpu_seconds(server.process.pid), _memory(server.process.pid)
        latencies = asyncio.run(polled(server.url, paths))
        load = (cpu_seconds(server.process.pid) - before) / SECONDS
        grown = _memory(server.process.pid) - memory
        nothing = asyncio.run(polled(server.url, ["/healthz"]))
        idle = cpu_seconds(server.process.pid)
        time.sleep(5)
        idle = (cpu_seconds(server.process.pid) - idle) / 5
    p99, reference = percentile(latencies, 0.99), percentile(nothing, 0.99)
    detail = (
        f"median {statistics.median(latencies):.2f} ms, {load:.2f} cores, playout alone {idle:.2f} cores, "
        f"memory {grown / 2**20:+.0f} MB; health check p99 {reference:.2f} ms"
    )
    ok = p99 <= max(P99_MS, P99_RATIO * reference)
    what = f"{count:,} channels, polls at {RATE:,}/s, p99"
    return [Row(what, p99, "ms", f"≤ {P99_MS:g}, or {P99_RATIO:g} × the health check", ok, detail)]


def _memory(pid: int) -> int:
    """Resident memory of a process in bytes (proc_pid_statm(5))."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
