"""Finds the organization whose site a request is for, and its artwork: by host name, else the organization of the
signed-in user, else the first organization of the server."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, metadata
from otnet_server.read_model.pictures import Picture, artwork_picture
from otnet_server.web.known_hosts import host_name

organization, artwork = metadata.tables["organization"], metadata.tables["artwork"]
ARTWORK_OWNERS = ("content", "series", "person", "channel")
LANGUAGES = ("en", "de")


class Themes:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find_organization(self, host: str, own_organization: str | None) -> Any:
        """The row of the organization whose site has this host name, else of `own_organization`, else of the first."""
        name = host_name(host)
        candidates = or_(
            organization.c.host.in_([host.lower(), name]), organization.c.id.in_([own_organization or FIRST, FIRST])
        )
        async with self._db.read() as c:
            rows = {r["id"]: r for r in (await c.execute(select(organization).where(candidates))).mappings()}
        by_host = next((r for r in rows.values() if r["host"] and r["host"].lower() in (host.lower(), name)), None)
        return by_host or rows.get(own_organization or FIRST) or rows[FIRST]

    async def pictures(self, id: str) -> dict[str, Picture]:
        """The logo and the square picture of an organization, by kind."""
        of_organization = [artwork.c[n].is_(None) for n in ARTWORK_OWNERS]
        query = select(artwork).where(artwork.c.organization == id, *of_organization).order_by(artwork.c.created_at)
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
        return {r["kind"]: p for r in rows if (p := artwork_picture(r)) is not None}
