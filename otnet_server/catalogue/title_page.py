"""The page of a title: the record, its credits, trailers, related titles and the next episode."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.credits import read_credits
from otnet_server.catalogue.rows import ContentRow, SeriesRow, columns, find_record, read_rows
from otnet_server.catalogue.tables import (
    LINKS,
    NOT_TRAILERS,
    SHORT_LIST_SIZE,
    TAXONOMIES,
    content,
    credit,
    season,
    series,
)
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.search import CANDIDATES
from otnet_server.db.tables import my_list
from otnet_server.playback.visibility import Visitor, exists_for
from otnet_server.playback.visibility_queries import history_of, listed
from otnet_server.read_model.catalogue import SeriesLink, TaxonomyLink, Title, TitleCard, extend


class TitlePages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> Title | None:
        """The page of a title by its slug or id; None when it does not exist for the visitor."""
        async with self._db.read() as c:
            row = await find_record(c, content, ContentRow, visitor, name)
            if row is None or not exists_for(visitor, row.publication, now()):
                return None
            (card,) = await self._reader.cards(c, visitor, [row])
            in_list = False
            if visitor.user is not None:
                entry = select(my_list.c.at).where(*history_of(my_list, visitor), my_list.c.content == row.id)
                in_list = (await c.execute(entry)).first() is not None
            return extend(
                Title,
                card,
                synopsis=row.synopsis or "",
                tagline=row.tagline or "",
                release_date=row.release_date,
                original_language=row.original_language,
                genres=await self._taxonomies_of(c, "genre", row.id),
                categories=await self._taxonomies_of(c, "category", row.id),
                logo=(await self._reader.artwork(c, "content", [row.id])).get(row.id, {}).get("logo"),
                credits=await read_credits(c, self._reader, credit.c.content == row.id),
                trailers=await self._reader.select_cards(c, visitor, content.c.trailer_of == row.id, by_id=True),
                series=await self._series_link(c, row),
                next=await self._next_episode(c, visitor, row),
                related=await self._related(c, visitor, row),
                in_list=in_list,
                playback=f"/api/v1/playback/{row.id}",
                updated_at=row.updated_at,
            )

    async def _series_link(self, c: AsyncConnection, row: ContentRow) -> SeriesLink | None:
        if row.series is None:
            return None
        series_row = (await self._reader.rows_by_id(c, series, SeriesRow, [row.series])).get(row.series)
        if series_row is None:
            return None
        return SeriesLink(
            slug=series_row.slug or series_row.id,
            title=series_row.title,
            season=await self._season_number(c, row.season),
            episode=row.episode_number,
        )

    async def _season_number(self, c: AsyncConnection, id: str | None) -> int | None:
        return (await c.execute(select(season.c.number).where(season.c.id == id))).scalar() if id else None

    async def _taxonomies_of(self, c: AsyncConnection, taxonomy: str, record: str) -> list[TaxonomyLink]:
        table, link = TAXONOMIES[taxonomy], LINKS[taxonomy]
        query = select(table.c.slug, table.c.id, table.c.name).join(link, link.c.target == table.c.id)
        rows = await c.execute(query.where(link.c.record == record).order_by(link.c.position))
        return [TaxonomyLink(slug=r.slug or r.id, name=r.name) for r in rows]

    async def _next_episode(self, c: AsyncConnection, visitor: Visitor, row: ContentRow) -> TitleCard | None:
        """The next episode in this season, or the first one of the next season."""
        if not row.series or row.episode_number is None:
            return None
        season_number = await self._season_number(c, row.season)
        later = content.c.episode_number > row.episode_number
        if season_number is not None:
            same_season = content.c.season == row.season
            later = or_(and_(same_season, later), season.c.number > season_number)
        query = (
            select(*columns(content, ContentRow)).outerjoin(season, season.c.id == content.c.season)
            .where(content.c.series == row.series, later, *listed(visitor, now(), by_id=True))
            .order_by(season.c.number, content.c.episode_number).limit(1)
        )  # fmt: skip
        cards = await self._reader.cards(c, visitor, await read_rows(c, query, ContentRow))
        return cards[0] if cards else None

    async def _related(self, c: AsyncConnection, visitor: Visitor, row: ContentRow) -> list[TitleCard]:
        """Titles with common genres and categories, those with the most first."""
        shared_counts: dict[str, int] = {}
        for link in LINKS.values():
            own_targets = select(link.c.target).where(link.c.record == row.id)
            query = select(link.c.record, func.count().label("n")).where(
                link.c.target.in_(own_targets), link.c.record != row.id
            )
            for other in await c.execute(query.group_by(link.c.record).order_by(func.count().desc()).limit(CANDIDATES)):
                shared_counts[other.record] = shared_counts.get(other.record, 0) + other.n
        best = sorted(shared_counts, key=lambda i: -shared_counts[i])[:CANDIDATES]
        if not best:
            return []
        query = select(content.c.id, content.c.title).where(
            content.c.id.in_(best), NOT_TRAILERS, *listed(visitor, now(), by_id=True)
        )
        candidates = sorted((await c.execute(query)).all(), key=lambda r: (-shared_counts[r.id], r.title))[
            :SHORT_LIST_SIZE
        ]
        cards = {
            card.id: card
            for card in await self._reader.select_cards(
                c, visitor, content.c.id.in_([r.id for r in candidates]), by_id=True
            )
        }
        return [cards[r.id] for r in candidates if r.id in cards]
