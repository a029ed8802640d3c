"""The guide: what channels have shown, show and will show, with titles, texts and pictures.

Until the end of the playout the guide has its airings, afterwards the programs of the schedule. A title that the
visitor can't see has the name of the channel in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, RowMapping, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.cards import images_by_shape, page_path
from otnet_server.catalogue.rows import ContentRow, columns, read_rows
from otnet_server.catalogue.tables import LINKS, category, content, season, series
from otnet_server.channels.airing import AiringKind, ticks_at
from otnet_server.channels.guide_slots import SHORT, Slot, merged, planned_slot, scheduled_slots, slot_of
from otnet_server.channels.repository import ChannelRepository, ChannelRow, channel, program
from otnet_server.channels.schedule_reader import ScheduleReader
from otnet_server.channels.viewers import ChannelViewers
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.media.urls import HLS_MANIFEST
from otnet_server.playback.visibility import Visitor
from otnet_server.playback.visibility_queries import LISTED_VISIBILITIES, listed
from otnet_server.read_model.catalogue import TitleCard
from otnet_server.read_model.guide import ChannelCard, ChannelGuide, ChannelPage, GuideChannel, GuideEntry, GuidePage
from otnet_server.read_model.pictures import Picture

MAX_DAYS = 8
MAX_ENTRIES = 5000
MAX_CHANNELS = 200
GRID = "grid"  # the scheduler of programs alone
NEXT_HOURS = 12  # how far ahead “next” is looked for
NO_IMAGES = images_by_shape({}, None)
KINDS: dict[AiringKind, Literal["program", "title", "filler", "slate", "live"]] = {
    AiringKind.PROGRAM: "program",
    AiringKind.TITLE: "title",
    AiringKind.FILLER: "filler",
    AiringKind.SLATE: "slate",
    AiringKind.AD: "slate",  # one whose title is not in the guide
    AiringKind.LIVE: "live",
}


@dataclass(frozen=True)
class TitleTexts:
    """What an entry says about a title."""

    card: TitleCard
    synopsis: str
    series: str | None
    season: int | None
    episode: int | None
    categories: tuple[str, ...]


class Guide:
    def __init__(self, db: Database, reader: CardReader, schedule: ScheduleReader, viewers: ChannelViewers) -> None:
        self._viewers = viewers
        self._db, self._reader, self._playouts = db, reader, ChannelRepository(db)
        self._schedule = schedule

    async def any_channel(self, visitor: Visitor) -> bool:
        """Whether the visitor sees a channel."""
        async with self._db.read() as c:
            return (await c.execute(select(channel.c.id).where(*_on(visitor)).limit(1))).first() is not None

    async def channels(self, visitor: Visitor) -> list[GuideChannel]:
        """The channels that are on and that the visitor sees, by number."""
        query = select(channel).where(*_on(visitor)).order_by(channel.c.created_at, channel.c.id).limit(MAX_CHANNELS)
        async with self._db.read() as c:
            rows = (await c.execute(query)).mappings().all()
            pictures = await self._reader.artwork(c, "channel", [r["id"] for r in rows]) if rows else {}
        live = await self._playouts.live_since([row["id"] for row in rows]) if rows else {}
        return [
            _channel(row, number, pictures.get(row["id"], {}), live.get(row["id"]))
            for number, row in enumerate(rows, 1)
        ]

    async def channel(self, visitor: Visitor, name: str) -> GuideChannel | None:
        """A channel by its slug or id."""
        channels = await self.channels(visitor)
        by_name = {**{c.id: c for c in channels}, **{c.slug: c for c in channels}}
        return by_name.get(name)

    async def entries(
        self, visitor: Visitor, channel: GuideChannel, start: datetime, end: datetime
    ) -> tuple[GuideEntry, ...]:
        """What a channel shows between two moments, at most eight days and 5,000 entries."""
        end = min(end, start + timedelta(days=MAX_DAYS))
        slots = await self._slots(channel.id, start, end)
        shown = [s for s in slots if s.ends_at > start and s.starts_at < end][:MAX_ENTRIES]
        texts, announced = await self._texts(visitor, shown)
        return tuple(_entry(channel, s, texts.get(s.content or ""), announced.get(s.program or "", "")) for s in shown)

    async def card(self, visitor: Visitor, channel: GuideChannel, at: datetime) -> ChannelCard:
        entries = await self.entries(visitor, channel, at, at + timedelta(hours=NEXT_HOURS))
        return ChannelCard(**vars(channel), **_now_and_next(entries, at))

    async def page(self, visitor: Visitor, channel: GuideChannel, at: datetime) -> ChannelPage:
        start, end = day_of(channel.time_zone, at)
        entries = await self.entries(visitor, channel, start, max(end, at + timedelta(hours=NEXT_HOURS)))
        today = tuple(e for e in entries if e.starts_at < end)
        viewers = await self._viewers.count(channel.id) if await self._shows_viewers(channel.id) else None
        return ChannelPage(**vars(channel), **_now_and_next(entries, at), today=today, viewers=viewers)

    async def _shows_viewers(self, id: str) -> bool:
        async with self._db.read() as c:
            return bool((await c.execute(select(channel.c.show_viewers).where(channel.c.id == id))).scalar())

    async def of_all(self, visitor: Visitor, start: datetime, end: datetime) -> GuidePage:
        """The guide of all channels."""
        end = min(end, start + timedelta(days=MAX_DAYS))
        channels = [
            ChannelGuide(**vars(one), entries=await self.entries(visitor, one, start, end))
            for one in await self.channels(visitor)
        ]
        return GuidePage(starts_at=start, ends_at=end, channels=channels)

    async def _slots(self, id: str, start: datetime, end: datetime) -> list[Slot]:
        """The slots that touch a time. Reading begins a little earlier, because a break at the start may belong to what
        precedes it."""
        row, after = await self._playouts.channel(id), start
        slots: list[Slot] = []
        if row is not None and row.epoch is not None:
            ticks = max(0, ticks_at(row.epoch, start - SHORT)), max(0, ticks_at(row.epoch, end))
            airings = await self._playouts.between(row.playout, *ticks, limit=MAX_ENTRIES)
            slots = [slot_of(row.epoch, a) for a in airings]
            last = await self._playouts.last(row.playout)
            after = max(start, slot_of(row.epoch, last).ends_at) if last is not None else start
        upcoming = await self._upcoming(row, after, end) if row is not None and after < end else []
        return merged([*slots, *upcoming])

    async def _upcoming(self, row: ChannelRow, after: datetime, end: datetime) -> list[Slot]:
        """What will be shown after the end of the playout: a forecast of what the scheduler will choose. Of a grid they
        are the programs, also those that are not ready yet."""
        if row.scheduler == GRID or row.epoch is None:
            programs = await self._playouts.programs(row.playout, after - row.delay, end - row.delay)
            return scheduled_slots([replace(p, starts_at=p.starts_at + row.delay) for p in programs], after)
        epoch, planned = await self._schedule.forecast(row, end)
        return [slot for slot in (planned_slot(epoch, one) for one in planned) if slot.ends_at > after]

    async def _texts(self, visitor: Visitor, slots: Sequence[Slot]) -> tuple[dict[str, TitleTexts], dict[str, str]]:
        """The texts of the titles that the visitor sees, by content, and the titles under which programs are
        announced."""
        contents = sorted({s.content for s in slots if s.content is not None})
        programs = sorted({s.program for s in slots if s.program is not None})
        if not contents:
            return {}, {}
        visible = select(*columns(content, ContentRow)).where(
            content.c.id.in_(contents), *listed(visitor, now(), by_id=True)
        )
        announced = select(program.c.id, program.c.title).where(program.c.id.in_(programs))
        async with self._db.read() as c:
            rows = await read_rows(c, visible, ContentRow)
            cards = await self._reader.cards(c, visitor, rows)
            names = await _categories(c, [r.id for r in rows])
            numbers = await _named(c, season.c.number, season, {r.season for r in rows if r.season})
            titles = await _named(c, series.c.title, series, {r.series for r in rows if r.series})
            own = {r.id: r.title for r in await c.execute(announced) if r.title}
        texts = {
            row.id: TitleTexts(
                card, row.synopsis or "", titles.get(row.series or ""), numbers.get(row.season or ""),
                row.episode_number, names.get(row.id, ()),
            )
            for row, card in zip(rows, cards, strict=True)
        }  # fmt: skip
        return texts, own


def day_of(time_zone: str, at: datetime) -> tuple[datetime, datetime]:
    """The day of a moment in a time zone, UTC if the zone is unknown: its start and its end."""
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    day = at.astimezone(zone).date()
    start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))
    return start, end


def _on(visitor: Visitor) -> list[ColumnElement[bool]]:
    """Conditions for the channels that a visitor sees."""
    visibilities = [v for v in LISTED_VISIBILITIES[visitor.signed_in] if v != "entitled"]
    return [
        channel.c.organization == visitor.organization,
        channel.c.status == "on",
        channel.c.visibility.in_(visibilities),
    ]


def _channel(
    row: RowMapping, number: int, pictures: Mapping[str, Picture], live_since: datetime | None
) -> GuideChannel:
    return GuideChannel(
        id=row["id"],
        slug=row["slug"] or row["id"],
        name=row["name"],
        number=number,
        description=row["description"] or "",
        language=row["language"],
        time_zone=row["time_zone"] or "UTC",
        color=row["color"],
        visibility=row["visibility"],
        images=images_by_shape(pictures, None),
        logo=pictures.get("logo") or pictures.get("square"),
        href=page_path("channel", row["slug"] or row["id"]),
        manifest=f"/channels/{row['id']}/{HLS_MANIFEST}",
        playback=f"/api/v1/playback/{row['id']}",
        live_since=live_since,
    )


def _entry(channel: GuideChannel, slot: Slot, texts: TitleTexts | None, announced: str) -> GuideEntry:
    kind = KINDS[slot.kind]
    if texts is None:
        return GuideEntry(
            starts_at=slot.starts_at, ends_at=slot.ends_at, kind=kind, title=channel.name, images=NO_IMAGES
        )
    card = texts.card
    return GuideEntry(
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        kind=kind,
        title=announced or card.title,
        subtitle=card.subtitle,
        description=texts.synopsis,
        content=card.id,
        program=slot.program,
        series=texts.series,
        season=texts.season,
        episode=texts.episode,
        categories=texts.categories,
        images=card.images,
        href=card.href,
    )


def _now_and_next(entries: Sequence[GuideEntry], at: datetime) -> dict[str, Any]:
    return {
        "now": next((e for e in entries if e.starts_at <= at < e.ends_at), None),
        "next": next((e for e in entries if e.starts_at > at), None),
    }


async def _categories(c: AsyncConnection, contents: Sequence[str]) -> dict[str, tuple[str, ...]]:
    link = LINKS["category"]
    query = (
        select(link.c.record, category.c.name)
        .join(category, category.c.id == link.c.target)
        .where(link.c.record.in_(contents))
        .order_by(link.c.record, link.c.position)
    )
    names: dict[str, tuple[str, ...]] = {}
    for row in await c.execute(query):
        names[row.record] = (*names.get(row.record, ()), row.name)
    return names


async def _named(c: AsyncConnection, column: ColumnElement[Any], table: Table, ids: Iterable[str]) -> dict[str, Any]:
    """A column of records by their ids."""
    return {id: value for id, value in await c.execute(select(table.c.id, column).where(table.c.id.in_(list(ids))))}
