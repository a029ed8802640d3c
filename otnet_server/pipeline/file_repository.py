"""The files of the libraries in the database, and the media that they belong to."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, arrival, file, media, metadata, revision
from otnet_server.media.states import State
from otnet_server.pipeline.own_libraries import organization_of
from otnet_server.pipeline.revision_repository import FILES_CHANGED, media_event_data, now, revise, revision_id
from otnet_server.pipeline.rows import FoundFile, KnownFile
from otnet_server.pipeline.upload_links import hand_over
from otnet_server.resources import SCHEMA

organization = metadata.tables["organization"]


async def _report(c: AsyncConnection, media_ids: list[str]) -> None:
    """Tell the other processes that the files of these media have changed."""
    if media_ids:
        await changes.append(c, FILES_CHANGED, {"media": media_ids}, internal=True)


def _linked(target: Row[Any] | None) -> dict[str, Any]:
    """The columns of a new media that say what it belongs to. One without a target is matched to content later."""
    if target is None:
        return {"content": None, "role": "main", "linked": False}
    return {"content": target.content, "role": target.role, "linked": True}


class FileRepository:
    """`owners` maps the name of a configured library to the id of its organization."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = Search(db.sqlite)
        self.owners: dict[str, str] = {}

    def owner_of(self, library: str) -> str:
        """The id of the organization of a library."""
        return self.owners.get(library) or organization_of(library)

    async def files_of_library(self, library: str) -> dict[str, KnownFile]:
        async with self._db.read() as c:
            rows = await c.execute(
                select(file.c.path, file.c.size, file.c.mtime_ns, file.c.fingerprint, file.c.media).where(
                    file.c.library == library
                )
            )
            return {r.path: KnownFile(r.size, r.mtime_ns, r.fingerprint, r.media) for r in rows}

    async def files_at(self, paths: list[str]) -> dict[str, KnownFile]:
        async with self._db.read() as c:
            rows = await c.execute(select(file).where(file.c.path.in_(paths)))
            return {r.path: KnownFile(r.size, r.mtime_ns, r.fingerprint, r.media) for r in rows}

    async def add_files(self, found_files: Iterable[FoundFile], *, interactive: bool = False) -> list[str]:
        """Record new or changed files in one transaction; returns the ids of the affected media.

        A file becomes a new media, a new revision of a media, or another name of content that is already known. An
        uploaded file belongs to the content that its upload names, and replaces the main media of that content. Files
        of an organization that was deleted are left out.
        """
        async with self._db.write() as c:
            files = await self._of_organizations(c, list(found_files))
            new_files, known = await self._split_by_known(c, files)
            targets = await self._targets_of(c, files)
            replacing = {f: m for f in new_files if (m := await self._replaced(c, targets.get(f.path))) is not None}
            touched = await self._insert_new(c, [f for f in new_files if f not in replacing], int(interactive), targets)
            for f, media_id in replacing.items():
                await self._replace(c, media_id, f, int(interactive))
                touched.append(media_id)
            for f in known:
                media_id = await self._add_or_revise(c, f, int(interactive))
                if target := targets.get(f.path):
                    linked = {"content": target.content, "role": target.role, "linked": True, "updated_at": now()}
                    own = media.c.id == media_id, media.c.organization == target.organization
                    await c.execute(update(media).where(*own).values(**linked))
                touched.append(media_id)
            await hand_over(c, files, self.owner_of)
            await self._forget_arrivals(
                c, [t for path, t in targets.items() if path not in {f.path for f in replacing}]
            )
            await _report(c, touched)
        return touched

    async def _of_organizations(self, c: AsyncConnection, files: list[FoundFile]) -> list[FoundFile]:
        """The files without those in own libraries of organizations that do not exist."""
        owners = {self.owner_of(f.library) for f in files if f.library not in self.owners} - {FIRST}
        if not owners:
            return files
        missing = owners - set(
            (await c.execute(select(organization.c.id).where(organization.c.id.in_(owners)))).scalars()
        )
        return [f for f in files if self.owner_of(f.library) not in missing]

    async def _split_by_known(
        self, c: AsyncConnection, files: list[FoundFile]
    ) -> tuple[list[FoundFile], list[FoundFile]]:
        """(files of which neither the path nor the content is known, all other files)."""
        paths = select(file.c.path).where(file.c.path.in_([f.path for f in files]))
        fingerprints = select(revision.c.fingerprint).where(revision.c.fingerprint.in_([f.fingerprint for f in files]))
        seen = set((await c.execute(paths)).scalars()) | set((await c.execute(fingerprints)).scalars())
        new_files: list[FoundFile] = []
        known: list[FoundFile] = []
        for f in files:
            new = f.path not in seen and f.fingerprint not in seen
            (new_files if new else known).append(f)
            seen.add(f.fingerprint)
        return new_files, known

    async def _targets_of(self, c: AsyncConnection, files: list[FoundFile]) -> dict[str, Row[Any]]:
        """The announced arrivals of these files, by path."""
        query = select(arrival).where(arrival.c.fingerprint.in_([f.fingerprint for f in files]))
        arrivals = {
            (a.fingerprint, a.organization): a for a in await c.execute(query.where(arrival.c.revision.is_(None)))
        }
        keys = {f.path: (f.fingerprint, self.owner_of(f.library)) for f in files} if arrivals else {}
        return {path: arrivals[key] for path, key in keys.items() if key in arrivals}

    async def _replaced(self, c: AsyncConnection, target: Row[Any] | None) -> str | None:
        """The main media of the content that a file arrives for, or None."""
        if target is None or target.role != "main":
            return None
        main = media.c.content == target.content, media.c.role == "main", media.c.present
        query = select(media.c.id).where(*main).order_by(media.c.playing.is_(None), media.c.created_at)
        return (await c.execute(query)).scalar()

    async def _replace(self, c: AsyncConnection, media_id: str, f: FoundFile, priority: int) -> None:
        """Make the file the source of a media. What was made of the former source plays until the new revision can;
        it is deleted when that one is ready. The former file is known, and belongs to nothing."""
        await c.execute(update(file).where(file.c.media == media_id).values(media=None))
        row = {
            "library": f.library,
            "media": media_id,
            "fingerprint": f.fingerprint,
            "size": f.size,
            "mtime_ns": f.mtime_ns,
        }
        await c.execute(insert(file).values(path=f.path, **row))
        await c.execute(update(media).where(media.c.id == media_id).values(library=f.library))
        revision_id = await revise(c, media_id, f, priority)
        owner = self.owner_of(f.library)
        same = arrival.c.fingerprint == f.fingerprint, arrival.c.organization == owner
        await c.execute(update(arrival).where(*same).values(revision=revision_id))

    async def _forget_arrivals(self, c: AsyncConnection, arrivals: list[Row[Any]]) -> None:
        for a in arrivals:
            same = arrival.c.fingerprint == a.fingerprint, arrival.c.organization == a.organization
            await c.execute(delete(arrival).where(*same))

    async def _insert_new(
        self, c: AsyncConnection, files: list[FoundFile], priority: int, targets: dict[str, Row[Any]]
    ) -> list[str]:
        """Add a media for each file, with a constant number of statements; returns their ids."""
        if not files:
            return []
        at = now()
        ids = [secrets.token_hex(6) for _ in files]
        pairs = [(i, revision_id(i, f.fingerprint), f) for i, f in zip(ids, files, strict=True)]
        await c.execute(
            insert(media),
            [
                {"id": i, "library": f.library, "title": f.title, "present": True, "current": r, "info": {},
                 "organization": self.owner_of(f.library), "created_at": at, "updated_at": at,
                 **_linked(targets.get(f.path))}
                for i, r, f in pairs
            ],
        )  # fmt: skip
        await c.execute(
            insert(revision),
            [
                {"id": r, "media": i, "path": f.path, "fingerprint": f.fingerprint, "state": State.FOUND,
                 "playable": False, "priority": priority, "created_at": at}
                for i, r, f in pairs
            ],
        )  # fmt: skip
        await c.execute(
            insert(file),
            [
                {"path": f.path, "library": f.library, "media": i, "fingerprint": f.fingerprint, "size": f.size,
                 "mtime_ns": f.mtime_ns}
                for i, _, f in pairs
            ],
        )  # fmt: skip
        search_rows = [{"id": i, "title": f.title, "organization": self.owner_of(f.library)} for i, _, f in pairs]
        await self._search.add(c, SCHEMA["media"], search_rows)
        found_events = [
            {"media": i, "revision": r, "title": f.title, "content": _linked(targets.get(f.path))["content"],
             "organization": self.owner_of(f.library)}
            for i, r, f in pairs
        ]  # fmt: skip
        await changes.append(c, "media.found", *found_events, at=at)
        return ids

    async def _add_or_revise(self, c: AsyncConnection, f: FoundFile, priority: int) -> str:
        recorded = (await c.execute(select(file.c.media).where(file.c.path == f.path))).first()
        old_media = recorded.media if recorded is not None else None
        owner = self.owner_of(f.library)
        # The same content in a library of another organization is a media of that organization.
        existing = (
            await c.execute(
                select(revision.c.id, revision.c.media, revision.c.path, media.c.current, media.c.library)
                .join(media, media.c.id == revision.c.media)
                .where(revision.c.fingerprint == f.fingerprint, media.c.organization == owner)
                .order_by((media.c.current == revision.c.id).desc())
            )
        ).first()
        if existing is not None and existing.current == existing.id:
            media_id = str(existing.media)
            values: dict[str, Any] = {"present": True, "updated_at": now()}
            # Between libraries it may also be a copy, whose original may not be recorded as removed yet.
            moved = existing.library != f.library and not await asyncio.to_thread(Path(existing.path).exists)
            if moved:
                values["library"] = f.library
            if moved or not await self._file_exists(c, existing.path, f.fingerprint):
                await c.execute(update(revision).where(revision.c.id == existing.id).values(path=f.path))
            await c.execute(update(media).where(media.c.id == media_id).values(**values))
        elif old_media is not None:
            media_id = old_media
            await revise(c, media_id, f, priority)
        else:
            media_id = secrets.token_hex(6)
            at = now()
            await c.execute(
                insert(media).values(
                    id=media_id,
                    organization=owner,
                    library=f.library,
                    title=f.title,
                    present=True,
                    info={},
                    created_at=at,
                    updated_at=at,
                )
            )
            await self._search.add(c, SCHEMA["media"], [{"id": media_id, "title": f.title, "organization": owner}])
            await revise(c, media_id, f, priority)
        row = {
            "library": f.library, "media": media_id, "fingerprint": f.fingerprint,
            "size": f.size, "mtime_ns": f.mtime_ns,
        }  # fmt: skip
        if recorded is not None:
            await c.execute(update(file).where(file.c.path == f.path).values(**row))
        else:
            await c.execute(insert(file).values(path=f.path, **row))
        return media_id

    async def _file_exists(self, c: AsyncConnection, path: str, fingerprint: str) -> bool:
        row = await c.execute(select(file.c.path).where(file.c.path == path, file.c.fingerprint == fingerprint))
        return row.first() is not None

    async def remove_files(self, paths: Iterable[str]) -> list[str]:
        """Remove files; returns the ids of the affected media. A media without any file is hidden, not deleted."""
        touched: list[str] = []
        async with self._db.write() as c:
            for path in paths:
                media_id = (await c.execute(select(file.c.media).where(file.c.path == path))).scalar()
                await c.execute(delete(file).where(file.c.path == path))
                if media_id is None:
                    continue
                touched.append(media_id)
                other = (await c.execute(select(file.c.path).where(file.c.media == media_id))).scalar()
                if other is None:
                    await c.execute(update(media).where(media.c.id == media_id).values(present=False, updated_at=now()))
                    await changes.append(c, "media.removed", await media_event_data(c, media_id, None))
                else:
                    await c.execute(
                        update(revision).where(revision.c.media == media_id, revision.c.path == path).values(path=other)
                    )
            await _report(c, touched)
        return touched
