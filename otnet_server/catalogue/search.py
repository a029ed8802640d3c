"""Search as you type for viewers: series, titles, people, genres and categories by the words of their names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader, portrait
from otnet_server.catalogue.credits import credited
from otnet_server.catalogue.rows import ContentRow, PersonRow, RowT, TaxonomyRow
from otnet_server.catalogue.tables import PAGE_SIZE, SHORT_LIST_SIZE, TAXONOMIES, content, person, series
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.search import Search, ranking
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import PersonResult, SearchResults, SeriesCard, TaxonomyLink, TitleCard
from otnet_server.resources import SCHEMA


class CatalogueSearch:
    def __init__(self, db: Database, search: Search, reader: CardReader) -> None:
        self._db, self._search, self._reader = db, search, reader

    async def search(self, visitor: Visitor, query_text: str) -> SearchResults:
        async with self._db.read() as c:
            series_cards = await self._find_series(c, visitor, query_text)
            return SearchResults(
                items=[*series_cards, *await self._find_content(c, visitor, query_text)],
                people=await self._find_people(c, visitor, query_text),
                genres=await self._find_taxonomy(c, visitor, "genre", query_text),
                categories=await self._find_taxonomy(c, visitor, "category", query_text),
            )

    async def _ranked_ids(
        self,
        c: AsyncConnection,
        visitor: Visitor,
        table: Table,
        query_text: str,
        max_rows: int,
        *conditions: ColumnElement[bool],
    ) -> list[str]:
        """The ids of matching records, best first: matches in the title before matches elsewhere."""
        resource = SCHEMA[table.name]
        key, ranked_ids = ranking(query_text), dict[str, None]()
        for matching in self._search.matches(resource, visitor.organization, query_text):
            query = select(table.c.id, table.c[resource.label]).where(table.c.id.in_(matching), *conditions)
            labels: dict[str, str] = {id: label or "" for id, label in await c.execute(query)}
            ranked_ids |= dict.fromkeys(sorted(labels, key=lambda id: (key(labels[id]), id)))
            if len(ranked_ids) >= max_rows:
                break
        return list(ranked_ids)[:max_rows]

    async def _ranked(
        self,
        c: AsyncConnection,
        visitor: Visitor,
        table: Table,
        kind: type[RowT],
        query_text: str,
        max_rows: int,
        *conditions: ColumnElement[bool],
    ) -> list[RowT]:
        """Matching rows, best first."""
        ids = await self._ranked_ids(c, visitor, table, query_text, max_rows, *conditions)
        rows = await self._reader.rows_by_id(c, table, kind, ids)
        return [rows[id] for id in ids if id in rows]

    async def _find_content(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[TitleCard]:
        conditions = listed(visitor, now(), by_id=True)
        rows = await self._ranked(c, visitor, content, ContentRow, query_text, PAGE_SIZE, *conditions)
        return await self._reader.cards(c, visitor, rows)

    async def _find_series(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[SeriesCard]:
        own = series.c.organization == visitor.organization
        ids = await self._ranked_ids(c, visitor, series, query_text, SHORT_LIST_SIZE, own)
        if not ids:
            return []
        return await self._reader.series_cards(c, visitor, series.c.id.in_(ids), max_cards=SHORT_LIST_SIZE)

    async def _find_people(self, c: AsyncConnection, visitor: Visitor, query_text: str) -> list[PersonResult]:
        conditions = (person.c.organization == visitor.organization, credited(visitor))
        rows = await self._ranked(c, visitor, person, PersonRow, query_text, SHORT_LIST_SIZE, *conditions)
        faces = await self._reader.artwork(c, "person", [r.id for r in rows])
        return [
            PersonResult(id=r.id, slug=r.slug or r.id, name=r.name, image=portrait(faces.get(r.id, {}))) for r in rows
        ]

    async def _find_taxonomy(
        self, c: AsyncConnection, visitor: Visitor, name: str, query_text: str
    ) -> list[TaxonomyLink]:
        table = TAXONOMIES[name]
        own = table.c.organization == visitor.organization
        rows = await self._ranked(c, visitor, table, TaxonomyRow, query_text, SHORT_LIST_SIZE, own)
        return [TaxonomyLink(slug=r.slug or r.id, name=r.name) for r in rows]
