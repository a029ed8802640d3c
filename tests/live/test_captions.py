"""The closed captions of a live stream are a text rendition of it, and of its recording."""

from __future__ import annotations

import asyncio
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from otnet_server.config import PROFILES
from otnet_server.live.captions import SEGMENT_HEAD, FlvCaptions, LiveCaptions, plan_of
from otnet_server.live.flv import VIDEO, FlvReader, Tag
from otnet_server.live.journal import Journal
from otnet_server.media import webvtt
from otnet_server.media.captions_sei import Pair
from otnet_server.media.live_plan import live_plan, recorded_plan
from tests.captions import EDM, EOC, RCL, ROW_15, parity, text, user_data
from tests.live.captioned import RATE, captioned_flv, pop_on, write_captioned
from tests.live.running import Running, ffmpeg_output, get, ingest_url, make_key, media_of, running, until


def fed(captions: LiveCaptions, pairs: list[tuple[int, int]], field: int = 1, at: float = 0.0) -> float:
    """Feed pairs, one every tenth of a second. Returns the time of the last one."""
    for n, (a, b) in enumerate(pairs):
        captions.add(at + n / 10, [Pair(field, parity(a), parity(b))])
    return at + (len(pairs) - 1) / 10


def test_a_rendition_is_offered_only_once_captions_were_seen() -> None:
    captions = LiveCaptions("de")
    fed(captions, [RCL, ROW_15, *text("hidden")])
    assert captions.plans() == () and captions.files() == {} and captions.segment("text-de-cc", 0, 2) is None
    fed(captions, [EOC], at=1)
    fed(captions, [EOC], at=1.1)
    assert [(t.name, t.language, t.roles) for t in captions.plans()] == [("text-de-cc", "de", ("sdh",))]
    fed(captions, [(0x15, 0x29), *text("other")], field=2, at=2)
    assert [t.name for t in captions.plans()] == ["text-de-cc", "text-und-cc3"]


def test_the_language_of_a_channel_that_is_no_tag_is_unknown() -> None:
    captions = LiveCaptions("../../x")
    fed(captions, [RCL, *text("a"), EOC, (0, 0)])
    fed(captions, [(0x20, 0x20)], at=9)
    assert [t.name for t in captions.plans()] == ["text-und-cc"]
    assert plan_of("text-pt-br-cc2").language == "pt-br"


def test_segments_have_parts_of_a_cue_that_touch() -> None:
    captions = LiveCaptions()
    end = fed(captions, [RCL, *text("HELLO "), EOC, (0x20, 0x20)])
    first = captions.segment("text-und-cc", 0, 2)
    fed(captions, [EDM], at=3)
    second = captions.segment("text-und-cc", 2, 4)
    assert first is not None and second is not None and first.startswith(SEGMENT_HEAD) and end < 1
    [one], [two] = webvtt.parse(first.decode()), webvtt.parse(second.decode())
    assert (one.end_s, two.start_s, two.end_s, one.text, two.text) == (2, 2, 3, "HELLO", "HELLO")
    assert captions.segment("text-und-cc", 4, 6) == SEGMENT_HEAD


def test_captions_end_when_the_publisher_leaves_and_begin_anew() -> None:
    captions = LiveCaptions()
    fed(captions, [RCL, *text("one "), EOC])
    captions.interrupt(5)
    fed(captions, [*text("lost"), RCL, *text("two "), EOC], at=6)
    captions.interrupt(8)
    [file] = captions.files().values()
    assert [(c.text, c.end_s) for c in webvtt.parse(file.decode())] == [("one", 5), ("two", 8)]


def test_a_recording_has_its_segments_although_the_live_plan_had_none() -> None:
    plan = live_plan(640, 360, Fraction(25), PROFILES["live"], "live")
    assert plan.video is not None and plan.video.timeline.spans == [] and plan.audio[0].timeline.spans == []
    recorded = recorded_plan(plan, [25, 25, 50], 188)
    assert recorded.video is not None and recorded.video.timeline.starts == [0, 25, 50]
    assert len(recorded.audio[0].timeline.starts) == 3


def test_the_journal_keeps_the_captions_of_a_stream(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.create({"180p": b"init"})
    captions = LiveCaptions("en")
    fed(captions, [RCL, *text("one "), EOC])
    captions.interrupt(5)
    journal.write_text(captions.files())
    journal.write_text(captions.files())
    assert journal.text() == captions.files() and list(journal.text()) == ["text-en-cc"]


def flv_tag(payload: bytes, *, setup: bool = False, time: int = 0) -> Tag:
    return Tag(VIDEO, time, setup, False, payload)


@pytest.mark.parametrize(
    ("config", "head", "hevc", "length_bytes", "shown_at"),
    [
        (b"\x17\0\0\0\0\1\x42\0\x1e\xff", b"\x27\1\0\0\x28", False, 4, 40),
        (b"\x17\0\0\0\0\1\x42\0\x1e\xfd", b"\x27\1\0\0\0", False, 2, 0),
        (b"\x90avc1\1\x42\0\x1e\xff", b"\xa1avc1\0\0\x50", False, 4, 80),
        (b"\x90hvc1" + bytes(21) + b"\x03", b"\xa3hvc1", True, 4, 0),
    ],
)  # fmt: skip
def test_captions_of_every_form_of_flv_are_read(
    config: bytes, head: bytes, hevc: bool, length_bytes: int, shown_at: int
) -> None:
    reader = FlvCaptions()
    assert reader.add(flv_tag(config, setup=True)) == []
    unit = (b"\x4e\x01" + user_data([RCL])[1:]) if hevc else user_data([RCL])
    captions = reader.add(flv_tag(head + len(unit).to_bytes(length_bytes) + unit)) + reader.finish()
    assert captions == [(shown_at, [Pair(1, parity(RCL[0]), parity(RCL[1]))])]


def test_broken_tags_have_no_captions() -> None:
    reader = FlvCaptions()
    for payload in (
        b"\x17",
        b"\x17\0\0\0\0",
        b"\x27\1\0\0\0GA94",
        b"\xa1vp09GA94",
        b"\xa1avc1",
        b"\x90hvc1",
        b"\x22\1" * 9,
    ):
        for setup in (True, False):
            assert reader.add(flv_tag(payload, setup=setup)) == []


async def test_captions_of_reordered_pictures_are_read_in_order() -> None:
    captions, reader = LiveCaptions(), FlvCaptions()
    for tag in FlvReader().feed(await captioned_flv(2, pop_on("HELLO WORLD.", 20, 40))):
        for at_ms, pairs in reader.add(tag):
            captions.add(at_ms / 1000, pairs)
    [file] = captions.files().values()
    [cue] = webvtt.parse(file.decode())
    assert cue.text == "HELLO WORLD." and cue.end_s - cue.start_s == pytest.approx(21 / RATE - 1 / RATE, abs=0.05)


async def test_captions_are_offered_while_a_stream_lasts_and_with_its_recording(tmp_path: Path) -> None:
    file = await write_captioned(
        tmp_path / "captioned.flv", 7, pop_on("HELLO & BYE.", 30, 80)
    )  # fmt: skip
    async with running(tmp_path / "data", grace_s=0.2) as run:
        key, _ = await make_key(run)
        async with ffmpeg_output(
            "-re", "-i", str(file), "-c", "copy", "-f", "flv", ingest_url(run, "rtmp", key)
        ) as output:
            media = await media_of(run)
            live = await until(lambda: live_cues(run, media), 30)
            await output.read()

        async def is_over() -> bool:
            ended = await run.server.live.repository.newest(run.channel) is None
            return ended and run.server.live.find(media) is None

        await until(is_over)
        hls = (await get(run, f"/media/{media}/main.m3u8")).text
        [folder] = re.findall(r'TYPE=SUBTITLES.*URI="([^"]+)/index.m3u8"', hls)
        edge = (await get(run, f"/media/{media}/{folder}-live/index.m3u8")).text
        assert "\n0-1000.vtt\n" in edge and edge.endswith("#EXT-X-ENDLIST\n")  # hls.js goes on with it
        [ended] = webvtt.parse((await get(run, f"/media/{media}/{folder}-live/1000-2000.vtt")).text)
        assert ended.text == live[0].text and ended.end_s == 2
        assert "text.vtt" in (await get(run, f"/media/{media}/{folder}/index.m3u8")).text
        [cue] = webvtt.parse((await get(run, f"/media/{media}/{folder}/text.vtt")).text)
        assert cue.text == live[0].text == "HELLO &amp; BYE."
        assert cue.start_s == pytest.approx(30 / RATE, abs=0.15) and cue.end_s == pytest.approx(80 / RATE, abs=0.15)
        assert live[0].start_s == cue.start_s and live[-1].end_s == cue.end_s
        assert all(a.end_s == b.start_s for a, b in pairwise(live))
        mpd = (await get(run, f"/media/{media}/main.mpd")).text
        assert f"<BaseURL>{folder}/text.vtt</BaseURL>" in mpd


async def live_cues(run: Running, media: str) -> list[webvtt.Cue] | None:
    """The cues at the live edge, as soon as the caption has been erased."""
    main = (await get(run, f"/media/{media}/main.m3u8")).text
    folders = re.findall(r'TYPE=SUBTITLES.*LANGUAGE="und".*URI="([^"]+)/index.m3u8"', main)
    if not folders:
        await asyncio.sleep(0.1)
        return None
    assert 'SUBTITLES="text"' in main
    [folder] = folders
    playlist = (await get(run, f"/media/{media}/{folder}/index.m3u8")).text
    names = re.findall(r"^\d+-\d+\.vtt$", playlist, re.M)
    if not names or int(names[-1].split("-")[1].split(".")[0]) < 3600:
        await asyncio.sleep(0.1)
        return None
    assert "#EXT-X-ENDLIST" not in playlist and "#EXT-X-MEDIA-SEQUENCE:0" in playlist
    bodies = [(await get(run, f"/media/{media}/{folder}/{name}")) for name in names]
    assert all(body.headers["content-type"].startswith("text/vtt") for body in bodies)
    for wrong in ("0-0.vtt", "5-2.vtt", "00-2.vtt", "0-99999.vtt", "99000-99500.vtt"):
        assert (await get(run, f"/media/{media}/{folder}/{wrong}")).status_code == 404, wrong
    return [cue for body in bodies for cue in webvtt.parse(body.text)]
