"""Categories and genres: their rows on the home page and the pages of their titles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import home_row
from otnet_server.catalogue.rows import ContentRow, TaxonomyRow, columns, find_record, read_rows
from otnet_server.catalogue.tables import (
    LINKS,
    NEWEST_FIRST,
    NOT_TRAILERS,
    PAGE_SIZE,
    ROW_SIZE,
    TAXONOMIES,
    WATCHABLE,
    content,
)
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import Browse, HomeRow, TaxonomyPage, TaxonomyTile, TitleCard

MAX_TAXONOMIES = 100
MAX_TAXONOMY_ROWS = 8
# The content of a smaller taxonomy is read by id and sorted. For a larger one it is faster to read the newest content
# of the organization and filter it.
SPARSE_TAXONOMY_SIZE = 2000
Taxonomy = Literal["category", "genre"]


class Taxonomies:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def rows(
        self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy, without: Collection[str] = ()
    ) -> list[HomeRow]:
        """A row for each category (in the order set in the studio) or genre (the largest first) with listed content,
        but for those with the ids `without`."""
        rows: list[HomeRow] = []
        for row in await self._ordered(c, visitor, taxonomy):
            rows += await self._row(c, visitor, taxonomy, row) if row.id not in without else []
            if len(rows) == MAX_TAXONOMY_ROWS:
                break
        return rows

    async def row(self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy, id: str) -> list[HomeRow]:
        """The row of one category or genre; none without listed content."""
        rows = (await c.execute(_sized(taxonomy, visitor).where(TAXONOMIES[taxonomy].c.id == id))).all()
        return [shown for row in rows for shown in await self._row(c, visitor, taxonomy, row)]

    async def _row(self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy, row: Any) -> list[HomeRow]:
        items, name = await self._titles(c, visitor, taxonomy, row, ROW_SIZE), row.slug or row.id
        return [home_row(f"{taxonomy}-{name}", taxonomy, items, row.name, f"/{taxonomy}/{name}")] if items else []

    async def browse(self, visitor: Visitor) -> Browse:
        """All categories and genres with a title that the visitor can watch."""
        async with self._db.read() as c:
            return Browse(
                categories=await self._tiles(c, visitor, "category"), genres=await self._tiles(c, visitor, "genre")
            )

    async def _tiles(self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy) -> list[TaxonomyTile]:
        tiles: list[TaxonomyTile] = []
        for row in await self._ordered(c, visitor, taxonomy):
            name = row.slug or row.id
            for title in await self._titles(c, visitor, taxonomy, row, 1):
                href = f"/{taxonomy}/{name}"
                tiles.append(TaxonomyTile(slug=name, name=row.name, href=href, images=title.images))
        return tiles

    async def _ordered(self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy) -> Sequence[Any]:
        """The taxonomies of the organization with the numbers of their titles, as `size`."""
        query, table = _sized(taxonomy, visitor), TAXONOMIES[taxonomy]
        size = query.selected_columns["size"]
        order = (table.c.position, table.c.name) if taxonomy == "category" else (size.desc(), table.c.name)
        rows: Sequence[Any] = (await c.execute(query.order_by(*order).limit(MAX_TAXONOMIES))).all()
        return rows

    async def _titles(
        self, c: AsyncConnection, visitor: Visitor, taxonomy: Taxonomy, row: Any, limit: int
    ) -> list[TitleCard]:
        """The newest titles of a row of `_ordered`."""
        if not row.size:
            return []
        by_id = row.size < SPARSE_TAXONOMY_SIZE
        condition = _in_taxonomy(LINKS[taxonomy], row.id, by_id)
        return await self._reader.select_cards(c, visitor, NOT_TRAILERS, WATCHABLE, condition, by_id=by_id, limit=limit)

    async def page(self, visitor: Visitor, taxonomy: Taxonomy, name: str, start: int) -> TaxonomyPage | None:
        """One page of a category or genre; `next` is the offset of the next page as text."""
        async with self._db.read() as c:
            row = await find_record(c, TAXONOMIES[taxonomy], TaxonomyRow, visitor, name)
            if row is None:
                return None
            link = LINKS[taxonomy]
            size = (await c.execute(select(func.count()).where(link.c.target == row.id))).scalar_one()
            by_id = size < SPARSE_TAXONOMY_SIZE
            query = select(*columns(content, ContentRow)).where(
                *listed(visitor, now(), by_id=by_id), NOT_TRAILERS, _in_taxonomy(link, row.id, by_id)
            )
            query = query.order_by(*NEWEST_FIRST).offset(start).limit(PAGE_SIZE + 1)
            rows = await read_rows(c, query, ContentRow)
            items = await self._reader.cards(c, visitor, rows[:PAGE_SIZE])
            more = str(start + PAGE_SIZE) if len(rows) > PAGE_SIZE else None
            return TaxonomyPage(title=row.name, description=row.description or "", items=items, next=more)


def _sized(taxonomy: Taxonomy, visitor: Visitor) -> Select[Any]:
    """SELECT the taxonomies of the organization with the numbers of their titles, as `size`."""
    table, link = TAXONOMIES[taxonomy], LINKS[taxonomy]
    size = select(func.count()).where(link.c.target == table.c.id).scalar_subquery().label("size")
    return select(table.c.id, table.c.name, table.c.slug, size).where(table.c.organization == visitor.organization)


def _in_taxonomy(link: Table, target: str, by_id: bool) -> ColumnElement[bool]:
    """The condition that content belongs to the taxonomy `target`. `by_id`: read its content by id; otherwise test each
    row for membership."""
    query = select(link.c.record).where(link.c.target == target)
    return content.c.id.in_(query) if by_id else query.where(link.c.record == content.c.id).exists()
