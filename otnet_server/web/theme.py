"""Whose site it is, and how it looks: by the host name it is asked under, else the organization of who is signed in,
else the server's first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, metadata
from otnet_server.images.variants import Picture, of_artwork

organization, artwork = metadata.tables["organization"], metadata.tables["artwork"]
NOBODYS = ("content", "series", "person", "channel")
LANGUAGES = ("en", "de")


class Themes:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, host: str, own: str | None) -> Any:
        """The row of the organization whose site this is."""
        name = host.lower().rpartition(":")[0] or host.lower()
        wanted = or_(organization.c.host.in_([host.lower(), name]), organization.c.id.in_([own or FIRST, FIRST]))
        async with self._db.read() as c:
            rows = {r["id"]: r for r in (await c.execute(select(organization).where(wanted))).mappings()}
        by_host = next((r for r in rows.values() if r["host"] and r["host"].lower() in (host.lower(), name)), None)
        return by_host or rows.get(own or FIRST) or rows[FIRST]

    async def pictures(self, id: str) -> dict[str, Picture]:
        """An organization's own logo and square."""
        own = [artwork.c[n].is_(None) for n in NOBODYS]
        query = select(artwork).where(artwork.c.organization == id, *own).order_by(artwork.c.created_at)
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
        return {r["kind"]: p for r in rows if (p := of_artwork(r)) is not None}
