"""The team of an organization on one page: people with their roles and sessions, and pending invitations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, or_, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.control.team import check_may_grant
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.identity.sessions import Sessions
from otnet_server.mail.outbox import Outbox
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role

MAX_PEOPLE = 500

user, membership, session = metadata.tables["user"], metadata.tables["membership"], metadata.tables["session"]
invitation, mail = metadata.tables["invitation"], metadata.tables["mail"]


class TeamApi:
    def __init__(self, db: Database, sessions: Sessions, outbox: Outbox) -> None:
        self._db, self._sessions, self._outbox = db, sessions, outbox

    async def show(self, request: Request, principal: Principal) -> Response:
        """The staff, owners first, with the sessions that they have in this organization; the invitations; and the
        number of viewers with an account."""
        organization = administered(principal)
        async with self._db.read() as c:
            sessions = (
                select(func.count())
                .where(session.c.user == membership.c.user, session.c.organization == organization)
                .where(session.c.expires_at > now())
                .scalar_subquery()
            )
            people = (
                select(
                    membership.c.id,
                    membership.c.role,
                    user.c.id.label("user"),
                    user.c.name,
                    user.c.email,
                    user.c.last_seen_at,
                    user.c.two_factor,
                    or_(user.c.email_verified, membership.c.email_verified).label("verified"),
                    sessions.label("sessions"),
                )
                .join(user, user.c.id == membership.c.user)
                .where(membership.c.organization == organization, membership.c.role != Role.AUDIENCE.word)
                .order_by(func.lower(user.c.name), user.c.id)
                .limit(MAX_PEOPLE)
            )
            rows = [dict(row) for row in (await c.execute(people)).mappings()]
            viewers = membership.c.organization == organization, membership.c.role == Role.AUDIENCE.word
            count = (await c.execute(select(func.count()).select_from(membership).where(*viewers))).scalar_one()
            pending = (
                select(invitation, mail.c.state.label("mail_state"), mail.c.error, mail.c.sealed, mail.c.reader)
                .add_columns(mail.c.id.label("mail"))
                .outerjoin(mail, mail.c.about == invitation.c.id)
                .where(invitation.c.organization == organization, invitation.c.expires_at > now())
                .order_by(invitation.c.created_at.desc(), invitation.c.id)
                .limit(MAX_PEOPLE)
            )
            invitations = [dict(row) for row in (await c.execute(pending)).mappings()]
        rows.sort(key=lambda row: -Role[row["role"].upper()])
        return JSONResponse({
            "sends": self._outbox.sends,
            "people": [self._person(row, principal) for row in rows],
            "invitations": [self._invitation(row, principal) for row in invitations],
            "viewers": count,
        })  # fmt: skip

    def _person(self, row: dict[str, Any], principal: Principal) -> dict[str, Any]:
        """`own`: the caller; `changeable`: the caller may change the role, remove the person or sign them out."""
        flags = {name: bool(row[name]) for name in ("two_factor", "verified")}
        return row | flags | {"own": row["user"] == principal.id, "changeable": _may_change(principal, row["role"])}

    def _invitation(self, row: dict[str, Any], principal: Principal) -> dict[str, Any]:
        """`link` is null for those who could not create such an invitation."""
        content = {"id": row["mail"], "sealed": row["sealed"], "reader": row["reader"]}
        link = self._outbox.content(content, principal)["link"] if row["mail"] is not None else None
        shown = {n: row[n] for n in ("id", "email", "role", "language", "expires_at", "created_at", "mail_state")}
        return shown | {"mail_error": row["error"], "link": link, "changeable": _may_change(principal, row["role"])}

    async def sign_out(self, request: Request, principal: Principal) -> Response:
        """End all sessions that a member has in this organization. Raises ApiError (403, 404)."""
        organization, id = administered(principal), request.path_params["id"]
        async with self._db.write() as c:
            own = membership.c.id == id, membership.c.organization == organization
            row = (await c.execute(select(membership.c.user, membership.c.role).where(*own))).first()
            if row is None:
                raise ApiError(404, "not_found", "This membership does not exist.", "GET …/team lists them.")
            check_may_grant(principal, row.role)
            ended = delete(session).where(session.c.user == row.user, session.c.organization == organization)
            await c.execute(ended.where(session.c.id != principal.session))
        self._sessions.forget()
        return Response(status_code=204)


def _may_change(principal: Principal, role: str) -> bool:
    return principal.role is not None and principal.role >= Role[role.upper()]


def administered(principal: Principal) -> str:
    """The organization that the caller administers. Raises ApiError (403) for roles below administrator."""
    if principal.organization is None or principal.role is None or principal.role < Role.ADMIN:
        raise ApiError(403, "role_too_low", "Your role may not do this.", "Ask an administrator.")
    return principal.organization
