"""Creatives of ad servers are fetched once, and play when they are ready."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from otnet_server.channels.ad_creatives import AdCreatives, creative_id
from otnet_server.control.unused_creatives import UNUSED, UnusedCreatives
from otnet_server.db.ad_tables import ad_creative
from otnet_server.db.engine import Database
from otnet_server.db.tables import FIRST, change, media, metadata, revision
from otnet_server.media.states import State
from otnet_server.protocols import Ad
from otnet_server.schema.fields.dates import utc
from tests.channels.test_ad_decisions import CHANNEL, url

__all__ = ["url"]
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0\0\0\x08free" + b"\0" * 64


async def fetch(creatives: AdCreatives, *ads: Ad, organization: str = FIRST) -> list[Ad]:
    """The ads that can be played; returns when downloads have ended."""
    playable = await creatives.with_content(organization, "vast", ads, {"film"})
    await asyncio.gather(*creatives._tasks)
    return playable


class FileServer:
    def __init__(self, body: bytes) -> None:
        self.body, self.requests, self.base = body, 0, ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(self.body) + self.body)
        writer.close()


async def test_creative_is_fetched_once_and_plays_when_it_is_ready(url: str, tmp_path: Path) -> None:
    one, other, woken, files = Database(url), Database(url), list[bool](), FileServer(MP4)
    async with await asyncio.start_server(files.answer, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.mp4"
        ad = Ad(id="7", creative_url=address, creative_id="ad-id:1", tracking={"start": ["https://a.example"]})
        processes = [
            AdCreatives(db, lambda: woken.append(True), tmp_path, frozenset({"127.0.0.1"})) for db in (one, other)
        ]
        answers = await asyncio.gather(*(fetch(p, ad, Ad("film"), Ad("not offered")) for p in processes))
        assert answers == [[Ad("film")], [Ad("film")]]
        assert await fetch(processes[1], ad) == []
        assert files.requests == 1 and woken == [True]
        assert [p.read_bytes() for p in (tmp_path / "creatives").rglob("*") if p.is_file()] == [MP4]
        async with one.write() as c:
            made = (await c.execute(sa.select(media).where(media.c.library == "creatives"))).one()
            assert made.title == "Ad 7" and made.organization == FIRST
            await c.execute(sa.update(revision).values(state=State.READY, duration_s=15.0))
            await c.execute(sa.update(media).values(playing=made.current))
        (ready,) = await fetch(processes[1], ad)
        assert ready.content == made.content and ready.tracking == ad.tracking
        assert files.requests == 1
    await one.close()
    await other.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("allowed", [True, False], ids=["not a video", "private address"])
async def test_file_that_is_refused_leaves_nothing_and_is_not_tried_at_once(
    url: str, tmp_path: Path, allowed: bool
) -> None:
    db, files = Database(url), FileServer(b"<html>not a video</html>" if allowed else MP4)
    creatives = AdCreatives(db, lambda: None, tmp_path, frozenset({"127.0.0.1"} if allowed else ()))
    async with await asyncio.start_server(files.answer, "127.0.0.1", 0) as server:
        ad = Ad(creative_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.mp4", creative_id="1")
        for _ in range(2):
            assert await fetch(creatives, ad) == []
    assert files.requests == allowed
    assert [p for p in tmp_path.rglob("*") if p.is_file() and "creatives" in p.parts] == []
    async with db.read() as c:
        assert (await c.execute(sa.select(media))).first() is None
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_creatives_of_an_organization_are_bounded(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("otnet_server.channels.ad_creatives.MAX_CREATIVES", 2)
    db = Database(url)
    creatives = AdCreatives(db, lambda: None, tmp_path, frozenset())
    claimed = [await creatives._claims(FIRST, str(n)) for n in range(3)]
    assert claimed == [True, True, False]
    await db.close()


# --- creatives that are not used ---


async def stored_creative(db: Database, creatives: AdCreatives, id: str, folder: Path, used_at: str | None) -> Path:
    """A creative that has arrived, and was used then."""
    path = folder / f"{id}.mp4"
    path.write_bytes(MP4)
    assert await creatives._claims(FIRST, id)
    await creatives._store(FIRST, id, path, f"Ad {id}")
    async with db.write() as c:
        await c.execute(sa.update(ad_creative).where(ad_creative.c.id == id).values(used_at=used_at))
    return path


async def test_creative_that_was_not_used_for_long_is_deleted(url: str, tmp_path: Path) -> None:
    db = Database(url)
    creatives = AdCreatives(db, lambda: None, tmp_path, frozenset())
    long_ago, lately = utc(datetime.now(UTC) - UNUSED - timedelta(hours=1)), utc(datetime.now(UTC) - timedelta(days=29))
    names = {"old": long_ago, "lately": lately, "published": long_ago, "channel": long_ago, "scheduled": long_ago}
    paths = {name: await stored_creative(db, creatives, name, tmp_path, used) for name, used in names.items()}
    assert await creatives._claims(FIRST, "failed")
    content, program = metadata.tables["content"], metadata.tables["program"]
    of = {}
    async with db.write() as c:
        for row in (await c.execute(sa.select(ad_creative))).all():
            of[row.id] = row.content
        await c.execute(sa.update(ad_creative).where(ad_creative.c.id == "failed").values(tried_at=long_ago))
        await c.execute(sa.update(content).where(content.c.id == of["published"]).values(status="published"))
        await c.execute(sa.insert(metadata.tables["channel_ad_titles"]).values(
            record=CHANNEL, target=of["channel"], position=0))  # fmt: skip
        await c.execute(sa.insert(program).values(
            id="b" * 12, organization=FIRST, channel=CHANNEL, content=of["scheduled"], starts_at=lately, duration_s=9,
            created_at=lately, updated_at=lately))  # fmt: skip
    for _ in range(2):
        await UnusedCreatives(db).delete_old()
    async with db.read() as c:
        kept = set((await c.execute(sa.select(ad_creative.c.id))).scalars())
        titles = set((await c.execute(sa.select(media.c.title))).scalars())
        events = (await c.execute(sa.select(change.c.type, change.c.data))).all()
    assert kept == names.keys() - {"old"} and titles == {f"Ad {name}" for name in kept}
    assert {name for name, path in paths.items() if path.exists()} == kept
    deleted = [data["id"] for type, data in events if type == "media.deleted"]
    assert len(deleted) == 1, "its objects are deleted after the event"
    await db.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_decision_that_has_a_creative_keeps_it(url: str, tmp_path: Path) -> None:
    db = Database(url)
    creatives, ad = AdCreatives(db, lambda: None, tmp_path, frozenset()), Ad(creative_url="https://a.example/a.mp4")
    id, long_ago = creative_id("vast", ad), utc(datetime.now(UTC) - UNUSED - timedelta(days=1))
    await stored_creative(db, creatives, id, tmp_path, long_ago)
    async with db.write() as c:
        await c.execute(sa.update(revision).values(state=State.READY, duration_s=15.0))
        await c.execute(sa.update(media).values(playing=media.c.current))
    assert len(await fetch(creatives, ad)) == 1
    await UnusedCreatives(db).delete_old()
    async with db.read() as c:
        assert (await c.execute(sa.select(ad_creative.c.used_at))).scalar_one() > long_ago
    await db.close()
