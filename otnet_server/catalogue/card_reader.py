"""Reads the cards of titles and series, with their artwork and the visitor's progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.cards import JsonObject, card, pictures_by_shape, series_card
from otnet_server.catalogue.tables import (
    MAIN_MEDIA_FIRST,
    NEWEST_FIRST,
    ROW_SIZE,
    Row,
    artwork,
    content,
    media,
    series,
)
from otnet_server.db.records import now
from otnet_server.db.tables import progress
from otnet_server.images.store import Pictures
from otnet_server.images.variants import Picture, artwork_picture
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed


class CardReader:
    """Each method takes a constant number of statements, however many cards there are."""

    def __init__(self, pictures_by_shape: Pictures) -> None:
        self._pictures = pictures_by_shape

    async def cards(self, c: AsyncConnection, visitor: Visitor, rows: Sequence[Row]) -> list[JsonObject]:
        ids = [r["id"] for r in rows]
        if not ids:
            return []
        main_media: dict[str, Row] = {}
        for media_row in (await c.execute(MAIN_MEDIA_FIRST, {"ids": ids})).mappings():
            main_media.setdefault(media_row["content"], media_row)
        artwork = await self.artwork(c, "content", ids)
        series_by_id = await self.records_by_id(c, series, {r["series"] for r in rows if r["series"]})
        positions = await self.watched_positions(c, visitor, ids)
        cards = []
        for row in rows:
            main_row = main_media.get(row["id"])
            images = pictures_by_shape(artwork.get(row["id"], {}), await self.still(main_row))
            cards.append(card(row, main_row, images, series_by_id.get(row["series"]), positions.get(row["id"])))
        return cards

    async def still(self, main: Row | None) -> Picture | None:
        if main is None or main["playing"] is None:
            return None
        return await self._pictures.media_picture(main["id"], main["playing"])

    async def artwork(self, c: AsyncConnection, owner: str, ids: Iterable[str]) -> dict[str, dict[str, Picture]]:
        query = select(artwork).where(artwork.c[owner].in_(list(ids))).order_by(artwork.c.created_at)
        pictures: dict[str, dict[str, Picture]] = {}
        for row in (await c.execute(query)).mappings():
            picture = artwork_picture(row)
            if picture is not None:
                pictures.setdefault(row[owner], {})[row["kind"]] = picture
        return pictures

    async def records_by_id(self, c: AsyncConnection, table: Any, ids: Iterable[str]) -> dict[str, Row]:
        ids = list(ids)
        rows = (await c.execute(select(table).where(table.c.id.in_(ids)))).mappings() if ids else ()
        return {r["id"]: r for r in rows}

    async def watched_positions(self, c: AsyncConnection, visitor: Visitor, ids: Sequence[str]) -> dict[str, Row]:
        if visitor.user is None:
            return {}
        query = select(progress).where(progress.c.user == visitor.user, progress.c.content.in_(ids))
        return {r["content"]: r for r in (await c.execute(query)).mappings()}

    async def select_cards(
        self,
        c: AsyncConnection,
        visitor: Visitor,
        *conditions: ColumnElement[bool],
        by_id: bool = False,
    ) -> list[JsonObject]:
        query = (
            select(content)
            .where(*listed(visitor, now(), by_id=by_id), *conditions)
            .order_by(*NEWEST_FIRST)
            .limit(ROW_SIZE)
        )
        return await self.cards(c, visitor, (await c.execute(query)).mappings().all())

    async def series_cards(
        self, c: AsyncConnection, visitor: Visitor, *conditions: ColumnElement[bool], max_cards: int = ROW_SIZE
    ) -> list[JsonObject]:
        """Cards of series with at least one listed episode, the most recently extended series first."""
        episodes = func.count(content.c.id).label("episodes")
        query: Select[Any] = (
            select(*series.c, episodes, func.max(content.c.created_at).label("newest"))
            .join(content, and_(content.c.series == series.c.id, *listed(visitor, now(), by_id=True)))
            .where(*conditions).group_by(*series.c).order_by(func.max(content.c.created_at).desc()).limit(max_cards)
        )  # fmt: skip
        rows = (await c.execute(query)).mappings().all()
        artwork = await self.artwork(c, "series", [r["id"] for r in rows])
        cards = []
        for row in rows:
            images = artwork.get(row["id"], {})
            still = None if images else await self._first_still(c, visitor, row["id"])
            cards.append(series_card(row, pictures_by_shape(images, still), row["episodes"]))
        return cards

    async def _first_still(self, c: AsyncConnection, visitor: Visitor, series_id: str) -> Picture | None:
        first = (
            select(media.c.id, media.c.playing)
            .join(content, content.c.id == media.c.content)
            .where(content.c.series == series_id, media.c.playing.is_not(None), media.c.present)
            .where(*listed(visitor, now(), by_id=True))
            .order_by(content.c.episode_number)
            .limit(1)
        )
        return await self.still((await c.execute(first)).mappings().first())


async def find_record(c: AsyncConnection, table: Any, visitor: Visitor, name: str) -> Row | None:
    """A record of the visitor's organization, by its slug or id."""
    query = select(table).where(
        table.c.organization == visitor.organization, or_(table.c.slug == name, table.c.id == name)
    )
    row = (await c.execute(query.order_by((table.c.slug == name).desc()).limit(1))).mappings().first()
    return dict(row) if row is not None else None


def credit_image(art: Mapping[str, Picture]) -> JsonObject | None:
    picture = art.get("square") or art.get("poster")
    return picture.to_json() if picture is not None else None
