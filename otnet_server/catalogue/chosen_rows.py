"""Rows of the home page that an editor has chosen: hand-picked titles, the episodes of a series, the most played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import home_row, page_path
from otnet_server.catalogue.rows import ContentRow, SeriesRow, columns, read_rows
from otnet_server.catalogue.tables import NOT_TRAILERS, ROW_SIZE, WATCHABLE, content, series
from otnet_server.db.records import now
from otnet_server.db.tables import telemetry_hour
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import HomeRow, TitleCard

POPULAR_DAYS = 28


class ChosenRows:
    def __init__(self, reader: CardReader) -> None:
        self._reader = reader

    async def titles(self, c: AsyncConnection, visitor: Visitor, ids: Sequence[str]) -> list[TitleCard]:
        """The cards of those titles that the visitor sees in lists and that can be watched, in the order of `ids`."""
        if not ids:
            return []
        query = select(*columns(content, ContentRow)).where(
            content.c.id.in_(ids), *listed(visitor, now(), by_id=True), WATCHABLE
        )
        place = {id: n for n, id in enumerate(ids)}
        rows = sorted(await read_rows(c, query, ContentRow), key=lambda row: place[row.id])
        return await self._reader.cards(c, visitor, rows)

    async def episodes(self, c: AsyncConnection, visitor: Visitor, id: str) -> list[HomeRow]:
        """The row with the newest episodes of a series; none without one that can be watched."""
        row = (await self._reader.rows_by_id(c, series, SeriesRow, [id])).get(id)
        if row is None:
            return []
        of_series = content.c.series == row.id
        items = await self._reader.select_cards(c, visitor, of_series, NOT_TRAILERS, WATCHABLE, by_id=True)
        name = row.slug or row.id
        return [home_row(f"episodes-{name}", "episodes", items, row.title, page_path("series", name))] if items else []

    async def most_played(self, c: AsyncConnection, visitor: Visitor) -> list[TitleCard]:
        """The titles that were started most often in the last POPULAR_DAYS days."""
        since = (datetime.now(UTC) - timedelta(days=POPULAR_DAYS)).strftime("%Y-%m-%dT%H")
        starts = func.sum(telemetry_hour.c.starts)
        query = (
            select(*columns(content, ContentRow))
            .join(telemetry_hour, telemetry_hour.c.content == content.c.id)
            .where(
                telemetry_hour.c.hour >= since, telemetry_hour.c.organization == visitor.organization,
                *listed(visitor, now(), by_id=True), NOT_TRAILERS, WATCHABLE,
            )
            .group_by(content.c.id)
            .having(starts > 0)
            .order_by(starts.desc(), content.c.id)
            .limit(ROW_SIZE)
        )  # fmt: skip
        return await self._reader.cards(c, visitor, await read_rows(c, query, ContentRow))
