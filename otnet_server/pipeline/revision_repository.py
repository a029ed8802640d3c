"""Revisions in the database: their states, plans and published pieces.

Every change of state goes through `move`, which checks the table of states and adds the event to the outbox in the same
transaction, so that no event reports what did not happen and nothing happens without its event.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    RowMapping,
    ScalarSelect,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.db.tables import chunk, file, lease, media, revision
from otnet_server.media.plan import Plan
from otnet_server.media.states import State, can_move
from otnet_server.pipeline.rows import CurrentRevision, FoundFile, RevisionRow, UnfinishedRevision
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

# Internal changes: {revision, pieces: [[track, number], …]}; {revision, track, number}; {media: [id, …]};
# {media, revisions: [id, …]}.
PIECES_PUBLISHED = "pieces.published"
CHUNK_REQUESTED = "chunk.requested"
FILES_CHANGED = "files.changed"
REVISIONS_DELETED = "revisions.deleted"
UNFINISHED_STATES = (State.FOUND, State.PROBED, State.PLANNED, State.ENCODING)
REVISION_LEASE = "revision:"  # the name of the lease of a revision, before its id
# 2: a viewer waits for it; 1: the file was just added; 0: the backlog.
REVISION_PRIORITIES = (2, 1, 0)


def _next_revisions() -> Select[Any]:
    """Selects at most `limit` unfinished revisions, without those in `skip` and those with a lease: by priority, and
    within a priority those that have started first; of files that were just added, the newest first. The statement is
    built once because it runs after every job. Each part of the union reads the start of the index, however long the
    backlog is; with a single condition SQLite would scan all revisions."""
    max_rows, skip = bindparam("limit", type_=Integer), bindparam("skip", type_=String, expanding=True)
    current = and_(media.c.id == revision.c.media, media.c.current == revision.c.id)
    leased = exists(
        select(lease.c.name).where(
            lease.c.name == literal(REVISION_LEASE) + revision.c.id, lease.c.expires_at > bindparam("now", type_=Float)
        )
    )
    parts = [
        select(
            select(revision.c.id, literal(rank).label("rank"))
            .join(media, current)
            .where(revision.c.state == state, revision.c.priority == priority)
            .where(media.c.present, revision.c.id.not_in(skip), ~leased)
            .order_by(revision.c.created_at.desc() if priority == 1 else revision.c.created_at, revision.c.id)
            .limit(max_rows)
            .subquery()
        )
        for rank, (priority, state) in enumerate(product(REVISION_PRIORITIES, reversed(UNFINISHED_STATES)))
    ]
    first = union_all(*parts).subquery()
    return (
        select(revision, media.c.library, file.c.size, file.c.mtime_ns)
        .join(first, first.c.id == revision.c.id)
        .join(media, current)
        .outerjoin(file, file.c.path == revision.c.path)
        .order_by(
            first.c.rank,
            case((revision.c.priority == 1, revision.c.created_at), else_="").desc(),
            revision.c.created_at,
            revision.c.id,
        )
        .limit(max_rows)
    )


NEXT_REVISIONS = _next_revisions()


def _copy_state() -> Update:
    """Copy the state and duration of a revision into the row of its media, if it is the newest one."""
    this = revision.c.id == bindparam("revision", type_=String)

    def value_of(column: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(column).where(this).scalar_subquery()

    newest = media.c.id == value_of(revision.c.media), media.c.current == bindparam("revision", type_=String)
    values = {
        "state": value_of(revision.c.state),
        "duration_s": value_of(revision.c.duration_s),
        "updated_at": bindparam("at"),
    }
    return update(media).where(*newest).values(**values)


COPY_STATE = _copy_state()


def now() -> str:
    return utc(datetime.now(UTC))


def revision_id(media_id: str, fingerprint: str, salt: str = "") -> str:
    return hashlib.blake2b(f"{media_id}{fingerprint}{salt}".encode(), digest_size=5).hexdigest()


def _revision_row(row: RowMapping) -> RevisionRow:
    return RevisionRow(**{**row, "state": State(row["state"])})


def _current_revision(row: RowMapping) -> CurrentRevision:
    return CurrentRevision(**{**row, "state": State(row["state"])})


async def copy_state(c: AsyncConnection, revision_id: str) -> None:
    """Repeat a revision's state and duration in the row of its media, where lists read them."""
    await c.execute(COPY_STATE, {"revision": revision_id, "at": now()})


async def media_event_data(c: AsyncConnection, media_id: str, revision_id: str | None, **more: Any) -> dict[str, Any]:
    """The data of an event of a media (`events.MediaEvent`)."""
    query = select(media.c.title, media.c.content, media.c.organization).where(media.c.id == media_id)
    row = (await c.execute(query)).one()
    data = {"media": media_id, "title": row.title, "content": row.content, "organization": row.organization}
    return data | ({"revision": revision_id} if revision_id else {}) | more


async def revise(c: AsyncConnection, media_id: str, f: FoundFile, priority: int, salt: str = "") -> str:
    """Make the file's revision the newest one of a media, adding it if it is new. Returns its id."""
    new = revision_id(media_id, f.fingerprint, salt)
    known = (await c.execute(select(revision.c.id).where(revision.c.id == new))).first()
    if known is None:
        await c.execute(
            insert(revision).values(
                id=new, media=media_id, path=f.path, fingerprint=f.fingerprint, state=State.FOUND, playable=False,
                priority=priority, created_at=now(),
            )
        )  # fmt: skip
        await changes.append(c, "media.found", await media_event_data(c, media_id, new))
    else:
        await c.execute(update(revision).where(revision.c.id == new).values(path=f.path))
    await c.execute(update(media).where(media.c.id == media_id).values(current=new, present=True, updated_at=now()))
    await copy_state(c, new)
    return new


class RevisionChanged(Exception):
    """The state of a revision is not what the caller takes it for: a person or another process has changed it."""


def _below_highest_priority(media_id: str) -> tuple[ColumnElement[bool], ...]:
    return revision.c.media == media_id, revision.c.priority < REVISION_PRIORITIES[0]


async def _raise_priority(c: AsyncConnection, media_id: str) -> None:
    raised = update(revision).where(*_below_highest_priority(media_id))
    await c.execute(raised.values(priority=REVISION_PRIORITIES[0]))


class RevisionRepository:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = Search(db.sqlite)

    async def revision(self, revision_id: str) -> RevisionRow | None:
        async with self._db.read() as c:
            row = (await c.execute(select(revision).where(revision.c.id == revision_id))).mappings().first()
        return _revision_row(row) if row is not None else None

    async def next_revisions(self, limit: int, skip: Iterable[str]) -> list[UnfinishedRevision]:
        """Unfinished newest revisions of present media in the order of their work, with the last recorded size and time
        of their file (None: unknown)."""
        async with self._db.read() as c:
            rows = await c.execute(NEXT_REVISIONS, {"limit": limit, "skip": list(skip), "now": time.time()})
            return [UnfinishedRevision(**{**r, "state": State(r["state"])}) for r in rows.mappings()]

    async def current(self, media_id: str) -> CurrentRevision | None:
        """The newest revision of a media, or None."""
        async with self._db.read() as c:
            query = select(revision, media.c.present).join(media, media.c.current == revision.c.id)
            row = (await c.execute(query.where(media.c.id == media_id))).mappings().first()
        return _current_revision(row) if row is not None else None

    async def current_by_media(self, ids: Iterable[str]) -> dict[str, CurrentRevision]:
        """The newest revisions of many media, by media id."""
        media_ids = list(ids)
        if not media_ids:
            return {}
        async with self._db.read() as c:
            query = select(revision, media.c.present).join(media, media.c.current == revision.c.id)
            rows = await c.execute(query.where(media.c.id.in_(media_ids)))
            return {row["media"]: _current_revision(row) for row in rows.mappings()}

    async def move(self, revision_id: str, old: State, new: State, **values: Any) -> bool:
        """Change the state of a revision from `old` to `new` and add the event in the same transaction. Returns False,
        and changes nothing, when the state is not `old`. The transition must be in the table of states."""
        assert can_move(old, new), f"{old} → {new} is not in the table of states"
        async with self._db.write() as c:
            same = revision.c.id == revision_id, revision.c.state == old
            before = (await c.execute(select(revision.c.media, revision.c.reached).where(*same))).first()
            if before is None:
                return False
            reached = {new.value: now()} | (before.reached or {} if new is not State.FOUND else {})
            await c.execute(update(revision).where(*same).values(state=new, reached=reached, **values))
            await copy_state(c, revision_id)
            more = {"error": values["error"]} if values.get("error") else {}
            await changes.append(c, f"media.{new}", await media_event_data(c, before.media, revision_id, **more))
            return True

    async def restart_probe(self, revision_id: str) -> bool:
        """Set a revision that was interrupted between probing and planning back to `found`, without an event: nothing
        happened to it. Returns False when it is not `probed`."""
        async with self._db.write() as c:
            same = revision.c.id == revision_id, revision.c.state == State.PROBED
            done = await c.execute(update(revision).where(*same).values(state=State.FOUND, reached={"found": now()}))
            await copy_state(c, revision_id)
            return bool(done.rowcount)

    async def set_plan(self, revision_id: str, plan: Plan) -> None:
        async with self._db.write() as c:
            values = {"plan": plan.model_dump(mode="json"), "duration_s": plan.duration_s}
            await c.execute(update(revision).where(revision.c.id == revision_id).values(**values))
            await copy_state(c, revision_id)

    async def set_loudness(self, revision_id: str, lufs: float) -> None:
        async with self._db.write() as c:
            await c.execute(update(revision).where(revision.c.id == revision_id).values(loudness=lufs))

    async def set_metadata(self, media_id: str, title: str | None, info: dict[str, Any]) -> None:
        """Store the metadata of a media. A title that a person edited is kept."""
        async with self._db.write() as c:
            row = (await c.execute(select(media).where(media.c.id == media_id))).mappings().one()
            values: dict[str, Any] = {"info": info, "updated_at": now()}
            if title and not row["edited"]:
                values["title"] = title
                await self._search.put(c, SCHEMA["media"], {**row, "title": title})
            await c.execute(update(media).where(media.c.id == media_id).values(**values))

    async def media_info(self, media_id: str) -> dict[str, Any]:
        """The metadata of a media from its providers: `{synopsis, year, genres, people, poster}`."""
        async with self._db.read() as c:
            info = (await c.execute(select(media.c.info).where(media.c.id == media_id))).scalar()
        return info or {}

    async def retry(self, media_id: str) -> bool:
        """Retry a failed media. False when it has not failed."""
        row = await self.current(media_id)
        if row is None or row.state != State.FAILED:
            return False
        return await self.move(row.id, State.FAILED, State.FOUND, error=None)

    async def reencode(self, media_id: str) -> str | None:
        """Add a new revision of the same file and return its id; None when the media has no file. The playing revision
        is used until the new one is playable."""
        async with self._db.write() as c:
            row = (await c.execute(select(file).where(file.c.media == media_id))).first()
            if row is None:
                return None
            source = FoundFile(row.path, row.library, "", row.size, row.mtime_ns, row.fingerprint)
            return await revise(c, media_id, source, 1, secrets.token_hex(4))

    async def published_pieces(self, revision_id: str) -> dict[tuple[str, int], dict[str, Any]]:
        async with self._db.read() as c:
            rows = await c.execute(
                select(chunk.c.track, chunk.c.number, chunk.c.sizes).where(chunk.c.revision == revision_id)
            )
            return {(r.track, r.number): r.sizes for r in rows}

    async def publish(
        self, revision_id: str, pieces: dict[tuple[str, int], dict[str, Any]], *, playable: bool = False
    ) -> None:
        """Index pieces whose bytes are stored. What is indexed already stays as it is, so that publishing twice is
        harmless. `playable` also makes this the playing revision of its media."""
        rows = [{"revision": revision_id, "track": t, "number": n, "sizes": s} for (t, n), s in pieces.items()]
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        async with self._db.write() as c:
            await c.execute(insert(chunk).on_conflict_do_nothing(), rows)
            numbers = [list(piece) for piece in pieces]
            await changes.append(c, PIECES_PUBLISHED, {"revision": revision_id, "pieces": numbers}, internal=True)
            if playable:
                first = revision.c.id == revision_id, revision.c.playable.is_(False)
                if not (await c.execute(update(revision).where(*first).values(playable=True))).rowcount:
                    return
                media_id = (await c.execute(select(revision.c.media).where(revision.c.id == revision_id))).scalar_one()
                current = update(media).where(media.c.id == media_id, media.c.current == revision_id)
                await c.execute(current.values(playing=revision_id, playable=True, updated_at=now()))
                await changes.append(c, "media.playable", await media_event_data(c, media_id, revision_id))

    async def request_media(self, media_id: str) -> None:
        """Give the revisions of a media the highest priority, because a viewer waits for it. Asked for again, it only
        reads, because anybody may ask."""
        async with self._db.read() as c:
            lower = select(revision.c.id).where(*_below_highest_priority(media_id)).limit(1)
            if (await c.execute(lower)).first() is None:
                return
        async with self._db.write() as c:
            await _raise_priority(c, media_id)

    async def request_chunk(self, media_id: str, revision_id: str, track: str, number: int) -> None:
        """Tell the process that encodes a revision that a viewer waits for this chunk, and give the revisions of the
        media the highest priority."""
        async with self._db.write() as c:
            await _raise_priority(c, media_id)
            data = {"revision": revision_id, "track": track, "number": number}
            await changes.append(c, CHUNK_REQUESTED, data, internal=True)
