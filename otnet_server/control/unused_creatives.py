"""Deletes the creatives of ad servers that no ad decision has had for a long time.

A creative is a title that the server has made of a file (channels/ad_creatives.py). One that people use, because they
have published it or put it on a channel, or that something refers to, is kept. When an ad server names the file again,
it is fetched again.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Exists, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.config import CREATIVES
from otnet_server.db import changes
from otnet_server.db.ad_tables import ad_creative
from otnet_server.db.engine import Database
from otnet_server.db.resources import link_of
from otnet_server.db.search import Search
from otnet_server.db.tables import media, metadata, revision
from otnet_server.logs import log
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

UNUSED = timedelta(days=30)  # longer than viewers of any channel can go back
AT_ONCE = 100
content, program = metadata.tables["content"], metadata.tables["program"]
LISTS = ("titles", "fillers", "ad_titles")


class UnusedCreatives:
    def __init__(self, db: Database) -> None:
        self._db, self._search = db, Search(db.sqlite)

    async def delete_old(self) -> None:
        """Delete the titles of creatives that nothing has used for `UNUSED`, with their files, and forget downloads
        that failed so long ago."""
        old = utc(datetime.now(UTC) - UNUSED)
        t = ad_creative.c
        unused = func.coalesce(t.used_at, t.tried_at) < old
        doomed = (
            select(t.content, content.c.organization, content.c.title)
            .join(content, content.c.id == t.content)
            .where(unused, content.c.status == "draft", *(~used for used in _uses()))
            .order_by(t.content)
            .limit(AT_ONCE)
        )
        paths: list[str] = []
        async with self._db.write() as c:
            await c.execute(delete(ad_creative).where(t.content.is_(None), unused))
            for row in (await c.execute(doomed)).all():
                paths += await self._delete(c, row.content, row.organization, row.title)
        for path in paths:
            await asyncio.to_thread(_delete_file, path)

    async def _delete(self, c: AsyncConnection, id: str, organization: str, title: str) -> list[str]:
        """Delete a title and its media; the paths of its files. Nothing when something refers to it."""
        of_media = media.c.content == id, media.c.library == CREATIVES
        ids = list((await c.execute(select(media.c.id).where(*of_media))).scalars())
        paths = list((await c.execute(select(revision.c.path).where(revision.c.media.in_(ids)))).scalars())
        try:
            async with c.begin_nested():
                await c.execute(delete(media).where(media.c.id.in_(ids)))
                await c.execute(delete(content).where(content.c.id == id))
        except IntegrityError:
            return []
        for resource, record in [*(("media", m) for m in ids), ("content", id)]:
            await self._search.remove(c, record)
            data = {"organization": organization, "resource": resource, "id": record, "title": title, "content": id}
            await changes.append(c, f"{resource}.deleted", data)  # the objects in the storage are deleted after it
        log.info("a creative that was not used for long was deleted", content=id)
        return [path for path in paths if path]


def _uses() -> list[Exists]:
    """What may refer to the title of a creative and is not deleted with it."""
    links = [link_of(SCHEMA["channel"], name) for name in LISTS]
    return [
        *(select(link.c.record).where(link.c.target == content.c.id).exists() for link in links),
        select(program.c.id).where(program.c.content == content.c.id).exists(),
        select(media.c.id).where(media.c.content == content.c.id, media.c.library != CREATIVES).exists(),
    ]


def _delete_file(path: str) -> None:
    try:
        Path(path).unlink(missing_ok=True)
    except OSError as e:
        log.warning("the file of a creative could not be deleted", path=path, why=str(e))
