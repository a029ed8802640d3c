"""A viewers' search, as they type: series and titles by how their names begin, people, genres, categories."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.cards import Shown
from otnet_server.catalogue.shelves import FEW, PAGE, SORTS, Row, Shelves, content, credit, face, person, series
from otnet_server.db.engine import Database
from otnet_server.db.records import by_ids, now
from otnet_server.db.search import Search, ranking
from otnet_server.db.tables import metadata
from otnet_server.playback.visibility import Viewer
from otnet_server.playback.visibility_queries import listed
from otnet_server.resources import SCHEMA


class Finder:
    def __init__(self, db: Database, search: Search, shelves: Shelves) -> None:
        self._db, self._search, self._shelves = db, search, shelves

    async def search(self, who: Viewer, asked: str) -> Shown:
        async with self._db.read() as c:
            return {
                "items": [*await self._found_series(c, who, asked), *await self._found_content(c, who, asked)],
                "people": await self._found_people(c, who, asked),
                **{plural: await self._found_sorts(c, who, name, asked)
                   for name, plural in (("genre", "genres"), ("category", "categories"))},
            }  # fmt: skip

    async def _ranked(self, c: AsyncConnection, who: Viewer, name: str, asked: str, most: int, *only: Any) -> list[Row]:
        """Rows that answer, best first: by title, then anywhere."""
        resource, table = SCHEMA[name], metadata.tables[name]
        key, found = ranking(asked), dict[str, None]()
        for matching in self._search.matches(resource, who.organization, asked):
            of = select(table.c.id, table.c[resource.label]).where(table.c.id.in_(matching), *only)
            labels = {r[0]: r[1] or "" for r in await c.execute(of)}
            found |= dict.fromkeys(sorted(labels, key=lambda id: (key(labels[id]), id)))
            if len(found) >= most:
                break
        if not found:
            return []
        best = list(found)[:most]
        rows = {r["id"]: dict(r) for r in (await c.execute(by_ids(name), {"ids": best})).mappings()}
        return [rows[id] for id in best if id in rows]

    async def _found_content(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, "content", asked, PAGE, *listed(who, now(), few=True))
        return await self._shelves.cards(c, who, rows)

    async def _found_series(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, "series", asked, FEW, series.c.organization == who.organization)
        ids = [r["id"] for r in rows]
        return await self._shelves.series_cards(c, who, series.c.id.in_(ids), most=FEW) if ids else []

    async def _found_people(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(
            c, who, "person", asked, FEW, person.c.organization == who.organization, _in_something(who)
        )
        faces = await self._shelves.artwork(c, "person", [r["id"] for r in rows])
        return [{"id": r["id"], "slug": r["slug"] or r["id"], "name": r["name"], "image": face(faces.get(r["id"], {}))}
                for r in rows]  # fmt: skip

    async def _found_sorts(self, c: AsyncConnection, who: Viewer, name: str, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, name, asked, FEW, SORTS[name].c.organization == who.organization)
        return [{"slug": r["slug"] or r["id"], "name": r["name"]} for r in rows]


def _in_something(who: Viewer) -> ColumnElement[bool]:
    """Somebody who is in a title that the viewer may see."""
    of = select(credit.c.id).join(content, content.c.id == credit.c.content)
    return of.where(credit.c.person == person.c.id, *listed(who, now(), few=True)).exists()
