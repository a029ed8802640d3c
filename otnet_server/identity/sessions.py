"""Authentication of requests: session tokens of people, API keys of programs.

A session is a random token in a cookie; the database stores its SHA-256. Lookups are cached for CACHE_TTL_S; the cache
is cleared when a session ends or a key is revoked on this server.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import metadata, viewer_profile
from otnet_server.identity.device_limit import check_devices
from otnet_server.identity.keys import digest, is_key
from otnet_server.principal import SESSION_COOKIE, Principal
from otnet_server.schema.field import Surface
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role

SessionKind = Literal["browser", "device"]
COOKIE = SESSION_COOKIE
SESSION_LIFETIME = timedelta(days=30)
CACHE_TTL_S = 2.0  # see `playback.authorization.REMEMBER_S`
SEEN_INTERVAL_S = 60.0
MAX_CACHE_ENTRIES = 10_000

user, membership = metadata.tables["user"], metadata.tables["membership"]
session, api_key = metadata.tables["session"], metadata.tables["api_key"]


class Sessions:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._cache: dict[str, tuple[float, Principal]] = {}
        self._recorded_at: dict[str, float] = {}

    async def start(
        self,
        user_id: str,
        organization: str | None,
        agent: str,
        address: str,
        kind: SessionKind = "browser",
        replaces: str | None = None,
    ) -> str:
        """Create a session; returns its token, of which only the hash is stored. `replaces` is the id of a session of
        the user that ends. Raises ApiError 409 beyond the devices of the viewer."""
        token = secrets.token_urlsafe(32)
        at = now()
        async with self._db.write() as c:
            await c.execute(delete(session).where(session.c.expires_at < at))
            if replaces is not None:
                await c.execute(delete(session).where(session.c.id == replaces, session.c.user == user_id))
            await check_devices(c, user_id, organization)
            await c.execute(insert(session).values(
                id=new_id(), token_hash=digest(token), user=user_id, organization=organization, kind=kind,
                agent=agent[:300], address=address[:60], seen_at=at, created_at=at, updated_at=at,
                expires_at=utc(datetime.now(UTC) + SESSION_LIFETIME),
            ))  # fmt: skip
            await c.execute(update(user).where(user.c.id == user_id).values(last_seen_at=at))
        if replaces is not None:
            self.forget()
        return token

    async def end(self, token: str) -> None:
        """End the session of a token."""
        async with self._db.write() as c:
            await c.execute(delete(session).where(session.c.token_hash == digest(token)))
        self.forget()

    async def end_one(self, session_id: str) -> None:
        async with self._db.write() as c:
            await c.execute(delete(session).where(session.c.id == session_id))
        self.forget()

    async def end_all(self, user_id: str, but: str = "") -> None:
        """Sign a user out of all sessions except the one with the id `but`."""
        async with self._db.write() as c:
            await c.execute(delete(session).where(session.c.user == user_id, session.c.id != but))
        self.forget()

    async def switch(self, user_id: str, session_id: str, organization: str) -> None:
        """Switch a session to another organization, where the next sessions of the user will begin too. Raises
        ApiError 409 beyond the devices of the viewer there."""
        async with self._db.write() as c:
            await check_devices(c, user_id, organization, but=session_id)
            await c.execute(update(session).where(session.c.id == session_id).values(organization=organization))
            await c.execute(update(user).where(user.c.id == user_id).values(last_organization=organization))
        self.forget()

    def forget(self) -> None:
        """Clear the cache, after sessions, memberships or keys have changed."""
        self._cache.clear()

    async def person(self, token: str) -> Principal | None:
        """The principal of a session token, from a cookie or a device. None when it is not valid."""
        return await self._lookup(digest(token), self._load_person)

    async def person_by_id(self, session_id: str) -> Principal | None:
        """The principal of a session by its id. None when it has ended."""
        return await self._lookup(f"id {session_id}", lambda _: self._find_person(session.c.id == session_id))

    async def program(self, key: str) -> Principal | None:
        """The principal of an API key, current or still in its rotation overlap. None when it is not valid."""
        return await self._lookup(digest(key), self._load_program) if is_key(key) else None

    async def _lookup(self, token_digest: str, load: Callable[[str], Awaitable[Principal | None]]) -> Principal | None:
        cached = self._cache.get(token_digest)
        if cached is not None and cached[0] > time.monotonic():
            return cached[1]
        principal = await load(token_digest)
        if principal is not None:
            if len(self._cache) > MAX_CACHE_ENTRIES:
                self._cache.clear()
            self._cache[token_digest] = (time.monotonic() + CACHE_TTL_S, principal)
        return principal

    async def _load_person(self, token_digest: str) -> Principal | None:
        return await self._find_person(session.c.token_hash == token_digest)

    async def _find_person(self, condition: ColumnElement[bool]) -> Principal | None:
        is_member = and_(membership.c.user == user.c.id, membership.c.organization == session.c.organization)
        query = (
            select(
                session.c.id,
                session.c.organization,
                session.c.kind,
                session.c.viewer_profile,
                user.c.id.label("user"),
                user.c.email,
                membership.c.role,
            )
            .join(user, user.c.id == session.c.user)
            .outerjoin(membership, is_member)
            .where(condition, session.c.expires_at > now())
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
            if row is None:
                return None
            max_age = await self._max_age(c, row.user, row.viewer_profile, device=row.kind == "device")
        await self._record_seen(session, row.id, "seen_at")
        role = Role[row.role.upper()] if row.role else None
        organization = row.organization if role else None
        return Principal(
            "user", Surface.DASHBOARD, row.user, row.email, organization, role, session=row.id,
            device=row.kind == "device", max_age=max_age,
            viewer_profile=row.viewer_profile if row.viewer_profile not in (None, row.user) else "",
        )  # fmt: skip

    async def _max_age(self, c: AsyncConnection, user_id: str, profile: str | None, *, device: bool) -> int | None:
        """The age limit of a session. A device on which no profile was chosen has the lowest limit of all profiles, if
        a PIN protects the main one: whoever signed it in may not be who watches."""
        if profile is not None:
            of_profile = select(viewer_profile.c.max_age).where(viewer_profile.c.id == profile)
            max_age: int | None = (await c.execute(of_profile)).scalar()
            return max_age
        if not device:
            return None
        own = viewer_profile.c
        protected = select(own.id).where(own.id == user_id, own.pin_hash.is_not(None)).exists()
        lowest = select(func.min(own.max_age)).where(own.user == user_id, protected)
        limit: int | None = (await c.execute(lowest)).scalar()
        return limit

    async def _load_program(self, key_digest: str) -> Principal | None:
        at = now()
        overlapping = and_(api_key.c.old_hash == key_digest, api_key.c.old_until > at)
        active = and_(api_key.c.revoked_at.is_(None), or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > at))
        async with self._db.read() as c:
            row = (
                await c.execute(select(api_key).where(or_(api_key.c.hash == key_digest, overlapping), active))
            ).first()
        if row is None:
            return None
        await self._record_seen(api_key, row.id, "last_used_at")
        return Principal(
            "api_key", Surface.PARTNER, row.id, row.name, row.organization, scopes=frozenset(row.scopes),
            key_hash=key_digest,
        )  # fmt: skip

    async def _record_seen(self, table: Table, id: str, column: str) -> None:
        """Store the time of use, at most once in SEEN_INTERVAL_S."""
        if time.monotonic() - self._recorded_at.get(id, -SEEN_INTERVAL_S) < SEEN_INTERVAL_S:
            return
        if len(self._recorded_at) > MAX_CACHE_ENTRIES:
            self._recorded_at.clear()
        self._recorded_at[id] = time.monotonic()
        async with self._db.write() as c:
            await c.execute(update(table).where(table.c.id == id).values({column: now()}))
