"""What policies know of a media and of a playback session, from the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from otnet_server.db.engine import Database
from otnet_server.db.tables import playback_session
from otnet_server.playback.authorization import Authorization
from otnet_server.policies.policy import NO_SESSION, Session, Title

KINDS = {"session": "viewer", "token_hash": "token", "preview": "preview"}


class PolicyFacts:
    def __init__(self, db: Database, authorization: Authorization) -> None:
        self._db, self._authorization = db, authorization

    async def title(self, media: str) -> Title | None:
        facts = await self._authorization.facts(media)
        if facts is None or facts.organization is None:
            return None
        visibility = facts.publication.visibility if facts.publication is not None else ""
        return Title(facts.organization, media, facts.content or "", visibility)

    async def session(self, id: str) -> Session:
        columns = [playback_session.c[name] for name in ("created_at", *KINDS)]
        async with self._db.read() as c:
            row = (await c.execute(select(*columns).where(playback_session.c.id == id))).mappings().first()
        if row is None:
            return NO_SESSION
        kind = next((kind for column, kind in KINDS.items() if row[column] is not None), "anonymous")
        return Session(id, kind, int(datetime.fromisoformat(row["created_at"]).timestamp()))
