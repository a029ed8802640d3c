"""Channels and their airings in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.playout import ReadyTitle
from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.resources import link_of
from otnet_server.db.tables import airing, channel_playout, live_stream, metadata
from otnet_server.media.states import State
from otnet_server.protocols import ScheduledProgram, ScheduledTitle
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

channel, program, content = (metadata.tables[name] for name in ("channel", "program", "content"))
media, revision = metadata.tables["media"], metadata.tables["revision"]
series, season, category = (metadata.tables[name] for name in ("series", "season", "category"))
CHANNEL_AIRED = "channel.aired"  # an internal change: {channel}
AIRED_TITLES = 200
OLDEST_MEDIA_FIRST = (media.c.created_at, media.c.id)


@dataclass(frozen=True)
class ChannelRow:
    """A channel. `epoch` is the time of day at which its clock starts; None before its first airing."""

    id: str
    organization: str
    name: str
    slug: str
    status: str
    visibility: str
    language: str | None
    time_zone: str
    scheduler: str
    window_s: int
    audio_languages: str | None
    caption_languages: str | None
    epoch: datetime | None
    scheduler_settings: dict[str, Any] = field(default_factory=dict)

    @property
    def audio_tags(self) -> tuple[str, ...]:
        return _tags(self.audio_languages) or (self.language or "und",)

    @property
    def caption_tags(self) -> tuple[str, ...]:
        return _tags(self.caption_languages)


def _tags(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in (text or "").split(",") if tag.strip()))


CHANNEL_COLUMNS = [channel.c[n] for n in ChannelRow.__dataclass_fields__ if n != "epoch"]
CATEGORIES = link_of(SCHEMA["content"], "categories")
CHANNELS = select(*CHANNEL_COLUMNS, channel_playout.c.epoch).outerjoin(
    channel_playout, channel_playout.c.channel == channel.c.id
)


class ChannelRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def channel(self, id: str) -> ChannelRow | None:
        async with self._db.read() as c:
            row = (await c.execute(CHANNELS.where(channel.c.id == id))).mappings().first()
        return _channel(row) if row is not None else None

    async def find(self, name: str) -> ChannelRow | None:
        """A channel by its id or, if it is the only one, by its slug."""
        async with self._db.read() as c:
            query = or_(channel.c.id == name, channel.c.slug == name)
            rows = (await c.execute(CHANNELS.where(query).order_by(channel.c.id != name))).mappings().all()
        return _channel(rows[0]) if rows and (rows[0]["id"] == name or len(rows) == 1) else None

    async def on_air(self) -> list[ChannelRow]:
        async with self._db.read() as c:
            rows = (await c.execute(CHANNELS.where(channel.c.status == "on").order_by(channel.c.id))).mappings().all()
        return [_channel(row) for row in rows]

    async def start_clock(self, id: str, epoch: datetime) -> datetime:
        """Start the clock of a channel, unless it runs already; returns its epoch."""
        insert_playout = sqlite_insert if self._db.sqlite else postgresql_insert
        async with self._db.write() as c:
            starting = insert_playout(channel_playout).values(channel=id, epoch=utc(epoch))
            await c.execute(starting.on_conflict_do_nothing())
            stored = (await c.execute(select(channel_playout.c.epoch).where(channel_playout.c.channel == id))).scalar()
        return datetime.fromisoformat(stored or utc(epoch))

    async def live_media(self, id: str) -> str | None:
        """The media of the live stream of a channel, as soon as it can be played; None without one."""
        query = (
            select(media.c.id)
            .join(live_stream, live_stream.c.media == media.c.id)
            .where(live_stream.c.channel == id, live_stream.c.ended_at.is_(None), media.c.playing.is_not(None))
            .order_by(live_stream.c.started_at.desc())
            .limit(1)
        )
        async with self._db.read() as c:
            return (await c.execute(query)).scalar()

    async def live_since(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Since when the channels have a live stream that can be played; channels without one are left out."""
        query = (
            select(live_stream.c.channel, live_stream.c.started_at)
            .join(media, live_stream.c.media == media.c.id)
            .where(live_stream.c.channel.in_(ids), live_stream.c.ended_at.is_(None), media.c.playing.is_not(None))
            .order_by(live_stream.c.started_at)
        )
        async with self._db.read() as c:
            return {row.channel: datetime.fromisoformat(row.started_at) for row in await c.execute(query)}

    async def last(self, id: str) -> Airing | None:
        newest = select(airing).where(airing.c.channel == id).order_by(airing.c.number.desc()).limit(1)
        async with self._db.read() as c:
            row = (await c.execute(newest)).mappings().first()
        return _airing(row) if row is not None else None

    async def between(self, id: str, start: int, end: int, limit: int | None = None) -> list[Airing]:
        """The airings that are played between two times of the channel's clock, in order, at most the first `limit`."""
        async with self._db.read() as c:
            first = (await c.execute(_on_at(id, start))).scalar()
            query = select(airing).where(
                airing.c.channel == id, airing.c.start >= (start if first is None else first), airing.c.start < end
            )
            rows = (await c.execute(query.order_by(airing.c.start).limit(limit))).mappings().all()
        return [a for a in map(_airing, rows) if a.end > start]

    async def page(self, id: str, start: int, end: int, after: int, limit: int) -> list[Airing]:
        """The airings between two times of the channel's clock, in order: at most `limit` after the number `after`."""
        of_channel = select(airing).where(airing.c.channel == id, airing.c.start < end, airing.c.number > after)
        async with self._db.read() as c:
            on_air = select(airing.c.start, airing.c.duration).where(
                airing.c.start == _on_at(id, start).scalar_subquery()
            )
            first = (await c.execute(on_air.where(airing.c.channel == id))).first()
            begins = first.start if first is not None and first.start + first.duration > start else start
            query = of_channel.where(airing.c.start >= begins).order_by(airing.c.start).limit(limit)
            return [_airing(row) for row in (await c.execute(query)).mappings()]

    async def number(self, id: str, number: int) -> Airing | None:
        query = select(airing).where(airing.c.channel == id, airing.c.number == number)
        async with self._db.read() as c:
            row = (await c.execute(query)).mappings().first()
        return _airing(row) if row is not None else None

    async def append(self, new: Airing) -> None:
        """Add an airing. Raises IntegrityError when another process has added one with its number."""
        async with self._db.write() as c:
            await c.execute(
                insert(airing).values(
                    channel=new.channel, number=new.number, start=new.start, duration=new.duration,
                    kind=new.kind.value, media=new.media, revision=new.revision, media_start=str(new.media_start),
                    content=new.content, program=new.program, title=new.title,
                    companion=new.companion, segments_before=dict(new.segments_before), created_at=now(),
                )
            )  # fmt: skip
            await changes.append(c, CHANNEL_AIRED, {"channel": new.channel}, internal=True)

    async def aired_contents(self, id: str) -> tuple[str, ...]:
        """The contents of the last airings, the newest last."""
        newest = (
            select(airing.c.content)
            .where(airing.c.channel == id, airing.c.content.is_not(None))
            .order_by(airing.c.number.desc())
            .limit(AIRED_TITLES)
        )
        async with self._db.read() as c:
            return tuple(reversed((await c.execute(newest)).scalars().all()))

    async def programs(
        self, id: str, start: datetime, end: datetime, limit: int | None = None
    ) -> tuple[ScheduledProgram, ...]:
        """The programs that begin before `end`, end after `start` and have not been aired, in order; the first `limit`
        of them."""
        aired = select(airing.c.program).where(airing.c.channel == id, airing.c.program == program.c.id).exists()
        day_before = utc(start - timedelta(days=1))
        query = (
            select(program.c.id, program.c.content, program.c.starts_at, program.c.duration_s)
            .where(program.c.channel == id, program.c.starts_at > day_before, program.c.starts_at < utc(end), ~aired)
            .order_by(program.c.starts_at)
            .limit(limit)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        programs = (
            ScheduledProgram(r.id, r.content, datetime.fromisoformat(r.starts_at), float(r.duration_s or 0))
            for r in rows
        )
        return tuple(p for p in programs if p.starts_at + timedelta(seconds=p.duration_s) > start)

    async def list_of(self, id: str, name: str) -> tuple[ScheduledTitle, ...]:
        """The titles of the list `titles` or `fillers` of a channel that are ready to play, in order."""
        link = link_of(SCHEMA["channel"], name)
        last_airing = (
            select(func.max(airing.c.number))
            .where(airing.c.channel == id, airing.c.content == content.c.id)
            .scalar_subquery()
            .label("last_airing")
        )
        query = (
            _ready(select(content.c.episode_number, season.c.number, series.c.slug, link.c.position, last_airing))
            .join(link, link.c.target == content.c.id)
            .outerjoin(series, series.c.id == content.c.series)
            .outerjoin(season, season.c.id == content.c.season)
            .where(link.c.record == id)
            .order_by(link.c.position, *OLDEST_MEDIA_FIRST)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
            categories = await _categories(c, select(link.c.target).where(link.c.record == id))
        titles: dict[str, ScheduledTitle] = {}
        for r in rows:
            of_title = tuple(categories.get(r.content, ()))
            numbers = r.slug, r.number, r.episode_number
            titles.setdefault(
                r.content, ScheduledTitle(r.content, r.title, r.duration_s, *numbers, of_title, r.last_airing)
            )
        return tuple(titles.values())

    async def ready(self, content_ids: Iterable[str]) -> dict[str, ReadyTitle]:
        """Those of these contents that can be played, with the media that plays."""
        ids = list(content_ids)
        async with self._db.read() as c:
            return await ready_titles(c, ids) if ids else {}


async def _categories(c: AsyncConnection, contents: Select[tuple[str]]) -> dict[str, list[str]]:
    """The slugs of the categories of contents, by content, in their order."""
    query = (
        select(CATEGORIES.c.record, category.c.slug)
        .join(category, category.c.id == CATEGORIES.c.target)
        .where(CATEGORIES.c.record.in_(contents))
        .order_by(CATEGORIES.c.position)
    )
    slugs: dict[str, list[str]] = {}
    for content_id, slug in await c.execute(query):
        slugs.setdefault(content_id, []).append(slug)
    return slugs


async def ready_titles(c: AsyncConnection, ids: Sequence[str]) -> dict[str, ReadyTitle]:
    rows = (await c.execute(_ready(select()).where(content.c.id.in_(ids)).order_by(*OLDEST_MEDIA_FIRST))).all()
    titles: dict[str, ReadyTitle] = {}
    for r in rows:
        titles.setdefault(r.content, ReadyTitle(r.content, r.title, r.media, r.revision, r.duration_s))
    return titles


def _ready(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """Selects contents with the ready revision of their main media. Order them by `OLDEST_MEDIA_FIRST`: the first row
    of a content counts."""
    return (
        query.add_columns(
            content.c.id.label("content"),
            content.c.title,
            media.c.id.label("media"),
            revision.c.id.label("revision"),
            revision.c.duration_s,
        )
        .select_from(content)
        .join(media, media.c.content == content.c.id)
        .join(revision, revision.c.id == media.c.playing)
        .where(media.c.present, revision.c.state == State.READY, or_(media.c.role.is_(None), media.c.role == "main"))
    )


def _on_at(id: str, start: int) -> Select[tuple[int]]:
    """The start of the last airing that has begun at a time."""
    return select(func.max(airing.c.start)).where(airing.c.channel == id, airing.c.start <= start)


def _channel(row: RowMapping) -> ChannelRow:
    epoch = datetime.fromisoformat(row["epoch"]).astimezone(UTC) if row["epoch"] else None
    return ChannelRow(**{**row, "epoch": epoch})


def _airing(row: RowMapping) -> Airing:
    return Airing(
        row["channel"], row["number"], row["start"], row["duration"], AiringKind(row["kind"]), row["media"],
        row["revision"], Fraction(row["media_start"]), row["content"], row["program"], row["title"],
        row["companion"], row["segments_before"],
    )  # fmt: skip
