"""The page of a series, with its seasons and episodes."""

from __future__ import annotations

from sqlalchemy import select

from otnet_server.catalogue.card_reader import CardReader, find_record
from otnet_server.catalogue.cards import JsonObject
from otnet_server.catalogue.tables import (
    content,
    season,
    series,
)
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import listed


class SeriesPages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> JsonObject | None:
        async with self._db.read() as c:
            row = await find_record(c, series, visitor, name)
            cards = await self._reader.series_cards(c, visitor, series.c.id == row["id"]) if row is not None else []
            if row is None or not cards:
                return None
            query = select(content).where(content.c.series == row["id"], *listed(visitor, now(), by_id=True))
            rows = (
                (await c.execute(query.order_by(content.c.episode_number, content.c.created_at).limit(2000)))
                .mappings()
                .all()
            )
            cards_by_id = {card["id"]: card for card in await self._reader.cards(c, visitor, rows)}
            seasons = await self._reader.records_by_id(c, season, {r["season"] for r in rows if r["season"]})
            groups: dict[str | None, list[JsonObject]] = {}
            for r in rows:
                episode = {
                    **cards_by_id[r["id"]],
                    "synopsis": r["synopsis"] or "",
                    "episode_number": r["episode_number"],
                }
                groups.setdefault(r["season"], []).append(episode)
            ordered = sorted(groups, key=lambda s: (s is None, seasons[s]["number"] if s else 0))
            return {
                **cards[0], "synopsis": row["synopsis"] or "", "website": row["website"],
                "seasons": [
                    {"number": seasons[s]["number"] if s else None, "title": (seasons[s]["title"] or "") if s else "",
                     "episodes": groups[s]}
                    for s in ordered
                ],
            }  # fmt: skip
