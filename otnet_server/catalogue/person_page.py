"""The page of a person, with their credits."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader, portrait
from otnet_server.catalogue.rows import ContentRow, PersonRow, columns, find_record
from otnet_server.catalogue.tables import content, credit, person, series
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
            titles = [(ContentRow._make(own), role, character) for *own, role, character in await c.execute(query)]
            cards = {card.id: card for card in await self._reader.cards(c, visitor, [own for own, _, _ in titles])}
            credits = [
                PersonCredit(role=role, character=character or "", title=cards[own.id])
                for own, role, character in titles
            ]
            credits += await self._in_series(c, visitor, row.id)
            if not credits and not visitor.staff:
                return None
        return Person(
            slug=row.slug or row.id,
            name=row.name,
            biography=row.biography or "",
            born=row.born,
            died=row.died,
            website=row.website,
            image=image,
            credits=sorted(credits, key=lambda one: -(one.title.year or 0)),
        )

    async def _in_series(self, c: AsyncConnection, visitor: Visitor, id: str) -> list[PersonCredit]:
        query = (
            select(credit.c.series, credit.c.role, credit.c.character)
            .where(credit.c.person == id, credit.c.series.is_not(None))
            .order_by(credit.c.position, credit.c.created_at).limit(200)
        )  # fmt: skip
        rows = (await c.execute(query)).all()
        own = series.c.id.in_({row.series for row in rows})
        cards = await self._reader.series_cards(c, visitor, own, max_cards=200) if rows else []
        by_id = {card.id: card for card in cards}
        return [
            PersonCredit(role=row.role, character=row.character or "", title=by_id[row.series])
            for row in rows
            if row.series in by_id
        ]
