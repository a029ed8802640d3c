"""What each kind of task does. Every stage is idempotent: run again, it ends the same.

`prepare` looks at the file and makes the plan; the others make one piece (or, in one pass, many) of a
title and publish it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ElementTree as Tree

from defusedxml import ElementTree

from otnet_server.binaries import Binaries
from otnet_server.config import Settings
from otnet_server.errors import MediaError, StorageUnavailable
from otnet_server.logs import log
from otnet_server.media import webvtt
from otnet_server.media.filenames import SUBTITLE_FORMATS, match_subtitle
from otnet_server.media.plan import Plan, Sidecar, plan_title
from otnet_server.media.revision import Revision
from otnet_server.media.states import State
from otnet_server.pipeline.probe import probe
from otnet_server.pipeline.progress import Progress
from otnet_server.pipeline.publish import Publisher, key_of
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.process.command import Limits as ProcessLimits
from otnet_server.process.command import ProcessFailed
from otnet_server.protocols import EncodeContext, Encoder, MetadataProvider, Run, Storage, Task

MAX_SIDECAR = 16 << 20


@dataclass
class Job:
    """A revision being worked on. `interactive`: somebody just dropped the file, or wants to watch it; the others are
    a backlog.
    `ended` are growing tracks that have reached their end, `busy` the tasks being done."""

    media: str
    revision_id: str
    library: str
    source: Path
    state: State
    order: int
    seen: tuple[int, int]
    interactive: bool = False
    revision: Revision | None = None
    progress: Progress = field(default_factory=Progress)
    ended: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)

    def source_same(self) -> bool:
        """The file is what it was when it was taken."""
        try:
            stat = self.source.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == self.seen


class TaskHandlers:
    def __init__(
        self,
        settings: Settings,
        binaries: Binaries,
        repository: RevisionRepository,
        publisher: Publisher,
        storage: Storage,
        encoder: Encoder,
        metadata: list[MetadataProvider],
        run: Run,
    ) -> None:
        self._settings, self._binaries, self._run = settings, binaries, run
        self._repository, self._publisher = repository, publisher
        self._storage, self._encoder, self._metadata = storage, encoder, metadata
        self._work = settings.data / "work"
        self._kinds: dict[str, Callable[[Job, Task, Path], Awaitable[None]]] = {
            "prepare": self._prepare, "video": self._video, "pass": self._pass, "audio": self._audio,
            "text": self._text, "poster": self._poster, "sheet": self._sheet,
        }  # fmt: skip

    async def perform(self, job: Job, task: Task) -> None:
        """Do one task in a folder of its own, which is gone afterwards."""
        work = self._work / task.id.replace("/", "-")
        await asyncio.to_thread(shutil.rmtree, work, True)
        try:
            await asyncio.to_thread(_make, work)
            await self._room()
            await self._kinds[task.kind](job, task, work)
        finally:
            job.progress.part_ended(task.id)
            await asyncio.to_thread(shutil.rmtree, work, True)

    async def _room(self) -> None:
        free = await self._storage.free()
        if free is not None and free < self._settings.work.free_mb << 20:
            raise StorageUnavailable(
                "storage_full",
                f"Only {free >> 20} MB are free where media is stored.",
                "Free some space; it goes on by itself.",
            )

    def _context(self, job: Job, task: Task, work: Path, plan: Plan, source: Path | None = None) -> EncodeContext:
        limits = self._settings.limits
        bounds = ProcessLimits(
            wall_s=limits.task_s,
            idle_s=limits.idle_s,
            memory_bytes=limits.memory_mb << 20,
            file_bytes=limits.output_mb << 20,
        )
        first = (task.kind == "prepare" and job.interactive) or (task.kind == "video" and task.index == 0)
        urgent = task.urgent or first
        return EncodeContext(
            source=source or job.source,
            plan=plan,
            work=work,
            run=self._run,
            process_limits=bounds,
            log=self._settings.data / "logs" / f"{job.media}-{task.kind}.log",
            nice=0 if urgent else 10,
            # As many chunks run at once as there are cores: more threads in each would only get in the way.
            threads=1 if task.kind == "video" and not urgent else 0,
            attempt=task.attempt,
            progress=lambda done, speed: job.progress.part(task.id, done) if task.kind == "video" else None,
        )

    async def _prepare(self, job: Job, task: Task, work: Path) -> None:
        profile_name = next((x.profile for x in self._settings.libraries if x.unique_name == job.library), "standard")
        profile = self._settings.profile(profile_name)
        job.progress.stage = "probe"
        source = await probe(job.source, self._binaries, self._run, self._settings.limits, work)
        await self._move(job, State.PROBED)
        chosen = await self._encoder.choose(profile, self._run, work)
        plan = plan_title(
            source, profile, profile_name=profile_name, encoder=chosen,
            sidecars=await asyncio.to_thread(sidecars, job.source), limits=self._settings.limits,
        )  # fmt: skip
        info: dict[str, Any] = {}
        title = source.title
        for provider in self._metadata:
            found = await provider.read(job.source, {})
            if found is not None:
                title = found.title or title
                known = {"synopsis": found.synopsis, "year": found.year, "genres": found.genres, "people": found.people,
                         "poster": str(found.poster) if found.poster else None}  # fmt: skip
                info |= {k: v for k, v in known.items() if v and k not in info}
        await self._repository.describe(job.media, title or None, info)
        await self._repository.set_plan(job.revision_id, plan)
        await self._move(job, State.PLANNED)

    async def _move(self, job: Job, new: State) -> None:
        await self._repository.move(job.revision_id, job.state, new)
        job.state = new

    async def _video(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        assert plan.video is not None
        job.progress.stage = "encode"
        chunk = plan.video.timeline.chunks[task.index]
        made = await self._encoder.video_chunk(self._context(job, task, work, plan), plan.video, chunk)
        await self._thumbnails(revision, made.thumbnails)
        await self._publisher.segments(revision, "video", chunk.number, made.files, work, None)

    async def _pass(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        assert plan.video is not None
        job.progress.stage = "encode"
        done = _contiguous(revision, "video")
        first = next(iter(plan.video.rungs)).name
        async for made in self._encoder.video_pass(self._context(job, task, work, plan), plan.video, done):
            if not await asyncio.to_thread(holds_media, made.files[first]):
                continue
            await self._thumbnails(revision, made.thumbnails)
            parcel = work / f"package-{made.number}"
            await asyncio.to_thread(_gather, parcel, made.files)
            files = {r: parcel / f.name for r, f in made.files.items()}
            await self._publisher.segments(revision, "video", made.number, files, parcel, None)
            await asyncio.to_thread(shutil.rmtree, parcel, True)
        job.ended.add("video")

    async def _audio(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        if plan.video is None:
            job.progress.stage = "encode"
        todo = {a.name: _contiguous(revision, a.name) for a in plan.audio}
        if not plan.growing:
            todo = {n: done for n, done in todo.items() if done < len(revision.planned_timeline(n).chunks)}
        by_name = {a.name: a for a in plan.audio}
        lufs: list[float] = []
        context = self._context(job, task, work, plan)
        context = replace(context, loudness=lambda v: lufs.append(v) if v is not None else None)
        async for made in self._encoder.audio_pass(context, todo):
            if not await asyncio.to_thread(holds_media, made.file):
                continue
            parcel = work / f"package-{made.rendition}-{made.number}"
            await asyncio.to_thread(_gather, parcel, {made.rendition: made.file})
            files = {made.rendition: parcel / made.file.name}
            await self._publisher.segments(
                revision, made.rendition, made.number, files, parcel, by_name[made.rendition]
            )
            await asyncio.to_thread(shutil.rmtree, parcel, True)
        job.ended |= set(todo)
        if lufs:
            await self._repository.set_loudness(job.revision_id, lufs[0])

    async def _text(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        text = plan.text[task.index]
        piece, key = (text.name, 0), f"{text.name}/text.vtt"
        try:
            if text.sidecar is not None:
                vtt = await self._sidecar(job, task, work, Path(text.sidecar))
            else:
                assert text.stream is not None
                vtt = (await self._encoder.text(self._context(job, task, work, plan), text.stream)).decode(
                    "utf-8", "replace"
                )
            if not (cues := webvtt.parse(vtt)):
                raise MediaError("no_words", "text", "There are no words in them.")
            data = webvtt.write(cues, plan.duration_s)
        except (ProcessFailed, MediaError) as e:
            log.warning("subtitles left out", media=job.media, track=text.name, why=e.message)
            await self._publisher.pieces(revision, {piece: {"failed": e.message}})
            return
        await self._publisher.object(revision, piece, key, data)

    async def _sidecar(self, job: Job, task: Task, work: Path, path: Path) -> str:
        kind = SUBTITLE_FORMATS[path.suffix.lower().lstrip(".")]
        data = await asyncio.to_thread(_small, path)
        if kind == "ttml":
            return await asyncio.to_thread(ttml, data)
        copy = work / f"sidecar.{kind}"
        await asyncio.to_thread(copy.write_text, webvtt.decode(data), "utf-8")
        _, plan = _planned(job)
        vtt = await self._encoder.text_file(self._context(job, task, work, plan, copy), kind)
        return vtt.decode("utf-8", "replace")

    async def _poster(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        beside = (await self._repository.media_info(job.media)).get("poster")
        still = min(60.0, plan.duration_s * 0.1)
        tries: list[tuple[Path, float | None, int | None]] = [(Path(beside), None, None)] if beside else []
        tries += [(job.source, None, plan.cover)] if plan.cover is not None else []
        if plan.video is not None:
            tries += [(job.source, still + plan.video.seek_offset_s, None), (job.source, 0.0, None)]
        context = self._context(job, task, work, plan)
        for source, at_s, stream in tries:
            with suppress(ProcessFailed, MediaError, OSError):
                data = await self._encoder.picture(context, source, at_s, stream)
                await self._publisher.object(revision, ("poster", 0), "poster.jpg", data)
                return
        await self._publisher.pieces(revision, {("poster", 0): {"failed": "no picture"}})

    async def _thumbnails(self, revision: Revision, pictures: dict[int, Path]) -> None:
        for number, path in pictures.items():
            key = key_of(revision.media, revision.id, "thumbnails", "loose", f"{number}.jpg")
            with suppress(FileNotFoundError):
                await self._storage.put(key, await asyncio.to_thread(path.read_bytes))

    async def _sheet(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _planned(job)
        assert plan.video is not None and plan.video.thumbnails is not None
        thumbs = plan.video.thumbnails
        per_sheet = thumbs.columns * thumbs.rows
        numbers = range(task.index * per_sheet, min((task.index + 1) * per_sheet, thumbs.count))
        loose = {n: key_of(revision.media, revision.id, "thumbnails", "loose", f"{n}.jpg") for n in numbers}
        pictures: list[Path] = []
        for key in loose.values():
            with suppress(FileNotFoundError):
                pictures.append(work / f"in-{len(pictures)}.jpg")
                await asyncio.to_thread(pictures[-1].write_bytes, await self._storage.get(key))
        data = await self._encoder.sheet(self._context(job, task, work, plan), pictures)
        await self._publisher.object(revision, ("sheet", task.index), f"thumbnails/{task.index}.jpg", data)
        for key in loose.values():
            await self._storage.delete(key)

    async def tidy(self, revision: Revision) -> None:
        """Take away what only the way to it needed; nothing of the title is being made any more."""
        if revision.plan.video is not None and revision.plan.video.thumbnails is not None:
            await self._storage.delete(key_of(revision.media, revision.id, "thumbnails", "loose"))


def _planned(job: Job) -> tuple[Revision, Plan]:
    assert job.revision is not None
    return job.revision, job.revision.plan


def _make(work: Path) -> None:
    work.mkdir(parents=True)


def _gather(parcel: Path, files: dict[str, Path]) -> None:
    """Move finished files out of the way of the process that still writes beside them."""
    parcel.mkdir()
    for file in files.values():
        file.rename(parcel / file.name)


def holds_media(file: Path) -> bool:
    """A pass that goes on exactly where the source ends leaves a last file without a fragment."""
    return b"moof" in file.read_bytes()


def _contiguous(revision: Revision, track: str) -> int:
    done = 0
    while (track, done) in revision.pieces:
        done += 1
    return done


def _small(path: Path) -> bytes:
    if path.is_symlink() or path.stat().st_size > MAX_SIDECAR:
        raise MediaError("sidecar_refused", "text", "The subtitle file is a link or larger than 16 MB.")
    return path.read_bytes()


def ttml(data: bytes) -> str:
    """TTML (IMSC) as WebVTT. Raises MediaError when it is no plain XML."""
    import ttconv.imsc.reader  # late: it is large and seldom needed
    import ttconv.vtt.writer

    try:
        tree = ElementTree.fromstring(data, forbid_dtd=True)
        document = ttconv.imsc.reader.to_model(Tree(tree))
        return str(ttconv.vtt.writer.from_model(document))
    except Exception as e:
        raise MediaError("sidecar_refused", "text", "The TTML subtitles can't be read.") from e


def sidecars(film: Path) -> tuple[Sidecar, ...]:
    """Subtitle files beside the film that belong to it."""
    found = []
    with os.scandir(film.parent) as entries:
        names = sorted(e.name for e in entries if e.name.startswith(film.stem))
    for name in names:
        path, match = film.parent / name, match_subtitle(film.name, name)
        if match and path.is_file() and not path.is_symlink():
            stat = path.stat()
            seen = f"{stat.st_size} {stat.st_mtime_ns}"
            found.append(Sidecar(path=str(path), language=match[0], forced=match[1], seen=seen))
    return tuple(found)
