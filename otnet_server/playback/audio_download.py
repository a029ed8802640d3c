"""A title's sound as one thing: a file that podcast programs fetch, and its waveform as a picture of it.

Both are made from the published segments of the first audio rendition, when somebody asks first, and kept. The file is
the same AAC, remuxed with its index in front (ISO/IEC 14496-12 §8.1.1), because podcast programs seek by byte ranges
in a plain `.m4a`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from otnet_server.binaries import Binaries
from otnet_server.media.revision import Revision
from otnet_server.pipeline.publish import object_key
from otnet_server.process.command import Command, Limits
from otnet_server.process.ffmpeg_input import input_args
from otnet_server.protocols import Run, Storage, StoredObject

FILE, WAVE = "sound.m4a", "waveform.json"
BARS, RATE, QUIET = 400, 8000, 0.001
LEVEL = "lavfi.astats.Overall.Peak_level"
LIMITS = Limits(wall_s=900, idle_s=120, memory_bytes=2 << 30, file_bytes=8 << 30)


class AudioDownloads:
    def __init__(self, storage: Storage, binaries: Binaries, run: Run, work: Path) -> None:
        self._storage, self._binaries, self._run, self._work = storage, binaries, run, work
        self._making: dict[str, asyncio.Future[None]] = {}
        self._room = asyncio.Semaphore(1)

    async def file(self, revision: Revision) -> StoredObject | None:
        """The whole sound as one file; None while it is still being encoded, or without sound."""
        return await self._kept(revision, FILE, self._remux)

    async def waveform(self, revision: Revision) -> bytes | None:
        """A JSON list of about `BARS` peaks from 0 to 1, evenly spread over the title."""
        kept = await self._kept(revision, WAVE, self._measure)
        return await self._storage.get(kept.key) if kept is not None else None

    async def _kept(self, revision: Revision, name: str, make: Callable[[Revision, Path], Any]) -> StoredObject | None:
        if not revision.ready or not revision.plan.audio:
            return None
        key = object_key(revision.media, revision.id, name)
        found = await self._storage.stat(key)
        if found is not None:
            return found
        if key not in self._making:
            self._making[key] = asyncio.ensure_future(self._make(revision, key, make))
            self._making[key].add_done_callback(lambda _: self._making.pop(key, None))
        await asyncio.shield(self._making[key])
        return await self._storage.stat(key)

    async def _make(self, revision: Revision, key: str, make: Callable[[Revision, Path], Any]) -> None:
        work = self._work / f"sound-{secrets.token_hex(6)}"
        async with self._room:
            await asyncio.to_thread(work.mkdir, parents=True)
            try:
                await self._join(revision, work / "joined.mp4")
                await self._storage.put(key, await make(revision, work))
            finally:
                await asyncio.to_thread(shutil.rmtree, work, True)

    async def _join(self, revision: Revision, to: Path) -> None:
        """Init and segments, one after the other, are a fragmented file."""
        audio = revision.plan.audio[0]
        names = ["init.mp4", *(f"{time}.m4s" for time, _ in revision.planned_timeline(audio.name).spans)]
        with to.open("wb") as f:
            for name in names:
                part = await self._storage.get(object_key(revision.media, revision.id, audio.name, name))
                await asyncio.to_thread(f.write, part)

    async def _remux(self, revision: Revision, work: Path) -> bytes:
        out = work / FILE
        how = ("-map", "0:a:0", "-c", "copy", "-map_metadata", "-1", "-movflags", "+faststart", "-f", "ipod")
        await self._run(self._ffmpeg(work, *how, f"file:{out}"))
        return await asyncio.to_thread(out.read_bytes)

    async def _measure(self, revision: Revision, work: Path) -> bytes:
        lines: list[str] = []
        each = max(1, round(revision.plan.duration_s * RATE / BARS))
        graph = (
            f"aresample={RATE},asetnsamples=n={each},astats=metadata=1:reset=1:measure_perchannel=none:"
            f"measure_overall=Peak_level,ametadata=print:key={LEVEL}:file=-"
        )
        command = self._ffmpeg(work, "-map", "0:a:0", "-ac", "1", "-af", graph, "-f", "null", "-")
        await self._run(command, on_line=lines.append)
        return json.dumps(bars(lines)).encode()

    def _ffmpeg(self, work: Path, *arguments: str) -> Command:
        argv = (self._binaries.ffmpeg, "-v", "error", "-nostdin", *input_args("mov", work / "joined.mp4"), *arguments)
        return Command(argv, work, reads=(work,), writes=(work,), limits=LIMITS, nice=10)


def bars(lines: list[str]) -> list[float]:
    """Peaks, the loudest of which is 1, of what `astats` printed in dB. Pure."""
    told = [line.partition("=")[2] for line in lines if line.startswith(LEVEL)][:BARS]
    peaks = [0.0 if "inf" in v or "nan" in v else 10 ** (float(v) / 20) for v in told]
    loudest = max(peaks, default=0.0)
    return [round(p / loudest, 3) if loudest > QUIET else 0.0 for p in peaks]
