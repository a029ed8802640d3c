"""Gives the media of a file that arrived by an upload link the external id and the metadata of the link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.tables import file, media, metadata
from otnet_server.pipeline.rows import FoundFile

upload_link = metadata.tables["upload_link"]


async def hand_over(c: AsyncConnection, files: Sequence[FoundFile], owner_of: Callable[[str], str]) -> None:
    """`files` have just been recorded; `owner_of(library)` is the id of its organization. Values that the media has,
    and an external id that other media has got meanwhile, stay."""
    prints = [f.fingerprint for f in files]
    query = select(upload_link).where(upload_link.c.fingerprint.in_(prints), upload_link.c.media.is_(None))
    links = {(link.fingerprint, link.organization): link for link in await c.execute(query)}
    for f in files if links else []:
        link = links.get((f.fingerprint, owner_of(f.library)))
        row = (
            await c.execute(
                select(media.c.id, media.c.external_id, media.c.metadata)
                .join(file, file.c.media == media.c.id)
                .where(file.c.path == f.path)
            )
        ).first()
        if link is None or row is None:
            continue
        values = {"metadata": {**link.metadata, **(row.metadata or {})}, "version": media.c.version + 1}
        taken = media.c.organization == link.organization, media.c.external_id == link.external_id
        if row.external_id is None and (await c.execute(select(media.c.id).where(*taken))).first() is None:
            values["external_id"] = link.external_id
        await c.execute(update(media).where(media.c.id == row.id).values(**values))
        linked = {"media": row.id, "version": upload_link.c.version + 1}
        await c.execute(update(upload_link).where(upload_link.c.id == link.id).values(**linked))
