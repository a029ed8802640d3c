"""What a media playlist of a channel costs, in CPU time, of a channel with the airings of a year and one with those of
a day, beside a playlist of the same length that is only hashed.

`cold`: the first one of a process, which reads the channel and its window from the database. `warm`: of another second,
with what the process remembers.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.report import Row, timed
from otnet_server import binaries
from otnet_server.channels.airing import ticks_at
from otnet_server.channels.delivery import document
from otnet_server.channels.reader import ChannelReader
from otnet_server.channels.repository import ChannelRepository
from otnet_server.channels.urls import ChannelPath, Kind
from otnet_server.cli.common import settings_of
from otnet_server.cli.database import with_database
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.engine import Database
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.plugins.host import PluginHost
from otnet_server.protection.services import build_protection

DAYS = {"day": 1, "year": 365}
COLD, WARM = 150, 100  # measurements
MAX_RATIO = 1.2
PLAYLIST_MS, PLAYLIST_RATIO = 0.3, 4.0
RENDITION = "720p"
RENDITIONS = ("1080p", RENDITION, "540p", "360p", "audio-en")
LONG_S, SEGMENTS = 200, 75
AFTER = timedelta(hours=1)


def rows(data: Path, template: str) -> list[Row]:
    """`template` is a channel; titles of `LONG_S` are stored as airings of any."""
    now = datetime.now(UTC).replace(microsecond=0)
    ids = {name: _store_airings(data, template, f"f{n:011x}", now, days) for n, (name, days) in enumerate(DAYS.items())}
    settings = settings_of(None, data)
    protection_plugins = PluginHost(settings, binaries.find(settings.tools))

    async def measured(db: Database) -> tuple[dict[str, float], float, float]:
        feed, revisions = ChangeFeed(db), RevisionCache(RevisionRepository(db))
        signalling = build_protection(settings, db, protection_plugins, feed).signalling

        def reader() -> ChannelReader:
            return ChannelReader(ChannelRepository(db), revisions, signalling, settings.profile("standard"), feed)

        cold: dict[str, list[float]] = {name: [] for name in ids}
        for _ in range(COLD):
            for name, id in ids.items():
                cold[name].append(await _cpu_ms(lambda id=id: _playlist(reader(), id, now)))  # type: ignore[misc]
        remembering = reader()
        body = await _playlist(remembering, ids["year"], now)
        warm = [
            await _cpu_ms(lambda s=s: _playlist(remembering, ids["year"], now + timedelta(seconds=s)))  # type: ignore[misc]
            for s in range(1, WARM)
        ]
        hashing = await _cpu_ms(lambda: _hashed(body))
        return {name: statistics.median(times) for name, times in cold.items()}, statistics.mean(warm), hashing

    cold, warm, hashing = asyncio.run(with_database(settings, measured))
    ratio = cold["year"] / cold["day"]
    return [
        Row("cold playlist of a channel with a year of airings", ratio, "× of a day", f"≤ {MAX_RATIO:g}",
            ratio <= MAX_RATIO, f"CPU: year {cold['year']:.2f} ms, day {cold['day']:.2f} ms"),
        timed("playlist of another second", warm, "ms CPU", PLAYLIST_MS, hashing, PLAYLIST_RATIO,
              "hashing it ten times"),
    ]  # fmt: skip


async def _playlist(reader: ChannelReader, id: str, at: datetime) -> bytes:
    channel = await reader.on_air(id, at)
    assert channel is not None
    assert channel.row.epoch is not None
    body = await document(reader, channel, ChannelPath(Kind.PLAYLIST, id, RENDITION), ticks_at(channel.row.epoch, at))
    assert body is not None
    return body


async def _hashed(body: bytes) -> bytes:
    return b"".join(hashlib.blake2b(body + bytes([n])).digest() for n in range(10))


async def _cpu_ms(work: Callable[[], Awaitable[bytes]]) -> float:
    before = time.process_time()
    await work()
    return (time.process_time() - before) * 1000


def _store_airings(data: Path, template: str, id: str, now: datetime, days: int) -> str:
    """A channel like `template` with the airings of so many days until `AFTER` from now: the stored titles of
    `LONG_S` or longer, again and again."""
    with closing(sqlite3.connect(data / "otnet.db")) as db, db:
        db.row_factory = sqlite3.Row
        like = dict(db.execute("SELECT * FROM channel WHERE id = ?", (template,)).fetchone())
        _insert(db, "channel", like | {"id": id, "slug": id, "status": "off"})
        epoch = now - timedelta(days=days)
        _insert(db, "channel_playout", {"channel": id, "epoch": epoch.isoformat()})
        longest = "SELECT * FROM airing WHERE duration >= ? GROUP BY revision ORDER BY revision"
        titles = [dict(r) for r in db.execute(longest, (LONG_S * CLOCK_HZ,))]
        start, number, airings = 0, 0, []
        while start < ticks_at(epoch, now + AFTER):
            title = titles[number % len(titles)]
            before = json.dumps({name: number * SEGMENTS for name in RENDITIONS})
            airings.append(title | {"channel": id, "number": number, "start": start, "segments_before": before,
                                    "choice": number})  # fmt: skip
            start, number = start + title["duration"], number + 1
        names = ", ".join(f":{name}" for name in titles[0])
        db.executemany(f"INSERT INTO airing ({', '.join(titles[0])}) VALUES ({names})", airings)
    return id


def _insert(db: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    names = ", ".join(values)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values()))
