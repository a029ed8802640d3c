"""Live streams that the server fetches: addresses, what they may not reach, and real sources."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from otnet_server.db.tables import FIRST
from otnet_server.identity.secret_box import SecretBox
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import hls, settings, sources
from otnet_server.live.pull.relay import relay
from otnet_server.live.pull.sources import PullFailed, PullTools
from otnet_server.playback.tokens import secret_of
from tests.harness import FFMPEG
from tests.live.encoder import probe, started
from tests.live.engine import MODULE, free_port, nginx_rtmp
from tests.live.rtsp_server import camera
from tests.live.running import Running, key_changed, media_of, running, until

LOCAL = Rules(frozenset({"127.0.0.1"}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("file:///etc/passwd", "url_scheme"), ("concat:a|b", "url_invalid"), ("rtmp:///live/x", "url_invalid"),
        ("rtmp://example.org/live/x y", "url_invalid"), ("rtmp://example.org:99999/x", "url_invalid"),
        ("srt://example.org", "url_invalid"), ("rtmp://example.org/live/x#y", "url_invalid"), ("", "url_scheme"),
        ("udp://239.0.0.1:1234", "url_scheme"), ("rtmp://127.0.0.1/live/x", "address_private"),
        ("rtsp://[::1]/x", "address_private"), ("rtsp://10.1.2.3/x", "address_private"),
        ("srt://169.254.169.254:9000", "address_private"), ("http://localhost/x.ts", "host_local"),
        ("rtmp://2130706433/live/x", "host_spelling"), ("rtmp://0x7f.1/live/x", "host_spelling"),
        ("rtmp://example.org:22/live/x", "url_port"), ("https://user:word@example.org/x.ts", "url_credentials"),
        ("rtmp://" + "a" * 3000, "url_invalid"),
    ],
)  # fmt: skip
def test_what_is_no_source_is_refused(text: str, code: str) -> None:
    with pytest.raises(Blocked) as refused:
        pull_address.check(pull_address.parse(text), Rules(ports=sources.EXTRA_PORTS))
    assert refused.value.code == code


def test_the_text_of_an_address_does_not_reach_ffmpeg() -> None:
    address = pull_address.parse("srt://cdn.example.org:9000?streamid=a%26b&passphrase=p&mode=listener&bind=1.2.3.4")
    argv = pull_address.input_argv("/ffmpeg", address, "192.0.2.1", 9000)
    assert argv[-1] == "srt://192.0.2.1:9000?mode=caller&timeout=10000000&streamid=a%26b&passphrase=p"
    assert pull_address.output_argv("srt", "x")[-4:-2] == ("data", "-flush_packets"), "cues are passed on"
    address = pull_address.parse("rtmps://cdn.example.org/app/inst/name?token=1")
    argv = pull_address.input_argv("/ffmpeg", address, "127.0.0.1", 5)
    assert argv[-1] == "rtmp://127.0.0.1:5/app/inst/name?token=1" and "rtmps://cdn.example.org:443/app/inst" in argv
    address = pull_address.parse("rtsp://ann:p%40ss@cam.example.org/stream1")
    argv = pull_address.input_argv("/ffmpeg", address, "127.0.0.1", 5)
    assert argv[-1] == "rtsp://ann:p%40ss@127.0.0.1:5/stream1"
    assert address.shown == "rtsp://cam.example.org:554/stream1"
    assert argv[argv.index("-protocol_whitelist") + 1] == "tcp"


async def resolve_privately(host: str, port: int) -> list[Any]:
    return [ip_address("10.0.0.7"), ip_address("::ffff:127.0.0.1")]


@pytest.mark.parametrize("url", ["rtmp://a.example/live/x", "rtsp://a.example/x", "srt://a.example:9000",
                                 "http://a.example/x.ts", "https://a.example/x.m3u8"])  # fmt: skip
async def test_a_name_that_resolves_to_a_private_address_is_refused(url: str, tmp_path: Path) -> None:
    rules = Rules(ports=sources.EXTRA_PORTS)
    tools = PullTools(FFMPEG, tmp_path, rules, resolve_privately)
    with pytest.raises(Blocked, match="not on the public internet"):
        await collect(url, tools)


async def collect(url: str, tools: PullTools, enough: int = 1) -> bytes:
    data = bytearray()
    async with aclosing(sources.read(pull_address.parse(url), tools)) as reading:
        async for block in reading:
            data += block
            if len(data) >= enough:
                break
    return bytes(data)


@contextlib.asynccontextmanager
async def serving(answer: Callable[[str], Awaitable[bytes] | bytes]) -> AsyncIterator[int]:
    """A server that answers the first line of what it gets, and closes."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            said = answer(head.split(b"\r\n")[0].decode())
            writer.write(said if isinstance(said, bytes) else await said)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_an_rtsp_server_cannot_lead_elsewhere(tmp_path: Path) -> None:
    reached = []

    async def inside(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.read(100))

    async with await asyncio.start_server(inside, "127.0.0.1", 0) as target:
        elsewhere = target.sockets[0].getsockname()[1]
        redirect = f"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:{elsewhere}/x\r\n\r\n".encode()
        async with serving(lambda _: redirect) as port:
            with pytest.raises(PullFailed):
                await collect(f"rtsp://127.0.0.1:{port}/x", PullTools(FFMPEG, tmp_path, LOCAL))
    assert reached == []


async def test_http_redirects_and_playlists_cannot_lead_elsewhere(tmp_path: Path) -> None:
    tools = PullTools(FFMPEG, tmp_path, LOCAL)
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/x.ts\r\nContent-Length: 0\r\n\r\n"
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://10.0.0.1/1.ts\n"
    listed = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: %d\r\n\r\n" % len(
        playlist
    )
    for answer in (redirect, listed + playlist):
        async with serving(lambda _, answer=answer: answer) as port:
            with pytest.raises(Blocked, match="not on the public internet"):
                await collect(f"http://127.0.0.1:{port}/x", tools)


def test_playlists_are_read() -> None:
    master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100,X=1\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=900\nhigh.m3u8\n"
    assert hls.parse(master, "https://a.example/tv/x.m3u8").variant == "https://a.example/tv/high.m3u8"
    media = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n7.ts\n#EXTINF:4,\n/8.ts?a=b\n"
    assert hls.parse(media, "https://a.example/tv/x.m3u8") == hls.Playlist(
        "", 7, ("https://a.example/tv/7.ts", "https://a.example/8.ts?a=b"), 4.0
    )
    assert hls.parse(media + "#EXT-X-ENDLIST\n", "https://a.example/").ended
    for bad in ("", "<html>", "#EXTM3U\n#EXT-X-MAP:URI=x\n", "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=x\n"):
        with pytest.raises(hls.PlaylistError):
            hls.parse(bad, "https://a.example/")


async def test_hls_segments_follow_each_other_once(tmp_path: Path) -> None:
    polls = 0  # requests of the playlist

    def answer(line: str) -> bytes:
        nonlocal polls
        if "m3u8" in line:
            first, polls = polls, polls + 1
            names = "".join(f"#EXTINF:1,\n{n}.ts\n" for n in range(first, first + 4))
            end = "#EXT-X-ENDLIST\n" if polls == 3 else ""
            body = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-TARGETDURATION:1\n{names}{end}".encode()
        else:
            body = line.split(".ts")[0].split("/")[1].encode()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    async with serving(answer) as port:
        assert await collect(f"http://127.0.0.1:{port}/x.m3u8", PullTools(FFMPEG, tmp_path, LOCAL), 99) == b"12345"


async def test_a_source_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    tools = PullTools(FFMPEG, tmp_path, LOCAL)
    for scheme in ("rtmp", "rtsp", "http"):
        with pytest.raises(PullFailed):
            await collect(f"{scheme}://127.0.0.1:{free_port()}/live/x", tools)


async def test_srt_and_http_sources_are_read(tmp_path: Path) -> None:
    tools, port = PullTools(FFMPEG, tmp_path, LOCAL), free_port()
    async with started(f"srt://127.0.0.1:{port}?mode=listener&passphrase=0123456789ab", "mpegts"):
        data = await collect(f"srt://127.0.0.1:{port}?passphrase=0123456789ab", tools, 20_000)
    assert data[0] == 0x47 and data[188] == 0x47
    async with serving(lambda _: b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n" + data) as port:
        assert await collect(f"http://127.0.0.1:{port}/x", tools, len(data)) == data


async def test_a_camera_is_read_by_rtsp(tmp_path: Path) -> None:
    async with camera() as port:
        url = f"rtsp://ann:word@127.0.0.1:{port}/stream1"
        data = await collect(url, PullTools(FFMPEG, tmp_path, LOCAL), 20_000)
    assert "Video: h264" in probe(data[: len(data) // 188 * 188], tmp_path / "camera.ts")


async def test_a_relay_takes_one_connection() -> None:
    async with (
        serving(lambda line: line.encode()) as port,
        relay(pull_address.parse(f"rtmp://127.0.0.1:{port}/a/b"), LOCAL) as local,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", local)
        other, other_writer = await asyncio.open_connection("127.0.0.1", local)
        with contextlib.suppress(ConnectionError):
            assert await other.read() == b""
        writer.write(b"hello\r\n\r\n")
        assert await reader.read() == b"hello"
        writer.close()
        other_writer.close()


async def set_source(run: Running, url: str | None) -> None:
    db = run.server.core.db
    async with db.write() as c:
        if url is None:
            await settings.remove(c, run.channel)
        else:
            sealed = SecretBox(secret_of(run.server.core.settings.data)).seal(settings.purpose(run.channel), url)
            await settings.save(c, FIRST, run.channel, sealed, url, True)
    await key_changed(run, "revoked", "pull_changed")


@pytest.mark.skipif(not Path(MODULE).exists(), reason="libnginx-mod-rtmp is not installed (scripts/debian.py)")
async def test_a_source_that_stops_and_starts_goes_on_and_ends_when_it_is_removed(tmp_path: Path) -> None:
    with nginx_rtmp(tmp_path / "nginx", free_port()) as server:
        async with running(tmp_path / "data", uploads={"allow_hosts": ["127.0.0.1"]}, grace_s=30) as run:
            repository, db = run.server.live.repository, run.server.core.db
            async with started(f"{server}/tv"):
                await set_source(run, f"{server}/tv")
                media = await media_of(run)
                async with db.read() as c:
                    state = await settings.find(c, run.channel)
                assert state is not None and state["state"] == "receiving"
            stream = run.server.live.find(media)
            assert stream is not None

            async def left() -> bool:
                return not stream.connected

            async def back() -> bool:
                return stream.connected

            await until(left)
            async with started(f"{server}/tv"):
                await until(back)
                row = await repository.newest(run.channel)
                assert row is not None and row.media == media, "the same stream"
                await set_source(run, None)
                await until(left)
