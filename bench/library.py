"""A library of 100,000 files: first index, rescan, the API meanwhile, and the start of a server that has it.

The references are a bare walk through the files, and a Python process that imports Typer and Rich.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bench.report import Row, timed
from bench.serve import serving
from otnet_server.config import load
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.library import Libraries


def make_files(folder: Path, count: int) -> None:
    for i in range(count):
        subfolder = folder / f"{i // 1000:03d}"
        if i % 1000 == 0:
            subfolder.mkdir(parents=True, exist_ok=True)
        (subfolder / f"clip {i}.mp4").write_bytes(b"not a film %d" % i)


async def scans(library: Path, data: Path) -> tuple[float, float]:
    """(seconds of the first index, seconds of a rescan without change)."""
    settings = load(overrides={"data": data, "libraries": [{"path": library, "name": "library"}]})
    data.mkdir(parents=True, exist_ok=True)
    url = url_of("", data)
    migrate(url)
    db = Database(url)

    async def nothing(_: object) -> None: ...

    libraries = Libraries(settings, FileRepository(db), nothing, nothing)
    started = time.perf_counter()
    await libraries.scan("library", interactive=False)
    first = time.perf_counter() - started
    started = time.perf_counter()
    await libraries.scan("library", interactive=False)
    rescan = time.perf_counter() - started
    await db.close()
    return first, rescan


def walk_s(library: Path) -> float:
    """Seconds of a walk through all files that reads their sizes and times."""
    started, folders = time.perf_counter(), [str(library)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    entry.stat()
    return time.perf_counter() - started


def import_s() -> float:
    """Seconds that Python needs to start and to import Typer and Rich."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import typer, rich"], check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def response_times_ms(library: Path, data: Path) -> list[float]:
    """Milliseconds of API answers while a new server finds the same files for the first time."""
    times: list[float] = []
    with serving(data, "--library", str(library), "--public") as server, httpx.Client(base_url=server.url) as client:
        for _ in range(300):
            started = time.perf_counter()
            client.get("/api/v1/media?limit=20").raise_for_status()
            times.append(1000 * (time.perf_counter() - started))
            time.sleep(0.02)
    return times


def rows(work: Path, quick: bool) -> list[Row]:
    count = 20_000 if quick else 100_000
    library = work / "many"
    make_files(library, count)
    first, rescan = asyncio.run(scans(library, work / "data-many"))
    busy = response_times_ms(library, work / "data-busy")
    p99 = statistics.quantiles(busy, n=100)[98]
    starts = []
    for _ in range(3):
        with serving(work / "data-many", "--library", str(work / "empty"), "--public") as server:
            starts.append(server.started_s)
    start, walk, imports = statistics.median(starts), walk_s(library), import_s()
    indexed = count / first >= 2000 or walk / first >= 0.1
    return [
        Row(f"first index of {count:,} files", count / first, "files/s", "≥ 2,000, or 0.1 × the reference", indexed,
            f"{first:.1f} s; {walk / first:.2f} × walk alone: {count / walk:,.0f} files/s"),
        Row(f"rescan of {count:,} files without change", rescan, "s", "≤ 5", rescan <= 5, ""),
        Row("API while they are found, p99", p99, "ms", "≤ 50", p99 <= 50, f"median {statistics.median(busy):.1f} ms"),
        timed(f"server start with {count:,} titles", start, "s", 1.5, imports, 15, "import of Typer and Rich",
              "to the first answer"),
    ]  # fmt: skip
