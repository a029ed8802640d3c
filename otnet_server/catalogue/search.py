"""Search as you type for viewers: series, titles, people, genres and categories by the words of their names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader, credit_image
from otnet_server.catalogue.cards import JsonObject
from otnet_server.catalogue.tables import PAGE_SIZE, SHORT_LIST_SIZE, TAXONOMIES, Row, content, credit, person, series
from otnet_server.db.engine import Database
from otnet_server.db.records import by_ids, now
from otnet_server.db.search import Search, ranking
from otnet_server.db.tables import metadata
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.resources import SCHEMA


class CatalogueSearch:
    def __init__(self, db: Database, search: Search, reader: CardReader) -> None:
        self._db, self._search, self._reader = db, search, reader

    async def search(self, visitor: Visitor, query_text: str) -> JsonObject:
        async with self._db.read() as c:
            series_cards = await self._find_series(c, visitor, query_text)
            return {
                "items": [*series_cards, *await self._find_content(c, visitor, query_text)],
                "people": await self._find_people(c, visitor, query_text),
                "genres": await self._find_taxonomy(c, visitor, "genre", query_text),
                "categories": await self._find_taxonomy(c, visitor, "category", query_text),
            }

    async def _ranked(
        self, c: AsyncConnection, visitor: Visitor, name: str, query_text: str, max_rows: int, *conditions: Any
    ) -> list[Row]:
        """Matching rows, best first: matches in the title before matches elsewhere."""
        resource, table = SCHEMA[name], metadata.tables[name]
        key, ranked_ids = ranking(query_text), dict[str, None]()
        for matching in self._search.matches(resource, visitor.organization, query_text):
            query = select(table.c.id, table.c[resource.label]).where(table.c.id.in_(matching), *conditions)
            labels = {r[0]: r[1] or "" for r in await c.execute(query)}
            ranked_ids |= dict.fromkeys(sorted(labels, key=lambda id: (key(labels[id]), id)))
            if len(ranked_ids) >= max_rows:
                break
        if not ranked_ids:
            return []
        best = list(ranked_ids)[:max_rows]
        rows = {r["id"]: dict(r) for r in (await c.execute(by_ids(name), {"ids": best})).mappings()}
        return [rows[id] for id in best if id in rows]

    async def _find_content(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[JsonObject]:
        rows = await self._ranked(c, visitor, "content", query_text, PAGE_SIZE, *listed(visitor, now(), by_id=True))
        return await self._reader.cards(c, visitor, rows)

    async def _find_series(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[JsonObject]:
        rows = await self._ranked(
            c, visitor, "series", query_text, SHORT_LIST_SIZE, series.c.organization == visitor.organization
        )
        ids = [r["id"] for r in rows]
        return (
            await self._reader.series_cards(c, visitor, series.c.id.in_(ids), max_cards=SHORT_LIST_SIZE) if ids else []
        )

    async def _find_people(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[JsonObject]:
        rows = await self._ranked(
            c,
            visitor,
            "person",
            query_text,
            SHORT_LIST_SIZE,
            person.c.organization == visitor.organization,
            _credited_in_listed_content(visitor),
        )
        faces = await self._reader.artwork(c, "person", [r["id"] for r in rows])
        return [
            {
                "id": r["id"],
                "slug": r["slug"] or r["id"],
                "name": r["name"],
                "image": credit_image(faces.get(r["id"], {})),
            }
            for r in rows
        ]

    async def _find_taxonomy(
        self, c: AsyncConnection, visitor: Visitor, name: str, query_text: str
    ) -> list[JsonObject]:
        rows = await self._ranked(
            c, visitor, name, query_text, SHORT_LIST_SIZE, TAXONOMIES[name].c.organization == visitor.organization
        )
        return [{"slug": r["slug"] or r["id"], "name": r["name"]} for r in rows]


def _credited_in_listed_content(visitor: Visitor) -> ColumnElement[bool]:
    """The condition that a person is credited in content that is listed for the visitor."""
    query = select(credit.c.id).join(content, content.c.id == credit.c.content)
    return query.where(credit.c.person == person.c.id, *listed(visitor, now(), by_id=True)).exists()
