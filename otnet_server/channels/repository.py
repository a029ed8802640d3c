"""Channels and their airings in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from otnet_server.channels.schedule_queries import CHOICE, Span, lists_of, programs_of, ready_titles
from otnet_server.db import changes
from otnet_server.db.ad_tables import ad_decision
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import airing, channel_playout, live_stream, metadata
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.protocols import ScheduledProgram, ScheduledTitle
from otnet_server.schema.fields.dates import utc

channel, program, content = (metadata.tables[name] for name in ("channel", "program", "content"))
media, revision = metadata.tables["media"], metadata.tables["revision"]
CHANNEL_AIRED = "channel.aired"  # an internal change: {channel}
AIRED_TITLES = 200
LIVE_LEAD = timedelta(seconds=6)  # so much before a live program begins, its stream is put on air


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
class StoredSchedule:
    """What the scheduler of a channel chooses from. `ready` may have contents of other channels too."""

    programs: tuple[ScheduledProgram, ...]
    titles: tuple[ScheduledTitle, ...]
    fillers: tuple[ScheduledTitle, ...]
    ready: Mapping[str, ReadyTitle]


def contents_of(aired: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """The contents of (choice, content), each choice once, where it was last."""
    return tuple(reversed({choice: content for choice, content in reversed(list(aired))}.values()))


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

    async def on_air(self) -> list[str]:
        """The ids of the channels that are on and have a playout of their own."""
        query = select(channel.c.id).where(channel.c.status == "on", channel.c.delayed_from.is_(None))
        async with self._db.read() as c:
            return list((await c.execute(query.order_by(channel.c.id))).scalars())

    async def channels(self, ids: Sequence[str]) -> list[ChannelRow]:
        async with self._db.read() as c:
            rows = (await c.execute(CHANNELS.where(channel.c.id.in_(ids)).order_by(channel.c.id))).mappings().all()
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

    async def live_until(self, id: str, revision: str, since: int) -> Fraction:
        """The media time up to which a live stream was aired; 0 when it was not. It has been published `since` a time
        of the channel's clock."""
        query = (
            select(airing.c.media_start, airing.c.duration)
            .where(airing.c.channel == id, airing.c.start >= since, airing.c.revision == revision)
            .order_by(airing.c.start.desc())
            .limit(1)
        )
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return Fraction(row.media_start) + Fraction(row.duration, CLOCK_HZ) if row is not None else Fraction(0)

    async def last(self, id: str) -> Airing | None:
        return (await self.last_of([id])).get(id)

    async def last_of(self, ids: Sequence[str]) -> dict[str, Airing]:
        """The last airings of channels, by channel."""
        numbered = airing.alias("numbered")
        newest = select(func.max(numbered.c.number)).where(numbered.c.channel == channel.c.id).scalar_subquery()
        query = select(airing).join(channel, channel.c.id == airing.c.channel)
        async with self._db.read() as c:
            rows = (await c.execute(query.where(channel.c.id.in_(ids), airing.c.number == newest))).mappings().all()
        return {row["channel"]: _airing(row) for row in rows}

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
        """Add an airing that begins soon. Raises IntegrityError when another process has added one with its number."""
        async with self._db.write() as c:
            await _insert(c, new)
            await changes.append(c, CHANNEL_AIRED, {"channel": new.channel}, internal=True)

    async def append_scheduled(self, new: Sequence[Airing], soon: Collection[str]) -> None:
        """Add airings of several channels. Readers are told of those of the channels `soon`, and find the others when
        it is time. Raises IntegrityError when another process has added one with the same number."""
        async with self._db.write() as c:
            await _insert(c, *new)
            await changes.append(c, CHANNEL_AIRED, *({"channel": id} for id in sorted(soon)), internal=True)

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
            await changes.append(c, CHANNEL_AIRED, {"channel": new.channel}, internal=True)
        return True

    async def existing_revisions(self, ids: Iterable[str]) -> set[str]:
        """Those of these revisions that were not deleted."""
        async with self._db.read() as c:
            return set((await c.execute(select(revision.c.id).where(revision.c.id.in_(list(ids))))).scalars())

    async def aired_contents(self, id: str) -> tuple[str, ...]:
        """The contents of the last airings, the newest last, each once for all parts of a title."""
        return contents_of(await self.aired(id))

    async def aired(self, id: str) -> list[tuple[int, str]]:
        """(choice, content) of the last airings, the newest last. What breaks have played is left out."""
        newest = (
            select(CHOICE, airing.c.content)
            .where(airing.c.channel == id, airing.c.content.is_not(None), airing.c.ad_break.is_(None))
            .order_by(airing.c.number.desc())
            .limit(AIRED_TITLES)
        )
        async with self._db.read() as c:
            return [(choice, content) for choice, content in await c.execute(newest)][::-1]

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
        """The first `limit` programs that begin before `end` and end after `start` (`programs_of`)."""
        async with self._db.read() as c:
            return (await programs_of(c, {id: (start, end)}, limit))[id]

    async def without_breaks(self, program_id: str) -> bool:
        """Whether a program is shown without breaks."""
        query = select(program.c.id).where(program.c.id == program_id, program.c.ads == "off")
        async with self._db.read() as c:
            return (await c.execute(query)).first() is not None

    async def list_of(self, id: str, name: str) -> tuple[ScheduledTitle, ...]:
        """The titles of the list `titles`, `fillers` or `ad_titles` of a channel that are ready to play, in order."""
        async with self._db.read() as c:
            return (await lists_of(c, [id], name))[id]

    async def schedules(self, spans: Mapping[str, Span]) -> dict[str, StoredSchedule]:
        """What the schedulers of channels choose from, for airings that begin in these spans."""
        async with self._db.read() as c:
            programs = await programs_of(c, spans)
            titles, fillers = await lists_of(c, spans, "titles"), await lists_of(c, spans, "fillers")
            lists = [*titles.values(), *fillers.values()]
            contents = {p.content for of_channel in programs.values() for p in of_channel}
            contents |= {title.content for titles_of_channel in lists for title in titles_of_channel}
            ready = await ready_titles(c, sorted(contents)) if contents else {}
        return {id: StoredSchedule(programs[id], titles[id], fillers[id], ready) for id in spans}

    async def ready(self, content_ids: Iterable[str]) -> dict[str, ReadyTitle]:
        """Those of these contents that can be played, with the media that plays."""
        ids = list(content_ids)
        async with self._db.read() as c:
            return await ready_titles(c, ids) if ids else {}


async def _insert(c: AsyncConnection, *new: Airing) -> None:
    at = now()
    await c.execute(insert(airing), [_values(added) | {"created_at": at} for added in new])


def _values(new: Airing) -> dict[str, Any]:
    return vars(new) | {
        "kind": new.kind.value,
        "media_start": str(new.media_start),
        "segments_before": dict(new.segments_before),
        "break_after": _break_after_to_json(new.break_after),
        "ad_break": vars(new.ad_break) if new.ad_break is not None else None,
    }


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
