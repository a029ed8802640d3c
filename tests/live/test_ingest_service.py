"""Who may publish: stream keys, one publisher at a time over all processes, takeover, revocation, guesses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import Leases
from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.ingest_tables import stream_key
from otnet_server.db.records import now
from otnet_server.db.tables import lease, metadata
from otnet_server.errors import PublishEnded, PublishRefused
from otnet_server.identity.keys import digest, make_stream_key
from otnet_server.ingest.addresses import PUBLIC
from otnet_server.live import stream_keys
from otnet_server.live.ingest import Failover, IngestService
from otnet_server.live.passphrases import Passphrases, passphrase_of
from otnet_server.live.pull.sources import PullTools
from otnet_server.protocols import LiveInput, PublishRequest
from otnet_server.schema.fields.dates import utc
from tests.harness import FFMPEG
from tests.live.streams import KeptStreams

on_both_databases = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
SECRET = b"s" * 32
FAILOVER = Failover(silent_s=0.4, return_s=0.6)
TOOLS = PullTools(FFMPEG, Path("/tmp"), PUBLIC)
ORGANIZATION, CHANNEL, OTHER = "o" * 12, "c" * 12, "d" * 12


@dataclass
class Process:
    """The ingest of one server process."""

    db: Database
    service: IngestService
    streams: KeptStreams
    leases: Leases

    async def publish(self, key: str, address: str = "192.0.2.1") -> LiveInput:
        return await self.service.publish(PublishRequest("rtmp", key, address, "live"), "flv")

    async def key(
        self, channel: str = CHANNEL, name: str = "", expires_at: str | None = None, role: str = "primary"
    ) -> tuple[str, str]:
        async with self.db.write() as c:
            key, record = await stream_keys.create_key(c, ORGANIZATION, channel, name, expires_at, role)
        return key, record["id"]

    async def change(self, action: str, work: Callable[[Any], Any]) -> None:
        """Change a key as the API does, with its event."""
        async with self.db.write() as c:
            await work(c)
            await changes.append(c, f"channel.{action}", {"organization": ORGANIZATION, "id": CHANNEL})


@pytest.fixture
async def processes(connect: Callable[[], Database]) -> AsyncIterator[Callable[[], Any]]:
    async with AsyncExitStack() as stack:

        async def another() -> Process:
            db = connect()
            leases, feed, streams = Leases(db), ChangeFeed(db), KeptStreams()
            service = IngestService(db, leases, feed, streams, Passphrases(db, feed, SECRET), TOOLS, FAILOVER)
            await feed.start()
            stack.push_async_callback(feed.stop)
            stack.push_async_callback(service.stop)
            return Process(db, service, streams, leases)

        yield another


@pytest.fixture
async def process(processes: Callable[[], Any]) -> Process:
    made: Process = await processes()
    at = {"created_at": now(), "updated_at": now()}
    async with made.db.write() as c:
        await c.execute(
            sa.insert(metadata.tables["organization"]).values(id=ORGANIZATION, name="Harbour", slug="h", **at)
        )
        for channel in (CHANNEL, OTHER):
            row = {"id": channel, "organization": ORGANIZATION, "name": channel, "slug": channel, **at}
            await c.execute(sa.insert(metadata.tables["channel"]).values(**row))
    return made


async def ends(input: LiveInput) -> str:
    """The code with which the server ends a stream."""
    async with asyncio.timeout(10):
        while True:
            try:
                await input.write(b"more")
            except PublishEnded as e:
                return e.code
            await asyncio.sleep(0.02)


async def refusal(publishing: Any) -> PublishRefused:
    with pytest.raises(PublishRefused) as raised:
        await publishing
    return raised.value


@on_both_databases
async def test_a_valid_key_publishes_on_its_channel(process: Process) -> None:
    key, id = await process.key()
    input = await process.publish(key)
    await input.write(b"one")
    await input.write(b"two")
    assert process.leases.holds(f"live:{CHANNEL}")
    await input.close()
    await input.close()
    [stream] = process.streams.opened
    assert (stream.channel, stream.container, bytes(stream.data), stream.closed) == (CHANNEL, "flv", b"onetwo", 1)
    async with process.db.read() as c:
        row = (await c.execute(sa.select(stream_key).where(stream_key.c.id == id))).mappings().one()
        assert row["last_used_at"] and row["publisher"] is None
        assert not (await c.execute(sa.select(lease))).all()
    with pytest.raises(PublishEnded):
        await input.write(b"late")


async def test_keys_that_are_not_valid_are_refused_with_the_reason(process: Process) -> None:
    past = utc(datetime.now(UTC) - timedelta(seconds=1))
    expired, _ = await process.key(expires_at=past)
    revoked, id = await process.key()
    async with process.db.write() as c:
        await stream_keys.revoke_key(c, CHANNEL, id)
    refused = {
        await_key: (await refusal(process.publish(await_key))).code for await_key in (expired, revoked, "", "x\x00")
    }
    assert list(refused.values()) == ["stream_key_expired", "stream_key_revoked"] + ["stream_key_unknown"] * 2
    assert (await refusal(process.publish(make_stream_key()[0]))).message == "This stream key is not valid."
    assert process.streams.opened == []


async def test_the_old_key_of_a_rotation_is_valid_for_the_overlap(process: Process) -> None:
    old, id = await process.key()
    async with process.db.write() as c:
        new, _ = await stream_keys.rotate_key(c, CHANNEL, id, 1)
    for key in (old, new):
        await (await process.publish(key)).close()
    async with process.db.write() as c:
        await c.execute(sa.update(stream_key).values(old_until=utc(datetime.now(UTC) - timedelta(seconds=1))))
    assert (await refusal(process.publish(old))).code == "stream_key_unknown"
    await (await process.publish(new)).close()


async def test_another_key_is_refused_while_one_publishes(process: Process) -> None:
    (first, _), (second, _), (elsewhere, _) = (
        await process.key(name="Camera 1"),
        await process.key(),
        await process.key(OTHER),
    )
    input = await process.publish(first)
    refused = await refusal(process.publish(second))
    assert (
        refused.code == "already_publishing" and "“Camera 1” is publishing on this channel already" in refused.message
    )
    await (await process.publish(elsewhere)).close()
    await input.write(b"goes on")
    await input.close()
    await (await process.publish(second)).close()


async def test_the_same_key_takes_over(process: Process) -> None:
    key, _ = await process.key()
    half_open = await process.publish(key)
    again = await process.publish(key)
    with pytest.raises(PublishEnded, match="connected again"):
        await half_open.write(b"late")
    await half_open.close()
    await again.write(b"new")
    assert process.leases.holds(f"live:{CHANNEL}"), "closing the old connection does not end the new one"
    await again.close()
    assert [(bytes(s.data), s.closed) for s in process.streams.opened] == [(b"", 1), (b"new", 1)]


async def test_many_connections_at_once_leave_one_publisher(process: Process) -> None:
    key, _ = await process.key()
    inputs = await asyncio.gather(*(process.publish(key) for _ in range(8)))
    alive = 0
    for input in inputs:
        try:
            await input.write(b"x")
            alive += 1
        except PublishEnded:
            pass
    assert alive == 1


SLOW_S = 0.1


@pytest.mark.parametrize("same", [True, False], ids=["the same key", "another key"])
async def test_a_publisher_that_comes_while_another_leaves_has_the_lease(
    process: Process, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    (key, _), (other, _) = await process.key(), await process.key()
    release = process.leases.release

    async def slow(*names: str) -> None:
        await asyncio.sleep(SLOW_S)
        await release(*names)

    monkeypatch.setattr(process.leases, "release", slow)
    input = await process.publish(key)
    leaving = asyncio.ensure_future(input.close())
    await asyncio.sleep(SLOW_S / 2)
    again = await process.publish(key if same else other)
    await leaving
    async with process.db.read() as c:
        assert (await c.execute(sa.select(lease.c.holder))).scalars().all() == [process.leases.holder]
    await again.write(b"goes on")


@on_both_databases
async def test_another_process_refuses_another_key_and_takes_over_the_same(
    process: Process, processes: Callable[[], Any]
) -> None:
    two: Process = await processes()
    (key, _), (other, _) = await process.key(), await process.key()
    input = await process.publish(key)
    assert (await refusal(two.publish(other))).code == "already_publishing"
    again = await two.publish(key)
    assert await ends(input) == "taken_over"
    await input.close()
    await again.write(b"new")
    assert two.leases.holds(f"live:{CHANNEL}") and not process.leases.holds(f"live:{CHANNEL}")


@on_both_databases
async def test_a_process_that_has_died_blocks_nobody(process: Process, processes: Callable[[], Any]) -> None:
    key, _ = await process.key()
    await process.publish(key)
    async with process.db.write() as c:
        await c.execute(sa.update(lease).values(expires_at=1.0))
    two: Process = await processes()
    await (await two.publish(key)).close()


async def test_a_stream_ends_when_its_lease_is_lost(process: Process) -> None:
    key, _ = await process.key()
    input = await process.publish(key)
    async with process.db.write() as c:
        await c.execute(sa.update(lease).values(holder="another process"))
    await process.leases.renew()
    assert await ends(input) == "lease_lost"


@on_both_databases
@pytest.mark.parametrize("here", [True, False], ids=["this process", "another process"])
async def test_a_stream_ends_when_its_key_is_revoked(
    process: Process, processes: Callable[[], Any], here: bool
) -> None:
    key, id = await process.key()
    kept, _ = await process.key(OTHER)
    input, other = await process.publish(key), await process.publish(kept)
    changing: Process = process if here else await processes()
    await changing.change("stream_key_revoked", lambda c: stream_keys.revoke_key(c, CHANNEL, id))
    assert await ends(input) == "stream_key_revoked"
    await other.write(b"goes on")


async def test_a_rotation_ends_the_stream_only_without_an_overlap(process: Process) -> None:
    key, id = await process.key()
    input = await process.publish(key)
    await process.change("stream_key_rotated", lambda c: stream_keys.rotate_key(c, CHANNEL, id, 1))
    await asyncio.sleep(0.2)
    await input.write(b"goes on")
    await process.change("stream_key_rotated", lambda c: stream_keys.rotate_key(c, CHANNEL, id, 0))
    assert await ends(input) == "stream_key_revoked"


async def test_a_stream_ends_when_its_channel_is_deleted(process: Process) -> None:
    key, _ = await process.key()
    input = await process.publish(key)
    channel = metadata.tables["channel"]
    await process.change("deleted", lambda c: c.execute(sa.delete(channel).where(channel.c.id == CHANNEL)))
    assert await ends(input) == "stream_key_revoked"
    assert (await refusal(process.publish(key))).code == "stream_key_unknown"


async def test_guesses_of_one_network_are_slowed_down(process: Process) -> None:
    key, _ = await process.key()
    for _ in range(20):
        assert (await refusal(process.publish("wrong", "192.0.2.9"))).code == "stream_key_unknown"
    await (await process.publish(key, "192.0.2.9")).close()
    codes = [(await refusal(process.publish(f"guess {n}", "2001:db8::1"))).code for n in range(5)]
    assert codes == ["stream_key_unknown"] * 5
    assert (await refusal(process.publish(key, "2001:db8::2"))).code == "too_many_keys"
    await (await process.publish(key, "2001:db8:1::2")).close()


async def test_a_stream_that_cannot_begin_leaves_the_channel_free(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _ = await process.key()

    async def full(channel: str, container: str) -> LiveInput:
        raise PublishRefused("too_many_streams", "The server has no room for another stream.", "Try again later.")

    with monkeypatch.context() as patch:
        patch.setattr(process.streams, "open", full)
        assert (await refusal(process.publish(key))).code == "too_many_streams"
    assert not process.leases.holds(f"live:{CHANNEL}")
    await (await process.publish(key)).close()


async def test_streams_end_with_the_server(process: Process) -> None:
    key, _ = await process.key()
    input = await process.publish(key)
    await process.service.stop()
    assert process.streams.opened[0].closed == 1 and not process.leases.holds(f"live:{CHANNEL}")
    with pytest.raises(PublishEnded):
        await input.write(b"late")


async def proved(process: Process, prefix: str, passphrase: str) -> LiveInput:
    """Publish as an encoder that has proved that it knows a passphrase."""
    request = PublishRequest("srt", passphrase, "192.0.2.1", prefix=prefix)
    return await process.service.publish(request, "mpegts")


@on_both_databases
async def test_a_passphrase_publishes_in_place_of_its_key(process: Process) -> None:
    key, _ = await process.key()
    passphrase = passphrase_of(SECRET, digest(key))
    assert dict(await process.service.passphrases()) == {key[:12]: passphrase}
    input = await proved(process, key[:12], passphrase)
    await process.publish(key)
    with pytest.raises(PublishEnded, match="connected again"):
        await input.write(b"the same key has taken over")
    for prefix, wrong in ((key[:12], "x" * 40), (key[:12], key), ("ots_00000000", passphrase)):
        assert (await refusal(proved(process, prefix, wrong))).code == "stream_key_unknown"
    assert passphrase_of(b"another server", digest(key)) != passphrase


@pytest.mark.parametrize("here", [True, False], ids=["this process", "another process"])
async def test_passphrases_follow_the_keys(process: Process, processes: Callable[[], Any], here: bool) -> None:
    changing: Process = process if here else await processes()
    known, made = await process.service.passphrases(), list[str]()

    async def create(c: Any) -> None:
        key, record = await stream_keys.create_key(c, ORGANIZATION, CHANNEL, "", None)
        made.extend((key, record["id"]))

    async def rotate(c: Any, hours: int) -> None:
        made[0] = (await stream_keys.rotate_key(c, CHANNEL, made[1], hours))[0]

    async def become(*keys: str) -> None:
        async with asyncio.timeout(5):
            while known != {key[:12]: passphrase_of(SECRET, digest(key)) for key in keys}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    await changing.change("stream_key_created", create)
    await become(old := made[0])
    await changing.change("stream_key_rotated", lambda c: rotate(c, 1))
    await become(old, made[0])
    await changing.change("stream_key_rotated", lambda c: rotate(c, 0))
    await become(made[0])
    await changing.change("stream_key_revoked", lambda c: stream_keys.revoke_key(c, CHANNEL, made[1]))
    await become()
