"""One live stream and 2,000 players that hold a blocking reload of its playlist, beside the same requests for nothing.

When a part is made, all of them are answered. The server tells when that was by a line in a file, on the clock that all
processes of a machine share. The reference is the health check, requested on all connections in one go, by the same
client on the same machine.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import httpx
import uvloop

from bench.channels import percentile
from bench.report import Row
from bench.serve import FFMPEG, RunningServer, serving, sign_up

PLAYERS = 2000
PARTS = 24  # that are measured
PARTS_OF_SEGMENT = 4
STEADY_SEGMENT = 6  # the first ones, in which the pictures of the encoder replace slate, may be shorter
REFERENCES = 5
LAST_MS, LAST_RATIO = 250.0, 2.0
NOTE_PARTS = """
import os, time
from otnet_server.live.edge import TrackEdge
add, notes = TrackEdge.add, open(os.environ["BENCH_PARTS"], "a", buffering=1)
def noted(self, part):
    print(part.track, part.segment, part.number, time.monotonic(), file=notes)
    add(self, part)
TrackEdge.add = noted
"""
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=f=440:r=48000")
ENCODED = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac")


class Reload(NamedTuple):
    """What a player waits for."""

    segment: int
    part: int

    @property
    def next(self) -> Reload:
        last = self.part == PARTS_OF_SEGMENT - 1
        return Reload(self.segment + 1, 0) if last else Reload(self.segment, self.part + 1)


class Player(asyncio.Protocol):
    """A connection with one request at a time, whose answers have a Content-Length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._buffer, self._missing = b"", -1
        self._answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def request(self, request: bytes) -> asyncio.Future[float]:
        """Send a request; the time at which its answer has come."""
        self._buffer, self._missing, self._answer = b"", -1, asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._buffer += data
            head, end, body = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                self._answer.set_exception(RuntimeError(self._buffer.decode()))
                return
            self._missing = int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0]) - len(body)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._answer.set_result(time.monotonic())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server has closed the connection"))


@dataclass
class Measured:
    """Times of all answers to one part, or to one round of the reference, in ms, sorted; and CPU seconds of each."""

    rounds: list[list[float]] = field(default_factory=list)
    cpu_s: float = 0.0

    def typical(self, share: float) -> float:
        """The median over all rounds of a percentile of each."""
        return statistics.median(percentile(times, share) for times in self.rounds)


async def connected(url: str, count: int) -> list[Player]:
    address, loop = urlsplit(url), asyncio.get_running_loop()
    assert address.hostname
    players: list[Player] = []
    while len(players) < count:
        batch = (loop.create_connection(Player, address.hostname, address.port or 80) for _ in range(50))
        players += [player for _, player in await asyncio.gather(*batch)]
    return players[:count]


async def measure(server: RunningServer, path: str, parts: Path, count: int) -> tuple[Measured, Measured]:
    """(the reloads, the reference)."""
    players, host = await connected(server.url, count), urlsplit(server.url).netloc
    first = next_part(parts)
    answers: dict[Reload, list[float]] = {}

    async def follow(player: Player, wanted: Reload) -> None:
        for _ in range(PARTS):
            query = f"?_HLS_msn={wanted.segment}&_HLS_part={wanted.part}&_HLS_skip=YES"
            at = await player.request(f"GET {path}{query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            answers.setdefault(wanted, []).append(at)
            wanted = wanted.next

    before, started = own_cpu_seconds(server.process.pid), time.monotonic()
    await asyncio.gather(*(follow(player, first.next.next) for player in players))
    spent, seconds = own_cpu_seconds(server.process.pid) - before, time.monotonic() - started
    parts_at = made_at(parts)
    seen = [(parts_at[r], times) for r, times in list(answers.items())[1:] if r in parts_at]
    reloads = Measured([sorted((at - made_s) * 1000 for at in times) for made_s, times in seen])
    reference = Measured()
    before = own_cpu_seconds(server.process.pid)
    for _ in range(REFERENCES):
        sent = time.monotonic()
        futures = [player.request(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()) for player in players]
        reference.rounds.append(sorted((at - sent) * 1000 for at in await asyncio.gather(*futures)))
    reference.cpu_s = (own_cpu_seconds(server.process.pid) - before) / REFERENCES
    before = own_cpu_seconds(server.process.pid)
    await asyncio.sleep(5)
    idle = (own_cpu_seconds(server.process.pid) - before) / 5
    reloads.cpu_s = (spent - idle * seconds) / PARTS
    for player in players:
        player.transport.abort()
    return reloads, reference


def own_cpu_seconds(pid: int) -> float:
    """The CPU time of a process without its children (proc_pid_stat(5)): without ffmpeg."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def made_at(parts: Path) -> dict[Reload, float]:
    """When each part of the pictures was made."""
    lines = (line.split() for line in parts.read_text().splitlines())
    return {Reload(int(s), int(p)): float(at) for track, s, p, at in lines if track == "video"}


def next_part(parts: Path) -> Reload:
    return max(made_at(parts)).next


@contextmanager
def publishing(url: str) -> Iterator[None]:
    argv = [FFMPEG, "-v", "error", "-nostdin", "-re", *PICTURE, *ENCODED, "-f", "flv", url]
    encoder = subprocess.Popen(argv)
    try:
        yield
    finally:
        encoder.kill()
        encoder.wait()


def playlist_of(server: RunningServer, client: httpx.Client, channel: str) -> str:
    """The path of the playlist of the pictures, once the stream has three segments."""
    while True:
        stream = client.get(f"/api/v1/dashboard/channels/{channel}/live").json()["stream"]
        main = f"/media/{stream['recording_id']}/main.m3u8" if stream is not None else ""
        answer = httpx.get(server.url + main) if main else None
        if answer is not None and answer.status_code == 200:
            uri = next(line for line in answer.text.splitlines() if line and not line.startswith("#"))
            path = f"{main.rpartition('/')[0]}/{uri}"
            httpx.get(server.url + path, timeout=30).raise_for_status()
            return path
        time.sleep(0.2)


def rows(work: Path, quick: bool) -> list[Row]:
    count = 300 if quick else PLAYERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count + 200:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))
    data, parts = work / "data-fanout", work / "parts.txt"
    environment = {"OTNET_PLUGINS__CONFIG": '{"ingest_rtmp": {"port": 0}, "ingest_srt": {"port": 0}}',
                   "BENCH_PARTS": str(parts)}  # fmt: skip
    with serving(
        data, "--library", str(work / "empty"), "--public", prelude=NOTE_PARTS, **environment
    ) as server, sign_up(server, data) as client:  # fmt: skip
        values = {"name": "Live", "language": "en", "status": "on"}
        channel = client.post("/api/v1/dashboard/channels", json=values).raise_for_status().json()["id"]
        keys = f"/api/v1/dashboard/channels/{channel}/stream_keys"
        address = client.post(keys, json={"name": "Bench"}).raise_for_status().json()["rtmp_url"]
        with publishing(address):
            path = playlist_of(server, client, channel)
            while next_part(parts).segment < STEADY_SEGMENT:
                time.sleep(0.2)
            reloads, reference = uvloop.run(measure(server, path, parts, count))
    last, reference_last = reloads.typical(1), reference.typical(1)
    detail = (
        f"{last / reference_last:.1f} × the health check; median {reloads.typical(0.5):.0f} ms, "
        f"p99 {reloads.typical(0.99):.0f} ms, {reloads.cpu_s:.3f} s of CPU a part; health check median "
        f"{reference.typical(0.5):.0f} ms, p99 {reference.typical(0.99):.0f} ms, last {reference_last:.0f} ms, "
        f"{reference.cpu_s:.3f} s of CPU"
    )
    ok = last <= max(LAST_MS, LAST_RATIO * reference_last)
    reach = f"≤ {LAST_MS:g}, or {LAST_RATIO:g} × the health check"
    return [Row(f"{count:,} held reloads of one stream, last answer", last, "ms", reach, ok, detail)]
