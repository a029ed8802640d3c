"""Preview links: what the secret in such a link gives access to.

A link gives access to one title and its media, also to a draft, for as long as it exists, has not expired, and the
person who created it may edit content. Nothing is remembered, so a link that is deleted ends at once; the playback
sessions that it has started are deleted with it (ON DELETE CASCADE).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import Select, select

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata
from otnet_server.identity.keys import digest
from otnet_server.playback.visibility import Caller
from otnet_server.schema.resource import Role

link, membership = metadata.tables["preview_link"], metadata.tables["membership"]
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
EDITORS = [role.word for role in Role if role >= Role.EDITOR]


class Preview(NamedTuple):
    """A valid preview link. `content` is the id of its title."""

    id: str
    organization: str
    content: str
    expires_at: str

    @property
    def caller(self) -> Caller:
        """Whoever has the link: nobody in particular, who may have this one title."""
        return Caller(True, self.organization, preview=self.content)


class Previews:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def by_token(self, token: str) -> Preview | None:
        """The link with this secret; None when it is not valid."""
        if not TOKEN.fullmatch(token):
            return None
        return await self._first(_valid().where(link.c.token_hash == digest(token)))

    async def by_id(self, id: str) -> Preview | None:
        return await self._first(_valid().where(link.c.id == id))

    async def _first(self, query: Select[tuple[str, str, str, str]]) -> Preview | None:
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return Preview._make(row) if row is not None else None


def _valid() -> Select[tuple[str, str, str, str]]:
    creator = (membership.c.user == link.c.created_by) & (membership.c.organization == link.c.organization)
    columns = (link.c[name] for name in Preview._fields)
    return select(*columns).join(membership, creator).where(link.c.expires_at > now(), membership.c.role.in_(EDITORS))
