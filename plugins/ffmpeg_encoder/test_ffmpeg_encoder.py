"""Conformance of the four encoders. `tests/pipeline` checks their output on many kinds of sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server.testing import audio_encoder, checks, enabled, picture_encoder, subtitle_converter, video_encoder


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
