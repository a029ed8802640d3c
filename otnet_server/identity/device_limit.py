"""The limit of the browsers and devices in which a viewer is signed in to an organization.

The devices of a viewer are their sessions. Users with a role in the studio are not limited, so that a limit never keeps
anybody from the studio. The check is part of the transaction that starts a session, and locks the row of the user.
"""

from __future__ import annotations

from sqlalchemy import Select, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.schema.resource import Role

user, membership = metadata.tables["user"], metadata.tables["membership"]
session, organization = metadata.tables["session"], metadata.tables["organization"]
DEVICE_COLUMNS = [session.c[name] for name in ("id", "agent", "kind", "address", "seen_at")]


def devices_of(user_id: str, organization_id: str | None) -> Select[tuple[object, ...]]:
    """SELECT the devices in which a viewer is signed in to an organization."""
    mine = session.c.user == user_id, session.c.organization == organization_id
    return select(*DEVICE_COLUMNS).where(*mine, session.c.expires_at > now())


async def check_devices(c: AsyncConnection, user_id: str, organization_id: str | None, but: str = "") -> None:
    """Raise ApiError 409 `too_many_devices` when a viewer may not sign in to the organization once more. The session
    with the id `but` does not count. Until the end of the transaction no other process signs the viewer in."""
    await c.execute(update(user).where(user.c.id == user_id).values(last_seen_at=user.c.last_seen_at))
    is_member = and_(membership.c.organization == organization.c.id, membership.c.user == user_id)
    limit = select(organization.c.max_devices).join(membership, is_member)
    limit = limit.where(organization.c.id == organization_id, membership.c.role == Role.AUDIENCE.word)
    max_devices = (await c.execute(limit)).scalar()
    if not max_devices:
        return
    devices = devices_of(user_id, organization_id).where(session.c.id != but).order_by(session.c.seen_at.desc())
    rows = (await c.execute(devices)).mappings().all()
    if len(rows) < max_devices:
        return
    count = "one device" if max_devices == 1 else f"{max_devices} devices"
    error = ApiError(409, "too_many_devices", f"You can be signed in on {count}.",
                     "Sign out of one of them: send its id as “sign_out”, or end it on your account page.")  # fmt: skip
    error.members |= {"max_devices": max_devices, "devices": [dict(row) for row in rows]}
    raise error
