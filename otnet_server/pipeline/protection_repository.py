"""Which encryption media should have, which they have, and the revisions that are made to change it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.tables import media, metadata, revision
from otnet_server.media.protection import Protection
from otnet_server.media.states import State
from otnet_server.pipeline.revision_repository import (
    REVISIONS_DELETED,
    copy_state,
    media_event_data,
    now,
    revision_id,
)
from otnet_server.schema.fields.dates import utc

library = metadata.tables["library"]
NONE = "none"
# The encryption that a media should have, and the one that its newest revision has.
OF_LIBRARY = and_(library.c.name == media.c.library, library.c.organization == media.c.organization)
DESIRED: ColumnElement[str] = case(
    (media.c.protection != "library", media.c.protection), else_=func.coalesce(library.c.protection, NONE)
)
ACTUAL: ColumnElement[str] = func.coalesce(revision.c.protection["scheme"].as_string(), NONE)
GRACE_S = 30.0  # added to the duration of a title


class Wanted(NamedTuple):
    """The encryption that a media should have: its organization, and cbcs, cenc or none."""

    organization: str
    protection: str


class Mismatch(NamedTuple):
    """A ready media whose newest revision is encrypted in another way than it should be."""

    media: str
    organization: str
    revision: str
    wanted: str


class Superseded(NamedTuple):
    media: str
    revision: str


class ProtectionRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def wanted(self, media_id: str) -> Wanted:
        """The encryption that a media should have. The media exists."""
        query = select(media.c.organization, DESIRED).outerjoin(library, OF_LIBRARY).where(media.c.id == media_id)
        async with self._db.read() as c:
            return Wanted._make((await c.execute(query)).one())

    async def set_protection(self, revision_id: str, protection: Protection) -> None:
        async with self._db.write() as c:
            values = {"protection": protection.model_dump(mode="json")}
            await c.execute(update(revision).where(revision.c.id == revision_id).values(**values))

    async def mismatch(self, without: Iterable[str] = ()) -> Mismatch | None:
        """The newest ready media whose encryption is not the one that it should have, of organizations that are not in
        `without`."""
        query = (
            select(media.c.id, media.c.organization, revision.c.id, DESIRED)
            .join(revision, revision.c.id == media.c.current)
            .outerjoin(library, OF_LIBRARY)
            .where(media.c.present, media.c.state == State.READY, DESIRED != ACTUAL)
            .where(media.c.organization.not_in(list(without)))
            .order_by(media.c.created_at.desc())
        )
        async with self._db.read() as c:
            row = (await c.execute(query.limit(1))).first()
        return Mismatch._make(row) if row is not None else None

    async def current(self, media_id: str) -> Mismatch | None:
        """A ready and encrypted media with its own encryption as the wanted one, else None."""
        query = (
            select(media.c.id, media.c.organization, revision.c.id, ACTUAL)
            .join(revision, revision.c.id == media.c.current)
            .where(media.c.id == media_id, media.c.present, media.c.state == State.READY, ACTUAL != NONE)
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return Mismatch._make(row) if row is not None else None

    async def derive(self, origin: str, protection: Protection | None) -> str | None:
        """Add a revision that is repackaged from the ready revision `origin`, with another encryption; returns its id.
        None when `origin` is no longer the newest revision of its media, or not ready."""
        async with self._db.write() as c:
            newest = select(revision).join(media, media.c.current == revision.c.id)
            newest = newest.where(revision.c.id == origin, revision.c.state == State.READY).with_for_update()
            row = (await c.execute(newest)).mappings().first()
            if row is None:
                return None
            at, id = now(), revision_id(row["media"], row["fingerprint"], secrets.token_hex(8))
            values: dict[str, Any] = {
                **{name: row[name] for name in ("media", "path", "fingerprint", "plan", "duration_s", "loudness")},
                "id": id, "state": State.PLANNED, "playable": False, "priority": 1, "reached": {State.PLANNED: at},
                "protection": protection.model_dump(mode="json") if protection is not None else None,
                "derived_from": origin, "created_at": at,
            }  # fmt: skip
            await c.execute(insert(revision).values(**values))
            await c.execute(update(media).where(media.c.id == row["media"]).values(current=id, updated_at=at))
            await copy_state(c, id)
            await changes.append(c, "media.planned", await media_event_data(c, row["media"], id))
        return id

    async def generation(self, media_id: str) -> int:
        """The generation of the newest keys of a media; -1 without keys."""
        key = metadata.tables["content_key"]
        async with self._db.read() as c:
            newest = (await c.execute(select(func.max(key.c.generation)).where(key.c.media == media_id))).scalar()
        return -1 if newest is None else int(newest)

    async def counts(self, organization: str) -> dict[str, int]:
        """The numbers of media that play `protected` and `clear`; of those that are repackaged, or wait for it
        (`changing`); and of those whose repackaging has failed (`failed`)."""
        playing = revision.alias("playing")
        derived, state = revision.c.derived_from.is_not(None), revision.c.state
        repackaged = and_(derived, state.not_in([State.READY, State.FAILED]))
        waiting = and_(state == State.READY, media.c.state == State.READY, DESIRED != ACTUAL)
        query = (
            select(
                func.count(case((playing.c.protection.is_not(None), 1))),
                func.count(case((playing.c.protection.is_(None), 1))),
                func.count(case((or_(repackaged, waiting), 1))),
                func.count(case((and_(derived, state == State.FAILED), 1))),
            )
            .select_from(media)
            .outerjoin(library, OF_LIBRARY)
            .join(revision, revision.c.id == media.c.current)
            .join(playing, playing.c.id == media.c.playing)
            .where(media.c.organization == organization, media.c.present)
        )
        async with self._db.read() as c:
            protected, clear, changing, failed = (await c.execute(query)).one()
        return {"protected": protected, "clear": clear, "changing": changing, "failed": failed}

    async def superseded(self, limit: int) -> list[Superseded]:
        """Earlier revisions of media that were encrypted in another way than what plays now, after everybody who began
        to watch them has had the time to reach the end."""
        newer = revision.alias("newer")
        derived = revision.alias("derived")
        changed = exists(select(derived.c.id).where(derived.c.derived_from == revision.c.id))
        clear_behind_protected = and_(revision.c.protection.is_(None), newer.c.protection.is_not(None))
        query = (
            select(media.c.id, revision.c.id, newer.c.reached, revision.c.duration_s)
            .join(media, media.c.id == revision.c.media)
            .join(newer, newer.c.id == media.c.playing)
            .where(revision.c.id != media.c.playing, revision.c.id != media.c.current)
            .where(newer.c.state == State.READY, or_(changed, clear_behind_protected))
        )
        at = datetime.now(UTC)
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        due = [
            Superseded(row[0], row[1])
            for row in rows
            if (row.reached or {}).get(State.READY, "9") <= utc(at - timedelta(seconds=(row.duration_s or 0) + GRACE_S))
        ]
        return due[:limit]

    async def forget(self, media_id: str, revision_id: str) -> None:
        """Delete the row of a revision whose objects are deleted, and its content keys."""
        async with self._db.write() as c:
            protection = select(revision.c.protection).where(revision.c.id == revision_id)
            of_revision = (await c.execute(protection)).scalar()
            await c.execute(revision.delete().where(revision.c.id == revision_id))
            if of_revision is not None:
                await _delete_unused_keys(c, media_id, Protection.model_validate(of_revision).key_ids)
            await changes.append(c, REVISIONS_DELETED, {"media": media_id, "revisions": [revision_id]}, internal=True)

    async def forget_keys(self, media_id: str, key_ids: Iterable[str]) -> None:
        """Delete new content keys of a media that no revision got."""
        async with self._db.write() as c:
            await _delete_unused_keys(c, media_id, key_ids)


async def _delete_unused_keys(c: AsyncConnection, media_id: str, key_ids: Iterable[str]) -> None:
    """Delete keys among `key_ids`, except those that a revision of the media has: some providers give the same ones
    again."""
    key = metadata.tables["content_key"]
    protections = (await c.execute(select(revision.c.protection).where(revision.c.media == media_id))).scalars()
    used = [Protection.model_validate(protection).key_ids for protection in protections if protection is not None]
    unused = set(key_ids).difference(*used)
    await c.execute(key.delete().where(key.c.media == media_id, key.c.id.in_(unused)))
