"""Organizations, users, memberships and sessions. An organization always has an owner."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.artwork import own_artwork
from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import Records, Row, new_id
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, Conflict, FieldError, Invalid
from otnet_server.identity import passwords
from otnet_server.identity.accounts import check_new_password, create_reset_token, ensure_owner_remains
from otnet_server.identity.sessions import Sessions
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Resource, Role
from otnet_server.web.known_hosts import KnownHosts

organization = metadata.tables["organization"]
user, membership = metadata.tables["user"], metadata.tables["membership"]


class Organization(Behaviour):
    """The user who creates an organization becomes its owner."""

    def __init__(self, resource: Resource, records: Records, sessions: Sessions, known_hosts: KnownHosts) -> None:
        super().__init__(resource, records)
        self._sessions, self._known_hosts = sessions, known_hosts

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        id = str((before or {}).get("id", ""))
        if values.get("host"):
            values["host"] = values["host"].strip().lower()
            refusal = self._known_hosts.refusal(id, values["host"])
            if refusal is not None:
                raise Invalid("invalid", "The host name is not available.", [FieldError("host", *refusal)])
            same_host = organization.c.host == values["host"], organization.c.id != id
            if (await c.execute(select(organization.c.id).where(*same_host))).first() is not None:
                field_error = FieldError("host", "taken", "is used by another organization", "Use another host name.")
                raise Conflict("The host name is not available.", [field_error])
        return Prepared(values, {"id": new_id()} if before is None else {})

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        if "id" in prepared.internal_columns:
            columns = {"user": principal.id, "organization": row["id"]}
            await self.records.create(c, SCHEMA["membership"], principal, {"role": "owner"}, columns)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        if row["id"] == FIRST:
            raise ApiError(409, "in_use", "The first organization of a server cannot be deleted: new libraries "
                         "belong to it.", "Rename it instead.")  # fmt: skip
        in_organization = metadata.tables["media"].c.organization == row["id"]
        if (
            await c.execute(select(func.count()).select_from(metadata.tables["media"]).where(in_organization))
        ).scalar_one():
            raise ApiError(409, "in_use", "This organization still has media.", "Remove its libraries first.")

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "artwork" in requested:
            for row in rows:
                row["artwork"] = await own_artwork(c, row["id"])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class User(Behaviour):
    """A user who is created becomes a member of the caller's organization."""

    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        password, role = values.pop("password", None), values.pop("role", None) or "editor"
        check_may_grant(principal, role)
        columns: dict[str, Any] = {"id": new_id()}
        if password is not None:
            check_new_password(password)
            columns["password_hash"] = await passwords.hash_password(password)
        prepared = Prepared(values, columns)
        prepared.one_time_fields["role"] = role
        return prepared

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        columns = {"user": row["id"], "organization": principal.organization}
        role = prepared.one_time_fields.pop("role")
        await self.records.create(c, SCHEMA["membership"], principal, {"role": role}, columns)
        if "password_hash" not in prepared.internal_columns:
            prepared.one_time_fields["password_link"] = (
                f"/studio/#/reset?token={await create_reset_token(c, row['id'])}"
            )

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        """Raises ApiError (409) for the last owner, and for a user who belongs to other organizations too."""
        query = select(membership).where(membership.c.user == row["id"])
        rows = (await c.execute(query)).mappings().all()
        membership_here = next((dict(m) for m in rows if m["organization"] == principal.organization), None)
        if membership_here is not None:
            check_may_grant(principal, membership_here["role"])
            await ensure_owner_remains(c, membership_here, None)
        if len(rows) > 1:
            raise ApiError(409, "in_use", "This user is a member of other organizations too.",
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
        columns = {}
        if before is None:
            email = values.pop("email")
            user_id = (await c.execute(select(user.c.id).where(user.c.email == email))).scalar()
            if user_id is None:
                field_error = FieldError("email", "unknown", "has no account on this server", "Create a user instead.")
                raise Conflict("The membership was not created.", [field_error])
            columns["user"] = user_id
        if "role" in values:
            check_may_grant(principal, values["role"])
            if before is not None:
                check_may_grant(principal, before["role"])
                await ensure_owner_remains(c, before, values["role"])
        return Prepared(values, columns)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        check_may_grant(principal, row["role"])
        await ensure_owner_remains(c, row, None)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class Session(Behaviour):
    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        for row in rows:
            row["current"] = row["id"] == principal.session

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


def check_may_grant(principal: Principal, role: str) -> None:
    """Raises ApiError (403) for a role above the caller's own: nobody may grant, change or remove one."""
    if principal.role is not None and Role[role.upper()] > principal.role:
        raise ApiError(403, "role_too_high", "This role is above your own.", f"Your role is {principal.role.word}.")
