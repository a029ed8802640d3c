"""Real encoders and hostile packets on the port of SRT."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from otnet_server import IngestUrlRequest
from otnet_server.testing import checks, enabled
from otnet_server.testing import ingest as suite
from tests.live.encoder import duration_s, probe, publish_ts, started

HOST, KEY = suite.HOST, suite.KEY


def srt_ingest(**options: Any) -> Any:
    config = {"ingest_srt": {"host": HOST, "port": 0, **options}}
    return enabled("ingest_srt", data=Path("data"), config=config).ingests()[0]


@contextlib.asynccontextmanager
async def running(host: suite.Host, **options: Any) -> AsyncIterator[Any]:
    ingest = srt_ingest(**options)
    await ingest.start(host)
    try:
        yield ingest
    finally:
        await ingest.close()


def url(ingest: Any, key: str = KEY) -> str:
    return str(ingest.url(IngestUrlRequest(HOST, key, suite.prefix_of(key), key)))


@pytest.mark.parametrize("check", checks(suite), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(srt_ingest, publish_ts)


async def test_a_stream_of_ffmpeg_arrives_whole(tmp_path: Path) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        await publish_ts(url(ingest), 2)
        await asyncio.wait_for(host.inputs[KEY].closed.wait(), 10)
    [request] = host.requests
    assert (request.protocol, request.prefix, request.key, host.containers) == ("srt", KEY[:12], KEY, ["mpegts"])
    report = probe(bytes(host.inputs[KEY].data), tmp_path / "stream.ts")
    assert "Video: h264" in report and "Audio: aac" in report
    assert abs(duration_s(report) - 2) < 0.4, (
        "what waits when the encoder leaves is lost: the latency, and the packets of a frame"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f"streamid={KEY[:12]}", "streamid=ots_00000000", "USERDEFINED:401|REJ"),
        (f"streamid={KEY[:12]}", f"streamid=#!::r={KEY[:12]},m=request", "USERDEFINED:401|REJ"),
        (f"streamid={KEY[:12]}", "streamid=", "REJ|401"),
        (f"passphrase={KEY}", f"passphrase={KEY}x", "BADSECRET"),
        (f"&passphrase={KEY}", "", "UNSECURE"),
    ],
    ids=["another id", "to read", "no id", "another passphrase", "no passphrase"],
)
async def test_who_does_not_know_the_key_is_refused(old: str, new: str, message: str) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        with pytest.raises(ConnectionError, match=message):
            await publish_ts(url(ingest).replace(old, new).replace("&pbkeylen=16", ""), 0.2)
    assert not host.requests


async def test_the_standard_form_of_the_stream_id_is_accepted() -> None:
    host = suite.Host()
    async with running(host) as ingest:
        await publish_ts(url(ingest).replace("streamid=", "streamid=#!::m=publish,u=me,r="))
    assert host.inputs[KEY].data


async def test_other_packets_on_the_port_disturb_nobody() -> None:
    host = suite.Host()
    async with running(host) as ingest:
        port = urlsplit(url(ingest)).port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            publishing = asyncio.ensure_future(publish_ts(url(ingest)))
            for n in range(300):
                sender.sendto(os.urandom(1 + n * 5), (HOST, port))
                handshake = bytes([0x80]) + bytes(15) + os.urandom(48)
                sender.sendto(handshake, (HOST, port))
                await asyncio.sleep(0.002)
            await publishing
    assert len(host.requests) == 1 and host.inputs[KEY].data


async def test_nothing_is_read_while_the_server_waits() -> None:
    class Slow(suite.Input):
        async def write(self, data: bytes) -> None:
            await super().write(data)
            await asyncio.Event().wait()

    class SlowHost(suite.Host):
        async def publish(self, request: Any, container: Any) -> Any:
            self.inputs[request.key] = Slow()
            return self.inputs[request.key]

    host = SlowHost()
    async with running(host) as ingest, started(url(ingest), "mpegts"):
        await asyncio.sleep(1)
    assert host.inputs[KEY].closed.is_set(), "it ends with the server"


async def test_connections_of_one_address_and_of_all_are_limited() -> None:
    for options in ({"max_connections": 1}, {"max_connections_per_address": 1}):
        host = suite.Host()
        async with running(host, **options) as ingest, started(url(ingest), "mpegts"):
            async with asyncio.timeout(10):
                while not host.requests:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            with pytest.raises(ConnectionError):
                await publish_ts(url(ingest, suite.OTHER_KEY), 0.2)
            assert len(host.requests) == 1


async def test_a_busy_port_is_a_warning_and_not_a_failure() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 0))
        port = other.getsockname()[1]
        with structlog.testing.capture_logs() as logs:
            async with running(suite.Host(), port=port) as ingest:
                assert url(ingest) == "" and ingest.problem.code == "port_busy"
    [warning] = [entry for entry in logs if entry["log_level"] == "warning"]
    assert "the port is not available" in warning["event"] and warning["port"] == port and warning["remedy"]


async def test_without_libsrt_the_server_starts_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = srt_ingest()
    module = __import__(type(ingest).__module__.rpartition(".")[0] + ".libsrt", fromlist=["NAMES"])
    monkeypatch.setattr(module, "NAMES", ("libsrt-none.so",))
    with structlog.testing.capture_logs() as logs:
        await ingest.start(suite.Host())
    await ingest.close()
    assert ingest.problem.code == "not_installed"
    assert url(ingest) == "" and "libsrt is not installed" in logs[0]["event"] and logs[0]["remedy"]


def test_stream_ids() -> None:
    module = __import__(type(srt_ingest()).__module__.rpartition(".")[0] + ".stream_id", fromlist=["key_of"])
    for stream_id, key in (
        ("ots_a", "ots_a"), ("#!::r=ots_a,m=publish", "ots_a"), ("#!::m=publish,r=ots_a", "ots_a"),
        ("#!::r=ots_a", "ots_a"), ("#!::r=ots_a,m=request", ""), ("#!::", ""), ("", ""), ("#!::r", ""),
    ):  # fmt: skip
        assert module.key_of(stream_id) == key
