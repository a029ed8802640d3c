"""The page of a person, with their credits."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader, portrait
from otnet_server.catalogue.rows import ContentRow, PersonRow, columns, find_record
from otnet_server.catalogue.tables import content, credit, person
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import Person, PersonCredit


class PersonPages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> Person | None:
        """The page of a person; None without listed content, so that unpublished credits do not leak."""
        async with self._db.read() as c:
            row = await find_record(c, person, PersonRow, visitor, name)
            if row is None:
                return None
            image = portrait((await self._reader.artwork(c, "person", [row.id])).get(row.id, {}))
            query = (
                select(*columns(content, ContentRow), credit.c.role, credit.c.character)
                .join(credit, credit.c.content == content.c.id)
                .where(credit.c.person == row.id, *listed(visitor, now(), by_id=True))
                .order_by(content.c.release_date.desc(), content.c.title, credit.c.position, credit.c.created_at)
                .limit(200)
            )
            credited = [(ContentRow._make(own), role, character) for *own, role, character in await c.execute(query)]
            if not credited and not visitor.staff:
                return None
            cards = {card.id: card for card in await self._reader.cards(c, visitor, [own for own, _, _ in credited])}
        return Person(
            slug=row.slug or row.id,
            name=row.name,
            biography=row.biography or "",
            born=row.born,
            died=row.died,
            website=row.website,
            image=image,
            credits=[
                PersonCredit(role=role, character=character or "", title=cards[own.id])
                for own, role, character in credited
            ],
        )
