"""The WebVTT storyboard: every moment of the film has one thumbnail."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.config import Profile
from otnet_server.manifests.storyboard import storyboard
from otnet_server.media.frame_rate import STANDARD_RATES
from otnet_server.media.revision_presentation import presentation_of
from tests.plans import plan, title, video

CUE = re.compile(
    r"(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})\n(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)\n"
)


@settings(max_examples=40)
@given(st.sampled_from(STANDARD_RATES), st.floats(0.2, 900), st.sampled_from([1.0, 4.0, 10.0]))
def test_tiles_cover_the_film_without_gaps(rate: Fraction, seconds: float, every: float) -> None:
    made = title(
        plan(Profile(thumbnail_s=every, max_fps=240), video=video(rate=rate, end_s=seconds), duration_s=seconds)
    )
    text = storyboard(presentation_of(made))
    assert text is not None and text.startswith("WEBVTT\n\n")
    thumbs = made.plan.video.thumbnails
    cues = [
        (int(a) * 3600 + int(b) * 60 + float(c), int(d) * 3600 + int(e) * 60 + float(f), *map(int, rest))
        for a, b, c, d, e, f, *rest in CUE.findall(text)
    ]
    assert len(cues) == thumbs.count
    at, seen = 0.0, set()
    for start, end, sheet, x, y, width, height in cues:
        assert abs(start - at) < 0.0015 and end >= start
        at = end
        assert (width, height) == (thumbs.width, thumbs.height) and sheet < thumbs.sheets
        assert 0 <= x <= (thumbs.columns - 1) * width and 0 <= y <= (thumbs.rows - 1) * height
        seen.add((sheet, x, y))
    assert len(seen) == len(cues), "no tile is shown twice"
    assert abs(at - made.plan.video.timeline.duration_s) < 0.002


def test_audio_only_title_has_no_storyboard() -> None:
    assert storyboard(presentation_of(title(plan(video=None)))) is None
