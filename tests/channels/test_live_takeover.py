"""Which live streams take over their channels, and the airings that they replace, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.repository import ChannelRepository
from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import FIRST, live_stream, metadata
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.schema.fields.dates import utc

CHANNEL = "c" * 12
MEDIA, REVISION = "d" * 12, "e" * 10


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with a channel whose stream is shown in live programs only."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
        migrate(url)
    else:
        url = request.getfixturevalue("postgres_server").migrated()
    now = datetime.now(UTC)
    common: dict[str, Any] = {"organization": FIRST, "created_at": utc(now), "updated_at": utc(now)}
    tables = metadata.tables
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as c:
        c.execute(sa.insert(tables["channel"]).values(id=CHANNEL, name="Night", slug="night", status="on",
                                                      live_takeover="scheduled", **common))  # fmt: skip
        c.execute(sa.insert(tables["content"]).values(id="f" * 12, title="Film", slug="film", **common))
        c.execute(sa.insert(tables["media"]).values(id=MEDIA, library="films", title="Live", present=True, info={},
                                                    current=REVISION, playing=REVISION, **common))  # fmt: skip
        c.execute(sa.insert(live_stream).values(id="a" * 12, organization=FIRST, channel=CHANNEL, media=MEDIA,
                                                revision=REVISION, epoch=utc(now), started_at=utc(now)))  # fmt: skip
    engine.dispose()
    return url


async def schedule(db: Database, starts_in: timedelta, *, live: bool = True) -> datetime:
    starts_at = datetime.now(UTC).replace(microsecond=0) + starts_in
    async with db.write() as c:
        await c.execute(sa.delete(metadata.tables["program"]))
        await c.execute(sa.insert(metadata.tables["program"]).values(
            id="b" * 12, organization=FIRST, channel=CHANNEL, content="f" * 12, starts_at=utc(starts_at),
            duration_s=600, live=live, created_at=utc(starts_at), updated_at=utc(starts_at)))  # fmt: skip
    return starts_at


async def test_scheduled_stream_is_on_during_live_programs(database: str) -> None:
    db = Database(database)
    repository = ChannelRepository(db)
    assert await repository.live_titles() == {} and await repository.live_media(CHANNEL) is None
    for starts_in, live, shown in (
        (timedelta(seconds=4), True, True),
        (timedelta(minutes=-9), True, True),
        (timedelta(minutes=-9), False, False),
        (timedelta(minutes=-11), True, False),
        (timedelta(minutes=1), True, False),
    ):
        starts_at = await schedule(db, starts_in, live=live)
        titles = await repository.live_titles()
        assert bool(titles) == shown, (starts_in, live)
        if shown:
            assert (titles[CHANNEL].revision, titles[CHANNEL].starts_at) == (REVISION, starts_at)
    async with db.write() as c:
        await c.execute(sa.update(metadata.tables["channel"]).values(live_takeover="always"))
    assert CHANNEL in await repository.live_titles() and await repository.live_media(CHANNEL) == MEDIA
    await db.close()


async def test_airings_are_replaced_only_by_the_process_that_knows_the_last_one(database: str) -> None:
    db = Database(database)
    repository = ChannelRepository(db)
    ten_s = 10 * CLOCK_HZ
    titles = [Airing(CHANNEL, n, n * ten_s, ten_s, AiringKind.TITLE, MEDIA, REVISION) for n in range(3)]
    for title in titles:
        await repository.append(title)
    cut = replace(titles[0], duration=ten_s // 2, interrupted=True)
    live = Airing(CHANNEL, 1, cut.end, ten_s, AiringKind.LIVE, MEDIA, REVISION)
    assert not await repository.replace_after(cut, live, last=1)
    assert await repository.between(CHANNEL, 0, 9 * ten_s) == titles
    assert await repository.replace_after(cut, live, last=2)
    grown = replace(live, duration=2 * ten_s)
    assert await repository.grow(grown)
    assert await repository.between(CHANNEL, 0, 9 * ten_s) == [cut, grown]
    assert not await repository.grow(replace(cut, duration=ten_s)), "there is another airing after it"
    await db.close()
