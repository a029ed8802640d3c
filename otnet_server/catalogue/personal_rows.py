"""The rows of one viewer: titles to continue, the watchlist, and the titles of their grants."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import FINISHED_SHARE, MIN_RESUME_S
from otnet_server.catalogue.rows import ContentRow, columns, read_rows
from otnet_server.catalogue.tables import NOT_TRAILERS, ROW_SIZE, WATCHABLE, content
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import my_list, progress
from otnet_server.playback.entitlement_queries import granted
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import history_of, listed
from otnet_server.read_model.catalogue import TitleCard, Watchlist

MAX_WATCHLIST_CARDS = 200


class PersonalRows:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def continue_watching(self, c: AsyncConnection, visitor: Visitor) -> list[TitleCard]:
        query = (
            select(*columns(content, ContentRow))
            .join(progress, progress.c.content == content.c.id)
            .where(
                *history_of(progress, visitor), progress.c.position_s >= MIN_RESUME_S,
                progress.c.position_s < FINISHED_SHARE * progress.c.duration_s, *listed(visitor, now(), by_id=True),
            )
            .order_by(progress.c.at.desc())
            .limit(ROW_SIZE)
        )  # fmt: skip
        return await self._reader.cards(c, visitor, await read_rows(c, query, ContentRow))

    async def watchlist_cards(self, c: AsyncConnection, visitor: Visitor) -> list[TitleCard]:
        if visitor.user is None:
            return []
        query = (
            select(*columns(content, ContentRow))
            .join(my_list, my_list.c.content == content.c.id)
            .where(*history_of(my_list, visitor), *listed(visitor, now(), by_id=True))
            .order_by(my_list.c.at.desc())
            .limit(MAX_WATCHLIST_CARDS)
        )
        return await self._reader.cards(c, visitor, await read_rows(c, query, ContentRow))

    async def granted(self, c: AsyncConnection, visitor: Visitor) -> list[TitleCard]:
        """The newest titles that the grants of the visitor give to them and that can be watched."""
        titles = await granted(c, visitor, now())
        if titles is None:
            return []
        conditions = (*titles.conditions, NOT_TRAILERS, WATCHABLE)
        return await self._reader.select_cards(c, visitor, *conditions, by_id=titles.sparse)

    async def watchlist(self, visitor: Visitor) -> Watchlist:
        async with self._db.read() as c:
            return Watchlist(items=await self.watchlist_cards(c, visitor))
