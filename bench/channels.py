"""Channels on one core: 1,000 of them, whose players poll 2,000 times a second, beside the same requests for nothing.

Two schedules are measured. With titles of five minutes, channels are what operators have. With titles of 20 seconds,
50 airings begin each second and a window shows 30 of them: the worst case.

The reference is the health check of the same server, requested at the same rate: what the HTTP server and the client of
this benchmark take. Latencies are measured from the time at which a request should have been sent, so that a server
that falls behind is seen. Where the health check itself takes longer than `P99_MS`, the machine or the client is the
limit.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from bench import channel_manifests
from bench.delivery import cpu_seconds
from bench.report import Row
from bench.serve import run_ffmpeg, serving, sign_up

RATE = 2000  # requests a second
CONNECTIONS = 40
SECONDS = 10.0
PLAYOUT_SECONDS = 45.0  # longer than the time between two additions to a channel
P99_MS, P99_RATIO = 5.0, 6.0
PLAYOUT_CORES, PLAYOUT_RATIO = 0.1, 0.5
FLAT_MEMORY = 1.05
LENGTHS = {"minutes": 300, "20 s": 20}  # of titles, in seconds
TITLES = 3  # of each length
RENDITIONS = ("720p", "360p", "audio-en")


async def polled(url: str, paths: Sequence[str], seconds: float = SECONDS) -> list[float]:
    """Request the paths in turn, `RATE` times a second over `CONNECTIONS` connections; the latencies in ms, sorted."""
    address = urlsplit(url)
    latencies: list[float] = []
    requests = [f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode() for path in paths]
    start = time.perf_counter() + 0.5

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1 << 20)
        for n in range(number, int(RATE * seconds), CONNECTIONS):
            due = start + n / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(requests[n % len(requests)])
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
    count, library, data = 100 if quick else 1000, work / "channels", work / "data-channels"
    templates = _make_channels(library, data)
    measured = []
    for length, template in templates.items():
        ids = _copy_channel(data, template, count)
        measured += _measure(library, data, length, ids)
        _switch_off(data)
    return [*measured, *channel_manifests.rows(data, templates["minutes"])]


def _make_channels(library: Path, data: Path) -> dict[str, str]:
    """A library and a channel for each length of titles; the ids of the channels."""
    library.mkdir()
    for length, seconds in LENGTHS.items():
        for number in range(TITLES):
            # Few pictures and pixels: the length matters, and encoding is not what is measured.
            picture = f"testsrc2=size={'640x360:rate=25' if seconds < 60 else '256x144:rate=10'}"
            tone, codec = f"sine=f={300 + number}:r=48000", ["-c:v", "libx264", "-preset", "ultrafast"]
            encoded = ["-t", str(seconds), *codec, "-pix_fmt", "yuv420p", "-c:a", "aac"]
            path = library / f"{length} {number}.mp4"
            run_ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone, *encoded, str(path))
    ids = {}
    with serving(data, "--library", str(library), "--public") as server, sign_up(server, data) as client:
        ready = 0
        while ready < TITLES * len(LENGTHS):
            ready = sum(m["state"] == "ready" for m in server.json("/api/v1/media")["items"])
            time.sleep(0.5)
        content = client.get("/api/v1/dashboard/content").json()["items"]
        for length in LENGTHS:
            titles = [item["id"] for item in content if item["title"].startswith(length)]
            assert len(titles) == TITLES, content
            values = {"name": length, "language": "en", "status": "on", "scheduler": "loop", "titles": titles}
            ids[length] = client.post("/api/v1/dashboard/channels", json=values).raise_for_status().json()["id"]
        for id in ids.values():  # the slate is made
            while client.get(f"/channels/{id}/main.m3u8").status_code != 200:
                time.sleep(0.5)
    _switch_off(data)
    return ids


def _copy_channel(data: Path, template: str, count: int) -> list[str]:
    """Channels like another one, each with its titles in another order; the server is not running."""
    ids = [f"{number:04x}{template[4:]}" for number in range(count)]
    with closing(sqlite3.connect(data / "otnet.db")) as db, db:
        names = [row[1] for row in db.execute("PRAGMA table_info(channel)")]
        row = dict(zip(names, db.execute("SELECT * FROM channel WHERE id = ?", (template,)).fetchone(), strict=True))
        titles = [t for (t,) in db.execute("SELECT target FROM channel_titles WHERE record = ?", (template,))]
        for number, id in enumerate(ids):
            values = row | {"id": id, "name": f"Channel {number}", "slug": id, "status": "on"}
            db.execute(f"INSERT INTO channel VALUES ({','.join('?' * len(names))})", list(values.values()))
            places = [(id, titles[(number + n) % len(titles)], n) for n in range(len(titles))]
            db.executemany("INSERT INTO channel_titles (record, target, position) VALUES (?, ?, ?)", places)
    return ids


def _switch_off(data: Path) -> None:
    with closing(sqlite3.connect(data / "otnet.db")) as db, db:
        db.execute("UPDATE channel SET status = 'off'")


def _measure(library: Path, data: Path, length: str, ids: Sequence[str]) -> list[Row]:
    paths = [f"/channels/{id}/{name}/index.m3u8" for id in ids for name in RENDITIONS]
    random.Random(0).shuffle(paths)
    with serving(data, "--library", str(library), "--public") as server:
        pid, started = server.process.pid, time.monotonic()
        while _count(data, "DISTINCT channel", ids) < len(ids):
            time.sleep(0.5)
        started_s = time.monotonic() - started
        time.sleep(3)
        asyncio.run(polled(server.url, paths, 6))  # what is read once
        before, memory = cpu_seconds(pid), _memory(pid)
        latencies = asyncio.run(polled(server.url, paths))
        request_ms = (cpu_seconds(pid) - before) * 1000 / len(latencies)
        grown = _memory(pid) / memory
        before = cpu_seconds(pid)
        nothing = asyncio.run(polled(server.url, ["/healthz"]))
        nothing_ms = (cpu_seconds(pid) - before) * 1000 / len(nothing)
        airings, before = _count(data, "*", ids), cpu_seconds(pid)
        time.sleep(PLAYOUT_SECONDS)
        playout, added = max(0.0, cpu_seconds(pid) - before) / PLAYOUT_SECONDS, _count(data, "*", ids) - airings
    p99, reference = percentile(latencies, 0.99), percentile(nothing, 0.99)
    detail = (
        f"median {statistics.median(latencies):.2f} ms, {request_ms:.3f} ms CPU a request; health check p99 "
        f"{reference:.2f} ms, {nothing_ms:.3f} ms CPU; all channels were on air after {started_s:.0f} s"
    )
    ok = p99 <= max(P99_MS, P99_RATIO * reference)
    what = f"{len(ids):,} channels of titles of {length}"
    limit = max(PLAYOUT_CORES, PLAYOUT_RATIO * nothing_ms * RATE / 1000)
    return [
        Row(f"{what}, polls at {RATE:,}/s, p99", p99, "ms", f"≤ {P99_MS:g}, or {P99_RATIO:g} × the health check", ok,
            detail),
        Row(f"{what}, memory after 10 s", grown, "×", f"≤ {FLAT_MEMORY:g}", grown <= FLAT_MEMORY,
            f"{memory / 2**20:.0f} MB before"),
        Row(f"{what}, playout alone", playout, "cores", f"≤ {PLAYOUT_CORES:g}, or half of {RATE:,} health checks/s",
            playout <= limit, f"{added / PLAYOUT_SECONDS:.1f} airings/s"),
    ]  # fmt: skip


def _count(data: Path, what: str, ids: Sequence[str]) -> int:
    """A count of the stored airings of channels."""
    with closing(sqlite3.connect(data / "otnet.db")) as db:
        query = f"SELECT count({what}) FROM airing WHERE channel IN ({','.join('?' * len(ids))})"
        return int(db.execute(query, ids).fetchone()[0])


def _memory(pid: int) -> int:
    """Resident memory of a process in bytes (proc_pid_statm(5))."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
