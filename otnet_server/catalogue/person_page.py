"""The page of a person, with their credits."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader, credit_image, find_record
from otnet_server.catalogue.cards import JsonObject
from otnet_server.catalogue.tables import (
    content,
    credit,
    person,
)
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed


class PersonPages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> JsonObject | None:
        """The page of a person; None without listed content, so that unpublished credits do not leak."""
        async with self._db.read() as c:
            row = await find_record(c, person, visitor, name)
            if row is None:
                return None
            image = credit_image((await self._reader.artwork(c, "person", [row["id"]])).get(row["id"], {}))
            query = (
                select(*content.c, credit.c.role.label("did"), credit.c.character.label("character"))
                .join(credit, credit.c.content == content.c.id)
                .where(credit.c.person == row["id"], *listed(visitor, now(), by_id=True))
                .order_by(content.c.release_date.desc(), content.c.title, credit.c.position, credit.c.created_at)
                .limit(200)
            )  # fmt: skip
            rows = (await c.execute(query)).mappings().all()
            if not rows and not visitor.staff:
                return None
            cards = {card["id"]: card for card in await self._reader.cards(c, visitor, rows)}
            return {
                "slug": row["slug"] or row["id"], "name": row["name"], "biography": row["biography"] or "",
                "born": row["born"], "died": row["died"], "website": row["website"], "image": image,
                "credits": [{"role": r["did"], "character": r["character"] or "", "title": cards[r["id"]]}
                            for r in rows],
            }  # fmt: skip
