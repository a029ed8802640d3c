"""Profiles of viewers: several people share one account, each with watch progress and a watchlist of their own.

Every account has a main profile, which has no age limit and whose history is stored without a profile. Its record, with
the id of the account, is created with the first other profile. A profile with an age limit sees only titles with an age
rating up to that limit. A PIN keeps others out of a profile; it is asked for when a session changes to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import metadata, my_list, progress, viewer_profile
from otnet_server.errors import ApiError
from otnet_server.identity import passwords
from otnet_server.identity.accounts import too_many_attempts
from otnet_server.identity.sessions import Sessions
from otnet_server.identity.throttle import Attempts
from otnet_server.principal import Principal

MAX_PROFILES = 8
user, session = metadata.tables["user"], metadata.tables["session"]


@dataclass(frozen=True, kw_only=True)
class ViewerProfile:
    """A profile of an account. `color` is the number of one of seven colours. `max_age` is the highest age rating of
    the titles that it sees, in years; None: no limit. `main`: the profile of the account itself. `active`: the session
    of the request uses it."""

    id: str
    name: str
    color: int
    max_age: int | None
    has_pin: bool
    main: bool
    active: bool


class ProfileValues(NamedTuple):
    """What a request sets; None: unchanged, an empty PIN: none."""

    name: str | None = None
    color: int | None = None
    max_age: int | None = None
    set_max_age: bool = False
    pin: str | None = None


class ViewerProfiles:
    def __init__(self, db: Database, sessions: Sessions) -> None:
        self._db, self._sessions = db, sessions
        self._attempts = Attempts()

    async def list_profiles(self, principal: Principal) -> list[ViewerProfile]:
        """The profiles of the account, the main one first."""
        async with self._db.read() as c:
            mine = select(viewer_profile).where(viewer_profile.c.user == principal.id)
            rows = (await c.execute(mine.order_by(viewer_profile.c.created_at))).mappings().all()
            account_name = (await c.execute(select(user.c.name).where(user.c.id == principal.id))).scalar()
        active = principal.viewer_profile or principal.id
        profiles = [
            ViewerProfile(
                id=row["id"], name=row["name"], color=row["color"], max_age=row["max_age"],
                has_pin=row["pin_hash"] is not None, main=row["id"] == principal.id, active=row["id"] == active,
            )
            for row in rows
        ]  # fmt: skip
        if not any(p.main for p in profiles):
            main = ViewerProfile(id=principal.id, name=account_name or "", color=0, max_age=None, has_pin=False,
                                 main=True, active=active == principal.id)  # fmt: skip
            profiles.insert(0, main)
        return sorted(profiles, key=lambda p: not p.main)

    async def create(self, principal: Principal, values: ProfileValues) -> str:
        """Create a profile; returns its id. Raises ApiError 409 when there are MAX_PROFILES."""
        pin_hash = await passwords.hash_password(values.pin) if values.pin else None
        id = new_id()
        async with self._db.write() as c:
            await self._ensure_main(c, principal)
            owned = select(func.count()).where(viewer_profile.c.user == principal.id)
            if (await c.execute(owned)).scalar_one() >= MAX_PROFILES:
                raise ApiError(409, "too_many_profiles", f"An account has at most {MAX_PROFILES} profiles.",
                               "Delete one of them first.")  # fmt: skip
            await c.execute(insert(viewer_profile).values(
                id=id, user=principal.id, name=values.name, color=values.color or 0, max_age=values.max_age,
                pin_hash=pin_hash, created_at=now(),
            ))  # fmt: skip
        return id

    async def change(self, principal: Principal, id: str, values: ProfileValues) -> None:
        """Raises ApiError 404, and 409 for an age limit of the main profile."""
        if id == principal.id and values.set_max_age and values.max_age is not None:
            raise ApiError(409, "main_profile", "The main profile can't have an age limit.",
                           "Create another profile for children.")  # fmt: skip
        changed: dict[str, object] = {
            n: v for n, v in (("name", values.name), ("color", values.color)) if v is not None
        }
        if values.set_max_age:
            changed["max_age"] = values.max_age
        if values.pin is not None:
            changed["pin_hash"] = await passwords.hash_password(values.pin) if values.pin else None
        async with self._db.write() as c:
            if id == principal.id:
                await self._ensure_main(c, principal)
            mine = viewer_profile.c.id == id, viewer_profile.c.user == principal.id
            if (await c.execute(select(viewer_profile.c.id).where(*mine))).first() is None:
                raise _no_such_profile()
            if changed:
                await c.execute(update(viewer_profile).where(*mine).values(**changed))
        self._sessions.forget()

    async def remove(self, principal: Principal, id: str) -> None:
        """Delete a profile with its history. Raises ApiError 404, and 409 for the main profile."""
        if id == principal.id:
            raise ApiError(409, "main_profile", "The main profile can't be deleted.", "Delete the account instead.")
        async with self._db.write() as c:
            mine = viewer_profile.c.id == id, viewer_profile.c.user == principal.id
            if (await c.execute(delete(viewer_profile).where(*mine))).rowcount == 0:
                raise _no_such_profile()
            for table in (progress, my_list):
                await c.execute(delete(table).where(table.c.user == principal.id, table.c.viewer_profile == id))
            await c.execute(
                update(session)
                .where(session.c.user == principal.id, session.c.viewer_profile == id)
                .values(viewer_profile=None)
            )
        self._sessions.forget()

    async def switch(self, principal: Principal, id: str, pin: str) -> None:
        """Change the profile of the session. Raises ApiError 403 for a wrong PIN, 404, and 429 after several ones."""
        query = select(viewer_profile.c.pin_hash).where(
            viewer_profile.c.id == id, viewer_profile.c.user == principal.id
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        if row is None and id != principal.id:
            raise _no_such_profile()
        if row is not None and row.pin_hash is not None:
            await self._verify_pin(principal, pin, row.pin_hash)
        async with self._db.write() as c:
            await c.execute(update(session).where(session.c.id == principal.session).values(viewer_profile=id))
        self._sessions.forget()

    async def _verify_pin(self, principal: Principal, pin: str, pin_hash: str) -> None:
        name = f"pin {principal.id}"
        wait = self._attempts.wait_s(name)
        if wait > 0:
            raise too_many_attempts(wait)
        self._attempts.failed(name)
        if not await passwords.matches(pin, pin_hash):
            raise ApiError(403, "wrong_pin", "The PIN is wrong." if pin else "This profile has a PIN.",
                           "Enter the PIN of the profile.")  # fmt: skip
        self._attempts.succeeded(name)

    async def _ensure_main(self, c: AsyncConnection, principal: Principal) -> None:
        account_name = (await c.execute(select(user.c.name).where(user.c.id == principal.id))).scalar_one()
        insert_row = sqlite_insert if self._db.sqlite else postgresql_insert
        await c.execute(
            insert_row(viewer_profile)
            .values(id=principal.id, user=principal.id, name=(account_name or "")[:40], color=0, created_at=now())
            .on_conflict_do_nothing()
        )


def _no_such_profile() -> ApiError:
    return ApiError(404, "not_found", "This profile does not exist.", "GET /api/v1/me/profiles lists the profiles.")
