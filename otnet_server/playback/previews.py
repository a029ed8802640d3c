"""Preview links: what the secret in such a link gives access to.

A link gives access to one title and its media, also to a draft, for as long as it exists, has not expired, and the
person who created it may edit content. A link that plays as a viewer gives what that viewer may have, with their age
limit and picture quality; it ends with the sign-in and the role of the administrator who created it. Nothing is
remembered, so a link that is deleted ends at once; the playback sessions that it has started are deleted with it (ON
DELETE CASCADE).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, viewer_profile
from otnet_server.identity.keys import digest
from otnet_server.playback.visibility import Caller
from otnet_server.schema.resource import Role

link, membership = metadata.tables["preview_link"], metadata.tables["membership"]
user, session = metadata.tables["user"], metadata.tables["session"]
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
EDITORS = [role.word for role in Role if role >= Role.EDITOR]
ADMINS = [role.word for role in Role if role >= Role.ADMIN]


class Preview(NamedTuple):
    """A valid preview link. `content` is the id of its title. `viewer` is the id of the viewer as whom it plays, None
    for a link that plays without conditions; the rest is about that viewer."""

    id: str
    organization: str
    content: str
    expires_at: str
    viewer: str | None
    viewer_name: str | None
    viewer_role: str | None
    max_age: int | None

    @property
    def caller(self) -> Caller:
        """Whoever has the link: nobody in particular, or the viewer as whom it plays, who may have this one title."""
        role = Role[self.viewer_role.upper()] if self.viewer_role is not None else None
        return Caller(True, self.organization, self.viewer, role, self.max_age, preview=self.content)


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

    async def _first(self, query: Select[Any]) -> Preview | None:
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return Preview._make(row) if row is not None else None


def _valid() -> Select[Any]:
    of_viewer = membership.alias("of_viewer")
    creator = (membership.c.user == link.c.created_by) & (membership.c.organization == link.c.organization)
    member = (of_viewer.c.user == link.c.viewer) & (of_viewer.c.organization == link.c.organization)
    profile = (viewer_profile.c.id == link.c.viewer_profile) & (viewer_profile.c.user == link.c.viewer)
    columns = (
        *(link.c[name] for name in Preview._fields[:5]), user.c.name, of_viewer.c.role, viewer_profile.c.max_age,
    )  # fmt: skip
    plays_as = and_(
        membership.c.role.in_(ADMINS), of_viewer.c.role.is_not(None), session.c.expires_at > now(),
        or_(link.c.viewer_profile.is_(None), viewer_profile.c.id.is_not(None)),
    )  # fmt: skip
    return (
        select(*columns)
        .join(membership, creator)
        .outerjoin(user, user.c.id == link.c.viewer)
        .outerjoin(of_viewer, member)
        .outerjoin(viewer_profile, profile)
        .outerjoin(session, (session.c.id == link.c.sign_in) & (session.c.user == link.c.created_by))
        .where(link.c.expires_at > now(), or_(and_(link.c.viewer.is_(None), membership.c.role.in_(EDITORS)), plays_as))
    )
