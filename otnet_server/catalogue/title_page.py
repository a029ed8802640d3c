"""The page of a title: the record, its credits, trailers, related titles and the next episode."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader, credit_image, find_record
from otnet_server.catalogue.cards import JsonObject
from otnet_server.catalogue.tables import (
    LINKS,
    NOT_TRAILERS,
    SHORT_LIST_SIZE,
    TAXONOMIES,
    Row,
    content,
    credit,
    person,
    season,
    series,
)
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.search import CANDIDATES
from otnet_server.db.tables import my_list
from otnet_server.playback.visibility import Visitor, exists_for
from otnet_server.playback.visibility_queries import listed


class TitlePages:
    def __init__(self, db: Database, reader: CardReader) -> None:
        self._db, self._reader = db, reader

    async def page(self, visitor: Visitor, name: str) -> JsonObject | None:
        """All that a title's page shows; None: it is not there for them."""
        async with self._db.read() as c:
            row = await find_record(c, content, visitor, name)
            if row is None or not exists_for(visitor, row, now()):
                return None
            (shown,) = await self._reader.cards(c, visitor, [row])
            sorts = {n: await self._taxonomies_of(c, n, row["id"]) for n in LINKS}
            show = (
                (await self._reader.records_by_id(c, series, [row["series"]])).get(row["series"])
                if row["series"]
                else None
            )
            number = await self._season_number(c, row["season"])
            logo = (await self._reader.artwork(c, "content", [row["id"]])).get(row["id"], {}).get("logo")
            listed_by = False
            if visitor.user is not None:
                mine = select(my_list.c.at).where(my_list.c.user == visitor.user, my_list.c.content == row["id"])
                listed_by = (await c.execute(mine)).first() is not None
            return {
                **shown, "synopsis": row["synopsis"] or "", "tagline": row["tagline"] or "",
                "release_date": row["release_date"], "original_language": row["original_language"],
                "genres": sorts["genre"], "categories": sorts["category"], "logo": logo.shown() if logo else None,
                "credits": await self._credits(c, row["id"]),
                "trailers": await self._reader.select_cards(c, visitor, content.c.trailer_of == row["id"], by_id=True),
                "series": show and {"slug": show["slug"], "title": show["title"], "season": number,
                                    "episode": row["episode_number"]},
                "next": await self._next_episode(c, visitor, row),
                "related": await self._related(c, visitor, row),
                "in_list": listed_by,
                "playback": f"/api/v1/playback/{row['id']}",
                "updated_at": row["updated_at"],
            }  # fmt: skip

    async def _season_number(self, c: AsyncConnection, id: str | None) -> int | None:
        return (await c.execute(select(season.c.number).where(season.c.id == id))).scalar() if id else None

    async def _taxonomies_of(self, c: AsyncConnection, taxonomy: str, record: str) -> list[JsonObject]:
        table, link = TAXONOMIES[taxonomy], LINKS[taxonomy]
        query = select(table.c.slug, table.c.id, table.c.name).join(link, link.c.target == table.c.id)
        rows = await c.execute(query.where(link.c.record == record).order_by(link.c.position))
        return [{"slug": r.slug or r.id, "name": r.name} for r in rows]

    async def _credits(self, c: AsyncConnection, record: str) -> list[JsonObject]:
        query = (
            select(credit.c.role, credit.c.character, person.c.id, person.c.slug, person.c.name)
            .join(person, person.c.id == credit.c.person)
            .where(credit.c.content == record).order_by(credit.c.position, credit.c.created_at).limit(100)
        )  # fmt: skip
        rows = (await c.execute(query)).all()
        faces = await self._reader.artwork(c, "person", {r.id for r in rows})
        return [
            {"role": r.role, "character": r.character or "",
             "person": {"slug": r.slug or r.id, "name": r.name, "image": credit_image(faces.get(r.id, {}))}}
            for r in rows
        ]  # fmt: skip

    async def _next_episode(self, c: AsyncConnection, visitor: Visitor, row: Row) -> JsonObject | None:
        """The episode after this one, in this season or at the beginning of the next."""
        if not row["series"] or row["episode_number"] is None:
            return None
        number = await self._season_number(c, row["season"])
        later = content.c.episode_number > row["episode_number"]
        if number is not None:
            same = content.c.season == row["season"]
            later = or_(and_(same, later), season.c.number > number)
        query = (
            select(content).outerjoin(season, season.c.id == content.c.season)
            .where(content.c.series == row["series"], later, *listed(visitor, now(), by_id=True))
            .order_by(season.c.number, content.c.episode_number).limit(1)
        )  # fmt: skip
        found = await self._reader.cards(c, visitor, (await c.execute(query)).mappings().all())
        return found[0] if found else None

    async def _related(self, c: AsyncConnection, visitor: Visitor, row: Row) -> list[JsonObject]:
        """What shares a genre or a category with it, the most alike first."""
        alike: dict[str, int] = {}
        for link in LINKS.values():
            mine = select(link.c.target).where(link.c.record == row["id"])
            query = select(link.c.record, func.count().label("n")).where(
                link.c.target.in_(mine), link.c.record != row["id"]
            )
            for other in await c.execute(query.group_by(link.c.record).order_by(func.count().desc()).limit(CANDIDATES)):
                alike[other.record] = alike.get(other.record, 0) + other.n
        best = sorted(alike, key=lambda i: -alike[i])[:CANDIDATES]
        if not best:
            return []
        query = select(content.c.id, content.c.title).where(
            content.c.id.in_(best), NOT_TRAILERS, *listed(visitor, now(), by_id=True)
        )
        first = sorted((await c.execute(query)).all(), key=lambda r: (-alike[r.id], r.title))[:SHORT_LIST_SIZE]
        cards = {
            x["id"]: x
            for x in await self._reader.select_cards(c, visitor, content.c.id.in_([r.id for r in first]), by_id=True)
        }
        return [cards[r.id] for r in first if r.id in cards]
