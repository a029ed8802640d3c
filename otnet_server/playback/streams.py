"""Streams: the living playback sessions of one account, over all its sign-ins, and the limit of their number.

A playback session is a lease: its player renews it, and without heartbeats it lapses and frees its place. Sessions of
one sign-in for one media count once, because a page that was loaded again starts another session. The number is checked
in the transaction that starts a session, while the row of the user is locked, so that processes do not exceed the limit
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, playback_session
from otnet_server.errors import ApiError
from otnet_server.playback.access import Credential
from otnet_server.playback.visibility import too_many_streams
from otnet_server.schema.fields.dates import utc

KEPT = timedelta(hours=1)
session, user, organization = (metadata.tables[name] for name in ("session", "user", "organization"))
media, content, channel = (metadata.tables[name] for name in ("media", "content", "channel"))


@dataclass(frozen=True)
class Stream:
    """A title that an account plays. `title` and `content` are empty for a title that the age limit of the viewer's
    profile hides. `agent` is the User-Agent of the browser or device, `kind` that of its sign-in. `current`: it plays
    in the sign-in of the request."""

    id: str
    content: str | None
    title: str
    agent: str
    kind: str
    started_at: str
    current: bool


@dataclass(frozen=True)
class StreamList:
    """The streams of an account, the newest first. `max_streams`: how many it may have; 0: any number."""

    items: Sequence[Stream]
    max_streams: int


def living() -> list[ColumnElement[bool]]:
    """Conditions for a playback session that has not ended."""
    return [playback_session.c.expires_at > now(), ~playback_session.c.stopped]


async def stop_sessions(c: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    """Stop living sessions; returns how many. Their rows stay for a while, so that their players stop as well."""
    kept_until = utc(datetime.now(UTC) + KEPT)
    stopping = update(playback_session).where(*conditions, *living()).values(stopped=True, expires_at=kept_until)
    return (await c.execute(stopping)).rowcount


def _query(user_id: str, organization_id: str) -> Select[tuple[object, ...]]:
    columns = [
        playback_session.c.id, playback_session.c.session, playback_session.c.media, playback_session.c.created_at,
        session.c.agent, session.c.kind, media.c.content, media.c.title.label("media_title"), content.c.title,
        content.c.age_rating,
    ]  # fmt: skip
    return (
        select(*columns)
        .join(session, session.c.id == playback_session.c.session)
        .join(media, media.c.id == playback_session.c.media)
        .outerjoin(content, content.c.id == media.c.content)
        .where(session.c.user == user_id, media.c.organization == organization_id, *living())
        .order_by(playback_session.c.created_at.desc())
    )


async def streams_of(
    c: AsyncConnection, user_id: str, organization_id: str, own_session: str, max_age: int | None
) -> dict[tuple[str, str], Stream]:
    """The streams of an account by their sign-in and media, the newest first."""
    streams: dict[tuple[str, str], Stream] = {}
    for row in (await c.execute(_query(user_id, organization_id))).mappings():
        hidden = max_age is not None and (row["age_rating"] is None or row["age_rating"] > max_age)
        title = "" if hidden else row["title"] or row["media_title"]
        stream = Stream(
            id=row["id"], content=None if hidden else row["content"], title=title, agent=row["agent"] or "",
            kind=row["kind"], started_at=row["created_at"], current=row["session"] == own_session,
        )  # fmt: skip
        streams.setdefault((row["session"], row["media"]), stream)
    return streams


async def check_limit(c: AsyncConnection, subject: str, credential: Credential) -> None:
    """Raise ApiError 409 `too_many_streams` when the account of a sign-in may not play another title or
    channel. Until the end of the transaction no other process starts a session of the account."""
    user_id = credential.caller.user
    if user_id is None or credential.preview:  # whoever plays as a viewer is not the viewer
        return
    limits = select(organization.c.id, organization.c.max_streams)
    owners = union_all(*(select(table.c.organization).where(table.c.id == subject) for table in (media, channel)))
    limits = limits.where(organization.c.id.in_(owners))
    limit = (await c.execute(limits)).first()
    if limit is None or not limit.max_streams:
        return
    # The first write of the transaction: it locks the row on PostgreSQL, and the database on SQLite.
    await c.execute(update(user).where(user.c.id == user_id).values(last_seen_at=user.c.last_seen_at))
    streams = await streams_of(c, user_id, limit.id, credential.session, credential.caller.max_age)
    streams.pop((credential.session, subject), None)
    if len(streams) >= limit.max_streams:
        raise _too_many(limit.max_streams, list(streams.values()))


def _too_many(max_streams: int, streams: Sequence[Stream]) -> ApiError:
    error = ApiError(*too_many_streams(max_streams))
    error.members |= {"max_streams": max_streams, "streams": [vars(stream) for stream in streams]}
    return error


class Streams:
    """The streams of a viewer, for the viewer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, user_id: str, organization_id: str, own_session: str, max_age: int | None) -> StreamList:
        async with self._db.read() as c:
            streams = await streams_of(c, user_id, organization_id, own_session, max_age)
            limit = select(organization.c.max_streams).where(organization.c.id == organization_id)
            return StreamList(list(streams.values()), (await c.execute(limit)).scalar() or 0)

    async def stop(self, user_id: str, organization_id: str, id: str) -> bool:
        """Stop a stream of the account, with its earlier sessions; returns whether there was one."""
        async with self._db.write() as c:
            streams = await streams_of(c, user_id, organization_id, "", None)
            place = next((place for place, stream in streams.items() if stream.id == id), None)
            if place is None:
                return False
            same = playback_session.c.session == place[0], playback_session.c.media == place[1]
            return await stop_sessions(c, *same) > 0
