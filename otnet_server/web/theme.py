"""Finds the organization whose site a request is for, and its artwork: by host name, else the organization of the
signed-in user, else the first organization of the server."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import or_, select

from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, metadata
from otnet_server.read_model.pictures import Picture, artwork_picture
from otnet_server.web.known_hosts import host_name

organization, artwork = metadata.tables["organization"], metadata.tables["artwork"]
ARTWORK_OWNERS = ("content", "series", "person", "channel")
LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class SiteOrganization:
    """The organization of a site, as stored. `host` is the host name of its site, `accent` a colour (`#rrggbb`),
    `embed_sites` the origins that may embed players; empty means all."""

    id: str
    name: str
    slug: str
    host: str | None
    accent: str | None
    description: str | None
    sign_up: Literal["closed", "open"]
    embed_sites: list[str] | None


COLUMNS = [organization.c[field.name] for field in fields(SiteOrganization)]


class Themes:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find_organization(self, host: str, own_organization: str | None) -> SiteOrganization:
        """The organization whose site has this host name, else `own_organization`, else the first."""
        name = host_name(host)
        candidates = or_(
            organization.c.host.in_([host.lower(), name]), organization.c.id.in_([own_organization or FIRST, FIRST])
        )
        async with self._db.read() as c:
            rows = await c.execute(select(*COLUMNS).where(candidates))
        by_id = {row.id: SiteOrganization(*row) for row in rows}
        by_host = next((o for o in by_id.values() if o.host and o.host.lower() in (host.lower(), name)), None)
        return by_host or by_id.get(own_organization or FIRST) or by_id[FIRST]

    async def pictures(self, id: str) -> dict[str, Picture]:
        """The logo and the square picture of an organization, by kind."""
        of_organization = [artwork.c[n].is_(None) for n in ARTWORK_OWNERS]
        query = select(artwork).where(artwork.c.organization == id, *of_organization).order_by(artwork.c.created_at)
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
        return {r["kind"]: p for r in rows if (p := artwork_picture(r["id"], r["file"], r["alternative"])) is not None}
