"""The page of a series, with its credits, seasons and episodes."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.credits import read_credits
from otnet_server.catalogue.rows import ContentRow, SeasonRow, SeriesRow, columns, find_record, read_rows
from otnet_server.catalogue.tables import content, credit, season, series
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed
from otnet_server.read_model.catalogue import Episode, Season, Series, SeriesCard, extend

MAX_EPISODES = 2000
MAX_SERIES = 1000


class SeriesPages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> Series | None:
        """The page of a series by its slug or id; None without listed episodes."""
        async with self._db.read() as c:
            row = await find_record(c, series, SeriesRow, visitor, name)
            cards = await self._reader.series_cards(c, visitor, series.c.id == row.id) if row is not None else []
            if row is None or not cards:
                return None
            query = select(*columns(content, ContentRow)).where(
                content.c.series == row.id, *listed(visitor, now(), by_id=True)
            )
            query = query.order_by(content.c.episode_number, content.c.created_at).limit(MAX_EPISODES)
            rows = await read_rows(c, query, ContentRow)
            episode_cards = await self._reader.cards(c, visitor, rows)
            credits = await read_credits(c, self._reader, credit.c.series == row.id)
            season_rows = await self._reader.rows_by_id(c, season, SeasonRow, {r.season for r in rows if r.season})
        episodes: dict[str | None, list[Episode]] = {}
        for r, card in zip(rows, episode_cards, strict=True):
            episode = extend(Episode, card, synopsis=r.synopsis or "", episode_number=r.episode_number)
            episodes.setdefault(r.season, []).append(episode)
        return extend(
            Series,
            cards[0],
            synopsis=row.synopsis or "",
            website=row.website,
            credits=credits,
            seasons=_seasons(episodes, season_rows),
        )

    async def cards(self, visitor: Visitor) -> list[SeriesCard]:
        """The cards of all series with listed episodes by title, at most MAX_SERIES."""
        async with self._db.read() as c:
            cards = await self._reader.series_cards(c, visitor, max_cards=MAX_SERIES)
        return sorted(cards, key=lambda card: (card.title.casefold(), card.id))


def _seasons(episodes: dict[str | None, list[Episode]], rows: dict[str, SeasonRow]) -> list[Season]:
    """The seasons by number; the episodes without a season are last."""
    numbered = sorted((rows[id] for id in episodes if id), key=lambda row: row.number)
    seasons = [Season(number=row.number, title=row.title or "", episodes=episodes[row.id]) for row in numbered]
    return seasons + ([Season(number=None, title="", episodes=episodes[None])] if None in episodes else [])
