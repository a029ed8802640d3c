"""The rows of the home page."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import JsonObject, begun, home_row
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
        """The rows that are the same for all who may see the same."""
        async with self._db.read() as c:
            newest = await self._reader.select_cards(c, visitor, NOT_TRAILERS)
            series_cards = await self._reader.series_cards(c, visitor, series.c.organization == visitor.organization)
            rows = [home_row("new", "new", newest), home_row("series", "series", series_cards)]
            for taxonomy in ("category", "genre"):
                rows += await self._taxonomies.rows(c, visitor, taxonomy)
            hero = next(
                (x for x in newest if x["playable"] and (x["images"]["backdrop"] or x["images"]["still"])), None
            )
            if hero is not None:
                synopsis = select(content.c.synopsis).where(content.c.id == hero["id"])
                hero = {**hero, "synopsis": (await c.execute(synopsis)).scalar() or ""}
        return {"rows": [r for r in rows if r["items"]], "hero": hero}

    async def personal(self, visitor: Visitor, home: JsonObject) -> JsonObject:
        """`home` with the rows of the one who looks before all others, and how far they came on its cards."""
        async with self._db.read() as c:
            own = [
                home_row("continue", "continue", await self._personal.continue_watching(c, visitor), shape="still"),
                home_row("list", "list", (await self._personal.watchlist_cards(c, visitor))[:ROW_SIZE], href="/list"),
            ]
            seen = await self._reader.watched_positions(
                c, visitor, sorted({x["id"] for r in home["rows"] for x in r["items"]})
            )
        reached = {id: begun(row) for id, row in seen.items()}
        shared = [{**r, "items": [{**x, "progress": reached.get(x["id"])} for x in r["items"]]} for r in home["rows"]]
        hero = home["hero"] and {**home["hero"], "progress": reached.get(home["hero"]["id"])}
        return {"rows": [*(r for r in own if r["items"]), *shared], "hero": hero}
