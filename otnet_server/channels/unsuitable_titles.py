"""The titles that a channel can't play, in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.schedule_queries import OLDEST_MEDIA_FIRST, VIDEO_CODEC, content, media, revision
from otnet_server.channels.suitability import can_play
from otnet_server.media.states import State


async def unsuitable_titles(c: AsyncConnection, ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """(content, title, codec) of those of these contents that a channel can't play: no revision of their main media,
    whether it is ready or still being encoded, has the channel's codec."""
    query = (
        select(
            content.c.id,
            content.c.title,
            revision.c.plan["kind"].as_string().is_not(None).label("planned"),
            VIDEO_CODEC.label("codec"),
        )
        .join(media, media.c.content == content.c.id)
        .join(revision, revision.c.media == media.c.id)
        .where(content.c.id.in_(ids), media.c.present, or_(media.c.role.is_(None), media.c.role == "main"))
        .where(revision.c.state != State.FAILED)
        .order_by(*OLDEST_MEDIA_FIRST)
    )
    by_content: dict[str, list[tuple[str, bool, str | None]]] = {}
    for row in await c.execute(query):
        by_content.setdefault(row.id, []).append((row.title, row.planned, row.codec))
    return [
        (id, revisions[0][0], next(codec for _, _, codec in revisions if codec is not None))
        for id, revisions in by_content.items()
        if not any(can_play(codec) or not planned for _, planned, codec in revisions)
    ]


async def missed_titles(c: AsyncConnection, ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """(title, codec) of contents that can't be played now. The codec is None, unless it is the reason."""
    codecs = {id: codec for id, _, codec in await unsuitable_titles(c, ids)}
    rows = (await c.execute(select(content.c.id, content.c.title).where(content.c.id.in_(ids)))).all()
    return {row.id: (row.title, codecs.get(row.id)) for row in rows}
