"""The audio of a media as one file for podcast clients, and its waveform.

Both are made from the published segments of the first audio rendition on the first request, and stored. The file
contains the same AAC, remuxed with its index at the start (ISO/IEC 14496-12 §8.1.1), because podcast clients seek in
`.m4a` files by byte ranges.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from otnet_server.binaries import Binaries
from otnet_server.media import urls
from otnet_server.media.revision import Revision
from otnet_server.pipeline.publish import Publisher
from otnet_server.process.command import Command, Limits
from otnet_server.process.ffmpeg_input import input_args
from otnet_server.protocols import Run, Storage, StoredObject, Workspace
from otnet_server.storage.objects import read_object, save_object

WAVEFORM_FILE = "waveform.json"
WAVEFORM_BARS = 400
ANALYSIS_RATE = 8000
SILENT_PEAK = 0.001
PEAK_LEVEL_KEY = "lavfi.astats.Overall.Peak_level"
PROCESS_LIMITS = Limits(wall_s=900, idle_s=120, memory_bytes=2 << 30, file_bytes=8 << 30)


class AudioDownloads:
    def __init__(self, storage: Storage, binaries: Binaries, run: Run, work: Path, publisher: Publisher) -> None:
        self._storage, self._binaries, self._run, self._work = storage, binaries, run, work
        self._publisher = publisher
        self._pending: dict[str, asyncio.Future[None]] = {}
        self._semaphore = asyncio.Semaphore(1)

    async def file(self, revision: Revision) -> StoredObject | None:
        """The audio file; None while the revision is not ready, without audio, and for one that is encrypted, because
        the file is not."""
        if revision.protection is not None:
            return None
        return await self._get_or_create(revision, urls.AUDIO_FILE, self._remux)

    async def waveform(self, revision: Revision) -> bytes | None:
        """A JSON list of about `WAVEFORM_BARS` peaks from 0 to 1, evenly spaced over the duration; None while the
        revision is not ready, or without audio."""
        stored = await self._get_or_create(revision, WAVEFORM_FILE, self._measure)
        return await read_object(self._storage, stored.key) if stored is not None else None

    async def _get_or_create(
        self, revision: Revision, name: str, create: Callable[[Revision, Path], Awaitable[Path]]
    ) -> StoredObject | None:
        if not revision.ready or not revision.plan.audio:
            return None
        key = urls.storage_key(revision.media, revision.id, name)
        stored = await self._storage.stat(key)
        if stored is not None:
            return stored
        if key not in self._pending:
            self._pending[key] = asyncio.ensure_future(self._create(revision, key, create))
            self._pending[key].add_done_callback(lambda _: self._pending.pop(key, None))
        await asyncio.shield(self._pending[key])
        return await self._storage.stat(key)

    async def _create(self, revision: Revision, key: str, create: Callable[[Revision, Path], Awaitable[Path]]) -> None:
        work = self._work / f"sound-{secrets.token_hex(6)}"
        async with self._semaphore:
            await asyncio.to_thread(work.mkdir, parents=True)
            try:
                await self._join_segments(revision, work / "joined.mp4")
                await self._storage.put_file(key, await create(revision, work))
            finally:
                await asyncio.to_thread(shutil.rmtree, work, True)

    async def _join_segments(self, revision: Revision, target: Path) -> None:
        """Write the init segment and all segments to one fragmented file, without their encryption."""
        audio = revision.plan.audio[0]
        times = [time for time, _ in revision.planned_timeline(audio.name).spans]
        paths = [f"{audio.name}/{urls.INIT_SEGMENT}", *(urls.segment_path(audio.name, time) for time in times)]
        for path in paths:
            await save_object(self._storage, urls.storage_key(revision.media, revision.id, path), target)
        if revision.protection is not None:
            workspace = Workspace(target.parent, self._run, PROCESS_LIMITS, 10)
            files = await self._publisher.decrypt(revision, audio.name, 0, {audio.name: target}, workspace, audio)
            await asyncio.to_thread(files[audio.name].rename, target)

    async def _remux(self, revision: Revision, work: Path) -> Path:
        out = work / urls.AUDIO_FILE
        options = ("-map", "0:a:0", "-c", "copy", "-map_metadata", "-1", "-movflags", "+faststart", "-f", "ipod")
        await self._run(self._ffmpeg(work, *options, f"file:{out}"))
        return out

    async def _measure(self, revision: Revision, work: Path) -> Path:
        lines: list[str] = []
        samples_per_bar = max(1, round(revision.plan.duration_s * ANALYSIS_RATE / WAVEFORM_BARS))
        graph = (
            f"aresample={ANALYSIS_RATE},asetnsamples=n={samples_per_bar},astats=metadata=1:reset=1:measure_perchannel=none:"
            f"measure_overall=Peak_level,ametadata=print:key={PEAK_LEVEL_KEY}:file=-"
        )
        command = self._ffmpeg(work, "-map", "0:a:0", "-ac", "1", "-af", graph, "-f", "null", "-")
        await self._run(command, on_line=lines.append)
        out = work / WAVEFORM_FILE
        await asyncio.to_thread(out.write_text, json.dumps(waveform_peaks(lines)))
        return out

    def _ffmpeg(self, work: Path, *arguments: str) -> Command:
        argv = (self._binaries.ffmpeg, "-v", "error", "-nostdin", *input_args("mov", work / "joined.mp4"), *arguments)
        return Command(argv, work, reads=(work,), writes=(work,), limits=PROCESS_LIMITS, nice=10)


def waveform_peaks(lines: list[str]) -> list[float]:
    """Peaks relative to the loudest one, from the lines that ffmpeg's `astats` filter printed in dB. Pure."""
    levels = [line.partition("=")[2] for line in lines if line.startswith(PEAK_LEVEL_KEY)][:WAVEFORM_BARS]
    peaks = [0.0 if "inf" in v or "nan" in v else 10 ** (float(v) / 20) for v in levels]
    loudest = max(peaks, default=0.0)
    return [round(p / loudest, 3) if loudest > SILENT_PEAK else 0.0 for p in peaks]
