"""One handler for each kind of task. All are idempotent: a repeated task has the same result.

`prepare` probes the source and makes the plan. The others make one piece of a revision, or many in a single pass, and
publish it.
"""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otnet_server.binaries import Binaries
from otnet_server.config import SLATES, Settings
from otnet_server.errors import MediaError, StorageUnavailable
from otnet_server.logs import log
from otnet_server.media import urls, webvtt
from otnet_server.media.plan import Plan, plan_title
from otnet_server.media.protection import SCHEMES, track_classes
from otnet_server.media.revision import Revision
from otnet_server.media.source import CLOSED_CAPTIONS, TELETEXT
from otnet_server.media.states import State
from otnet_server.media.subtitle_formats import DEFAULT_FRAME_RATE
from otnet_server.pipeline.encode_requests import (
    audio_request,
    sheet_request,
    still_request,
    subtitle_request,
    video_chunk_request,
    video_pass_request,
)
from otnet_server.pipeline.job import Job
from otnet_server.pipeline.probe import probe
from otnet_server.pipeline.protection_repository import ProtectionRepository
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.repackaging import Repackaging
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionChanged, RevisionRepository
from otnet_server.pipeline.sidecars import cues_in, read_cues, sidecars
from otnet_server.process.command import Limits as ProcessLimits
from otnet_server.process.command import ProcessFailed
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protocols import (
    AudioEncoder,
    Metadata,
    MetadataProvider,
    MetadataRequest,
    PictureEncoder,
    PictureRequest,
    Run,
    Storage,
    SubtitleConverter,
    Task,
    VideoEncoder,
    VideoEncoderRequest,
    Workspace,
)
from otnet_server.storage.objects import read_object

# Many videos have room for captions and no captions, and teletext without subtitles: no notice.
MAYBE_EMPTY = {CLOSED_CAPTIONS, TELETEXT}


@dataclass(frozen=True)
class Encoders:
    """The providers that encode, one for each kind of work."""

    video: VideoEncoder
    audio: AudioEncoder
    subtitles: SubtitleConverter
    pictures: PictureEncoder


class TaskHandlers:
    def __init__(
        self,
        settings: Settings,
        work: Path,
        binaries: Binaries,
        repository: RevisionRepository,
        publisher: Publisher,
        storage: Storage,
        encoders: Encoders,
        metadata: list[MetadataProvider],
        run: Run,
        revisions: RevisionCache,
        protections: ProtectionRepository,
        keys: ContentKeys,
    ) -> None:
        self._protections, self._keys = protections, keys
        self._repackaging = Repackaging(storage, publisher, revisions, self._text)
        self._settings, self._binaries, self._run = settings, binaries, run
        self._repository, self._publisher = repository, publisher
        self._storage, self._encoders, self._metadata = storage, encoders, metadata
        self._work = work
        self._handlers: dict[str, Callable[[Job, Task, Path], Awaitable[None]]] = {
            "prepare": self._prepare, "video": self._video, "pass": self._pass, "audio": self._audio,
            "text": self._text, "poster": self._poster, "sheet": self._sheet,
        }  # fmt: skip

    async def handle(self, job: Job, task: Task) -> None:
        """Perform one task in a temporary folder of its own."""
        work = self._work / task.id.replace("/", "-")
        await asyncio.to_thread(shutil.rmtree, work, True)
        try:
            await asyncio.to_thread(_make_folder, work)
            await self._check_free_space()
            if job.revision is not None and job.revision.derived_from is not None:
                await self._repackaging.handlers[task.kind](job, task, self._workspace(job, task, work))
            else:
                await self._handlers[task.kind](job, task, work)
        finally:
            job.progress.end_task(task.id)
            await asyncio.to_thread(shutil.rmtree, work, True)

    async def _check_free_space(self) -> None:
        free = await self._storage.free()
        if free is not None and free < self._settings.work.free_mb << 20:
            raise StorageUnavailable(
                "storage_full",
                f"The media storage has only {free >> 20} MB of free space.",
                "Free some space; encoding then continues automatically.",
            )

    def _workspace(self, job: Job, task: Task, folder: Path) -> Workspace:
        limits = self._settings.limits
        process_limits = ProcessLimits(
            wall_s=limits.task_s,
            idle_s=limits.idle_s,
            memory_bytes=limits.memory_mb << 20,
            file_bytes=limits.output_mb << 20,
        )
        log_file = self._settings.data / "logs" / f"{job.media}-{task.kind}.log"
        return Workspace(folder, self._run, process_limits, 0 if _is_urgent(job, task) else 10, log_file)

    async def _prepare(self, job: Job, task: Task, work: Path) -> None:
        profiles = {SLATES: SLATES} | {library.unique_name: library.profile for library in self._settings.libraries}
        profile_name = profiles.get(job.library, "standard")
        profile = self._settings.profile(profile_name)
        job.progress.stage = "probe"
        source = await probe(job.source, self._binaries, self._run, self._settings.limits, work)
        if job.state is State.FOUND:  # not when it waited for content keys
            await self._change_state(job, State.PROBED)
        encoder_name = await self._encoders.video.choose(
            VideoEncoderRequest(profile.codec, profile.encoder, Workspace(work, self._run))
        )
        plan = plan_title(
            source, profile, profile_name=profile_name, encoder=encoder_name,
            sidecars=await asyncio.to_thread(sidecars, job.source), limits=self._settings.limits,
        )  # fmt: skip
        info: dict[str, Any] = {}
        provided_title = ""
        request = MetadataRequest(job.source, source.title, source.duration_s)
        for provider in self._metadata:
            metadata = await _metadata_from(provider, request)
            if metadata is not None:
                provided_title = provided_title or metadata.title or ""
                values = {
                    "synopsis": metadata.synopsis,
                    "year": metadata.year,
                    "genres": metadata.genres,
                    "people": metadata.people,
                    "poster": str(metadata.poster) if metadata.poster else None,
                }
                info |= {k: v for k, v in values.items() if v and k not in info}
        await self._repository.set_metadata(job.media, provided_title or source.title or None, info)
        await self._protect(job, plan)
        await self._repository.set_plan(job.revision_id, plan)
        await self._change_state(job, State.PLANNED)

    async def _protect(self, job: Job, plan: Plan) -> None:
        """Choose the content keys of a revision that is to be encrypted, unless it has some."""
        wanted = await self._protections.wanted(job.media)
        row = await self._repository.revision(job.revision_id)
        if wanted.protection in SCHEMES and row is not None and row.protection is None:
            scheme, generation = wanted.protection, await self._protections.generation(job.media) + 1
            classes = track_classes(plan).values()
            protection = await self._keys.protect(wanted.organization, job.media, scheme, classes, generation)
            await self._protections.set_protection(job.revision_id, protection)

    async def _change_state(self, job: Job, new: State) -> None:
        if not await self._repository.move(job.revision_id, job.state, new):
            raise RevisionChanged(job.revision_id)
        job.state = new

    async def _video(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        assert plan.video is not None
        job.progress.stage = "encode"
        chunk = plan.video.timeline.chunks[task.index]
        request = video_chunk_request(
            plan,
            plan.video,
            chunk,
            job.source,
            self._workspace(job, task, work),
            attempt=task.attempt,
            # As many chunks are encoded at once as there are cores, so more threads for each would be slower.
            threads=0 if _is_urgent(job, task) else 1,
            progress=lambda done_s, _: job.progress.update_task(task.id, done_s),
        )
        encoded = await self._encoders.video.encode_chunk(request)
        await self._store_thumbnails(revision, encoded.thumbnails)
        await self._publisher.publish_segments(revision, "video", chunk.number, encoded.files, work, None)

    async def _pass(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        assert plan.video is not None
        job.progress.stage = "encode"
        done = _first_missing_chunk(revision, "video")
        first = next(iter(plan.video.rungs)).name
        request = video_pass_request(
            plan, plan.video, done, job.source, self._workspace(job, task, work), attempt=task.attempt
        )
        async for encoded in self._encoders.video.encode_pass(request):
            if not await asyncio.to_thread(has_fragment, encoded.files[first]):
                continue
            await self._store_thumbnails(revision, encoded.thumbnails)
            package_folder = work / f"package-{encoded.number}"
            await asyncio.to_thread(_move_files, package_folder, encoded.files)
            files = {r: package_folder / f.name for r, f in encoded.files.items()}
            await self._publisher.publish_segments(revision, "video", encoded.number, files, package_folder, None)
            await asyncio.to_thread(shutil.rmtree, package_folder, True)
        job.ended_tracks.add("video")

    async def _audio(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        if plan.video is None:
            job.progress.stage = "encode"
        todo = {a.name: _first_missing_chunk(revision, a.name) for a in plan.audio}
        if not plan.growing:
            todo = {n: done for n, done in todo.items() if done < len(revision.planned_timeline(n).chunks)}
        by_name = {a.name: a for a in plan.audio}
        lufs: list[float] = []
        request = audio_request(
            plan,
            todo,
            job.source,
            self._workspace(job, task, work),
            report_loudness=lambda value: lufs.append(value) if value is not None else None,
        )
        async for encoded in self._encoders.audio.encode(request):
            if not await asyncio.to_thread(has_fragment, encoded.file):
                continue
            package_folder = work / f"package-{encoded.rendition}-{encoded.number}"
            await asyncio.to_thread(_move_files, package_folder, {encoded.rendition: encoded.file})
            files = {encoded.rendition: package_folder / encoded.file.name}
            await self._publisher.publish_segments(
                revision, encoded.rendition, encoded.number, files, package_folder, by_name[encoded.rendition]
            )
            await asyncio.to_thread(shutil.rmtree, package_folder, True)
        job.ended_tracks |= set(todo)
        if lufs:
            await self._repository.set_loudness(job.revision_id, lufs[0])

    async def _text(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        text = plan.text[task.index]
        piece, key = (text.name, 0), urls.text_path(text.name)
        frame_rate = float(plan.video.rate) if plan.video is not None else DEFAULT_FRAME_RATE
        try:
            if text.sidecar is not None:
                cues = await asyncio.to_thread(read_cues, Path(text.sidecar), text.language, frame_rate)
            else:
                request = subtitle_request(plan, text, job.source, self._workspace(job, task, work))
                data = await self._encoders.subtitles.convert(request)
                cues = await asyncio.to_thread(cues_in, data, text.language, frame_rate)
                cues = [webvtt.shift(cue, -plan.origin_s) for cue in cues]
            if not cues and text.codec in MAYBE_EMPTY:
                await self._publisher.publish_pieces(revision, {piece: {"failed": ""}})
                return
            if not cues:
                raise MediaError("no_words", "text", "The subtitles contain no text.")
            # The duration of a growing revision is an estimate; cues after the end do no harm.
            data = webvtt.write(cues, math.inf if plan.growing else plan.duration_s)
        except (ProcessFailed, MediaError) as e:
            log.warning("subtitles left out", media=job.media, track=text.name, why=e.message)
            await self._publisher.publish_pieces(revision, {piece: {"failed": e.message}})
            return
        await self._publisher.publish_object(revision, piece, key, data)

    async def _poster(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        poster_file = (await self._repository.media_info(job.media)).get("poster")
        still_s = min(60.0, plan.duration_s * 0.1)
        workspace = self._workspace(job, task, work)
        requests = [PictureRequest(file=Path(poster_file), demuxer=None, workspace=workspace)] if poster_file else []
        if plan.cover is not None:
            requests.append(
                PictureRequest(file=job.source, demuxer=plan.demuxer, stream=plan.cover, workspace=workspace)
            )
        if (video := plan.video) is not None:
            times = (still_s + video.seek_offset_s, 0.0)
            requests += [still_request(plan, video, at_s, job.source, workspace) for at_s in times]
        for request in requests:
            with suppress(ProcessFailed, MediaError, OSError):
                data = await self._encoders.pictures.picture(request)
                await self._publisher.publish_object(revision, ("poster", 0), urls.POSTER, data)
                return
        await self._publisher.publish_pieces(revision, {("poster", 0): {"failed": "no picture"}})

    async def _store_thumbnails(self, revision: Revision, pictures: dict[int, Path]) -> None:
        for number, path in pictures.items():
            key = urls.storage_key(revision.media, revision.id, urls.loose_thumbnail_path(number))
            with suppress(FileNotFoundError):
                await self._storage.put_file(key, path)

    async def _sheet(self, job: Job, task: Task, work: Path) -> None:
        revision, plan = _revision_and_plan(job)
        assert plan.video is not None and plan.video.thumbnails is not None
        thumbs = plan.video.thumbnails
        per_sheet = thumbs.columns * thumbs.rows
        numbers = range(task.index * per_sheet, min((task.index + 1) * per_sheet, thumbs.count))
        loose = {n: urls.storage_key(revision.media, revision.id, urls.loose_thumbnail_path(n)) for n in numbers}
        pictures: list[Path] = []
        for key in loose.values():
            try:
                data = await read_object(self._storage, key)
            except FileNotFoundError:
                pictures += pictures[-1:]  # keep the places of those that follow
                continue
            pictures.append(work / f"in-{len(pictures)}.jpg")
            await asyncio.to_thread(pictures[-1].write_bytes, data)
        data = await self._encoders.pictures.sheet(
            sheet_request(plan.video, pictures, self._workspace(job, task, work))
        )
        await self._publisher.publish_object(revision, ("sheet", task.index), urls.sheet_path(task.index), data)
        for key in loose.values():
            await self._storage.delete(key)

    async def delete_loose_thumbnails(self, revision: Revision) -> None:
        """Delete the single thumbnails that the sheets were made of. Call it after the last task."""
        if revision.plan.video is not None and revision.plan.video.thumbnails is not None:
            await self._storage.delete(urls.storage_key(revision.media, revision.id, urls.LOOSE_THUMBNAILS))


def _is_urgent(job: Job, task: Task) -> bool:
    """Whether somebody waits for the task: a viewer, or the person who just added the file."""
    first = (task.kind == "prepare" and job.interactive) or (task.kind == "video" and task.index == 0)
    return task.urgent or first


async def _metadata_from(provider: MetadataProvider, request: MetadataRequest) -> Metadata | None:
    """What a provider says about a file; None when it fails, which must not keep the file from being encoded."""
    try:
        return await provider.read(request)
    except Exception:
        log.exception("a metadata provider failed", provider=provider.name, file=request.file.name)
        return None


def _revision_and_plan(job: Job) -> tuple[Revision, Plan]:
    assert job.revision is not None
    return job.revision, job.revision.plan


def _make_folder(work: Path) -> None:
    work.mkdir(parents=True)


def _move_files(folder: Path, files: dict[str, Path]) -> None:
    """Move finished files into a new folder, away from the process that still writes next to them."""
    folder.mkdir()
    for file in files.values():
        file.rename(folder / file.name)


def has_fragment(file: Path) -> bool:
    """Whether a file contains a fragment. A pass that resumes exactly at the end of the source writes a file without
    one."""
    return b"moof" in file.read_bytes()


def _first_missing_chunk(revision: Revision, track: str) -> int:
    done = 0
    while (track, done) in revision.pieces:
        done += 1
    return done
