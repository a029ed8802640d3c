"""Reads the cards of titles and series, with their artwork and the visitor's progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.cards import Locked, images_by_shape, series_card, title_card
from otnet_server.catalogue.rows import ContentRow, MediaRow, ProgressRow, RowT, SeriesRow, columns, read_rows
from otnet_server.catalogue.tables import MAIN_MEDIA_FIRST, NEWEST_FIRST, ROW_SIZE, artwork, content, media, series
from otnet_server.db.records import now
from otnet_server.db.tables import progress
from otnet_server.images.store import Pictures
from otnet_server.playback.entitlement_queries import locked_among
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import history_of, listed
from otnet_server.read_model.catalogue import SeriesCard, TitleCard
from otnet_server.read_model.pictures import Picture, artwork_picture


class CardReader:
    """Each method takes a constant number of statements, however many cards there are."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    async def cards(self, c: AsyncConnection, visitor: Visitor, rows: Sequence[ContentRow]) -> list[TitleCard]:
        ids = [r.id for r in rows]
        if not ids:
            return []
        main_media: dict[str, MediaRow] = {}
        for result in await c.execute(MAIN_MEDIA_FIRST, {"ids": ids}):
            media_row = MediaRow._make(result)
            main_media.setdefault(media_row.content, media_row)
        artwork = await self.artwork(c, "content", ids)
        series_by_id = await self.rows_by_id(c, series, SeriesRow, {r.series for r in rows if r.series})
        positions = await self.watched_positions(c, visitor, ids)
        locked = await self.locked(c, visitor, [r.id for r in rows if r.visibility != "public"])
        cards = []
        for row in rows:
            main_row = main_media.get(row.id)
            images = images_by_shape(artwork.get(row.id, {}), await self._still(main_row))
            series_row = series_by_id.get(row.series) if row.series else None
            cards.append(title_card(row, main_row, images, series_row, positions.get(row.id), locked.get(row.id)))
        return cards

    async def _still(self, main: MediaRow | None) -> Picture | None:
        if main is None or main.playing is None:
            return None
        return await self._pictures.media_picture(main.id, main.playing)

    async def artwork(self, c: AsyncConnection, owner: str, ids: Iterable[str]) -> dict[str, dict[str, Picture]]:
        query = select(artwork).where(artwork.c[owner].in_(list(ids))).order_by(artwork.c.created_at)
        pictures: dict[str, dict[str, Picture]] = {}
        for row in (await c.execute(query)).mappings():
            picture = artwork_picture(row["id"], row["file"], row["alternative"])
            if picture is not None:
                pictures.setdefault(row[owner], {})[row["kind"]] = picture
        return pictures

    async def rows_by_id(
        self, c: AsyncConnection, table: Table, kind: type[RowT], ids: Iterable[str]
    ) -> dict[str, RowT]:
        ids = list(ids)
        query = select(*columns(table, kind)).where(table.c.id.in_(ids))
        return {row[0]: row for row in await read_rows(c, query, kind)} if ids else {}

    async def watched_positions(
        self, c: AsyncConnection, visitor: Visitor, ids: Sequence[str]
    ) -> dict[str, ProgressRow]:
        if visitor.user is None:
            return {}
        query = select(*columns(progress, ProgressRow))
        query = query.where(*history_of(progress, visitor), progress.c.content.in_(ids))
        return {row.content: row for row in await read_rows(c, query, ProgressRow)}

    async def locked(self, c: AsyncConnection, visitor: Visitor, ids: Sequence[str]) -> dict[str, Locked]:
        """Why the visitor may not play titles, by their ids. Empty for what all signed-in visitors share."""
        if visitor.signed_in and visitor.user is None:
            return {}
        reason: Locked = "not_entitled" if visitor.signed_in else "sign_in"
        return dict.fromkeys(await locked_among(c, visitor, ids, now()), reason)

    async def select_cards(
        self,
        c: AsyncConnection,
        visitor: Visitor,
        *conditions: ColumnElement[bool],
        by_id: bool = False,
        limit: int = ROW_SIZE,
    ) -> list[TitleCard]:
        query = (
            select(*columns(content, ContentRow))
            .where(*listed(visitor, now(), by_id=by_id), *conditions)
            .order_by(*NEWEST_FIRST)
            .limit(limit)
        )
        return await self.cards(c, visitor, await read_rows(c, query, ContentRow))

    async def series_cards(
        self, c: AsyncConnection, visitor: Visitor, *conditions: ColumnElement[bool], max_cards: int = ROW_SIZE
    ) -> list[SeriesCard]:
        """Cards of series with at least one listed episode, the most recently extended series first."""
        own_columns = columns(series, SeriesRow)
        query = (
            select(*own_columns, func.count(content.c.id))
            .join(content, and_(content.c.series == series.c.id, *listed(visitor, now(), by_id=True)))
            .where(*conditions)
            .group_by(*own_columns)
            .order_by(func.max(content.c.created_at).desc())
            .limit(max_cards)
        )
        counted = [(SeriesRow._make(own), int(episodes)) for *own, episodes in await c.execute(query)]
        artwork = await self.artwork(c, "series", [row.id for row, _ in counted])
        cards = []
        for row, episodes in counted:
            pictures = artwork.get(row.id, {})
            still = None if pictures else await self._first_still(c, visitor, row.id)
            cards.append(series_card(row, images_by_shape(pictures, still), episodes))
        return cards

    async def _first_still(self, c: AsyncConnection, visitor: Visitor, series_id: str) -> Picture | None:
        first = (
            select(*columns(media, MediaRow))
            .join(content, content.c.id == media.c.content)
            .where(content.c.series == series_id, media.c.playing.is_not(None), media.c.present)
            .where(*listed(visitor, now(), by_id=True))
            .order_by(content.c.episode_number)
            .limit(1)
        )
        return await self._still(next(iter(await read_rows(c, first, MediaRow)), None))


def portrait(artwork: Mapping[str, Picture]) -> Picture | None:
    """The picture of a person among their artwork, by kind."""
    return artwork.get("square") or artwork.get("poster")
