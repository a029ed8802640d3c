"""Stills of a media as artwork: one frame of its source, decoded in the jail, one at a time.

Recordings of live streams and clips have no source: their stills are frames of their segments, unless these are
encrypted.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import shutil
from bisect import bisect_right
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.config import Settings
from otnet_server.errors import ApiError, MediaError
from otnet_server.logs import log
from otnet_server.media import urls
from otnet_server.media.revision import Revision
from otnet_server.pipeline.encode_requests import still_request
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.process.command import Limits, ProcessFailed
from otnet_server.protocols import Run, Storage
from otnet_server.protocols.encoders import PictureEncoder, PictureRequest
from otnet_server.protocols.workspace import Workspace
from otnet_server.storage.objects import read_object

MAX_SIDE = 2560  # pixels
MAX_WAITING = 8
WALL_S = 60.0
BUSY_S = 10


class Stills:
    """`work` is a folder for temporary files."""

    def __init__(
        self,
        settings: Settings,
        work: Path,
        repository: RevisionRepository,
        revisions: RevisionCache,
        encoder: PictureEncoder,
        run: Run,
        storage: Storage,
        publisher: Publisher,
    ) -> None:
        self._storage, self._publisher = storage, publisher
        self._settings, self._work, self._run = settings, work, run
        self._repository, self._revisions, self._encoder = repository, revisions, encoder
        self._one = asyncio.Semaphore(1)
        self._waiting = 0

    async def still(self, media: str, at_s: float) -> bytes:
        """A JPEG of the picture that is shown at `at_s`, or of the last one.

        Raises ApiError: 409 when the media has no video, is not planned yet or its source is missing; 503 when too many
        stills are waiting.
        """
        current = await self._repository.current(media)
        revision = await self._revisions.get(current.id) if current is not None and current.plan is not None else None
        if current is None or revision is None or revision.plan.video is None:
            raise ApiError(409, "no_picture", "This media has no pictures, or has not been read yet.",
                           "Choose other media, or upload a picture.")  # fmt: skip
        source = Path(current.path)
        has_source = await asyncio.to_thread(source.is_file)
        if not has_source and not _readable(revision):
            raise ApiError(409, "no_file", "The source file is missing.", "Put it back into its library first.")
        if self._waiting >= MAX_WAITING:
            raise ApiError(503, "busy", "The server is making other stills.", "Try again in some seconds.",
                           Retry_After=str(BUSY_S))  # fmt: skip
        plan, video = revision.plan, revision.plan.video
        assert video is not None
        last_s = max(0.0, plan.duration_s - 1 / float(video.rate))
        wanted_s = min(max(at_s, 0.0), last_s) if math.isfinite(at_s) else 0.0
        return await self._picture(revision, wanted_s, source if has_source else None)

    async def publish_poster(self, revision: Revision) -> None:
        """Give a recording or a clip a poster of its segments, if it has pictures that can be read."""
        if not _readable(revision) or ("poster", 0) in revision.pieces:
            return
        try:
            data = await self._picture(revision, min(60.0, revision.plan.duration_s * 0.1), None)
            await self._publisher.publish_object(revision, ("poster", 0), urls.POSTER, data)
        except (ApiError, OSError, SQLAlchemyError) as e:
            log.warning("a recording has no poster", media=revision.media, why=str(e))

    async def _picture(self, revision: Revision, wanted_s: float, source: Path | None) -> bytes:
        """A still of the source, or without one of the segments. Raises ApiError."""
        plan, video = revision.plan, revision.plan.video
        assert video is not None
        self._waiting += 1
        work = self._work / f"still-{secrets.token_hex(6)}"
        try:
            async with self._one:
                await asyncio.to_thread(work.mkdir, parents=True)
                limits = self._settings.limits
                process_limits = Limits(
                    wall_s=WALL_S,
                    idle_s=limits.idle_s,
                    memory_bytes=limits.memory_mb << 20,
                    file_bytes=limits.output_mb << 20,
                )
                workspace = Workspace(work, self._run, process_limits, 5)
                if source is not None:
                    request = still_request(plan, video, wanted_s + video.seek_offset_s, source, workspace, MAX_SIDE)
                else:
                    file, at_s = await self._segment(revision, wanted_s, work)
                    request = PictureRequest(file=file, demuxer="mov", workspace=workspace, at_s=at_s)
                return await self._encoder.picture(request)
        except (ProcessFailed, MediaError) as e:
            raise ApiError(409, "no_still", "This moment can't be decoded.", "Choose another one.") from e
        finally:
            self._waiting -= 1
            await asyncio.to_thread(shutil.rmtree, work, True)

    async def _segment(self, revision: Revision, at_s: float, work: Path) -> tuple[Path, float]:
        """A file with the segment of the highest rung that has a moment, and where in it that is."""
        video, timeline = revision.plan.video, revision.timeline("video")
        assert video is not None
        frame = max(0, min(int(at_s * video.rate), timeline.frames - 1))
        segment = timeline.segment(bisect_right(timeline.starts, frame) - 1)
        rendition, time = video.rungs[0].name, segment.first * timeline.ticks_per_frame
        file = work / "segment.mp4"
        paths = ((rendition, urls.INIT_SEGMENT), (urls.segment_path(rendition, time),))
        keys = [urls.storage_key(revision.media, revision.id, *path) for path in paths]
        await asyncio.to_thread(file.write_bytes, b"".join([await read_object(self._storage, key) for key in keys]))
        return file, float((frame - segment.first) / video.rate)


def _readable(revision: Revision) -> bool:
    """Whether stills can be made of the segments of a revision."""
    video = revision.plan.video
    return video is not None and revision.protection is None and revision.timeline("video").frames > 0
