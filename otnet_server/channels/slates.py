"""The slate of an organization: what its channels show while nothing else is ready.

It is a media like any other, in a library of its own, and made once: the pipeline encodes it in the whole ladder.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from otnet_server.binaries import Binaries
from otnet_server.config import SLATES
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.records import new_id
from otnet_server.db.tables import media, revision
from otnet_server.errors import OtnetError
from otnet_server.media.states import State
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.process.command import Command
from otnet_server.protocols import Run

DURATION_S = 8  # whole pictures, and whole frames of audio: it repeats without drift
RETRY_S = 60.0
LAST_OF_LISTS = "2000-01-01T00:00:00.000Z"  # lists of media begin with the newest
PICTURE = "color=c=0x0B0D12:s=1920x1080:r=25"
BARS = ("C0C0C0", "C0C000", "00C0C0", "00C000", "C000C0", "C00000", "0000C0")  # the seven colour bars


class Slates:
    def __init__(self, db: Database, tools: Binaries, run: Run, pipeline: Pipeline, data: Path) -> None:
        self._db, self._tools, self._run, self._pipeline = db, tools, run, pipeline
        self._folder = data / SLATES
        self._making: dict[str, asyncio.Task[None]] = {}

    async def slate(self, organization: str) -> tuple[str, str] | None:
        """(media, revision) of the slate; None while it is being made. The first call starts that."""
        query = (
            select(media.c.id, media.c.playing, revision.c.state)
            .outerjoin(revision, revision.c.id == media.c.playing)
            .where(media.c.library == SLATES, media.c.organization == organization)
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        if row is not None:
            return (row.id, row.playing) if row.state == State.READY else None
        if organization not in self._making:
            self._making[organization] = asyncio.ensure_future(self._make_safely(organization))
        return None

    async def stop(self) -> None:
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _make_safely(self, organization: str) -> None:
        try:
            await self._make(organization)
        except (OtnetError, SQLAlchemyError, OSError) as e:
            log_failure("the slate could not be made; trying again", e, organization=organization)
            await asyncio.sleep(RETRY_S)
        finally:
            self._making.pop(organization, None)

    async def _make(self, organization: str) -> None:
        path = self._folder / f"{organization}.mp4"
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        await self._run(Command(slate_argv(self._tools.ffmpeg, path), self._folder, writes=(self._folder,), nice=10))
        at, id, first = LAST_OF_LISTS, new_id(), new_id()[:10]
        async with self._db.write() as c:
            await c.execute(insert(media).values(
                id=id, library=SLATES, title="Slate", present=True, current=first, info={}, created_at=at,
                updated_at=at, organization=organization, linked=True, role="extra",
            ))  # fmt: skip
            await c.execute(insert(revision).values(
                id=first, media=id, path=str(path), fingerprint=f"slate-{organization}", state=State.FOUND,
                playable=False, priority=2, created_at=at,
            ))  # fmt: skip
        self._pipeline.wake()


def slate_argv(ffmpeg: str, path: Path) -> tuple[str, ...]:
    """Colour bars in a thin strip on black, with silence."""
    strip = ",".join(
        f"drawbox=x={560 + 114 * n}:y=528:w=114:h=24:color=0x{color}:t=fill" for n, color in enumerate(BARS)
    )
    return (
        ffmpeg, "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", f"{PICTURE},{strip}", "-f", "lavfi",
        "-i", "anullsrc=r=48000:cl=stereo", "-t", str(DURATION_S), "-c:v", "libx264", "-preset", "ultrafast",
        "-tune", "stillimage", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", f"file:{path}",
    )  # fmt: skip
