"""Channels and their airings in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.ad_breaks import BreakRules
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, BreakAfter
from otnet_server.channels.playout import ReadyTitle
from otnet_server.db import changes
from otnet_server.db.ad_tables import ad_decision
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.resources import link_of
from otnet_server.db.tables import airing, channel_playout, live_stream, metadata
from otnet_server.media.ad_markers import marker_times
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.states import State
from otnet_server.protocols import ScheduledProgram, ScheduledTitle
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

channel, program, content = (metadata.tables[name] for name in ("channel", "program", "content"))
media, revision = metadata.tables["media"], metadata.tables["revision"]
series, season, category = (metadata.tables[name] for name in ("series", "season", "category"))
CHANNEL_AIRED = "channel.aired"  # an internal change: {channel}
AIRED_TITLES = 200
LIVE_LEAD = timedelta(seconds=6)  # so much before a live program begins, its stream is put on air
OLDEST_MEDIA_FIRST = (media.c.created_at, media.c.id)
CHOICE = func.coalesce(airing.c.choice, airing.c.number)


@dataclass(frozen=True)
class ChannelRow:
    """A channel. `epoch` is the time of day at which its clock starts; None before its first airing.

    A channel with `delayed_from` plays what that channel played `delay_minutes` before: the same airings, on a clock
    that starts later. Its languages and scheduler are those of that channel."""

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
    delayed_from: str | None = None
    delay_minutes: int = 60

    @property
    def playout(self) -> str:
        """The id of the channel whose airings it plays."""
        return self.delayed_from or self.id

    @property
    def delay(self) -> timedelta:
        return timedelta(minutes=self.delay_minutes) if self.delayed_from else timedelta()

    @property
    def source(self) -> ChannelRow:
        """The channel whose airings it plays."""
        epoch = self.epoch - self.delay if self.epoch is not None else None
        return replace(self, id=self.playout, epoch=epoch, delayed_from=None)

    ads: str = "off"
    ad_break_s: int = 120
    ad_every_s: int | None = None
    ad_provider: str = "library"
    ad_settings: dict[str, Any] = field(default_factory=dict)
    ad_cohorts: int = 1

    @property
    def audio_tags(self) -> tuple[str, ...]:
        return _tags(self.audio_languages) or (self.language or "und",)

    @property
    def caption_tags(self) -> tuple[str, ...]:
        return _tags(self.caption_languages)

    @property
    def breaks(self) -> BreakRules | None:
        """When titles are interrupted; None on a channel without breaks."""
        return BreakRules(self.ad_break_s * CLOCK_HZ, self.ad_every_s) if self.ads != "off" else None


def _tags(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in (text or "").split(",") if tag.strip()))


@dataclass(frozen=True)
class LiveTitle:
    """The live stream that takes over a channel, at `starts_at` or later. It has been published `since` a moment."""

    media: str
    revision: str
    starts_at: datetime
    since: datetime


source_channel = channel.alias("source_channel")
OF_SOURCE = ("language", "scheduler", "scheduler_settings", "audio_languages", "caption_languages", "ads", "ad_cohorts")
CHANNEL_COLUMNS = [
    (source_channel if n in OF_SOURCE else channel).c[n] for n in ChannelRow.__dataclass_fields__ if n != "epoch"
]
CATEGORIES = link_of(SCHEMA["content"], "categories")
CHANNELS = (
    select(*CHANNEL_COLUMNS, channel_playout.c.epoch)
    .select_from(channel)
    .join(source_channel, source_channel.c.id == func.coalesce(channel.c.delayed_from, channel.c.id))
    .outerjoin(channel_playout, channel_playout.c.channel == source_channel.c.id)
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
        """The channels that are on and have a playout of their own."""
        query = CHANNELS.where(channel.c.status == "on", channel.c.delayed_from.is_(None))
        async with self._db.read() as c:
            rows = (await c.execute(query.order_by(channel.c.id))).mappings().all()
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
        """The media of the live stream of a channel, as soon as it can be played; None without one, and
        where a stream is shown in live programs only."""
        query = (
            select(media.c.id)
            .join(live_stream, live_stream.c.media == media.c.id)
            .join(channel, channel.c.id == live_stream.c.channel)
            .where(live_stream.c.channel == id, live_stream.c.ended_at.is_(None), media.c.playing.is_not(None))
            .where(channel.c.live_takeover == "always")
            .order_by(live_stream.c.started_at.desc())
            .limit(1)
        )
        async with self._db.read() as c:
            return (await c.execute(query)).scalar()

    async def live_since(self, ids: Sequence[str]) -> dict[str, datetime]:
        """Since when the live streams of these channels are shown; channels without one are left out."""
        return {id: live.since for id, live in (await self.live_titles()).items() if id in ids}

    async def live_titles(self) -> dict[str, LiveTitle]:
        """The live streams that take over their channels now or in a few seconds, by channel."""
        moment = datetime.now(UTC)
        day_before = utc(moment - timedelta(days=1))
        scheduled = select(program.c.starts_at, program.c.duration_s, program.c.channel).where(
            program.c.live, program.c.starts_at > day_before, program.c.starts_at < utc(moment + LIVE_LEAD)
        )
        streams = (
            select(
                live_stream.c.channel,
                live_stream.c.media,
                live_stream.c.revision,
                live_stream.c.started_at,
                channel.c.live_takeover,
            )
            .join(channel, channel.c.id == live_stream.c.channel)
            .join(media, media.c.id == live_stream.c.media)
            .where(live_stream.c.ended_at.is_(None), media.c.playing.is_not(None))
            .order_by(live_stream.c.started_at)
        )
        async with self._db.read() as c:
            on = (await c.execute(streams)).all()
            programs = (await c.execute(scheduled)).all() if on else []
        due: dict[str, datetime] = {}
        for p in programs:
            starts_at = datetime.fromisoformat(p.starts_at)
            if starts_at + timedelta(seconds=p.duration_s or 0) > moment + LIVE_LEAD:
                due[p.channel] = starts_at
        return {
            s.channel: LiveTitle(s.media, s.revision, due.get(s.channel, moment), datetime.fromisoformat(s.started_at))
            for s in on
            if s.live_takeover == "always" or s.channel in due
        }

    async def live_until(self, id: str, revision: str) -> Fraction:
        """The media time up to which a live stream was aired; 0 when it was not."""
        query = (
            select(airing.c.media_start, airing.c.duration)
            .where(airing.c.channel == id, airing.c.revision == revision)
            .order_by(airing.c.number.desc())
            .limit(1)
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return Fraction(row.media_start) + Fraction(row.duration, CLOCK_HZ) if row is not None else Fraction(0)

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
            await _insert(c, new)

    async def grow(self, grown: Airing) -> bool:
        """Store the new duration of the last airing; False when there is another one after it."""
        later = select(airing.c.number).where(airing.c.channel == grown.channel, airing.c.number > grown.number)
        async with self._db.write() as c:
            if (await c.execute(later.limit(1))).first() is not None:
                return False
            await _set_duration(c, grown)
            await changes.append(c, CHANNEL_AIRED, {"channel": grown.channel}, internal=True)
        return True

    async def replace_after(self, cut: Airing, new: Airing, last: int) -> bool:
        """End an airing at its new duration, and put another one in the place of those that follow it, of which the
        last has the number `last`; False when it is not the last one any more."""
        newest = select(func.max(airing.c.number)).where(airing.c.channel == cut.channel)
        async with self._db.write() as c:
            if (await c.execute(newest)).scalar() != last:
                return False
            await c.execute(delete(airing).where(airing.c.channel == cut.channel, airing.c.number > cut.number))
            decided = ad_decision.c.channel == cut.channel, ad_decision.c.ad_break > cut.number
            await c.execute(delete(ad_decision).where(*decided))  # the numbers are given again
            await _set_duration(c, cut)
            await _insert(c, new)
        return True

    async def aired_contents(self, id: str) -> tuple[str, ...]:
        """The contents of the last airings, the newest last, each once for all parts of a title. What breaks have
        played is left out."""
        newest = (
            select(airing.c.content, CHOICE.label("choice"))
            .where(airing.c.channel == id, airing.c.content.is_not(None), airing.c.ad_break.is_(None))
            .order_by(airing.c.number.desc())
            .limit(AIRED_TITLES)
        )
        async with self._db.read() as c:
            rows = (await c.execute(newest)).all()
        return tuple(reversed({row.choice: row.content for row in rows}.values()))

    async def aired_ads(self, id: str, since: int) -> list[tuple[str, int]]:
        """(content, start) of the ads from a time of the channel's clock on, in order."""
        query = select(airing.c.content, airing.c.start).where(
            airing.c.channel == id, airing.c.start >= since, airing.c.kind == AiringKind.AD.value
        )
        async with self._db.read() as c:
            return [(row.content, row.start) for row in await c.execute(query.order_by(airing.c.start))]

    async def programs(
        self, id: str, start: datetime, end: datetime, limit: int | None = None
    ) -> tuple[ScheduledProgram, ...]:
        """The first `limit` programs that begin before `end` and end after `start`, in order: those that have not been
        aired, and those that a live stream has interrupted."""
        cut = airing.alias("cut")
        interrupted_at = (
            select(func.coalesce(func.max(cut.c.number), -1))
            .where(cut.c.program == program.c.id, cut.c.interrupted)
            .correlate(program)
            .scalar_subquery()
        )
        of_program = airing.c.program == program.c.id, airing.c.number > interrupted_at
        aired = select(airing.c.program).where(*of_program).exists()
        day_before = utc(start - timedelta(days=1))
        query = (
            select(program.c.id, program.c.content, program.c.starts_at, program.c.duration_s, program.c.ads)
            .where(program.c.channel == id, program.c.starts_at > day_before, program.c.starts_at < utc(end), ~aired)
            .order_by(program.c.starts_at)
            .limit(limit)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        programs = (
            ScheduledProgram(
                r.id, r.content, datetime.fromisoformat(r.starts_at), float(r.duration_s or 0), breaks=r.ads != "off"
            )
            for r in rows
        )
        return tuple(p for p in programs if p.starts_at + timedelta(seconds=p.duration_s) > start)

    async def without_breaks(self, program_id: str) -> bool:
        """Whether a program is shown without breaks."""
        query = select(program.c.id).where(program.c.id == program_id, program.c.ads == "off")
        async with self._db.read() as c:
            return (await c.execute(query)).first() is not None

    async def list_of(self, id: str, name: str) -> tuple[ScheduledTitle, ...]:
        """The titles of the list `titles`, `fillers` or `ad_titles` of a channel that are ready to play, in order."""
        link = link_of(SCHEMA["channel"], name)
        last_airing = (
            select(CHOICE if name == "titles" else airing.c.number)
            .where(airing.c.channel == id, airing.c.content == content.c.id)
            .order_by(airing.c.number.desc())
            .limit(1)
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


async def _insert(c: AsyncConnection, new: Airing) -> None:
    values = vars(new) | {"kind": new.kind.value, "media_start": str(new.media_start), "created_at": now()}
    values |= {
        "segments_before": dict(new.segments_before),
        "break_after": _break_after_to_json(new.break_after),
        "ad_break": vars(new.ad_break) if new.ad_break is not None else None,
    }
    await c.execute(insert(airing).values(**values))
    await changes.append(c, CHANNEL_AIRED, {"channel": new.channel}, internal=True)


async def _set_duration(c: AsyncConnection, changed: Airing) -> None:
    key = airing.c.channel == changed.channel, airing.c.number == changed.number
    await c.execute(
        update(airing)
        .where(*key)
        .values(
            duration=changed.duration,
            interrupted=changed.interrupted,
            break_after=_break_after_to_json(changed.break_after),
        )
    )


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
        breaks = tuple(marker_times(r.ad_breaks or ""))
        titles.setdefault(r.content, ReadyTitle(r.content, r.title, r.media, r.revision, r.duration_s, breaks))
    return titles


def _ready(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """Selects contents with the ready revision of their main media. Order them by `OLDEST_MEDIA_FIRST`: the first row
    of a content counts."""
    return (
        query.add_columns(
            content.c.id.label("content"),
            content.c.title,
            media.c.id.label("media"),
            media.c.ad_breaks,
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
    read = ChannelRow(**{**row, "epoch": epoch})
    return replace(read, epoch=epoch + read.delay) if epoch is not None else read


def _airing(row: RowMapping) -> Airing:
    return Airing(
        row["channel"], row["number"], row["start"], row["duration"], AiringKind(row["kind"]), row["media"],
        row["revision"], Fraction(row["media_start"]), row["content"], row["program"], row["title"],
        row["companion"], row["segments_before"], row["number"] if row["choice"] is None else row["choice"],
        _break_after_of_json(row["break_after"]), AdBreak(**row["ad_break"]) if row["ad_break"] else None, row["ad"],
        row["interrupted"],
    )  # fmt: skip


def _break_after_to_json(following: BreakAfter | None) -> dict[str, Any] | None:
    if following is None:
        return None
    return {name: value if isinstance(value, int) else str(value) for name, value in vars(following).items()}


def _break_after_of_json(stored: dict[str, Any] | None) -> BreakAfter | None:
    if stored is None:
        return None
    return BreakAfter(stored["duration"], Fraction(stored["resume_at"]), Fraction(stored["media_end"]))
