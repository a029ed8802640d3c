"""The watchlist of a viewer, shared by all their devices."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import my_list
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import history_of, keys_of


class Watchlist:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, visitor: Visitor, content: str) -> None:
        """Add a title. One that is already on the list keeps its position."""
        try:
            async with self._db.write() as c:
                await c.execute(insert(my_list).values(**keys_of(visitor), content=content, at=now()))
        except IntegrityError:
            pass

    async def remove(self, visitor: Visitor, content: str) -> None:
        async with self._db.write() as c:
            await c.execute(delete(my_list).where(*history_of(my_list, visitor), my_list.c.content == content))
