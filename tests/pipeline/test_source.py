"""Parsing of ffprobe output with misleading or missing values."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.errors import MediaError
from otnet_server.media.source import Sample, Source, parse


def video(**more: Any) -> dict[str, Any]:
    return {"index": 0, "codec_type": "video", "codec_name": "h264", "width": 320, "height": 180, "time_base": "1/1000",
            "avg_frame_rate": "30/1", "r_frame_rate": "1000/1"} | more  # fmt: skip


def audio() -> dict[str, Any]:
    return {
        "index": 1,
        "codec_type": "audio",
        "codec_name": "aac",
        "channels": 2,
        "sample_rate": "48000",
        "time_base": "1/48000",
    }


def parse_streams(*streams: dict[str, Any], oversized: bool = False) -> Source:
    packets: list[dict[str, Any]] = [
        {"stream_index": 0, "pts": round(n * 1000 / 30), "duration": 1, "flags": "___"} for n in range(30)
    ]
    head = {"format": {"duration": "1.0"}, "streams": list(streams), "packets": packets}
    sample = Sample(last={0: (packets[-1]["pts"], 1)})
    return parse(head, sample, demuxer="matroska", exact=True, oversized=oversized)


def test_last_frame_lasts_one_frame_duration() -> None:
    found = parse_streams(video())
    assert found.video is not None and found.video.rate == 30
    assert abs(found.video.end_s - 1) < 0.001


@pytest.mark.parametrize(("oversized", "code"), [(False, "no_picture_size"), (True, "too_large")])
@pytest.mark.parametrize("more", [(), (audio(),)])
def test_video_without_a_size_is_refused(oversized: bool, code: str, more: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(MediaError) as failed:
        parse_streams(video(width=0, height=0), *more, oversized=oversized)
    assert failed.value.code == code and failed.value.stage == "probe"


def test_second_video_stream_without_a_size_is_ignored() -> None:
    found = parse_streams(video(), video(index=2, width=0, height=0))
    assert found.video is not None and found.ignored == ("video stream 2 (h264)",)
