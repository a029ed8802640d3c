"""The catalogue as viewers meet it: rows of cards, one title, one series, one person.

Each question is a few statements, however many cards it has; what belongs to a card is asked for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.cards import BEGUN_S, DONE_AT, Shown, begun, card, pictures, series_card
from otnet_server.db.engine import Database
from otnet_server.db.records import IDS, now
from otnet_server.db.search import CANDIDATES
from otnet_server.db.tables import metadata, my_list, progress
from otnet_server.images.store import Pictures
from otnet_server.images.variants import Picture, of_artwork
from otnet_server.playback.visibility import Viewer, exists_for
from otnet_server.playback.visibility_queries import listed

Row = Any  # a row of the database, by names
ROW, PAGE, SHELVES, FEW = 20, 40, 8, 8
MOST_SORTS = 100
# A genre of fewer titles is read whole and sorted; one of more is met soon among the newest of all titles.
SPARSE = 2000
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
# Nearly all are no trailers: the database must not be tempted by the index on what a trailer is of.
FEATURES = and_(content.c.kind != "trailer", content.c.trailer_of.concat("").is_(None))


class Shelves:
    def __init__(self, db: Database, pictures: Pictures) -> None:
        self._db, self._pictures = db, pictures

    # --- cards ---

    async def cards(self, c: AsyncConnection, who: Viewer, rows: Sequence[Row]) -> list[Shown]:
        ids = [r["id"] for r in rows]
        if not ids:
            return []
        mains: dict[str, Row] = {}
        for m in (await c.execute(MAIN, {"ids": ids})).mappings():
            mains.setdefault(m["content"], m)
        art = await self.artwork(c, "content", ids)
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

    async def artwork(self, c: AsyncConnection, owner: str, ids: Iterable[str]) -> dict[str, dict[str, Picture]]:
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
        few: bool = False,
    ) -> list[Shown]:
        of = select(content).where(*listed(who, now(), few=few), *only).order_by(*NEWEST).limit(ROW)
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    # --- home ---

    async def home(self, who: Viewer) -> Shown:
        """The rows that are the same for all who may see the same."""
        async with self._db.read() as c:
            newest = await self._some(c, who, FEATURES)
            shows = await self.series_cards(c, who, series.c.organization == who.organization)
            rows = [_row("new", "new", newest), _row("series", "series", shows)]
            for sort in ("category", "genre"):
                rows += await self._sorted(c, who, sort)
            hero = next(
                (x for x in newest if x["playable"] and (x["images"]["backdrop"] or x["images"]["still"])), None
            )
            if hero is not None:
                synopsis = select(content.c.synopsis).where(content.c.id == hero["id"])
                hero = {**hero, "synopsis": (await c.execute(synopsis)).scalar() or ""}
        return {"rows": [r for r in rows if r["items"]], "hero": hero}

    async def own_home(self, who: Viewer, home: Shown) -> Shown:
        """`home` with the rows of the one who looks before all others, and how far they came on its cards."""
        async with self._db.read() as c:
            own = [
                _row("continue", "continue", await self._going_on(c, who), shape="still"),
                _row("list", "list", (await self.on_list(c, who))[:ROW], href="/list"),
            ]
            seen = await self._seen(c, who, sorted({x["id"] for r in home["rows"] for x in r["items"]}))
        reached = {id: begun(row) for id, row in seen.items()}
        shared = [{**r, "items": [{**x, "progress": reached.get(x["id"])} for x in r["items"]]} for r in home["rows"]]
        hero = home["hero"] and {**home["hero"], "progress": reached.get(home["hero"]["id"])}
        return {"rows": [*(r for r in own if r["items"]), *shared], "hero": hero}

    async def _going_on(self, c: AsyncConnection, who: Viewer) -> list[Shown]:
        of = (
            select(content)
            .join(progress, progress.c.content == content.c.id)
            .where(
                progress.c.user == who.user, progress.c.position_s >= BEGUN_S,
                progress.c.position_s < DONE_AT * progress.c.duration_s, *listed(who, now(), few=True),
            )
            .order_by(progress.c.at.desc())
            .limit(ROW)
        )  # fmt: skip
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    async def on_list(self, c: AsyncConnection, who: Viewer) -> list[Shown]:
        if who.user is None:
            return []
        of = select(content).join(my_list, my_list.c.content == content.c.id)
        of = of.where(my_list.c.user == who.user, *listed(who, now(), few=True)).order_by(my_list.c.at.desc())
        of = of.limit(200)
        return await self.cards(c, who, (await c.execute(of)).mappings().all())

    async def my_list(self, who: Viewer) -> Shown:
        async with self._db.read() as c:
            return {"items": await self.on_list(c, who)}

    async def _sorted(self, c: AsyncConnection, who: Viewer, sort: str) -> list[Shown]:
        """A row for each category (in the studio's order) or genre (the fullest first) that has anything."""
        table, link = SORTS[sort], LINKS[sort]
        size = select(func.count()).where(link.c.target == table.c.id).scalar_subquery().label("size")
        order = (table.c.position, table.c.name) if sort == "category" else (size.desc(), table.c.name)
        of = select(table.c.id, table.c.name, table.c.slug, size).where(table.c.organization == who.organization)
        rows: list[Shown] = []
        for row in (await c.execute(of.order_by(*order).limit(MOST_SORTS))).all():
            few = row.size < SPARSE
            items = await self._some(c, who, FEATURES, _inside(link, row.id, few), few=few) if row.size else []
            if items:
                name = row.slug or row.id
                rows.append(_row(f"{sort}-{name}", sort, items, row.name, f"/{sort}/{name}"))
            if len(rows) == SHELVES:
                break
        return rows

    async def series_cards(
        self, c: AsyncConnection, who: Viewer, *only: ColumnElement[bool], most: int = ROW
    ) -> list[Shown]:
        """Cards of series that have an episode to be seen."""
        episodes = func.count(content.c.id).label("episodes")
        of: Select[Any] = (
            select(*series.c, episodes, func.max(content.c.created_at).label("newest"))
            .join(content, and_(content.c.series == series.c.id, *listed(who, now(), few=True)))
            .where(*only).group_by(*series.c).order_by(func.max(content.c.created_at).desc()).limit(most)
        )  # fmt: skip
        rows = (await c.execute(of)).mappings().all()
        art = await self.artwork(c, "series", [r["id"] for r in rows])
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
            .where(content.c.series == of, media.c.playing.is_not(None), media.c.present)
            .where(*listed(who, now(), few=True))
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
            logo = (await self.artwork(c, "content", [row["id"]])).get(row["id"], {}).get("logo")
            listed_by = False
            if who.user is not None:
                mine = select(my_list.c.at).where(my_list.c.user == who.user, my_list.c.content == row["id"])
                listed_by = (await c.execute(mine)).first() is not None
            return {
                **shown, "synopsis": row["synopsis"] or "", "tagline": row["tagline"] or "",
                "release_date": row["release_date"], "original_language": row["original_language"],
                "genres": sorts["genre"], "categories": sorts["category"], "logo": logo.shown() if logo else None,
                "credits": await self._credits(c, row["id"]),
                "trailers": await self._some(c, who, content.c.trailer_of == row["id"], few=True),
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
            .where(credit.c.content == record).order_by(credit.c.position, credit.c.created_at).limit(100)
        )  # fmt: skip
        rows = (await c.execute(of)).all()
        faces = await self.artwork(c, "person", {r.id for r in rows})
        return [
            {"role": r.role, "character": r.character or "",
             "person": {"slug": r.slug or r.id, "name": r.name, "image": face(faces.get(r.id, {}))}}
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
            .where(content.c.series == row["series"], later, *listed(who, now(), few=True))
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
        of = select(content.c.id, content.c.title).where(
            content.c.id.in_(best), FEATURES, *listed(who, now(), few=True)
        )
        first = sorted((await c.execute(of)).all(), key=lambda r: (-alike[r.id], r.title))[:FEW]
        cards = {x["id"]: x for x in await self._some(c, who, content.c.id.in_([r.id for r in first]), few=True)}
        return [cards[r.id] for r in first if r.id in cards]

    async def series(self, who: Viewer, name: str) -> Shown | None:
        async with self._db.read() as c:
            row = await self.found(c, series, who, name)
            cards = await self.series_cards(c, who, series.c.id == row["id"]) if row is not None else []
            if row is None or not cards:
                return None
            of = select(content).where(content.c.series == row["id"], *listed(who, now(), few=True))
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
        """None as well for somebody of whom nothing is to be seen: who is in a film is no news before the film."""
        async with self._db.read() as c:
            row = await self.found(c, person, who, name)
            if row is None:
                return None
            image = face((await self.artwork(c, "person", [row["id"]])).get(row["id"], {}))
            of = (
                select(*content.c, credit.c.role.label("did"), credit.c.character.label("character"))
                .join(credit, credit.c.content == content.c.id)
                .where(credit.c.person == row["id"], *listed(who, now(), few=True))
                .order_by(content.c.release_date.desc(), content.c.title, credit.c.position, credit.c.created_at)
                .limit(200)
            )  # fmt: skip
            rows = (await c.execute(of)).mappings().all()
            if not rows and not who.staff:
                return None
            cards = {x["id"]: x for x in await self.cards(c, who, rows)}
            return {
                "slug": row["slug"] or row["id"], "name": row["name"], "biography": row["biography"] or "",
                "born": row["born"], "died": row["died"], "website": row["website"], "image": image,
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
            size = (await c.execute(select(func.count()).where(link.c.target == row["id"]))).scalar_one()
            few = size < SPARSE
            of = select(content).where(*listed(who, now(), few=few), FEATURES, _inside(link, row["id"], few))
            of = of.order_by(*NEWEST)
            rows = (await c.execute(of.offset(start).limit(PAGE + 1))).mappings().all()
            items = await self.cards(c, who, rows[:PAGE])
            more = str(start + PAGE) if len(rows) > PAGE else None
            return {"title": row["name"], "description": row.get("description") or "", "items": items, "next": more}


def _inside(link: Any, target: str, few: bool) -> ColumnElement[bool]:
    """Few: all that are inside are looked up. Many: the newest are looked at, whether they are inside."""
    of = select(link.c.record).where(link.c.target == target)
    return content.c.id.in_(of) if few else of.where(link.c.record == content.c.id).exists()


def _row(id: str, kind: str, items: list[Shown], title: str = "", href: str | None = None, shape: str = "") -> Shown:
    """A row; its shape is the one that most of its pictures have."""
    shapes = ("poster", "still", "square")
    most = max(shapes, key=lambda s: sum(1 for x in items if x["images"][s]))
    anything = any(x["images"][most] for x in items)
    return {"id": id, "title": title, "kind": kind, "shape": shape or (most if anything else "still"), "items": items,
            "href": href}  # fmt: skip


def face(art: Mapping[str, Picture]) -> Shown | None:
    picture = art.get("square") or art.get("poster")
    return picture.shown() if picture is not None else None
