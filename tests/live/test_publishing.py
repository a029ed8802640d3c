"""From an encoder to the live stream of a channel: real ffmpeg, the RTMP port of a running server, and stream keys."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.control.services import ControlPlane
from tests.live.encoder import duration_s, probe, publish, started
from tests.live.rtmp_client import media, opening
from tests.live.streams import KeptStreams


async def eventually(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
def channel(plane: ControlPlane) -> str:
    return str(plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")["id"])


@pytest.fixture
def key(plane: ControlPlane, channel: str) -> dict[str, Any]:
    """A new stream key; its address leads to this machine."""
    made: dict[str, Any] = plane.owner.post(f"channels/{channel}/stream_keys", json={"name": "Camera 1"}).json()
    made["rtmp_url"] = made["rtmp_url"].replace("studio.test", "127.0.0.1")
    return made


async def test_ffmpeg_publishes_with_the_address_of_a_new_key(
    plane: ControlPlane, streams: KeptStreams, channel: str, key: dict[str, Any], tmp_path: Path
) -> None:
    await publish(key["rtmp_url"], 1)
    [stream] = streams.of(channel)
    await eventually(lambda: stream.closed == 1)
    assert stream.container == "flv"
    assert abs(duration_s(probe(bytes(stream.data), tmp_path / "stream.flv")) - 1) < 0.1
    [listed] = plane.owner.items(f"channels/{channel}/stream_keys")
    assert listed["last_used_at"]


async def test_a_wrong_key_is_refused_with_a_sentence(channel: str, streams: KeptStreams, key: dict[str, Any]) -> None:
    with pytest.raises(ConnectionError, match=r"Server error: This stream key is not valid\. Copy the key"):
        await publish(key["rtmp_url"] + "x")
    assert streams.of(channel) == []


async def test_a_second_publisher_is_refused_with_the_name_of_the_first(
    plane: ControlPlane, streams: KeptStreams, channel: str, key: dict[str, Any]
) -> None:
    other = plane.owner.post(f"channels/{channel}/stream_keys", json={}).json()["key"]
    async with started(key["rtmp_url"]) as first:
        await eventually(lambda: any(s.data for s in streams.of(channel)))
        with pytest.raises(ConnectionError, match=r"Server error: The stream key “Camera 1” is publishing on this"):
            await publish(key["rtmp_url"].replace(key["key"], other))
        assert first.returncode is None
    assert len(streams.of(channel)) == 1


async def test_an_encoder_that_was_killed_publishes_again(
    streams: KeptStreams, channel: str, key: dict[str, Any], tmp_path: Path
) -> None:
    async with started(key["rtmp_url"]) as first:
        await eventually(lambda: any(s.data for s in streams.of(channel)))
        first.kill()
        await first.wait()
    await publish(key["rtmp_url"], 0.5)
    one, two = streams.of(channel)
    await eventually(lambda: (one.closed, two.closed) == (1, 1))
    assert duration_s(probe(bytes(two.data), tmp_path / "again.flv")) > 0.3


async def test_a_half_open_connection_is_taken_over_by_the_same_key(
    streams: KeptStreams, channel: str, key: dict[str, Any]
) -> None:
    address = urlsplit(key["rtmp_url"])
    reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
    writer.write(opening(key["key"]) + media(9, 0, b"\x17\x00lost"))
    await eventually(lambda: any(s.data for s in streams.of(channel)))
    await publish(key["rtmp_url"], 0.5)
    lost, again = streams.of(channel)
    assert lost.closed == 1 and len(again.data) > 1000
    writer.write(media(9, 40, b"\x27\x01late"))
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            while await reader.read(1000):
                pass
    writer.close()
    assert b"late" not in lost.data


async def test_revoking_a_key_ends_its_stream(
    plane: ControlPlane, streams: KeptStreams, channel: str, key: dict[str, Any]
) -> None:
    async with started(key["rtmp_url"]) as encoder:
        await eventually(lambda: any(s.data for s in streams.of(channel)))
        assert plane.owner.delete(f"channels/{channel}/stream_keys/{key['id']}").status_code == 204
        async with asyncio.timeout(10):
            _, errors = await encoder.communicate()
    assert b"The stream key is not valid any more." in errors and streams.of(channel)[0].closed == 1


async def test_keys_are_not_logged(
    channel: str, key: dict[str, Any], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await publish(key["rtmp_url"], 0.2)
    with pytest.raises(ConnectionError):
        await publish(key["rtmp_url"] + "-wrong", 0.2)
    logged = "".join(capsys.readouterr()) + caplog.text
    assert "a live stream begins" in logged and key["key"] not in logged
