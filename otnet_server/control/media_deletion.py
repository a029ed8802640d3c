"""Deletes what was made of media: the objects in the storage, and the files that OTNet has put into a library.

`delete_objects` and `delete_superseded` are repeated by the events, so that an interruption leaves nothing behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.tables import arrival, file, revision, uploaded_file
from otnet_server.events import Event
from otnet_server.logs import log
from otnet_server.media import urls
from otnet_server.pipeline.library import fingerprint
from otnet_server.pipeline.revision_repository import FILES_CHANGED, REVISIONS_DELETED
from otnet_server.pipeline.sidecars import sidecars
from otnet_server.protocols import Storage


class MediaDeletion:
    def __init__(self, db: Database, storage: Storage) -> None:
        self._db, self._storage = db, storage

    async def on_event(self, event: Event) -> None:
        """An event listener: deletes the objects of deleted media, and the revisions that an upload has replaced."""
        if event.type == "media.deleted":
            await self.delete_objects(event.data["id"])
        elif event.type == "media.ready":
            await self._delete_superseded(event.data["media"], event.data.get("revision", ""))

    async def delete_objects(self, media: str) -> None:
        await self._storage.delete(media)
        await self._storage.delete(f"images/m/{media}")

    async def forget_files(self, c: AsyncConnection, media: str, *, all_files: bool) -> list[str]:
        """Called when a media is deleted: the paths of its files to delete from the libraries. These are the files that
        OTNet has put there, or `all_files`. The others stay known, so that they do not become new media."""
        paths = set((await c.execute(select(file.c.path).where(file.c.media == media))).scalars())
        uploaded = set((await c.execute(select(uploaded_file.c.path).where(uploaded_file.c.path.in_(paths)))).scalars())
        doomed = sorted(paths if all_files else uploaded)
        await c.execute(delete(file).where(file.c.path.in_(doomed)))
        subtitles = await asyncio.to_thread(_subtitles_of, doomed)
        ours = uploaded_file.c.path.in_(subtitles)
        doomed += (await c.execute(select(uploaded_file.c.path).where(ours))).scalars()
        await c.execute(delete(uploaded_file).where(ours))
        await c.execute(delete(uploaded_file).where(uploaded_file.c.path.in_(paths)))
        await changes.append(c, FILES_CHANGED, {"media": [media]}, internal=True)
        return doomed

    async def delete_files(self, paths: Iterable[str]) -> None:
        for path in paths:
            try:
                await asyncio.to_thread(Path(path).unlink, missing_ok=True)
            except OSError as e:
                log.warning("the file of deleted media could not be deleted", path=path, why=str(e))

    async def _delete_superseded(self, media: str, ready: str) -> None:
        """Delete the other revisions of a media whose file was replaced by an upload, with their uploaded files."""
        replaced = arrival.c.revision == ready
        async with self._db.read() as c:
            if (await c.execute(select(arrival.c.revision).where(replaced))).first() is None:
                return
            others = revision.c.media == media, revision.c.id != ready
            old = (await c.execute(select(revision.c.id, revision.c.path, revision.c.fingerprint).where(*others))).all()
            in_use = file.c.path.in_([r.path for r in old]), file.c.media.is_not(None)
            used = set((await c.execute(select(file.c.path).where(*in_use))).scalars())
            query = select(uploaded_file.c.path, uploaded_file.c.fingerprint)
            rows = await c.execute(query.where(uploaded_file.c.path.in_([r.path for r in old])))
            uploaded = {(row.path, row.fingerprint) for row in rows}
        doomed = [
            r.path
            for r in old
            if (r.path, r.fingerprint) in uploaded
            and r.path not in used
            and await asyncio.to_thread(_is_still, Path(r.path), r.fingerprint)
        ]
        await self.delete_files(doomed)
        for r in old:
            await self._storage.delete(urls.storage_key(media, r.id))
            await self._storage.delete(f"images/m/{media}/{r.id}")
        async with self._db.write() as c:
            await c.execute(delete(file).where(file.c.path.in_(doomed)))
            await c.execute(delete(uploaded_file).where(uploaded_file.c.path.in_(doomed)))
            await c.execute(delete(revision).where(revision.c.id.in_([r.id for r in old])))
            await c.execute(delete(arrival).where(replaced))
            deleted = {"media": media, "revisions": [r.id for r in old]}
            await changes.append(c, REVISIONS_DELETED, deleted, internal=True)


def _subtitles_of(paths: Iterable[str]) -> list[str]:
    """The subtitle files beside these films."""
    subtitles: list[str] = []
    for path in paths:
        with suppress(OSError):
            subtitles += [sidecar.path for sidecar in sidecars(Path(path))]
    return subtitles


def _is_still(path: Path, digest: str) -> bool:
    """Whether the file has the content that was uploaded."""
    try:
        return fingerprint(path, path.stat().st_size) == digest
    except OSError:
        return False
