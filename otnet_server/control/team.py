"""Organizations, people, memberships and sessions: who belongs where, and that somebody always owns it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.artwork import own_artwork
from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import Records, Row, new_id
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.identity import passwords
from otnet_server.identity.accounts import keep_an_owner, new_reset, strong
from otnet_server.identity.sessions import Sessions
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Resource, Role

organization = metadata.tables["organization"]
user, membership = metadata.tables["user"], metadata.tables["membership"]


class Organization(Behaviour):
    """Whoever makes one owns it; it is switched to, not into."""

    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        if values.get("host"):
            values["host"] = values["host"].lower()
            others = organization.c.host == values["host"], organization.c.id != (before or {}).get("id", "")
            if (await c.execute(select(organization.c.id).where(*others))).first() is not None:
                field_error = FieldError("host", "taken", "is another organization's", "Use a name of your own.")
                raise Conflict("This can't be kept as it is.", [field_error])
        return Prepared(values, {"id": new_id()} if before is None else {})

    async def stored(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        if "id" in prepared.hidden:
            hidden = {"user": principal.id, "organization": row["id"]}
            await self.records.create(c, SCHEMA["membership"], principal, {"role": "owner"}, hidden)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        if row["id"] == FIRST:
            raise ApiError(409, "in_use", "The server's first organization stays: new libraries are its.",
                         "Give it another name.")  # fmt: skip
        of = metadata.tables["media"].c.organization == row["id"]
        if (await c.execute(select(func.count()).select_from(metadata.tables["media"]).where(of))).scalar_one():
            raise ApiError(409, "in_use", "This organization still has media.", "Remove its libraries first.")

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], wanted: frozenset[str]
    ) -> None:
        if "artwork" in wanted:
            for row in rows:
                row["artwork"] = await own_artwork(c, row["id"])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class User(Behaviour):
    """An account that is made here joins this organization at once."""

    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        password, role = values.pop("password", None), values.pop("role", None) or "editor"
        may_give(principal, role)
        hidden: dict[str, Any] = {"id": new_id()}
        if password is not None:
            strong(password)
            hidden["password_hash"] = await passwords.hashed(password)
        prepared = Prepared(values, hidden)
        prepared.once["role"] = role
        return prepared

    async def stored(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        hidden = {"user": row["id"], "organization": principal.organization}
        role = prepared.once.pop("role")
        await self.records.create(c, SCHEMA["membership"], principal, {"role": role}, hidden)
        if "password_hash" not in prepared.hidden:
            prepared.once["password_link"] = f"/studio/#/reset?token={await new_reset(c, row['id'])}"

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        """A person leaves this organization; the account goes only when it belongs to no other."""
        query = select(membership).where(membership.c.user == row["id"])
        rows = (await c.execute(query)).mappings().all()
        here = next((dict(m) for m in rows if m["organization"] == principal.organization), None)
        if here is not None:
            may_give(principal, here["role"])
            await keep_an_owner(c, here, None)
        if len(rows) > 1:
            raise ApiError(409, "in_use", "This person works in other organizations too.",
                         "Delete the membership instead.")  # fmt: skip

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class Membership(Behaviour):
    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        hidden = {}
        if before is None:
            email = values.pop("email")
            found = (await c.execute(select(user.c.id).where(user.c.email == email))).scalar()
            if found is None:
                field_error = FieldError(
                    "email", "unknown", "belongs to nobody on this server", "Create a user instead."
                )
                raise Conflict("Nobody can be added.", [field_error])
            hidden["user"] = found
        if "role" in values:
            may_give(principal, values["role"])
            if before is not None:
                may_give(principal, before["role"])
                await keep_an_owner(c, before, values["role"])
        return Prepared(values, hidden)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        may_give(principal, row["role"])
        await keep_an_owner(c, row, None)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class Session(Behaviour):
    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], wanted: frozenset[str]
    ) -> None:
        for row in rows:
            row["current"] = row["id"] == principal.session

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


def may_give(principal: Principal, role: str) -> None:
    """Nobody gives, takes or changes a role above their own."""
    if principal.role is not None and Role[role.upper()] > principal.role:
        raise ApiError(403, "role_too_high", "This role is above your own.", f"You are {principal.role.word}.")
