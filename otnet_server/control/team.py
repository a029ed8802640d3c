"""Organizations, users, memberships, invitations and sessions. An organization always has an owner.

Nobody becomes a member without accepting an invitation (`identity/invitations.py`), so that an organization learns
nothing about the accounts of others. The response to an invitation does not depend on whether the address has an
account.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.artwork import own_artwork
from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.control.libraries import add_own_library, create_own_folder, delete_own_folder
from otnet_server.db.records import Records, Row, new_id
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.identity.accounts import ensure_owner_remains
from otnet_server.identity.invitations import INVITATION_LIFETIME, invitation
from otnet_server.identity.keys import digest
from otnet_server.identity.sessions import Sessions
from otnet_server.mail.outbox import Outbox
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource, Role
from otnet_server.web.known_hosts import KnownHosts

organization = metadata.tables["organization"]
user, membership = metadata.tables["user"], metadata.tables["membership"]


class Organization(Behaviour):
    """The user who creates an organization becomes its owner. The organization gets an own library for uploads."""

    def __init__(
        self, resource: Resource, records: Records, sessions: Sessions, known_hosts: KnownHosts, data: Path
    ) -> None:
        super().__init__(resource, records)
        self._sessions, self._known_hosts, self._data = sessions, known_hosts, data

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        id = str((before or {}).get("id", ""))
        if values.get("host"):
            if {**(before or {}), **values}.get("mode") == "test":
                field_error = FieldError("host", "sandbox", "can't be set for a sandbox", "Leave it empty.")
                raise Conflict("A sandbox has no host name.", [field_error])
            refusal = self._known_hosts.refusal(id, values["host"])
            if refusal is not None:
                raise Conflict("The host name is not available.", [FieldError("host", *refusal)])
            same_host = organization.c.host == values["host"], organization.c.id != id
            if (await c.execute(select(organization.c.id).where(*same_host))).first() is not None:
                field_error = FieldError("host", "taken", "is used by another organization", "Use another host name.")
                raise Conflict("The host name is not available.", [field_error])
        return Prepared(values, {"id": new_id()} if before is None else {})

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        if "id" in prepared.internal_columns:
            columns: dict[str, Any] = {"user": principal.id, "organization": row["id"]}
            columns["email_verified"] = True
            await self.records.create(c, SCHEMA["membership"], principal, {"role": "owner"}, columns)
            await add_own_library(c, self._data, row["id"])

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        if row["id"] == FIRST:
            raise ApiError(409, "in_use", "The first organization of a server cannot be deleted: new libraries "
                         "belong to it.", "Rename it instead.")  # fmt: skip
        in_organization = metadata.tables["media"].c.organization == row["id"]
        if (
            await c.execute(select(func.count()).select_from(metadata.tables["media"]).where(in_organization))
        ).scalar_one():
            raise ApiError(409, "in_use", "This organization still has media.", "Delete its media first.")

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "artwork" in requested:
            for row in rows:
                row["artwork"] = await own_artwork(c, row["id"])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()
        if row.get("deleted"):
            await asyncio.to_thread(delete_own_folder, self._data, row["id"])
        elif row["id"] != FIRST:
            await asyncio.to_thread(create_own_folder, self._data, row["id"])


class User(Behaviour):
    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions

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
        if "role" in values and before is not None:
            check_may_grant(principal, values["role"])
            check_may_grant(principal, before["role"])
            await ensure_owner_remains(c, before, values["role"])
            if Role[values["role"].upper()] > Role[before["role"].upper()] and not await is_verified(c, before):
                raise ApiError(409, "email_not_verified", "The e-mail address of this user is not verified.",
                             "Invite the address with this role, and hand the link to the person.")  # fmt: skip
        return Prepared(values)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        check_may_grant(principal, row["role"])
        await ensure_owner_remains(c, row, None)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


class Invitation(Behaviour):
    """`wake` tells the sender of mails that one is due."""

    def __init__(self, resource: Resource, records: Records, outbox: Outbox, wake: Callable[[], None]) -> None:
        super().__init__(resource, records)
        self._outbox, self._wake = outbox, wake

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        role = values.setdefault("role", None) or "editor"
        values["role"] = role
        check_may_grant(principal, role)
        await self._refuse_members(c, principal, values["email"], role)
        earlier = invitation.c.organization == principal.organization, invitation.c.email == values["email"]
        row = (await c.execute(select(invitation).where(*earlier))).mappings().first()
        if row is not None:
            check_may_grant(principal, row["role"])
            await self.records.delete(c, self.resource, principal, dict(row))
            await self._outbox.withdraw(c, row["id"])
        token = secrets.token_urlsafe(32)
        expires_at = utc(datetime.now(UTC) + INVITATION_LIFETIME)
        columns = {"token_hash": digest(token), "expires_at": expires_at, "invited_by": principal.id}
        return Prepared(values, columns, {"link": f"{principal.base_url}/studio/#/invitation?token={token}"})

    async def after_save(self, c: AsyncConnection, principal: Principal, row: Row, prepared: Prepared) -> None:
        name = (await c.execute(select(user.c.name).where(user.c.id == principal.id))).scalar()
        values = {"inviter": str(name or principal.label), "role": row["role"], "expires": row["expires_at"]}
        await self._outbox.put(
            c, kind="invitation", organization_id=row["organization"], to=row["email"], language=row["language"],
            reader=max(Role.ADMIN, Role[row["role"].upper()]), about=row["id"],
            values=values | {"link": prepared.one_time_fields["link"]},
        )  # fmt: skip

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._wake()

    async def _refuse_members(self, c: AsyncConnection, principal: Principal, email: str, role: str) -> None:
        """Raises Conflict for a member who has the role, or a higher one, and a verified address."""
        query = (
            select(membership)
            .join(user, user.c.id == membership.c.user)
            .where(user.c.email == email, membership.c.organization == principal.organization)
        )
        row = (await c.execute(query)).mappings().first()
        if row is None:
            return
        present, wanted = Role[row["role"].upper()], Role[role.upper()]
        if present > wanted or (present is wanted and await is_verified(c, dict(row))):
            field_error = FieldError("email", "taken", f"is a member already, as {present.word}")
            raise Conflict("The invitation was not created.", [field_error], "Change the role of the membership.")

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        check_may_grant(principal, row["role"])
        await self._outbox.withdraw(c, row["id"])


async def is_verified(c: AsyncConnection, member: Mapping[str, Any]) -> bool:
    """Whether the address of a member is verified, on the whole server or by an invitation of this organization."""
    if member["email_verified"]:
        return True
    query = select(user.c.email_verified).where(user.c.id == member["user"])
    return bool((await c.execute(query)).scalar())


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
