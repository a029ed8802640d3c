"""Invitations: how a person becomes a member of an organization, and how their e-mail address is verified.

An administrator creates an invitation (`control/team.py`) and hands its link to the person. The link verifies the
address for this organization, because its administrators choose whom they give it to; it says nothing to other
organizations. For the whole server, an address is verified by the first organization, whose owner operates the server,
by a link for a new password, which the operator hands over, or by a sign-in provider.

A link sets the password of a new account, or of an account that belongs to no other organization and whose address was
not verified for the server: somebody else may have created it. Its former password, second factor and sessions end
then. Every other account is joined by signing in with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Row as DatabaseRow
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import Records, now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.identity import passwords
from otnet_server.identity.accounts import check_new_password
from otnet_server.identity.credentials import replace_credentials
from otnet_server.identity.keys import digest
from otnet_server.identity.sessions import Sessions
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Surface
from otnet_server.schema.resource import Role

INVITATION_LIFETIME = timedelta(days=7)

invitation, organization = metadata.tables["invitation"], metadata.tables["organization"]
user, membership, mail = metadata.tables["user"], metadata.tables["membership"], metadata.tables["mail"]


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An invitation, for the person who has its link. `organization` and `inviter` are names."""

    organization: str
    email: str
    role: str
    inviter: str
    language: Literal["en", "de"]
    expires_at: str


class Invitations:
    def __init__(self, db: Database, records: Records, sessions: Sessions) -> None:
        self._db, self._records, self._sessions = db, records, sessions

    async def show(self, token: str) -> Invitation:
        """Raises ApiError (403) when the link is not valid."""
        async with self._db.read() as c:
            row = await _find(c, token)
        return Invitation(
            organization=row.organization_name, email=row.email, role=row.role, inviter=row.inviter_name,
            language=row.language, expires_at=row.expires_at,
        )  # fmt: skip

    async def accept(self, principal: Principal, token: str) -> None:
        """Accept an invitation as a signed-in user. Raises ApiError (403)."""
        async with self._db.write() as c:
            row = await _find(c, token)
            email = (await c.execute(select(user.c.email).where(user.c.id == principal.id))).scalar()
            if email != row.email:
                raise ApiError(403, "wrong_account", "This invitation is for another e-mail address.",
                             "Sign out, and open the link again.")  # fmt: skip
            await self._join(c, row, principal.id)
        self._sessions.forget()

    async def accept_with_password(self, token: str, name: str | None, password: str) -> str:
        """Accept an invitation with a new password, and a name for a new account; returns the id of the user.

        Raises Invalid, and ApiError: 403 when the link is not valid, 409 when the account must be signed in to.
        """
        check_new_password(password)
        password_hash = await passwords.hash_password(password)
        async with self._db.write() as c:
            row = await _find(c, token)
            account = (await c.execute(select(user).where(user.c.email == row.email))).first()
            if account is None:
                user_id = await self._create_user(c, row, name, password_hash)
            else:
                user_id = str(account.id)
                await _refuse_account_of_others(c, row, account)
                await replace_credentials(c, user_id, password_hash)
            await self._join(c, row, user_id)
        self._sessions.forget()
        return user_id

    async def _create_user(
        self, c: AsyncConnection, row: DatabaseRow[Any], name: str | None, password_hash: str
    ) -> str:
        if not name:
            raise Invalid("invalid", "Some fields are not valid.", [FieldError("name", "required", "is required")])
        values = {"email": row.email, "name": name}
        columns = {"password_hash": password_hash, "language": row.language}
        record = await self._records.create(c, SCHEMA["user"], _principal(row), values, columns)
        return str(record["id"])

    async def _join(self, c: AsyncConnection, row: DatabaseRow[Any], user_id: str) -> None:
        """Use up the invitation: make the user a member, or raise their role; the address is verified."""
        if (await c.execute(delete(invitation).where(invitation.c.id == row.id))).rowcount != 1:
            raise _not_valid()
        await c.execute(update(mail).where(mail.c.about == row.id).values(expires_at=now()))  # its link is used up
        here = membership.c.user == user_id, membership.c.organization == row.organization
        before = (await c.execute(select(membership).where(*here))).mappings().first()
        columns = {"user": user_id, "organization": row.organization, "email_verified": True}
        if before is None:
            await self._records.create(c, SCHEMA["membership"], _principal(row), {"role": row.role}, columns)
        else:
            role = max(Role[before["role"].upper()], Role[row.role.upper()]).word
            verified = {"email_verified": True}
            await self._records.update(c, SCHEMA["membership"], _principal(row), dict(before), {"role": role}, verified)
        if row.organization == FIRST:
            await c.execute(update(user).where(user.c.id == user_id).values(email_verified=True))


async def _find(c: AsyncConnection, token: str) -> DatabaseRow[Any]:
    """The invitation, while the person who created it may still grant its role. Raises ApiError (403)."""
    query = (
        select(
            invitation,
            organization.c.name.label("organization_name"),
            membership.c.role.label("inviter_role"),
            user.c.name.label("inviter_name"),
        )
        .join(organization, organization.c.id == invitation.c.organization)
        .outerjoin(
            membership,
            (membership.c.user == invitation.c.invited_by) & (membership.c.organization == invitation.c.organization),
        )
        .outerjoin(user, user.c.id == invitation.c.invited_by)
        .where(invitation.c.token_hash == digest(token), invitation.c.expires_at > now())
    )
    row = (await c.execute(query)).first()
    if row is None or row.inviter_role is None:
        raise _not_valid()
    inviter_role = Role[row.inviter_role.upper()]
    if inviter_role < Role.ADMIN or inviter_role < Role[row.role.upper()]:
        raise _not_valid()
    return row


async def _refuse_account_of_others(c: AsyncConnection, row: DatabaseRow[Any], account: DatabaseRow[Any]) -> None:
    """Raises ApiError (409) for an account that the inviting organization has no say over."""
    elsewhere = membership.c.user == account.id, membership.c.organization != row.organization
    if account.email_verified or (await c.execute(select(membership.c.id).where(*elsewhere))).first() is not None:
        raise ApiError(409, "sign_in_needed", "This invitation can't be accepted with a new password.",
                     "Sign in with your account on this server, then open the link again.")  # fmt: skip


def _not_valid() -> ApiError:
    return ApiError(403, "bad_invitation", "This invitation has been used or withdrawn, or has expired.",
                  "Ask for a new one.")  # fmt: skip


def _principal(row: DatabaseRow[Any]) -> Principal:
    """The principal in the audit log of an accepted invitation."""
    return Principal("server", Surface.DASHBOARD, label=row.email, organization=row.organization)
