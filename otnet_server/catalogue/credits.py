"""The credits of a title or series, and the condition that a person has some that a visitor may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader, portrait
from otnet_server.catalogue.tables import content, credit, person
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import Credit, PersonLink

MAX_CREDITS = 100


async def read_credits(c: AsyncConnection, reader: CardReader, owner: ColumnElement[bool]) -> list[Credit]:
    """The credits that match `owner`, in billing order."""
    query = (
        select(credit.c.role, credit.c.character, person.c.id, person.c.slug, person.c.name)
        .join(person, person.c.id == credit.c.person)
        .where(owner).order_by(credit.c.position, credit.c.created_at).limit(MAX_CREDITS)
    )  # fmt: skip
    rows = (await c.execute(query)).all()
    faces = await reader.artwork(c, "person", {r.id for r in rows})
    return [
        Credit(
            role=r.role,
            character=r.character or "",
            person=PersonLink(slug=r.slug or r.id, name=r.name, image=portrait(faces.get(r.id, {}))),
        )
        for r in rows
    ]


def credited(visitor: Visitor) -> ColumnElement[bool]:
    """The condition that a person is credited in content that is listed for the visitor, or in its series."""

    def in_listed(owner: ColumnElement[bool]) -> ColumnElement[bool]:
        query = select(credit.c.id).join(content, owner)
        return query.where(credit.c.person == person.c.id, *listed(visitor, now(), by_id=True)).exists()

    return or_(in_listed(content.c.id == credit.c.content), in_listed(content.c.series == credit.c.series))
