"""`otnet live test-pattern`: a temporary key, the address of the server, plain sentences."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner, Result

from otnet_server.cli import import_all, live
from otnet_server.live.colour_bars import progress, publish, refusal
from tests.control.services import ControlPlane
from tests.harness import until
from tests.live.encoder import duration_s, probe
from tests.live.streams import KeptStreams

APP = import_all()


def otnet_pattern(*argv: str) -> Result:
    return CliRunner().invoke(APP, ["live", "test-pattern", *argv], env={"COLUMNS": "300", "NO_COLOR": "1"})


@pytest.fixture
def channel(plane: ControlPlane) -> dict[str, Any]:
    return plane.owner.make("channels", name=f"Night {secrets.token_hex(4)}")


@pytest.fixture
def server(plane: ControlPlane, channel: dict[str, Any]) -> str:
    """The RTMP address of the running server."""
    made = plane.owner.post(f"channels/{channel['id']}/stream_keys", json={}).json()
    plane.owner.delete(f"channels/{channel['id']}/stream_keys/{made['id']}")
    return f"rtmp://127.0.0.1:{urlsplit(made['rtmp_url']).port}/live"


def test_a_temporary_key_publishes_and_is_revoked(
    plane: ControlPlane, streams: KeptStreams, channel: dict[str, Any], tmp_path: Path
) -> None:
    options = ("--data", str(plane.settings.data), "--size", "320x180", "--seconds", "1")
    done = otnet_pattern(channel["slug"], *options)  # it finds the running server
    assert done.exit_code == 0, done.output
    assert f"Publishing the test pattern on “{channel['slug']}”" in done.output
    [stream] = streams.of(channel["id"])
    report = probe(bytes(stream.data), tmp_path / "stream.flv")
    assert abs(duration_s(report) - 1) < 0.1 and "h264 (Main)" in report and "has_b_frames" not in report
    keys = plane.owner.items(f"channels/{channel['id']}/stream_keys")
    assert keys[0]["name"] == "Test pattern" and all(k["revoked_at"] for k in keys)


def test_an_interruption_ends_the_stream_and_revokes_the_key(
    plane: ControlPlane, streams: KeptStreams, channel: dict[str, Any], server: str
) -> None:
    async def interrupted() -> None:
        running = asyncio.ensure_future(live._publish(plane.settings, channel["id"], server, "", "160x90", 0))
        async with asyncio.timeout(20):
            while not any(stream.data for stream in streams.of(channel["id"])):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(interrupted())
    until("the stream has ended", lambda: streams.of(channel["id"])[0].closed)
    assert all(k["revoked_at"] for k in plane.owner.items(f"channels/{channel['id']}/stream_keys"))


def test_a_wrong_key_is_answered_with_the_sentence_of_the_server(channel: dict[str, Any], server: str) -> None:
    done = otnet_pattern(channel["id"], "--server", server, "--key", "wrong", "--size", "160x90")
    assert done.exit_code == 1 and "This stream key is not valid. Copy the key" in done.output


def test_mistakes_are_said_plainly(plane: ControlPlane, channel: dict[str, Any], tmp_path: Path) -> None:
    data = ("--data", str(plane.settings.data))
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    with sqlite3.connect(plane.settings.data / "otnet.db") as now, sqlite3.connect(stopped / "otnet.db") as then:
        now.backup(then)
        then.execute("UPDATE lease SET expires_at = 1")
    with asyncio.Runner() as runner:
        free = runner.run(_free_port())
    for argv, sentence in (
        (("nothing", "--server", "rtmp://127.0.0.1/live", *data), "There is no channel “nothing”."),
        ((channel["id"], "--server", "http://127.0.0.1", *data), "is not an RTMP address"),
        (
            (channel["id"], "--server", f"rtmp://127.0.0.1:{free}/live", "--key", "k"),
            "No server receives live streams at",
        ),
        ((channel["id"], "--data", str(stopped)), "No server with the data folder"),
        ((channel["id"], "--size", "big", *data), "“big” is not a size."),
        ((channel["id"], "--data", str(tmp_path / "none")), "does not exist"),
    ):
        done = otnet_pattern(*argv)
        assert done.exit_code != 0 and sentence in done.output, (argv, done.output)
    assert all(k["revoked_at"] for k in plane.owner.items(f"channels/{channel['id']}/stream_keys"))


async def _free_port() -> int:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


def test_lines_of_ffmpeg_are_understood() -> None:
    assert progress("out_time=00:01:23.400000\n") == "00:01:23" and progress("out_time=N/A") is None
    assert refusal("[rtmp @ 0x1] Server error: No. Go.\n[out#0] Error") == "No. Go." and refusal("x") is None


def test_the_stream_is_as_players_with_low_latency_need_it() -> None:
    argv = " ".join(publish("ffmpeg", "rtmp://h/live/k", "1280x720", 0, clock=True))
    assert "-re " in argv and "-bf 0 -g 60 -keyint_min 60 -sc_threshold 0" in argv and "localtime" in argv
    assert argv.endswith("-f flv rtmp://h/live/k") and " -t " not in argv
