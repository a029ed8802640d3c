"""The credentials of an account, when its address is verified for the first time."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.tables import metadata, password_reset

NO_SECOND_FACTOR = {"totp_sealed": None, "totp_pending": None, "two_factor": False, "totp_used": None}

user, session = metadata.tables["user"], metadata.tables["session"]


async def replace_credentials(c: AsyncConnection, user_id: str, password_hash: str | None) -> None:
    """Give an account to the person who has verified its address: end everything that somebody else may know."""
    await c.execute(update(user).where(user.c.id == user_id).values(password_hash=password_hash, **NO_SECOND_FACTOR))
    await c.execute(delete(session).where(session.c.user == user_id))
    await c.execute(delete(password_reset).where(password_reset.c.user == user_id))
