"""The rows of the home page."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import JsonObject, home_row, resume_position
from otnet_server.catalogue.personal_rows import PersonalRows
from otnet_server.catalogue.tables import (
    NOT_TRAILERS,
    ROW_SIZE,
    content,
    series,
)
from otnet_server.catalogue.taxonomies import Taxonomies
from otnet_server.db.engine import Database
from otnet_server.playback.visibility import Visitor


class HomePage:
    def __init__(self, db: Database, reader: CardReader, taxonomies: Taxonomies, personal: PersonalRows) -> None:
        self._db, self._reader, self._taxonomies, self._personal = db, reader, taxonomies, personal

    async def shared(self, visitor: Visitor) -> JsonObject:
        """The hero and the rows that are the same for all visitors with the same access."""
        async with self._db.read() as c:
            newest = await self._reader.select_cards(c, visitor, NOT_TRAILERS)
            series_cards = await self._reader.series_cards(c, visitor, series.c.organization == visitor.organization)
            rows = [home_row("new", "new", newest), home_row("series", "series", series_cards)]
            for taxonomy in ("category", "genre"):
                rows += await self._taxonomies.rows(c, visitor, taxonomy)
            hero = next(
                (
                    card
                    for card in newest
                    if card["playable"] and (card["images"]["backdrop"] or card["images"]["still"])
                ),
                None,
            )
            if hero is not None:
                synopsis = select(content.c.synopsis).where(content.c.id == hero["id"])
                hero = {**hero, "synopsis": (await c.execute(synopsis)).scalar() or ""}
        return {"rows": [r for r in rows if r["items"]], "hero": hero}

    async def personal(self, visitor: Visitor, home: JsonObject) -> JsonObject:
        """`home` with the visitor's own rows first, and with their progress on its cards."""
        async with self._db.read() as c:
            personal_rows = [
                home_row("continue", "continue", await self._personal.continue_watching(c, visitor), shape="still"),
                home_row("list", "list", (await self._personal.watchlist_cards(c, visitor))[:ROW_SIZE], href="/list"),
            ]
            positions = await self._reader.watched_positions(
                c, visitor, sorted({item["id"] for r in home["rows"] for item in r["items"]})
            )
        resume_positions = {id: resume_position(row) for id, row in positions.items()}
        shared = [
            {**r, "items": [{**item, "progress": resume_positions.get(item["id"])} for item in r["items"]]}
            for r in home["rows"]
        ]
        hero = home["hero"] and {**home["hero"], "progress": resume_positions.get(home["hero"]["id"])}
        return {"rows": [*(r for r in personal_rows if r["items"]), *shared], "hero": hero}
