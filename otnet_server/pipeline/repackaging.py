"""Makes the pieces of a revision that is derived from another one, without encoding: its segments are those of the
other revision with another encryption. Pictures, sheets and subtitles are not encrypted; they are copied.

The tasks are those of an encoded revision (`tasks.py`), so that interruptions and retries need nothing else.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from otnet_server.errors import MediaError
from otnet_server.media import urls
from otnet_server.media.revision import Revision
from otnet_server.pipeline.job import Job
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.protocols import Storage, Task, Workspace
from otnet_server.storage.objects import read_object, save_object

OtherTask = Callable[[Job, Task, Path], Awaitable[None]]


class Repackaging:
    """`make_text` makes subtitles that the other revision does not have."""

    def __init__(self, storage: Storage, publisher: Publisher, revisions: RevisionCache, make_text: OtherTask) -> None:
        self._storage, self._publisher, self._revisions, self._make_text = storage, publisher, revisions, make_text
        self.handlers: dict[str, Callable[[Job, Task, Workspace], Awaitable[None]]] = {
            "video": self._video, "pass": self._pass, "audio": self._audio,
            "text": self._text, "poster": self._poster, "sheet": self._sheet,
        }  # fmt: skip

    async def _origin(self, job: Job) -> Revision:
        assert job.revision is not None and job.revision.derived_from is not None
        origin = await self._revisions.get(job.revision.derived_from)
        if origin is None:
            raise MediaError("origin_missing", "package", "The segments to repackage were deleted.",
                             "Encode the media again.")  # fmt: skip
        return origin

    async def _video(self, job: Job, task: Task, workspace: Workspace) -> None:
        await self._segments(job, "video", task.index, workspace)

    async def _pass(self, job: Job, task: Task, workspace: Workspace) -> None:
        await self._track(job, "video", workspace)
        job.ended_tracks.add("video")

    async def _audio(self, job: Job, task: Task, workspace: Workspace) -> None:
        assert job.revision is not None
        for audio in job.revision.plan.audio:
            await self._track(job, audio.name, workspace)
            job.ended_tracks.add(audio.name)

    async def _track(self, job: Job, track: str, workspace: Workspace) -> None:
        assert job.revision is not None
        origin = await self._origin(job)
        for number in sorted(number for name, number in origin.pieces if name == track):
            if (track, number) not in job.revision.pieces:
                await self._segments(job, track, number, workspace)

    async def _segments(self, job: Job, track: str, number: int, workspace: Workspace) -> None:
        """Repackage one chunk of a track."""
        origin, revision = await self._origin(job), job.revision
        assert revision is not None
        job.progress.stage = "package"
        folder = workspace.folder / f"{track}-{number}"
        await asyncio.to_thread(folder.mkdir)
        chunk = origin.planned_timeline(track).chunks[number]
        spans = origin.planned_timeline(track).spans
        files: dict[str, Path] = {}
        for rendition, sizes in origin.pieces[(track, number)].items():
            if rendition == "frames":
                continue
            files[rendition] = folder / f"{rendition}.mp4"
            times = [time for time, _ in spans[chunk.segment : chunk.segment + len(sizes)]]
            for path in (f"{rendition}/{urls.INIT_SEGMENT}", *(urls.segment_path(rendition, t) for t in times)):
                key = urls.storage_key(origin.media, origin.id, path)
                await save_object(self._storage, key, files[rendition])
        audio = next((a for a in revision.plan.audio if a.name == track), None)
        if origin.protection is not None:
            files = await self._publisher.decrypt(origin, track, number, files, workspace, audio)
        await self._publisher.publish_segments(revision, track, number, files, folder, audio)
        await asyncio.to_thread(shutil.rmtree, folder, True)

    async def _text(self, job: Job, task: Task, workspace: Workspace) -> None:
        assert job.revision is not None
        name = job.revision.plan.text[task.index].name
        if not await self._copy(job, (name, 0), urls.text_path(name)):
            await self._make_text(job, task, workspace.folder)

    async def _poster(self, job: Job, task: Task, workspace: Workspace) -> None:
        if not await self._copy(job, ("poster", 0), urls.POSTER):
            await self._publish_failure(job, ("poster", 0))

    async def _sheet(self, job: Job, task: Task, workspace: Workspace) -> None:
        if not await self._copy(job, ("sheet", task.index), urls.sheet_path(task.index)):
            await self._publish_failure(job, ("sheet", task.index))

    async def _publish_failure(self, job: Job, piece: tuple[str, int]) -> None:
        assert job.revision is not None
        await self._publisher.publish_pieces(job.revision, {piece: {"failed": "no picture"}})

    async def _copy(self, job: Job, piece: tuple[str, int], path: str) -> bool:
        """Copy an object of the other revision; False when that has none."""
        origin, revision = await self._origin(job), job.revision
        assert revision is not None
        value: dict[str, Any] | None = origin.pieces.get(piece)
        if value is None:
            return False
        if "failed" in value:
            await self._publisher.publish_pieces(revision, {piece: value})
        else:
            data = await read_object(self._storage, urls.storage_key(origin.media, origin.id, path))
            await self._publisher.publish_object(revision, piece, path, data)
        return True
