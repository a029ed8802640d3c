"""Mails about failed encodes, to members who asked for them, and about API keys that expire soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.events import Event, MediaFailed
from otnet_server.mail.outbox import Outbox
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role

KEY_NOTICE = timedelta(days=7)
STAFF = [role.word for role in Role if role >= Role.EDITOR]
ADMINS = [role.word for role in Role if role >= Role.ADMIN]

user, membership = metadata.tables["user"], metadata.tables["membership"]
media, api_key = metadata.tables["media"], metadata.tables["api_key"]


class Notifications:
    """`url` is the public address of the server. Without it, these mails have no link."""

    def __init__(self, db: Database, outbox: Outbox, url: str) -> None:
        self._db, self._outbox, self._url = db, outbox, url.rstrip("/")

    def _link(self, path: str) -> dict[str, str]:
        return {"link": f"{self._url}/studio/#/{path}"} if self._url else {}

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, MediaFailed):
            return
        owner = select(media.c.organization).where(media.c.id == event.media)
        async with self._db.read() as c:
            organization = event.organization or (await c.execute(owner)).scalar()
            people = (await c.execute(_members(organization, STAFF).where(user.c.failure_mails))).all()
        if not organization or not people:
            return
        values = {
            "title": event.title,
            "reason": event.error.get("message", ""),
            **self._link(f"media/{event.media}/show"),
        }
        async with self._db.write() as c:
            for person in people:
                await self._outbox.put(
                    c, kind="encode_failed", organization_id=organization, to=person.email, reader=Role.ADMIN,
                    language=person.language or "en", values=values, once=f"event {event.id} {person.id}",
                )  # fmt: skip

    async def announce_expiring_keys(self) -> None:
        """Tell the administrators once about each key that expires soon."""
        soon = utc(datetime.now(UTC) + KEY_NOTICE)
        query = select(api_key).where(
            api_key.c.expires_at > now(), api_key.c.expires_at <= soon, api_key.c.revoked_at.is_(None)
        )
        async with self._db.read() as c:
            keys = (await c.execute(query)).all()
            people = {key.organization: (await c.execute(_members(key.organization, ADMINS))).all() for key in keys}
        for key in keys:
            async with self._db.write() as c:
                for person in people[key.organization]:
                    values = {"key": key.name, "expires": key.expires_at, **self._link(f"api_keys/{key.id}/show")}
                    await self._outbox.put(
                        c, kind="key_expiring", organization_id=key.organization, to=person.email, reader=Role.ADMIN,
                        language=person.language or "en", values=values, about=key.id,
                        once=f"key {key.id} {key.expires_at} {person.id}",
                    )  # fmt: skip


def _members(organization: str | None, roles: list[str]) -> Select[Any]:
    """The members of an organization with one of the roles, whose address is verified."""
    return (
        select(user.c.id, user.c.email, user.c.language)
        .join(membership, membership.c.user == user.c.id)
        .where(membership.c.organization == organization, membership.c.role.in_(roles))
        .where(or_(user.c.email_verified, membership.c.email_verified))
    )
