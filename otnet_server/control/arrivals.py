"""Uploaded and imported files: the content that they belong to, and the files that OTNet has put into libraries.

A file is recognised by its fingerprint when the library finds it (`FileRepository.add_files`): the upload and the scan
may be in different processes, and the library may find it before the upload knows its name there.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.upload_links import OWNER_PREFIX, record_delivery
from otnet_server.db.engine import Database
from otnet_server.db.records import lock, now
from otnet_server.db.tables import arrival, metadata, uploaded_file
from otnet_server.ingest.files import off_loop
from otnet_server.ingest.targets import Target, unknown_content
from otnet_server.pipeline.library import fingerprint
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.fields.reference import ID

content = metadata.tables["content"]
KEPT_DAYS = 30


class Arrivals:
    """Implements `ingest.targets.Targets`. The owner of an upload is `caller@organization`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def check(self, target: Target, owner: str) -> None:
        async with self._db.read() as c:
            await _check(c, target, owner.rpartition("@")[2])

    async def announce(self, target: Target, owner: str, file: Path) -> None:
        if not target.content and not owner.startswith(OWNER_PREFIX):
            return
        organization, digest = owner.rpartition("@")[2], await off_loop(_fingerprint, file)
        same = arrival.c.fingerprint == digest, arrival.c.organization == organization
        values = {"content": target.content, "role": target.role, "at": now()}
        async with self._db.write() as c:
            await record_delivery(c, owner, file.stem, digest)
            if not target.content:
                return
            await lock(c, SCHEMA["content"], target.content)
            await _check(c, target, organization)
            await c.execute(delete(arrival).where(*same))
            await c.execute(insert(arrival).values(fingerprint=digest, organization=organization, **values))

    async def arrived(self, file: Path) -> None:
        digest = await off_loop(_fingerprint, file)
        async with self._db.write() as c:
            await c.execute(delete(uploaded_file).where(uploaded_file.c.path == str(file)))
            await c.execute(insert(uploaded_file).values(path=str(file), fingerprint=digest))

    async def delete_expired(self) -> None:
        """Delete announcements of files that no library has found."""
        old = utc(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
        async with self._db.write() as c:
            await c.execute(delete(arrival).where(arrival.c.at < old))


def _fingerprint(file: Path) -> str:
    return fingerprint(file, file.stat().st_size)


async def _check(c: AsyncConnection, target: Target, organization: str) -> None:
    own = select(content.c.id).where(content.c.id == target.content, content.c.organization == organization)
    if not re.fullmatch(ID, target.content) or (await c.execute(own)).first() is None:
        raise unknown_content(target.content)
