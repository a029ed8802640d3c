"""Stream keys: create, rotate with an overlap, revoke, and find the key that an encoder sends.

A key is returned once, and only its hash is stored. It allows its owner to publish on one channel.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.ingest_tables import stream_key
from otnet_server.db.records import new_id, now
from otnet_server.errors import ApiError, PublishRefused
from otnet_server.identity.keys import digest, make_stream_key
from otnet_server.live.pull.settings import PullSetting
from otnet_server.schema.fields.dates import utc

MAX_KEYS = 50  # of a channel
KEEP_REVOKED = timedelta(days=30)
SHOWN = ("id", "channel", "name", "role", "prefix", "old_prefix", "old_until", "created_at", "expires_at",
         "last_used_at", "revoked_at")  # fmt: skip
UNKNOWN = "This stream key is not valid."
COPY_AGAIN = "Copy the key of the channel from the studio again."


@dataclass(frozen=True)
class StreamKey:
    """A valid key. `hash` is that of what the encoder has sent. `publisher` is the process in which the key publishes
    now, if any. What is fetched from a `source` of a channel has a key without an id."""

    id: str
    hash: str
    name: str
    channel: str
    organization: str
    publisher: str | None
    role: str = "primary"
    source: PullSetting | None = None


def shown(row: RowMapping) -> dict[str, Any]:
    """What the API shows of a key. Pure."""
    return {name: row[name] for name in SHOWN}


async def list_keys(c: AsyncConnection, channel: str) -> list[dict[str, Any]]:
    """The keys of a channel, newest first, also those that were revoked in the last 30 days."""
    query = select(stream_key).where(stream_key.c.channel == channel, ~_long_revoked())
    rows = await c.execute(query.order_by(stream_key.c.created_at.desc(), stream_key.c.id.desc()))
    return [shown(row) for row in rows.mappings()]


async def create_key(
    c: AsyncConnection, organization: str, channel: str, name: str, expires_at: str | None, role: str = "primary"
) -> tuple[str, dict[str, Any]]:
    """A new key of a channel, and its record. Raises ApiError 409 if it has too many."""
    await c.execute(delete(stream_key).where(stream_key.c.channel == channel, _long_revoked()))
    valid = select(func.count()).where(stream_key.c.channel == channel, stream_key.c.revoked_at.is_(None))
    if (await c.execute(valid)).scalar_one() >= MAX_KEYS:
        raise ApiError(
            409, "too_many_keys", f"This channel has {MAX_KEYS} stream keys.", "Revoke those that are not used."
        )
    key, prefix, hash = make_stream_key()
    id = new_id()
    await c.execute(insert(stream_key).values(
        id=id, organization=organization, channel=channel, name=name, prefix=prefix, hash=hash, created_at=now(),
        expires_at=expires_at, role=role,
    ))  # fmt: skip
    return key, await _record(c, id)


async def rotate_key(c: AsyncConnection, channel: str, id: str, overlap_hours: int) -> tuple[str, dict[str, Any]]:
    """A new key in place of one, which stays valid for the overlap. Raises ApiError 404 and 409."""
    row = await _find(c, channel, id)
    if row["revoked_at"] is not None:
        raise ApiError(409, "revoked", "This stream key was revoked.", "Create a new one.")
    key, prefix, hash = make_stream_key()
    overlaps = overlap_hours > 0
    await c.execute(update(stream_key).where(stream_key.c.id == id).values(
        prefix=prefix, hash=hash, old_prefix=row["prefix"] if overlaps else None,
        old_hash=row["hash"] if overlaps else None,
        old_until=utc(datetime.now(UTC) + timedelta(hours=overlap_hours)) if overlaps else None,
    ))  # fmt: skip
    return key, await _record(c, id)


async def revoke_key(c: AsyncConnection, channel: str, id: str) -> bool:
    """Invalidate a key, also the old one of a rotation; whether it was valid. Raises ApiError 404."""
    row = await _find(c, channel, id)
    if row["revoked_at"] is not None:
        return False
    revoked = {"revoked_at": now(), "old_hash": None, "old_prefix": None, "old_until": None}
    await c.execute(update(stream_key).where(stream_key.c.id == id).values(**revoked))
    return True


async def find_key(db: Database, key: str) -> StreamKey:
    """The key that an encoder has sent. Raises PublishRefused."""
    return await _find_by_hash(db, digest(key))


async def find_key_by_passphrase(
    db: Database, prefix: str, passphrase: str, passphrase_of: Callable[[str], str]
) -> StreamKey:
    """The key with a prefix, whose passphrase an encoder knows. Raises PublishRefused."""
    query = select(stream_key).where((stream_key.c.prefix == prefix) | (stream_key.c.old_prefix == prefix))
    async with db.read() as c:
        rows = (await c.execute(query)).mappings().all()
    for hash in (hash for row in rows for hash in (row["hash"], row["old_hash"]) if hash is not None):
        if hmac.compare_digest(passphrase_of(hash).encode(), passphrase.encode()):
            return await _find_by_hash(db, hash)
    raise PublishRefused("stream_key_unknown", UNKNOWN, COPY_AGAIN)


async def _find_by_hash(db: Database, hash: str) -> StreamKey:
    query, at = select(stream_key).where((stream_key.c.hash == hash) | (stream_key.c.old_hash == hash)), now()
    async with db.read() as c:
        row = (await c.execute(query)).mappings().first()
    if row is None or (row["hash"] != hash and (row["old_until"] or "") <= at):
        raise PublishRefused("stream_key_unknown", UNKNOWN, COPY_AGAIN)
    if row["revoked_at"] is not None:
        raise PublishRefused("stream_key_revoked", "This stream key was revoked.", COPY_AGAIN)
    if row["expires_at"] is not None and row["expires_at"] <= at:
        raise PublishRefused("stream_key_expired", "This stream key has expired.", COPY_AGAIN)
    return StreamKey(row["id"], hash, row["name"], row["channel"], row["organization"], row["publisher"], row["role"])


async def valid_hashes(db: Database) -> dict[str, str]:
    """The hashes of the keys that are not revoked, by their prefixes, also those of rotated keys."""
    keys = stream_key.c
    query = select(keys.prefix, keys.hash, keys.old_prefix, keys.old_hash).where(keys.revoked_at.is_(None))
    async with db.read() as c:
        rows = (await c.execute(query)).all()
    old = {old_prefix: old_hash for _, _, old_prefix, old_hash in rows if old_prefix is not None}
    return old | {prefix: hash for prefix, hash, _, _ in rows}


async def is_valid(db: Database, key: StreamKey) -> bool:
    """Whether a stream that began with a key may go on: the key may have expired since."""
    query = select(stream_key).where(stream_key.c.id == key.id, stream_key.c.revoked_at.is_(None))
    async with db.read() as c:
        row = (await c.execute(query)).mappings().first()
    return row is not None and key.hash in (row["hash"], row["old_hash"])


async def publishing_key(db: Database, channel: str) -> str | None:
    """The name of the key, or its first characters, that publishes on a channel now."""
    query = select(stream_key).where(stream_key.c.channel == channel, stream_key.c.publisher.is_not(None))
    async with db.read() as c:
        row = (await c.execute(query.order_by(stream_key.c.last_used_at.desc()))).mappings().first()
    return (row["name"] or f"{row['prefix']}…") if row is not None else None


async def publishing_role(db: Database, channel: str) -> str | None:
    """The role of the key that publishes on a channel now."""
    query = select(stream_key.c.role).where(stream_key.c.channel == channel, stream_key.c.publisher.is_not(None))
    async with db.read() as c:
        return (await c.execute(query)).scalar()


async def publishing_id(db: Database, channel: str, role: str) -> str | None:
    """The key with a role that publishes on a channel now."""
    publishing = (stream_key.c.channel == channel) & stream_key.c.publisher.is_not(None)
    async with db.read() as c:
        return (await c.execute(select(stream_key.c.id).where(publishing, stream_key.c.role == role))).scalar()


async def begin(db: Database, key: StreamKey, publisher: str, protocol: str) -> None:
    """Record that a key publishes in a process, by a protocol."""
    async with db.write() as c:
        await c.execute(update(stream_key).where(stream_key.c.channel == key.channel).values(publisher=None))
        now_used = update(stream_key).where(stream_key.c.id == key.id)
        await c.execute(now_used.values(publisher=publisher, protocol=protocol[:40], last_used_at=now()))


async def end(db: Database, key: StreamKey, publisher: str) -> None:
    """Record that a key publishes no more in a process."""
    own = (stream_key.c.id == key.id) & (stream_key.c.publisher == publisher)
    async with db.write() as c:
        await c.execute(update(stream_key).where(own).values(publisher=None))


async def _find(c: AsyncConnection, channel: str, id: str) -> RowMapping:
    query = select(stream_key).where(stream_key.c.id == id, stream_key.c.channel == channel)
    row = (await c.execute(query)).mappings().first()
    if row is None:
        raise ApiError(404, "not_found", "This stream key does not exist.", "GET …/stream_keys lists them.")
    return row


async def _record(c: AsyncConnection, id: str) -> dict[str, Any]:
    return shown((await c.execute(select(stream_key).where(stream_key.c.id == id))).mappings().one())


def _long_revoked() -> ColumnElement[bool]:
    earliest = utc(datetime.now(UTC) - KEEP_REVOKED)
    return func.coalesce(stream_key.c.revoked_at, "9") < earliest
