"""Primary and backup: who is on air when both encoders are connected, or one of them is silent or has left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server.errors import PublishEnded
from otnet_server.live import stream_keys
from otnet_server.live.flv import AUDIO, VIDEO, FlvReader
from otnet_server.live.mid_stream import MidStream
from otnet_server.live.stream import LiveStream
from otnet_server.protocols import LiveInput
from tests.live import test_ingest_service
from tests.live.encoder import started
from tests.live.running import ingest_url, make_key, media_of, running, until
from tests.live.streams import KeptStream
from tests.live.test_flv import HEADER, KEYFRAME, PICTURE, SOUND, tag
from tests.live.test_ingest_service import CHANNEL, Process, refusal

process, processes = test_ingest_service.process, test_ingest_service.processes
SETUP = b"\x17\0\0\0\0avcC"


class Encoder:
    """Sends a stream of FLV, which has a keyframe first."""

    def __init__(self, input: LiveInput) -> None:
        self._input, self._time = input, 0

    async def send(self, payload: bytes = KEYFRAME) -> None:
        head = HEADER + tag(VIDEO, 0, SETUP) if not self._time else b""
        self._time += 40
        await self._input.write(head + tag(VIDEO, self._time, payload))

    async def send_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.send()
            await asyncio.sleep(0.04)


async def connect(process: Process, key: str) -> Encoder:
    return Encoder(await process.publish(key))


async def on_air(process: Process, streams: int) -> KeptStream:
    assert len(process.streams.opened) == streams
    return process.streams.opened[-1]


async def test_a_backup_is_held_and_goes_on_air_when_the_primary_leaves(process: Process) -> None:
    (first, _), (second, id) = await process.key(), await process.key(role="backup")
    input = await process.publish(first)
    primary, backup = Encoder(input), await connect(process, second)
    for encoder in (primary, backup) * 4:
        await encoder.send()
    assert len(process.streams.opened) == 1
    await input.close()
    await asyncio.sleep(0.3)
    await backup.send(PICTURE)
    await backup.send(KEYFRAME)
    stream = await on_air(process, 2)
    tags = FlvReader().feed(bytes(stream.data))
    assert [(t.setup, t.keyframe) for t in tags] == [(True, False), (False, True)], "it begins with a keyframe"
    async with process.db.read() as c:
        shown = {key["id"]: key["role"] for key in await stream_keys.list_keys(c, CHANNEL)}
        assert shown[id] == "backup" and await stream_keys.publishing_role(process.db, CHANNEL) == "backup"


async def test_a_silent_primary_is_replaced_until_it_is_steady_again(process: Process) -> None:
    (first, _), (second, _) = await process.key(), await process.key(role="backup")
    primary, backup = await connect(process, first), await connect(process, second)
    await asyncio.gather(primary.send_for(0.5), backup.send_for(0.5))
    await on_air(process, 1)
    await backup.send_for(0.9)
    assert (await on_air(process, 2)).data
    await asyncio.gather(primary.send_for(0.3), backup.send_for(0.3))
    await on_air(process, 2)
    await asyncio.gather(primary.send_for(1.2), backup.send_for(1.2))
    assert (await on_air(process, 3)).data, "the primary has returned"
    assert [s.closed for s in process.streams.opened] == [1, 1, 0]
    await backup.send()
    assert len(process.streams.opened) == 3


async def test_a_backup_alone_is_on_air_at_once(process: Process) -> None:
    key, _ = await process.key(role="backup")
    await (await connect(process, key)).send()
    assert (await on_air(process, 1)).data


async def test_two_keys_of_the_same_role_are_not_held(process: Process) -> None:
    backups = [(await process.key(role="backup"))[0] for _ in range(3)]
    primary = await connect(process, (await process.key())[0])
    await primary.send()
    await connect(process, backups[0])
    another = await process.key()
    assert (await refusal(process.publish(another[0]))).code == "already_publishing"


async def test_a_held_encoder_ends_with_its_key_and_when_it_connects_again(process: Process) -> None:
    (first, _), (second, id) = await process.key(), await process.key(role="backup")
    await (await connect(process, first)).send()
    before, after = await connect(process, second), await connect(process, second)
    with pytest.raises(PublishEnded, match="connected again"):
        await before.send()
    await after.send()
    await process.change("stream_key_revoked", lambda c: stream_keys.revoke_key(c, CHANNEL, id))
    with pytest.raises(PublishEnded, match="not valid any more"):
        await after.send_for(5)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_primary_and_backup_in_two_processes(process: Process, processes: Callable[[], Any]) -> None:
    two: Process = await processes()
    (first, _), (second, _) = await process.key(), await process.key(role="backup")
    input = await process.publish(first)
    await Encoder(input).send()
    backup = await connect(two, second)
    await backup.send_for(0.5)
    assert two.streams.opened == []
    await input.close()
    await backup.send_for(0.6)
    assert two.streams.opened[0].data
    primary = await connect(process, first)
    with pytest.raises(PublishEnded):
        await asyncio.gather(primary.send_for(5), backup.send_for(5))
    await primary.send_for(0.6)
    assert process.streams.opened[-1].data and process.leases.holds(f"live:{CHANNEL}"), "the primary has returned"


def test_sound_alone_can_be_entered_anywhere() -> None:
    stream, setup = MidStream("flv"), b"\xaf\0\x12\x10"
    stream.skip(HEADER + tag(AUDIO, 0, setup) + tag(AUDIO, 0, SOUND), 0)
    assert [t.setup for t in FlvReader().feed(stream.enter(tag(AUDIO, 20, SOUND), 0.02))] == [True, False]


async def test_a_backup_of_ffmpeg_continues_the_stream_within_two_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, begin = list[float](), LiveStream.begin

    def noted(stream: LiveStream, at: float, **what: bool) -> None:
        begun.append(time.monotonic())
        begin(stream, at, **what)

    monkeypatch.setattr(LiveStream, "begin", noted)
    async with running(tmp_path / "data", grace_s=30, return_s=1) as run:
        primary, _ = await make_key(run)
        backup, _ = await make_key(run, role="backup")
        async with started(ingest_url(run, "rtmp", backup)) as second:

            async def begins(times: int) -> bool:
                return len(begun) >= times

            await until(lambda: begins(1))
            async with started(ingest_url(run, "rtmp", primary)) as first:
                media = await media_of(run)
                await until(lambda: begins(2))  # the primary has returned
                first.kill()
                killed = time.monotonic()
                await until(lambda: begins(3))
                assert begun[2] - killed < 2.5
            row = await run.server.live.repository.newest(run.channel)
            assert row is not None and row.media == media and second.returncode is None
