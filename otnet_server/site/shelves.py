"""The catalogue as viewers meet it: rows of cards, one title, one series, one person, a search.

Each question is a few statements, however many cards it has; what belongs to a card is asked for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import IDS, now
from otnet_server.db.search import CANDIDATES, Search, ranking
from otnet_server.db.tables import metadata, my_list, progress
from otnet_server.resources import SCHEMA
from otnet_server.site.cards import BEGUN_S, DONE_AT, Shown, card, pictures, series_card
from otnet_server.site.picture import Picture, of_artwork
from otnet_server.site.pictures import Pictures
from otnet_server.site.viewer import Viewer, exists_for, listed

Row = Any  # a row of the database, by names
ROW, PAGE, SHELVES, FEW = 20, 40, 8, 8
content, media, series = metadata.tables["content"], metadata.tables["media"], metadata.tables["series"]
season, person, credit = metadata.tables["season"], metadata.tables["person"], metadata.tables["credit"]
category, genre, artwork = metadata.tables["category"], metadata.tables["genre"], metadata.tables["artwork"]
organization = metadata.tables["organization"]
LINKS = {"category": metadata.tables["content_categories"], "genre": metadata.tables["content_genres"]}
SORTS = {"category": category, "genre": genre}
MAIN = (
    select(media.c.id, media.c.content, media.c.state, media.c.duration_s, media.c.playing, media.c.role)
    .where(media.c.content.in_(IDS), media.c.present)
    .order_by(media.c.role != "main", media.c.created_at)
)
NEWEST = (content.c.created_at.desc(), content.c.id.desc())
FEATURES = and_(content.c.kind != "trailer", content.c.trailer_of.is_(None))


class Shelves:
    def __init__(self, db: Database, search: Search, pictures: Pictures) -> None:
        self._db, self._search, self._pictures = db, search, pictures

    # --- cards ---

    async def cards(self, c: AsyncConnection, who: Viewer, rows: Sequence[Row]) -> list[Shown]:
        ids = [r["id"] for r in rows]
        if not ids:
            return []
        mains: dict[str, Row] = {}
        for m in (await c.execute(MAIN, {"ids": ids})).mappings():
            mains.setdefault(m["content"], m)
        art = await self._artwork(c, "content", ids)
        shows = await self._by_id(c, series, {r["series"] for r in rows if r["series"]})
        seen = await self._seen(c, who, ids)
        made = []
        for row in rows:
            main = mains.get(row["id"])
            found = pictures(art.get(row["id"], {}), await self._still(main))
            made.append(card(row, main, found, shows.get(row["series"]), seen.get(row["id"])))
        return made

    async def _still(self, main: Row | None) -> Picture | None:
        if main is None or main["playing"] is None:
            return None
        return await self._pictures.of_media(main["id"], main["playing"])

    async def _artwork(self, c: AsyncConnection, owner: str, ids: Iterable[str]) -> dict[str, dict[str, Picture]]:
        of = select(artwork).where(artwork.c[owner].in_(list(ids))).order_by(artwork.c.created_at)
        found: dict[str, dict[str, Picture]] = {}
        for row in (await c.execute(of)).mappings():
            picture = of_artwork(row)
            if picture is not None:
                found.setdefault(row[owner], {})[row["kind"]] = picture
        return found

    async def _by_id(self, c: AsyncConnection, table: Any, ids: Iterable[str]) -> dict[str, Row]:
        ids = list(ids)
        found = (await c.execute(select(table).where(table.c.id.in_(ids)))).mappings() if ids else ()
        return {r["id"]: r for r in found}

    async def _seen(self, c: AsyncConnection, who: Viewer, ids: Sequence[str]) -> dict[str, Row]:
        if who.user is None:
            return {}
        of = select(progress).where(progress.c.user == who.user, progress.c.content.in_(ids))
        return {r["content"]: r for r in (await c.execute(of)).mappings()}

    async def _some(
        self,
        c: AsyncConnection,
        who: Viewer,
        *only: ColumnElement[bool],
        order: Sequence[Any] = NEWEST,
        most: int = ROW,
    ) -> list[Shown]:
        of = select(content).where(*listed(who, now()), *only).order_by(*order).limit(most)
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    # --- home ---

    async def home(self, who: Viewer) -> Shown:
        async with self._db.read() as c:
            rows = [
                _row("continue", "continue", await self._going_on(c, who), shape="still"),
                _row("list", "list", (await self.on_list(c, who))[:ROW], href="/list"),
            ]
            newest = await self._some(c, who, FEATURES)
            rows.append(_row("new", "new", newest))
            shows = await self._series(c, who, series.c.organization == who.organization)
            rows.append(_row("series", "series", shows))
            for sort in ("category", "genre"):
                rows += await self._sorted(c, who, sort)
            hero = next(
                (x for x in newest if x["playable"] and (x["images"]["backdrop"] or x["images"]["still"])), None
            )
            if hero is not None:
                synopsis = select(content.c.synopsis).where(content.c.id == hero["id"])
                hero = {**hero, "synopsis": (await c.execute(synopsis)).scalar() or ""}
        return {"rows": [r for r in rows if r["items"]], "hero": hero}

    async def _going_on(self, c: AsyncConnection, who: Viewer) -> list[Shown]:
        if who.user is None:
            return []
        of = (
            select(content)
            .join(progress, progress.c.content == content.c.id)
            .where(
                progress.c.user == who.user, progress.c.position_s >= BEGUN_S,
                progress.c.position_s < DONE_AT * progress.c.duration_s, *listed(who, now()),
            )
            .order_by(progress.c.at.desc())
            .limit(ROW)
        )  # fmt: skip
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    async def on_list(self, c: AsyncConnection, who: Viewer) -> list[Shown]:
        if who.user is None:
            return []
        of = select(content).join(my_list, my_list.c.content == content.c.id)
        of = of.where(my_list.c.user == who.user, *listed(who, now())).order_by(my_list.c.at.desc()).limit(200)
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    async def my_list(self, who: Viewer) -> Shown:
        async with self._db.read() as c:
            return {"items": await self.on_list(c, who)}

    async def _sorted(self, c: AsyncConnection, who: Viewer, sort: str) -> list[Shown]:
        """A row for each category (in the studio's order) or genre (the fullest first) that has anything."""
        table, link = SORTS[sort], LINKS[sort]
        size = func.count().label("size")
        of = (
            select(table.c.id, table.c.name, table.c.slug, size)
            .join(link, link.c.target == table.c.id)
            .join(content, content.c.id == link.c.record)
            .where(*listed(who, now()), FEATURES)
            .group_by(table.c.id, table.c.name, table.c.slug)
        )
        order = (table.c.position, table.c.name) if sort == "category" else (size.desc(), table.c.name)
        rows = []
        for row in (await c.execute(of.order_by(*order).limit(SHELVES))).all():
            inside = content.c.id.in_(select(link.c.record).where(link.c.target == row.id))
            items = await self._some(c, who, FEATURES, inside)
            rows.append(_row(f"{sort}-{row.slug or row.id}", sort, items, row.name, f"/{sort}/{row.slug or row.id}"))
        return rows

    async def _series(
        self, c: AsyncConnection, who: Viewer, *only: ColumnElement[bool], most: int = ROW
    ) -> list[Shown]:
        """Cards of series that have an episode to be seen."""
        episodes = func.count(content.c.id).label("episodes")
        of: Select[Any] = (
            select(*series.c, episodes, func.max(content.c.created_at).label("newest"))
            .join(content, and_(content.c.series == series.c.id, *listed(who, now())))
            .where(*only).group_by(*series.c).order_by(func.max(content.c.created_at).desc()).limit(most)
        )  # fmt: skip
        rows = (await c.execute(of)).mappings().all()
        art = await self._artwork(c, "series", [r["id"] for r in rows])
        made = []
        for row in rows:
            found = art.get(row["id"], {})
            still = None if found else await self._first_still(c, who, row["id"])
            made.append(series_card(row, pictures(found, still), row["episodes"]))
        return made

    async def _first_still(self, c: AsyncConnection, who: Viewer, of: str) -> Picture | None:
        first = (
            select(media.c.id, media.c.playing)
            .join(content, content.c.id == media.c.content)
            .where(content.c.series == of, media.c.playing.is_not(None), media.c.present, *listed(who, now()))
            .order_by(content.c.episode_number)
            .limit(1)
        )
        return await self._still((await c.execute(first)).mappings().first())

    # --- one thing ---

    async def found(self, c: AsyncConnection, table: Any, who: Viewer, name: str) -> Row | None:
        """A record of this organization by its slug or id."""
        of = select(table).where(
            table.c.organization == who.organization, or_(table.c.slug == name, table.c.id == name)
        )
        row = (await c.execute(of.order_by((table.c.slug == name).desc()).limit(1))).mappings().first()
        return dict(row) if row is not None else None

    async def title(self, who: Viewer, name: str) -> Shown | None:
        """All that a title's page shows; None: it is not there for them."""
        async with self._db.read() as c:
            row = await self.found(c, content, who, name)
            if row is None or not exists_for(who, row, now()):
                return None
            (shown,) = await self.cards(c, who, [row])
            sorts = {n: await self._named(c, n, row["id"]) for n in LINKS}
            show = (await self._by_id(c, series, [row["series"]])).get(row["series"]) if row["series"] else None
            number = await self._season_number(c, row["season"])
            logo = (await self._artwork(c, "content", [row["id"]])).get(row["id"], {}).get("logo")
            listed_by = False
            if who.user is not None:
                mine = select(my_list.c.at).where(my_list.c.user == who.user, my_list.c.content == row["id"])
                listed_by = (await c.execute(mine)).first() is not None
            return {
                **shown, "synopsis": row["synopsis"] or "", "tagline": row["tagline"] or "",
                "release_date": row["release_date"], "original_language": row["original_language"],
                "genres": sorts["genre"], "categories": sorts["category"], "logo": logo.shown() if logo else None,
                "credits": await self._credits(c, row["id"]),
                "trailers": await self._some(c, who, content.c.trailer_of == row["id"]),
                "series": show and {"slug": show["slug"], "title": show["title"], "season": number,
                                    "episode": row["episode_number"]},
                "next": await self._next(c, who, row),
                "related": await self._related(c, who, row),
                "in_list": listed_by,
                "playback": f"/api/v1/playback/{row['id']}",
                "updated_at": row["updated_at"],
            }  # fmt: skip

    async def _season_number(self, c: AsyncConnection, id: str | None) -> int | None:
        return (await c.execute(select(season.c.number).where(season.c.id == id))).scalar() if id else None

    async def _named(self, c: AsyncConnection, sort: str, record: str) -> list[Shown]:
        table, link = SORTS[sort], LINKS[sort]
        of = select(table.c.slug, table.c.id, table.c.name).join(link, link.c.target == table.c.id)
        rows = await c.execute(of.where(link.c.record == record).order_by(link.c.position))
        return [{"slug": r.slug or r.id, "name": r.name} for r in rows]

    async def _credits(self, c: AsyncConnection, record: str) -> list[Shown]:
        of = (
            select(credit.c.role, credit.c.character, person.c.id, person.c.slug, person.c.name)
            .join(person, person.c.id == credit.c.person)
            .where(credit.c.content == record).order_by(credit.c.position, credit.c.id).limit(100)
        )  # fmt: skip
        rows = (await c.execute(of)).all()
        faces = await self._artwork(c, "person", {r.id for r in rows})
        return [
            {"role": r.role, "character": r.character or "",
             "person": {"slug": r.slug or r.id, "name": r.name, "image": _face(faces.get(r.id, {}))}}
            for r in rows
        ]  # fmt: skip

    async def _next(self, c: AsyncConnection, who: Viewer, row: Row) -> Shown | None:
        """The episode after this one, in this season or at the beginning of the next."""
        if not row["series"] or row["episode_number"] is None:
            return None
        number = await self._season_number(c, row["season"])
        later = content.c.episode_number > row["episode_number"]
        if number is not None:
            same = content.c.season == row["season"]
            later = or_(and_(same, later), season.c.number > number)
        of = (
            select(content).outerjoin(season, season.c.id == content.c.season)
            .where(content.c.series == row["series"], later, *listed(who, now()))
            .order_by(season.c.number, content.c.episode_number).limit(1)
        )  # fmt: skip
        found = await self.cards(c, who, (await c.execute(of)).mappings().all())
        return found[0] if found else None

    async def _related(self, c: AsyncConnection, who: Viewer, row: Row) -> list[Shown]:
        """What shares a genre or a category with it, the most alike first."""
        alike: dict[str, int] = {}
        for link in LINKS.values():
            mine = select(link.c.target).where(link.c.record == row["id"])
            of = select(link.c.record, func.count().label("n")).where(
                link.c.target.in_(mine), link.c.record != row["id"]
            )
            for other in await c.execute(of.group_by(link.c.record).order_by(func.count().desc()).limit(CANDIDATES)):
                alike[other.record] = alike.get(other.record, 0) + other.n
        best = sorted(alike, key=lambda i: -alike[i])[:CANDIDATES]
        if not best:
            return []
        of = select(content).where(content.c.id.in_(best), FEATURES, *listed(who, now()))
        rows = sorted((await c.execute(of)).mappings().all(), key=lambda r: (-alike[r["id"]], r["title"]))
        return await self.cards(c, who, rows[:FEW])

    async def series(self, who: Viewer, name: str) -> Shown | None:
        async with self._db.read() as c:
            row = await self.found(c, series, who, name)
            cards = await self._series(c, who, series.c.id == row["id"]) if row is not None else []
            if row is None or not cards:
                return None
            of = select(content).where(content.c.series == row["id"], *listed(who, now()))
            rows = (
                (await c.execute(of.order_by(content.c.episode_number, content.c.created_at).limit(2000)))
                .mappings()
                .all()
            )
            shown = {x["id"]: x for x in await self.cards(c, who, rows)}
            seasons = await self._by_id(c, season, {r["season"] for r in rows if r["season"]})
            groups: dict[str | None, list[Shown]] = {}
            for r in rows:
                episode = {**shown[r["id"]], "synopsis": r["synopsis"] or "", "episode_number": r["episode_number"]}
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

    async def person(self, who: Viewer, name: str) -> Shown | None:
        async with self._db.read() as c:
            row = await self.found(c, person, who, name)
            if row is None:
                return None
            face = _face((await self._artwork(c, "person", [row["id"]])).get(row["id"], {}))
            of = (
                select(*content.c, credit.c.role.label("did"), credit.c.character.label("character"))
                .join(credit, credit.c.content == content.c.id)
                .where(credit.c.person == row["id"], *listed(who, now()))
                .order_by(content.c.release_date.desc(), content.c.title).limit(200)
            )  # fmt: skip
            rows = (await c.execute(of)).mappings().all()
            cards = {x["id"]: x for x in await self.cards(c, who, rows)}
            return {
                "slug": row["slug"] or row["id"], "name": row["name"], "biography": row["biography"] or "",
                "born": row["born"], "died": row["died"], "website": row["website"], "image": face,
                "credits": [{"role": r["did"], "character": r["character"] or "", "title": cards[r["id"]]}
                            for r in rows],
            }  # fmt: skip

    async def shelf(self, who: Viewer, sort: str, name: str, start: int) -> Shown | None:
        """A category or genre, a page at a time; `next` is where the next page begins."""
        async with self._db.read() as c:
            row = await self.found(c, SORTS[sort], who, name)
            if row is None:
                return None
            link = LINKS[sort]
            inside = content.c.id.in_(select(link.c.record).where(link.c.target == row["id"]))
            of = select(content).where(*listed(who, now()), FEATURES, inside).order_by(*NEWEST)
            rows = (await c.execute(of.offset(start).limit(PAGE + 1))).mappings().all()
            items = await self.cards(c, who, rows[:PAGE])
            more = str(start + PAGE) if len(rows) > PAGE else None
            return {"title": row["name"], "description": row.get("description") or "", "items": items, "next": more}

    # --- search ---

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
        key, found = ranking(asked), dict[str, Row]()
        for matching in self._search.matches(resource, who.organization, asked):
            rows = (await c.execute(select(table).where(table.c.id.in_(matching), *only))).mappings().all()
            for row in sorted(rows, key=lambda r: (key(r[resource.label] or ""), r["id"])):
                found.setdefault(row["id"], row)
            if len(found) >= most:
                break
        return list(found.values())[:most]

    async def _found_content(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, "content", asked, PAGE, *listed(who, now()))
        return await self.cards(c, who, rows)

    async def _found_series(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, "series", asked, FEW, series.c.organization == who.organization)
        ids = [r["id"] for r in rows]
        return await self._series(c, who, series.c.id.in_(ids), most=FEW) if ids else []

    async def _found_people(self, c: AsyncConnection, who: Viewer, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, "person", asked, FEW, person.c.organization == who.organization)
        faces = await self._artwork(c, "person", [r["id"] for r in rows])
        return [{"id": r["id"], "slug": r["slug"] or r["id"], "name": r["name"], "image": _face(faces.get(r["id"], {}))}
                for r in rows]  # fmt: skip

    async def _found_sorts(self, c: AsyncConnection, who: Viewer, name: str, asked: str) -> list[Shown]:
        rows = await self._ranked(c, who, name, asked, FEW, SORTS[name].c.organization == who.organization)
        return [{"slug": r["slug"] or r["id"], "name": r["name"]} for r in rows]


def _row(id: str, kind: str, items: list[Shown], title: str = "", href: str | None = None, shape: str = "") -> Shown:
    """A row; its shape is the one that most of its pictures have."""
    shapes = ("poster", "still", "square")
    most = max(shapes, key=lambda s: sum(1 for x in items if x["images"][s]))
    anything = any(x["images"][most] for x in items)
    return {"id": id, "title": title, "kind": kind, "shape": shape or (most if anything else "still"), "items": items,
            "href": href}  # fmt: skip


def _face(art: Mapping[str, Picture]) -> Shown | None:
    picture = art.get("square") or art.get("poster")
    return picture.shown() if picture is not None else None
