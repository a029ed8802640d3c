"""A publisher goes live: viewers play while it lasts, and the recording is a title afterwards."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from otnet_server.db import tables
from otnet_server.errors import PublishEnded
from otnet_server.pipeline.rows import MediaRow
from tests.harness import FFMPEG, ROOT, ffprobe, migrated_database
from tests.live.running import BARS, ENCODED, Running, get, media_of, publish, running, until

CHILD = """
import asyncio, sys
from pathlib import Path
from tests.live.running import media_of, publish, running

async def main():
    async with running(Path(sys.argv[1]), grace_s=60) as run:
        connection = await run.server.live.open(run.channel, "flv")
        asyncio.ensure_future(publish(connection, 60))
        print(await media_of(run), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def ended(run: Running) -> None:
    async def over() -> bool:
        return await run.server.live.repository.newest(run.channel) is None

    await until(over)


async def decode(url: str, *more: str) -> str:
    """What ffmpeg complains of while it decodes everything."""
    argv = ("-v", "warning", "-i", url, *more, "-f", "null", "-")
    process = await asyncio.create_subprocess_exec(FFMPEG, *argv, stderr=asyncio.subprocess.PIPE)
    _, log = await process.communicate()
    assert process.returncode == 0
    return "\n".join(line for line in log.decode().splitlines() if "duplicated MOOV" not in line)


async def playlist(run: Running, path: str, **query: object) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.get(run.url + path, params={f"_HLS_{k}": str(v) for k, v in query.items()})


def parts(text: str) -> list[str]:
    return re.findall(r'#EXT-X-PART:.*URI="([^"]+)"', text)


async def test_a_stream_plays_while_it_lasts_and_is_a_title_afterwards(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=0.2) as run:
        connection = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(connection, 6))
        media = await media_of(run)
        configuration = (await get(run, f"/api/v1/playback/{media}")).json()
        assert configuration["live"] is True and "duration_s" not in configuration
        main = await get(run, configuration["sources"]["hls"])
        assert main.headers["cache-control"] == "no-store"
        revision = re.findall(r"^(\w+)/180p/index.m3u8$", main.text, re.M)[0]
        folder = f"/media/{media}/{revision}/180p"
        await check_blocking_reload(run, folder)
        await check_parts(run, folder)
        mpd = (await get(run, configuration["sources"]["dash"])).text
        assert 'type="dynamic"' in mpd and 'availabilityTimeComplete="false"' in mpd and "/api/v1/time" in mpd
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", (await get(run, "/api/v1/time")).text)
        assert await decode(f"{run.url}{configuration['sources']['hls']}", "-t", "1") == ""
        await publishing
        await ended(run)
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        assert after["live"] is False and abs(after["duration_s"] - 6) < 0.5
        assert "#EXT-X-ENDLIST" in (await get(run, f"{folder}/index.m3u8")).text
        for source in after["sources"].values():
            assert 'type="dynamic"' not in (await get(run, source)).text
        assert await decode(f"{run.url}{after['sources']['hls']}") == ""
        probed = await asyncio.to_thread(
            ffprobe, "-show_entries", "format=duration", f"{run.url}{after['sources']['hls']}"
        )
        assert abs(float(probed["format"]["duration"]) - 6) < 0.5
        assert not list((tmp_path / "data" / "live").iterdir())


async def check_blocking_reload(run: Running, folder: str) -> None:
    first = (await get(run, f"{folder}/index.m3u8")).text
    number = int(re.findall(r"MEDIA-SEQUENCE:(\d+)", first)[0]) + first.count("#EXTINF")
    hint = re.findall(r'PRELOAD-HINT:TYPE=PART,URI="([^"]+)"', first)[0]
    part = int(hint.split(".")[1])
    later, hinted = await asyncio.gather(
        playlist(run, f"{folder}/index.m3u8", msn=number, part=part), get(run, f"{folder}/{hint}")
    )
    assert hint in parts(later.text) and hint not in parts(first)
    assert hinted.status_code == 200 and hinted.content[4:8] == b"moof"
    delta = await playlist(run, f"{folder}/index.m3u8", msn=number, part=part, skip="YES")
    assert "#EXT-X-MAP" in delta.text or "#EXT-X-SKIP" in delta.text
    assert (await playlist(run, f"{folder}/index.m3u8", msn=number + 9)).status_code == 400
    assert (await playlist(run, f"{folder}/index.m3u8", part=1)).status_code == 400
    assert (await playlist(run, f"{folder}/index.m3u8", msn="x")).status_code == 400


async def check_parts(run: Running, folder: str) -> None:
    text = (await get(run, f"{folder}/index.m3u8")).text
    first = parts(text)[0]
    time = first.split(".")[0]
    segment = await get(run, f"{folder}/{time}.m4s")
    assert segment.content.startswith((await get(run, f"{folder}/{first}")).content)
    assert "immutable" in segment.headers["cache-control"] or "max-age" in segment.headers["cache-control"]
    for name in (f"{time}.9.m4s", "12345.0.m4s", "12345.m4s", f"{time}.00.m4s"):
        assert (await get(run, f"{folder}/{name}")).status_code == 404


async def test_a_private_server_shows_no_part_without_a_sign_in(tmp_path: Path) -> None:
    async with running(tmp_path / "data", public=False) as run:
        connection = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(connection, 3))
        media = await media_of(run)
        row = await run.server.live.repository.newest(run.channel)
        assert row is not None
        for path in ("main.m3u8", "main.mpd", *(f"{row.revision}/180p/{n}" for n in ("init.mp4", "0.0.m4s", "0.m4s"))):
            assert (await get(run, f"/media/{media}/{path}")).status_code in (401, 404), path
        await publishing


async def test_a_second_publisher_takes_over_and_a_deleted_media_ends_the_stream(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as run:
        first = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(first, 20))
        media = await media_of(run)
        second = await run.server.live.open(run.channel, "flv")
        with pytest.raises(PublishEnded, match="taken over"):
            await publishing
        publishing = asyncio.ensure_future(publish(second, 20))
        async with run.server.core.db.write() as c:
            await c.execute(delete(tables.media).where(tables.media.c.id == media))
        with pytest.raises(PublishEnded):
            await publishing
        async with asyncio.timeout(20):
            while run.server.live.find(media) is not None:  # noqa: ASYNC110  (there is no event to wait for)
                await asyncio.sleep(0.05)
        with pytest.raises(PublishEnded, match="does not exist"):
            await run.server.live.open("000000000000", "flv")


async def test_a_reconnect_with_another_picture_size_continues_the_stream(tmp_path: Path) -> None:
    other = ("-re", "-f", "lavfi", "-i", "testsrc2=size=480x200:rate=30", *BARS[4:], *ENCODED)
    async with running(tmp_path / "data", grace_s=4) as run:
        await publish(await run.server.live.open(run.channel, "flv"), 2.4)
        media = await media_of(run)
        row = await run.server.live.repository.newest(run.channel)
        assert row is not None
        await asyncio.sleep(1)
        await publish(await run.server.live.open(run.channel, "flv"), 3, *other)
        stream = run.server.live.find(media)
        assert stream is not None and stream.row == row
        text = (await get(run, f"/media/{media}/{row.revision}/180p/index.m3u8")).text
        assert "DISCONTINUITY" not in text
        await run.server.live.stop()
        revision = await run.server.core.services.revisions.get(row.revision)
        assert revision is not None and revision.plan.video is not None
        assert abs(revision.plan.duration_s - 6.4) < 0.8
        assert await decode(f"{run.url}/media/{media}/main.m3u8") == ""


@pytest.mark.parametrize("what", ["sound", "pictures"])
async def test_sound_alone_and_pictures_alone_are_completed(tmp_path: Path, what: str) -> None:
    argv = {"sound": ("-re", *BARS[4:], *ENCODED[-6:]), "pictures": ("-re", *BARS[:4], *ENCODED)}[what]
    async with running(tmp_path / "data", grace_s=0.1) as run:
        await publish(await run.server.live.open(run.channel, "flv"), 3.2, *argv)
        media = await media_of(run)
        await ended(run)
        probed = await asyncio.to_thread(
            ffprobe, "-show_entries", "stream=codec_type", f"{run.url}/media/{media}/main.m3u8"
        )
        assert {s["codec_type"] for s in probed["streams"]} == {"video", "audio"}
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        assert abs(after["duration_s"] - 3.2) < 0.5
        assert await decode(f"{run.url}{after['sources']['hls']}") == ""


async def test_a_killed_server_loses_at_most_the_last_part(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "otnet.db").write_bytes(migrated_database())
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(tmp_path / "data"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout
    media = ""
    while not re.fullmatch("[0-9a-f]{12}", media):  # after the lines of the log
        media = (await child.stdout.readline()).decode().strip()
    await asyncio.sleep(3)
    files: dict[Path, bytes] = {}
    while not files:  # segments are removed from the journal when they are in the index
        files = {file: file.read_bytes() for file in (tmp_path / "data" / "live").glob("*/180p/*.m4s")}
        await asyncio.sleep(0.05)
    child.kill()
    await child.wait()
    async with running(tmp_path / "data") as run:

        async def ready() -> MediaRow | None:
            row = await run.server.core.services.media.media(media)
            return row if row is not None and row.state == "ready" else None

        row = await until(ready)
        newest = max(files, key=lambda file: int(file.stem))
        stored = (await get(run, f"/media/{media}/{newest.parts[-3]}/180p/{newest.name}")).content
        assert stored.startswith(files[newest])
        assert row.duration_s is not None and row.duration_s >= int(newest.stem) / 10_000
        assert await decode(f"{run.url}/media/{media}/main.m3u8") == ""
        assert not list((tmp_path / "data" / "live").iterdir())
