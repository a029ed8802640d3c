"""Stills of a media as artwork: one frame of its source, decoded in the jail, one at a time."""

from __future__ import annotations

import asyncio
import math
import secrets
import shutil
from pathlib import Path

from otnet_server.config import Settings
from otnet_server.errors import ApiError, MediaError
from otnet_server.pipeline.encode_requests import still_request
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.process.command import Limits, ProcessFailed
from otnet_server.protocols import Run
from otnet_server.protocols.encoders import PictureEncoder
from otnet_server.protocols.workspace import Workspace

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
    ) -> None:
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
        if not await asyncio.to_thread(source.is_file):
            raise ApiError(409, "no_file", "The source file is missing.", "Put it back into its library first.")
        if self._waiting >= MAX_WAITING:
            raise ApiError(503, "busy", "The server is making other stills.", "Try again in some seconds.",
                           Retry_After=str(BUSY_S))  # fmt: skip
        plan, video = revision.plan, revision.plan.video
        last_s = max(0.0, plan.duration_s - 1 / float(video.rate))
        wanted_s = min(max(at_s, 0.0), last_s) if math.isfinite(at_s) else 0.0
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
                request = still_request(plan, video, wanted_s + video.seek_offset_s, source, workspace, MAX_SIDE)
                return await self._encoder.picture(request)
        except (ProcessFailed, MediaError) as e:
            raise ApiError(409, "no_still", "This moment can't be decoded.", "Choose another one.") from e
        finally:
            self._waiting -= 1
            await asyncio.to_thread(shutil.rmtree, work, True)
