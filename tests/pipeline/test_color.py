"""Colours of sources and renditions."""

from __future__ import annotations

from typing import Any

import pytest

from otnet_server.media.color import BT601_525, BT601_625, BT709, ColorDescription, color_of, rendition_color

SD, HD = {"width": 720, "height": 480}, {"width": 1920, "height": 1080}
SRGB = {"pix_fmt": "gbrp", "color_space": "gbr", "color_range": "pc"}
WIDE = {"color_space": "bt2020nc", "color_primaries": "bt2020", "color_transfer": "bt2020-10"}


@pytest.mark.parametrize(
    ("stream", "rate", "expected"),
    [
        (HD, 25, BT709),
        ({"width": 1280, "height": 528}, 24, BT709),
        (SD, 29.97, BT601_525),
        ({"width": 720, "height": 576}, 25, BT601_625),
        ({"width": 640, "height": 360}, 25, BT601_625),
        (HD | {"color_space": "smpte170m", "color_primaries": "unknown"}, 25, BT601_525),
        (SD | {"color_space": "bt709"}, 25, BT709),
        (SD | {"color_primaries": "bt709"}, 25, BT709),
        (HD | {"color_range": "pc"}, 25, BT709.model_copy(update={"full_range": True})),
        (SD | {"pix_fmt": "yuvj420p"}, 30, BT601_525.model_copy(update={"full_range": True})),
        (HD | SRGB, 25, ColorDescription(matrix="gbr", primaries="bt709", transfer="bt709", full_range=True)),
    ],
)
def test_untagged_sources_follow_the_convention_of_their_size(
    stream: dict[str, Any], rate: float, expected: ColorDescription
) -> None:
    assert color_of(stream, rate) == expected


@pytest.mark.parametrize(
    ("stream", "expected"),
    [(HD, BT709), (SD, BT601_525), (HD | SRGB, BT709), (HD | WIDE, BT709), (HD | {"color_range": "pc"}, BT709)],
)
def test_renditions_have_colours_that_every_player_shows(stream: dict[str, Any], expected: ColorDescription) -> None:
    assert rendition_color(color_of(stream, 29.97), hdr=False) == expected


def test_hdr_is_tone_mapped_to_bt709() -> None:
    assert rendition_color(color_of(HD | WIDE | {"color_transfer": "smpte2084"}, 24), hdr=True) == BT709


def test_codec_string_of_av1_names_colours_other_than_bt709() -> None:
    assert BT709.av1_codec_suffix() == ""
    assert BT601_625.av1_codec_suffix() == ".0.110.05.06.05.0"
