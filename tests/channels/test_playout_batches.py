"""The playout of many channels: what is added at once is what is added one after the other, in few transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels import playout_service
from otnet_server.channels.airing import Airing, moment_of
from otnet_server.channels.playout_service import AHEAD, PlayoutService
from otnet_server.channels.repository import ChannelRepository
from otnet_server.config import PROFILES
from otnet_server.db.engine import Database, migrate
from otnet_server.db.resources import link_of
from otnet_server.db.tables import FIRST, airing, metadata
from otnet_server.db.tables import media as media_table
from otnet_server.db.tables import revision as revision_table
from otnet_server.media.revision import Revision
from otnet_server.media.states import State
from otnet_server.protocols import NextTitle, ScheduleRequest
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from tests.manifests.presentations import revision

NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)
LENGTHS = (20, 13, 31)  # of titles, in seconds
TITLES = [f"{n:012x}" for n in range(1, 4)]
CHANNELS = [f"c{n:011x}" for n in range(3)]
PROGRAM = "b" * 12


class CountingDatabase(Database):
    """A database that counts its transactions."""

    written = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        self.written += 1
        async with super().write() as c:
            yield c


class LeastRecent:
    """Plays programs, and the title that was played longest ago; what it was asked with must be what is stored."""

    name = label = description = "least recent"

    def validate(self, settings: dict[str, Any]) -> None: ...

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        due = [p for p in request.programs if p.starts_at <= request.start]
        if due:
            return NextTitle(due[-1].content, due[-1].id)
        if request.aired:
            newest = max(request.titles, key=lambda t: -1 if t.last_airing is None else t.last_airing)
            assert newest.content == request.aired[-1] and newest.last_airing == request.number - 1
        return NextTitle(min(request.titles, key=lambda t: -1 if t.last_airing is None else t.last_airing).content)


class Revisions:
    def __init__(self) -> None:
        self.by_id: dict[str, Revision] = {}

    async def get(self, id: str) -> Revision | None:
        return self.by_id.get(id)


class NoSlates:
    async def slate(self, organization: str) -> tuple[str, str] | None:
        return None


def service(db: Database, revisions: Revisions) -> PlayoutService:
    given: Any = (ChannelRepository(db), revisions, NoSlates(), {"loop": LeastRecent()}, None, PROFILES["standard"])
    return PlayoutService(*given)


@pytest.fixture(params=["sqlite", "postgresql"])
async def playout(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[CountingDatabase, Revisions]]:
    """A database with channels of three titles, of which the first one has a program a minute from NOW."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
        migrate(url)
    else:
        url = request.getfixturevalue("postgres_server").migrated()
    db, revisions = CountingDatabase(url), Revisions()
    common: dict[str, Any] = {"organization": FIRST, "created_at": utc(NOW), "updated_at": utc(NOW)}
    tables, titles = metadata.tables, link_of(SCHEMA["channel"], "titles")
    async with db.write() as c:
        for content, length in zip(TITLES, LENGTHS, strict=True):
            made, id = revision(content, length), f"rev-{content}"
            revisions.by_id[id] = made
            await c.execute(sa.insert(tables["content"]).values(id=content, title=content, slug=content, **common))
            await c.execute(sa.insert(media_table).values(
                id=content, library="films", title=content, present=True, info={}, current=id, playing=id,
                content=content, **common))  # fmt: skip
            await c.execute(sa.insert(revision_table).values(
                id=id, media=content, path=content, fingerprint=content, state=State.READY, playable=True, priority=0,
                duration_s=length, created_at=utc(NOW)))  # fmt: skip
        for number, channel in enumerate(CHANNELS):
            await c.execute(sa.insert(tables["channel"]).values(
                id=channel, name=channel, slug=channel, status="on", language="en", scheduler="loop", **common))  # fmt: skip
            ordered = TITLES[number:] + TITLES[:number]
            places = [{"record": channel, "target": t, "position": n} for n, t in enumerate(ordered)]
            await c.execute(sa.insert(titles), places)
        await c.execute(sa.insert(tables["program"]).values(
            id=PROGRAM, channel=CHANNELS[0], content=TITLES[0], starts_at=utc(NOW + timedelta(minutes=1)),
            duration_s=20, **common))  # fmt: skip
    yield db, revisions
    await db.close()


async def extended(service: PlayoutService, db: Database, ids: Sequence[str], at: datetime) -> None:
    await service.extend(await ChannelRepository(db).channels(ids), at, {})


async def stored(db: Database) -> dict[str, list[Airing]]:
    return {id: await ChannelRepository(db).between(id, 0, 1 << 50) for id in CHANNELS}


async def test_channels_are_extended_together(playout: tuple[CountingDatabase, Revisions]) -> None:
    db, revisions = playout
    together = service(db, revisions)
    await extended(together, db, CHANNELS, NOW)
    before, first = db.written, await stored(db)
    for seconds in range(2, 121, 2):
        await extended(together, db, CHANNELS, NOW + timedelta(seconds=seconds))
    assert db.written - before <= 4 * len(CHANNELS), "a channel is extended once in about half a minute"
    rows = {row.id: row for row in await ChannelRepository(db).channels(CHANNELS)}
    for id, airings in (await stored(db)).items():
        assert airings[: len(first[id])] == first[id], "airings are only added"
        assert all((a.end, a.number + 1) == (b.start, b.number) for a, b in pairwise(airings))
        epoch = rows[id].epoch
        assert epoch is not None and moment_of(epoch, airings[-1].end) >= NOW + timedelta(seconds=120) + AHEAD
        assert sum(a.program == PROGRAM for a in airings) == (id == CHANNELS[0])


async def test_batches_have_the_airings_that_are_planned_one_by_one(
    playout: tuple[CountingDatabase, Revisions], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, revisions = playout
    await extended(service(db, revisions), db, CHANNELS, NOW)
    batched = await stored(db)
    async with db.write() as c:
        await c.execute(sa.delete(airing))
    monkeypatch.setattr(playout_service, "MAX_ADDED", 1)
    for _ in range(max(map(len, batched.values()))):  # each time by a process that knows nothing
        await extended(service(db, revisions), db, CHANNELS, NOW)
    for id, airings in (await stored(db)).items():
        assert len(airings) > 5 and airings == batched[id][: len(airings)]


async def test_another_process_stops_no_other_channel(playout: tuple[CountingDatabase, Revisions]) -> None:
    db, revisions = playout
    one, other = service(db, revisions), service(db, revisions)
    await extended(one, db, CHANNELS, NOW)
    await extended(other, db, CHANNELS, NOW)
    later = NOW + timedelta(seconds=90)
    await extended(other, db, CHANNELS[:1], later)
    ahead = await stored(db)
    rows = await ChannelRepository(db).channels(CHANNELS)
    await cast(Any, one)._extend_safely(rows, {})
    after = await stored(db)
    assert after[CHANNELS[0]][: len(ahead[CHANNELS[0]])] == ahead[CHANNELS[0]]
    assert all(len(after[id]) > len(ahead[id]) for id in CHANNELS[1:])
