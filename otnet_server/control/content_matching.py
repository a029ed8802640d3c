"""Links new media to content by their paths, NFO files and tags.

`Film/Film.mkv` is a film; `Show/Season 1/Show S01E02.mkv` is an episode of a season of a series; `film-trailer.mp4`, or
a file in `Trailers/`, is a trailer of the film next to it. Each media is linked once, so that a link that a person has
changed or removed is not restored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row
from otnet_server.db.search import folded
from otnet_server.db.tables import metadata, revision
from otnet_server.events import Event
from otnet_server.media.filenames import title_of
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.resources.catalogue import CREDITS
from otnet_server.schema.field import Surface

EPISODE = re.compile(
    r"^(?P<series>.*?)[ ._-]*(?<![a-z])s(?P<season>\d{1,4})[ ._]?e(?P<episode>\d{1,5})(?!\d)[ ._-]*(?P<title>.*)$", re.I
)
EXTRA_SUFFIX = re.compile(
    r"^(?P<base>.+?)[ ._-]+(?P<what>trailer|teaser|extra|deleted|featurette|interview|scene)s?\d*$", re.I
)
YEAR = re.compile(r"^(?P<title>.+?)[ ._]*[\[(](?P<year>19\d\d|20\d\d)[\])]\s*$")
SEASON_FOLDER = re.compile(r"^(season|staffel|series)[ ._-]*\d+$", re.I)
TRAILERS, EXTRAS = {"trailers", "trailer"}, {"extras", "featurettes", "behind the scenes", "interviews"}
media = metadata.tables["media"]


@dataclass(frozen=True)
class ParsedFilename:
    """What the path of a media file says. `series`, `season` and `episode` are set for episodes only."""

    title: str
    role: str = "main"
    year: int | None = None
    series: str = ""
    season: int | None = None
    episode: int | None = None


def parse_filename(path: str) -> ParsedFilename:
    """Parse the path of a media file. Pure."""
    file = PurePath(path)
    stem, folder = file.stem, file.parent.name
    extra = EXTRA_SUFFIX.match(stem)
    if extra or folder.lower() in TRAILERS | EXTRAS:
        trailer = folder.lower() in TRAILERS or bool(extra and extra["what"].lower() in ("trailer", "teaser"))
        base = extra["base"] if extra else (file.parent.parent.name or stem)
        title, year = _split_year(base)
        return ParsedFilename(title, "trailer" if trailer else "extra", year)
    episode = EPISODE.match(stem)
    if episode:
        series_folder = file.parent.parent.name if SEASON_FOLDER.match(folder) else folder
        series = _clean(episode["series"]) or _split_year(series_folder)[0]
        number = int(episode["episode"])
        title = _clean(episode["title"]) or f"Episode {number}"
        return ParsedFilename(title, series=series, season=int(episode["season"]), episode=number)
    title, year = _split_year(stem)
    return ParsedFilename(title, year=year)


def _split_year(name: str) -> tuple[str, int | None]:
    match = YEAR.match(name)
    return (_clean(match["title"]), int(match["year"])) if match else (_clean(name), None)


def _clean(name: str) -> str:
    return title_of(name + ".x") if name.strip(" ._-") else ""


class ContentMatcher:
    """`publishes` are the names of the libraries whose new content is published immediately."""

    def __init__(self, db: Database, records: Records, publishes: frozenset[str] = frozenset()) -> None:
        self._db, self._records, self._publishes = db, records, publishes

    async def on_event(self, event: Event) -> None:
        """An event listener: links media when they have been planned."""
        if event.type != "media.planned":
            return
        async with self._db.write() as c:
            query = select(media, revision.c.path, revision.c.plan).join(revision, revision.c.id == media.c.current)
            row = (await c.execute(query.where(media.c.id == event.data["media"]))).mappings().first()
            if row is None or row["linked"]:
                return
            principal = Principal("server", Surface.DASHBOARD, label="server", organization=row["organization"])
            if row["content"] is not None:
                await self._records.update(c, SCHEMA["media"], principal, dict(row), {}, {"linked": True}, "linked")
                return
            parsed = parse_filename(row["path"])
            content = await self._content_for(c, principal, dict(row), parsed)
            changes: dict[str, Any] = {"linked": True}
            if content is not None:
                changes |= {"content": content, "role": parsed.role}
            await self._records.update(c, SCHEMA["media"], principal, dict(row), {}, changes, "linked")

    async def _content_for(
        self, c: AsyncConnection, principal: Principal, row: Row, parsed: ParsedFilename
    ) -> str | None:
        info = row["info"] or {}
        title = _split_year(row["title"])[0] if parsed.role == "main" and not parsed.series else parsed.title
        series = await self._series_columns(c, principal, parsed) if parsed.series else {}
        existing = await self._find_existing(c, "content", principal, title, series, parsed)
        if existing is not None or parsed.role != "main":
            return existing
        kind_without_series = "podcast_episode" if (row["plan"] or {}).get("kind") == "audio" else "film"
        if series and await self._has_episode(c, series):
            series["episode_number"] = None
        values: Row = {"title": title, "kind": "episode" if parsed.series else kind_without_series, **series}
        if info.get("synopsis"):
            values["synopsis"] = info["synopsis"]
        year = info.get("year") or parsed.year
        if year:
            values["release_date"] = f"{int(year):04}-01-01"
        genres = [await self._find_or_create(c, principal, "genre", g) for g in (info.get("genres") or [])[:10]]
        values["genres"] = list(dict.fromkeys(genres))
        status = {"status": "published"} if row["library"] in self._publishes else {}
        content_row = await self._records.create(c, SCHEMA["content"], principal, values, status)
        people = [
            (await self._find_or_create(c, principal, "person", name), role if role in CREDITS else "other")
            for name, role in (info.get("people") or [])[:50]
        ]
        for position, (person, role) in enumerate(dict.fromkeys(people)):
            credit = {"content": content_row["id"], "person": person, "position": position, "role": role}
            await self._records.create(c, SCHEMA["credit"], principal, credit)
        return str(content_row["id"])

    async def _find_existing(
        self,
        c: AsyncConnection,
        name: str,
        principal: Principal,
        title: str,
        series: Row,
        parsed: ParsedFilename,
    ) -> str | None:
        """The id of existing content with this title, or of this episode. Content that has main media already is not
        considered for other main media."""
        table = metadata.tables[name]
        query = select(table.c.id, table.c.title).where(table.c.organization == principal.organization)
        if series:
            season = or_(table.c.season == series["season"], table.c.season.is_(None))
            query = query.where(table.c.series == series["series"], season, table.c.episode_number == parsed.episode)
            rows = [r.id for r in await c.execute(query)]
        else:
            ids = await self._records.search.find(c, SCHEMA[name], principal.organization, title)
            rows = [r.id for r in await c.execute(query.where(table.c.id.in_(ids))) if folded(r.title) == folded(title)]
        for id in rows:
            taken = select(media.c.id).where(media.c.content == id, media.c.role == "main", media.c.present)
            if parsed.role != "main" or (await c.execute(taken)).first() is None:
                return str(id)
        return None

    async def _has_episode(self, c: AsyncConnection, series: Row) -> bool:
        """Whether the season has an episode with this number already: the file is another version of it."""
        table = metadata.tables["content"]
        same = table.c.season == series["season"], table.c.episode_number == series["episode_number"]
        return (await c.execute(select(table.c.id).where(*same))).first() is not None

    async def _series_columns(self, c: AsyncConnection, principal: Principal, parsed: ParsedFilename) -> Row:
        series = await self._find_or_create(c, principal, "series", parsed.series)
        season = metadata.tables["season"]
        query = select(season.c.id).where(season.c.series == series, season.c.number == parsed.season)
        season_id = (await c.execute(query)).scalar()
        if season_id is None:
            row = await self._records.create(c, SCHEMA["season"], principal, {
                "series": series, "number": parsed.season, "title": f"Season {parsed.season}",
            })  # fmt: skip
            season_id = row["id"]
        return {"series": series, "season": season_id, "episode_number": parsed.episode}

    async def _find_or_create(self, c: AsyncConnection, principal: Principal, name: str, label: str) -> str:
        """The id of the record with this label, which is created when there is none."""
        resource, table = SCHEMA[name], metadata.tables[name]
        label = " ".join(label.split())[:120] or "Unknown"
        has_label = table.c[resource.label] == label
        query = select(table.c.id).where(table.c.organization == principal.organization, has_label)
        record_id = (await c.execute(query)).scalar()
        return str(record_id or (await self._records.create(c, resource, principal, {resource.label: label}))["id"])
