"""Subtitle files of a media: changes in its library, and the record of the files that OTNet has stored there.

The files that OTNet has stored (`uploaded_file`) are deleted with their media; those of the operator stay. A file that
is replaced becomes one that OTNet has stored; a file that is only renamed keeps its owner.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import delete, update

from otnet_server.control.arrivals import Arrivals
from otnet_server.db.engine import Database
from otnet_server.db.tables import uploaded_file
from otnet_server.ingest.subtitle_files import SubtitleFile, SubtitleFiles
from otnet_server.media.subtitle_names import SubtitleName


class Subtitles:
    """The subtitle files of the film `source`. Methods raise ApiError, and Invalid for data that is no subtitles."""

    def __init__(self, db: Database, source: Path) -> None:
        self._db, self._files = db, SubtitleFiles(source)

    async def list(self) -> list[SubtitleFile]:
        return await asyncio.to_thread(self._files.list)

    async def find(self, id: str) -> SubtitleFile:
        return await asyncio.to_thread(self._files.find, id)

    async def add(self, data: bytes, extension: str | None, described: SubtitleName) -> SubtitleFile:
        return await self._stored(await asyncio.to_thread(self._files.add, data, extension, described))

    async def put(self, data: bytes, described: SubtitleName) -> tuple[SubtitleFile, bool]:
        """Replace the first file with this language and these roles, or add one. Returns the file and whether it is
        new, so that a request that is repeated does not add a second file."""
        old, file = await asyncio.to_thread(self._files.put, data, described)
        return await self._replaced(old, file) if old is not None else await self._stored(file), old is None

    async def replace(self, id: str, data: bytes, extension: str | None) -> SubtitleFile:
        old = await self.find(id)
        return await self._replaced(old, await asyncio.to_thread(self._files.replace, id, data, extension))

    async def change(self, id: str, described: SubtitleName) -> SubtitleFile:
        """Give a file another language, other roles or another default."""
        old = await self.find(id)
        file = await asyncio.to_thread(self._files.rename, id, described)
        if file.sidecar.path != old.sidecar.path:
            await self._forget(file)
            renamed = update(uploaded_file).where(uploaded_file.c.path == old.sidecar.path)
            async with self._db.write() as c:
                await c.execute(renamed.values(path=file.sidecar.path))
        return file

    async def delete(self, id: str) -> None:
        file = await self.find(id)
        await asyncio.to_thread(self._files.delete, id)
        await self._forget(file)

    async def _replaced(self, old: SubtitleFile, file: SubtitleFile) -> SubtitleFile:
        await self._stored(file)
        if file.sidecar.path != old.sidecar.path:
            await self._forget(old)
        return file

    async def _stored(self, file: SubtitleFile) -> SubtitleFile:
        await Arrivals(self._db).arrived(Path(file.sidecar.path))
        return file

    async def _forget(self, file: SubtitleFile) -> None:
        async with self._db.write() as c:
            await c.execute(delete(uploaded_file).where(uploaded_file.c.path == file.sidecar.path))
