"""Low-Latency HLS playlists, as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from otnet_server.manifests.low_latency import LivePart, LivePlaylist, LiveSegment, Report, media
from otnet_server.media.urls import Kind, parse

PARTS = (LivePart(13, True), LivePart(13, False), LivePart(13, False), LivePart(11, False))
PLAYLIST = LivePlaylist(
    timescale=25,
    target_s=Fraction(2),
    part_target_s=Fraction(13, 25),
    number=7,
    segments=[*(LiveSegment(50 * n, 50, True, PARTS) for n in range(7, 19)), LiveSegment(950, 26, False, PARTS[:2])],
    next_time=950,
    next_part=2,
    epoch=datetime(2026, 11, 28, tzinfo=UTC),
    reports=[Report("../audio/index.m3u8", 19, 1)],
)


def test_parts_of_the_last_segments_and_the_next_part_are_listed() -> None:
    lines = media(PLAYLIST).splitlines()
    assert "#EXT-X-MEDIA-SEQUENCE:7" in lines and lines.count("#EXTINF:2.000000,") == 12
    assert sum(line.startswith("#EXT-X-PART:") for line in lines) == 4 + 4 + 2
    assert '#EXT-X-PART:DURATION=0.520000,URI="950.0.m4s",INDEPENDENT=YES' in lines
    assert lines[-2:] == [
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="950.2.m4s"',
        '#EXT-X-RENDITION-REPORT:URI="../audio/index.m3u8",LAST-MSN=19,LAST-PART=1',
    ]
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-11-28T00:00:38.000+00:00" in lines
    server_control = next(line for line in lines if "SERVER-CONTROL" in line)
    assert "CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.560,HOLD-BACK=6.0,CAN-SKIP-UNTIL=12.0" in server_control


def test_a_delta_update_leaves_out_what_is_long_before_the_end() -> None:
    full, delta = media(PLAYLIST).splitlines(), media(PLAYLIST, skip=True).splitlines()
    (skip,) = [line for line in delta if "SKIP:" in line]
    skipped = int(skip.rpartition("=")[2])
    assert skipped == 6
    assert full.count("#EXTINF:2.000000,") == skipped + delta.count("#EXTINF:2.000000,")
    assert not any("EXT-X-MAP" in line for line in delta)


def test_a_stream_that_has_ended_has_no_next_part() -> None:
    ended = media(replace(PLAYLIST, ended=True), skip=True)
    assert "#EXT-X-ENDLIST" in ended and "PRELOAD-HINT" not in ended and "SKIP:" not in ended


def test_urls_of_parts_are_written_in_one_way_only() -> None:
    path = parse("/media/m/r/720p/40000.3.m4s")
    assert path is not None and (path.kind, path.number, path.part) == (Kind.PART, 40_000, 3)
    for name in ("40000.03.m4s", "040.3.m4s", "40000.3.4.m4s", "40000..m4s", "-1.0.m4s", "1.-1.m4s", "1.0.mp4"):
        assert parse(f"/media/m/r/720p/{name}") is None, name
    assert parse("/media/m/r/thumbnails/1.0.m4s") is None
