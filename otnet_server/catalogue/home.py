"""The rows of the home page."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import home_row, resume_position
from otnet_server.catalogue.personal_rows import PersonalRows
from otnet_server.catalogue.tables import NOT_TRAILERS, ROW_SIZE, WATCHABLE, content, series
from otnet_server.catalogue.taxonomies import Taxonomies
from otnet_server.db.engine import Database
from otnet_server.playback.visibility import Visitor
from otnet_server.read_model.catalogue import Hero, Home, extend


class HomePage:
    def __init__(self, db: Database, reader: CardReader, taxonomies: Taxonomies, personal: PersonalRows) -> None:
        self._db, self._reader, self._taxonomies, self._personal = db, reader, taxonomies, personal

    async def shared(self, visitor: Visitor) -> Home:
        """The hero and the rows that are the same for all visitors with the same access. Titles that can't be watched
        yet, or whose encode failed, are on their own pages and in lists only."""
        async with self._db.read() as c:
            newest = await self._reader.select_cards(c, visitor, NOT_TRAILERS, WATCHABLE)
            series_cards = await self._reader.series_cards(c, visitor, series.c.organization == visitor.organization)
            rows = [home_row("new", "new", newest), home_row("series", "series", series_cards)]
            rows += await self._taxonomies.rows(c, visitor, "category")
            rows += await self._taxonomies.rows(c, visitor, "genre")
            candidates = (card for card in newest if card.playable and (card.images.backdrop or card.images.still))
            card, hero = next(candidates, None), None
            if card is not None:
                synopsis = select(content.c.synopsis).where(content.c.id == card.id)
                hero = extend(Hero, card, synopsis=(await c.execute(synopsis)).scalar() or "")
        return Home(rows=[r for r in rows if r.items], hero=hero)

    async def personal(self, visitor: Visitor, home: Home) -> Home:
        """`home` with the visitor's own rows first, and with their progress on its cards."""
        async with self._db.read() as c:
            personal_rows = [
                home_row("continue", "continue", await self._personal.continue_watching(c, visitor), shape="still"),
                home_row("list", "list", (await self._personal.watchlist_cards(c, visitor))[:ROW_SIZE], href="/list"),
            ]
            ids = sorted({item.id for row in home.rows for item in row.items})
            positions = await self._reader.watched_positions(c, visitor, ids)
        resume_positions = {id: resume_position(row) for id, row in positions.items()}
        shared = [
            replace(row, items=[replace(item, progress=resume_positions.get(item.id)) for item in row.items])
            for row in home.rows
        ]
        hero = home.hero and replace(home.hero, progress=resume_positions.get(home.hero.id))
        return Home(rows=[*(row for row in personal_rows if row.items), *shared], hero=hero)
