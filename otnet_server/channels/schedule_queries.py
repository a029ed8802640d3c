"""What schedulers are asked with, read from the database for many channels at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.playout import ReadyTitle
from otnet_server.channels.suitability import CODEC
from otnet_server.db.resources import link_of
from otnet_server.db.tables import airing, metadata
from otnet_server.media.ad_markers import marker_times
from otnet_server.media.states import State
from otnet_server.protocols import ScheduledProgram, ScheduledTitle
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

program, content, media, revision = (metadata.tables[n] for n in ("program", "content", "media", "revision"))
series, season, category = (metadata.tables[name] for name in ("series", "season", "category"))
VIDEO_CODEC = revision.c.plan["video"]["codec"].as_string()
CATEGORIES = link_of(SCHEMA["content"], "categories")
OLDEST_MEDIA_FIRST = (media.c.created_at, media.c.id)
CHOICE = func.coalesce(airing.c.choice, airing.c.number)
Span = tuple[datetime, datetime]


async def programs_of(
    c: AsyncConnection, spans: Mapping[str, Span], limit: int | None = None
) -> dict[str, tuple[ScheduledProgram, ...]]:
    """The programs of channels that begin before the end of a span and end after its start, in order: those that have
    not been aired, and those that a live stream has interrupted. `spans` are by channel; `limit` is for all channels
    together."""
    cut = airing.alias("cut")
    interrupted_at = (
        select(func.coalesce(func.max(cut.c.number), -1))
        .where(cut.c.program == program.c.id, cut.c.interrupted)
        .correlate(program)
        .scalar_subquery()
    )
    of_program = airing.c.program == program.c.id, airing.c.number > interrupted_at
    aired = select(airing.c.program).where(*of_program).exists()
    first, last = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
    query = (
        select(
            program.c.channel, program.c.id, program.c.content, program.c.starts_at, program.c.duration_s, program.c.ads
        )
        .where(program.c.channel.in_(list(spans)), program.c.starts_at > utc(first - timedelta(days=1)))
        .where(program.c.starts_at < utc(last), ~aired)
        .order_by(program.c.starts_at)
        .limit(limit)
    )
    programs: dict[str, list[ScheduledProgram]] = {id: [] for id in spans}
    for r in await c.execute(query):
        starts_at = datetime.fromisoformat(r.starts_at)
        read = ScheduledProgram(r.id, r.content, starts_at, float(r.duration_s or 0), breaks=r.ads != "off")
        if is_within(read, *spans[r.channel]):
            programs[r.channel].append(read)
    return {id: tuple(of_channel) for id, of_channel in programs.items()}


def is_within(program: ScheduledProgram, start: datetime, end: datetime) -> bool:
    """Whether a program begins before `end`, and ends after `start`, of which it began at most a day before."""
    starts_at, duration = program.starts_at, timedelta(seconds=program.duration_s)
    return start - timedelta(days=1) < starts_at < end and starts_at + duration > start


async def lists_of(c: AsyncConnection, ids: Collection[str], name: str) -> dict[str, tuple[ScheduledTitle, ...]]:
    """The titles of the list `titles`, `fillers` or `ad_titles` of channels that are ready to play, in order."""
    link = link_of(SCHEMA["channel"], name)
    last_airing = (
        select(CHOICE if name == "titles" else airing.c.number)
        .where(airing.c.channel == link.c.record, airing.c.content == content.c.id)
        .order_by(airing.c.number.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_airing")
    )
    columns = (link.c.record, content.c.episode_number, season.c.number, series.c.slug, link.c.position, last_airing)
    query = (
        _ready(select(*columns))
        .join(link, link.c.target == content.c.id)
        .outerjoin(series, series.c.id == content.c.series)
        .outerjoin(season, season.c.id == content.c.season)
        .where(link.c.record.in_(ids))
        .order_by(link.c.position, *OLDEST_MEDIA_FIRST)
    )
    rows = (await c.execute(query)).all()
    lists: dict[str, dict[str, ScheduledTitle]] = {id: {} for id in ids}
    categories = await _categories(c, select(link.c.target).where(link.c.record.in_(ids))) if rows else {}
    for r in rows:
        of_title = tuple(categories.get(r.content, ()))
        numbers = r.slug, r.number, r.episode_number
        title = ScheduledTitle(r.content, r.title, r.duration_s, *numbers, of_title, r.last_airing)
        lists[r.record].setdefault(r.content, title)
    return {id: tuple(titles.values()) for id, titles in lists.items()}


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
    """Those of these contents that can be played, with the media that plays."""
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
        .where(or_(VIDEO_CODEC.is_(None), VIDEO_CODEC == CODEC))
    )
