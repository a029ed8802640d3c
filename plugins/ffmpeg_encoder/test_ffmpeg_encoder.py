"""Conformance of the four encoders. `tests/pipeline` checks their output on many kinds of sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server.testing import audio_encoder, checks, enabled, picture_encoder, subtitle_converter, video_encoder
from plugins.ffmpeg_encoder import with_valid_times


def host(folder: Path) -> Any:
    return enabled("ffmpeg_encoder", data=folder)


@pytest.mark.parametrize("check", checks(video_encoder), ids=lambda c: c.__name__)
async def test_video_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(host(tmp_path).video_encoder, tmp_path)


@pytest.mark.parametrize("check", checks(audio_encoder), ids=lambda c: c.__name__)
async def test_audio_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(host(tmp_path).audio_encoder, tmp_path)


@pytest.mark.parametrize("check", checks(subtitle_converter), ids=lambda c: c.__name__)
async def test_subtitle_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(host(tmp_path).subtitle_converter, tmp_path)


@pytest.mark.parametrize("check", checks(picture_encoder), ids=lambda c: c.__name__)
async def test_picture_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(host(tmp_path).picture_encoder, tmp_path)


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        (b"Dialogue: 0,0:00:00.-7,0:00:00.43,Default,", b"Dialogue: 0,0:00:00.000,0:00:00.43,Default,"),
        (b"00:00:-1,-500 --> 00:00:02,000", b"0:00:00,000 --> 00:00:02,000"),
        (b"0:00:01.00,0:00:02.00,one - two", b"0:00:01.00,0:00:02.00,one - two"),
    ],
)
def test_subtitles_that_begin_before_the_film_begin_with_it(written: bytes, valid: bytes) -> None:
    assert with_valid_times(written) == valid
