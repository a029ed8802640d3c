"""A publisher sends cue messages in MPEG-TS: they are in the manifests while the stream lasts, and on its recording."""

from __future__ import annotations

import asyncio
import base64
import re
import subprocess
from pathlib import Path

from sqlalchemy import select

from otnet_server.db.tables import metadata
from otnet_server.media.scte35 import SpliceInsert, crc32, read_cue
from tests.harness import FFMPEG
from tests.live.running import Running, get, media_of, running, until
from tests.live.test_cues import CUE_PID, S, cue_packets, out
from tests.live.test_mpegts import PACKET

RED_S = 2.4


def camera() -> bytes:
    """Red pictures with reordered frames and a tone; from `RED_S` on the pictures are white."""
    picture = f"color=red:size=320x180:rate=25,drawbox=c=white:t=fill:enable='gte(t,{RED_S})'"
    argv = [
        FFMPEG, "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=440:sample_rate=48000", "-t",
        "6", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac",
        "-muxdelay", "0", "-f", "mpegts", "-",
    ]  # fmt: skip
    return subprocess.run(argv, capture_output=True, check=True).stdout


def with_cues(data: bytes, section: bytes) -> bytes:
    """The packets with a stream of cues in the program map, and a cue after the first pictures."""
    packets, made, cued = [data[n : n + PACKET] for n in range(0, len(data), PACKET)], b"", False
    for number, packet in enumerate(packets):
        if (packet[1] & 0x1F) << 8 | packet[2] == 4096:
            length = (packet[6] & 0x0F) << 8 | packet[7]
            section_ = packet[5:7] + bytes([length + 5]) + packet[8 : 5 + 3 + length - 4]
            section_ += b"\x86" + bytes([0xE0 | CUE_PID >> 8, CUE_PID & 0xFF]) + b"\xf0\0"
            made += (packet[:5] + section_ + crc32(section_).to_bytes(4)).ljust(PACKET, b"\xff")
        else:
            made += packet
        if number > len(packets) // 8 and not cued:
            made, cued = made + cue_packets(section), True
    return made


async def send(run: Running, data: bytes, seconds: float) -> None:
    """Publish at the pace of a camera."""
    connection = await run.server.live.open(run.channel, "mpegts")
    steps = round(seconds * 20)
    for n in range(steps):
        await connection.write(data[len(data) * n // steps : len(data) * (n + 1) // steps])
        await asyncio.sleep(seconds / steps)
    await connection.close()


def first_white_s(playlist: str) -> float:
    argv = [FFMPEG, "-v", "error", "-i", playlist, "-vf", "scale=2:2,format=gray", "-f", "rawvideo", "-"]
    pictures = subprocess.run(argv, capture_output=True, check=True).stdout
    return next(n // 4 for n in range(0, len(pictures), 4) if pictures[n] > 180) / 25


async def test_cue_of_a_stream_is_in_its_manifests_and_a_marker_of_its_recording(tmp_path: Path) -> None:
    data = await asyncio.to_thread(camera)
    first = first_pts(data)
    section = out(7, first + round(RED_S * S), 2 * S, returns=True)
    async with running(tmp_path / "data", grace_s=0.2) as run:
        sending = asyncio.ensure_future(send(run, with_cues(data, section), 6))
        media = await media_of(run)
        main = (await get(run, f"/media/{media}/main.m3u8")).text
        revision = re.findall(r"^(\w+)/180p/index.m3u8$", main, re.M)[0]

        async def signalled() -> list[str] | None:
            names = ("180p", "audio-und-stereo")
            texts = [(await get(run, f"/media/{media}/{revision}/{name}/index.m3u8")).text for name in names]
            tags = [re.findall("#EXT-X-DATERANGE.*", text) for text in texts]
            return tags[0] if len(tags[0]) == 2 and tags[0] == tags[1] else None

        begun, closed = await until(signalled)
        assert "PLANNED-DURATION=2.000" in begun and ",DURATION=2.000,SCTE35-IN=0x" in closed
        mpd = (await get(run, f"/media/{media}/main.mpd")).text
        binary = re.findall(r"<Binary>(.*?)</Binary>", mpd)[0]
        command = read_cue(base64.b64decode(binary)).command
        assert isinstance(command, SpliceInsert) and (command.event_id, command.duration) == (7, 2 * S)
        at_s = int(re.findall(r'<Event presentationTime="(\d+)"', mpd)[0]) / S
        await sending

        async def marked() -> str | None:
            table = metadata.tables["media"]
            async with run.server.core.db.read() as c:
                return (await c.execute(select(table.c.ad_breaks).where(table.c.id == media))).scalar()

        assert await until(marked) == f"{at_s:.1f}".removesuffix(".0")
        shown_s = await asyncio.to_thread(first_white_s, f"{run.url}/media/{media}/main.m3u8")
        assert abs(at_s - shown_s) < 0.1, (at_s, shown_s)


def first_pts(data: bytes) -> int:
    """The time of the first picture that is shown."""
    argv = [
        FFMPEG,
        "-v",
        "error",
        "-copyts",
        "-f",
        "mpegts",
        "-i",
        "-",
        "-map",
        "0:v",
        "-c",
        "copy",
        "-f",
        "framehash",
        "-",
    ]
    lines = subprocess.run(argv, input=data, capture_output=True, check=True).stdout.decode().splitlines()
    return min(int(line.split(",")[2]) for line in lines if not line.startswith("#"))
