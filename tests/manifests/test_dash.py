"""MPEG-DASH manifests (ISO/IEC 23009-1), read by an independent parser and compared with HLS."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpegdash.parser import MPEGDASHParser

from otnet_server.config import Profile
from otnet_server.manifests import dash, hls
from otnet_server.media.frame_rate import STANDARD_RATES
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import presentation_of
from otnet_server.media.roles import Role
from otnet_server.media.source import TextStream
from otnet_server.media.states import State
from tests.plans import audio, plan, title, video

CREATED = datetime(2026, 1, 2, tzinfo=UTC)


def mpd(made: Revision) -> str:
    return dash.mpd(presentation_of(made), CREATED)


def adaptation_sets(made: Revision) -> dict[str, list[Any]]:
    """Adaptation sets by content type."""
    found: dict[str, list[Any]] = {}
    for one in MPEGDASHParser.parse(mpd(made)).periods[0].adaptation_sets:
        found.setdefault(one.content_type, []).append(one)
    return found


def segment_times(adaptation: Any) -> list[int]:
    """Start of every segment, from the SegmentTimeline."""
    starts, at = [], 0
    for s in adaptation.segment_templates[0].segment_timelines[0].Ss:
        at = at if s.t is None else s.t
        for _ in range((s.r or 0) + 1):
            starts.append(at)
            at += s.d
    return starts


def test_mpd_of_an_ordinary_film() -> None:
    found = MPEGDASHParser.parse(mpd(title()))
    assert found.type == "static" and found.media_presentation_duration.startswith("PT60S")
    by_kind = adaptation_sets(title())
    assert {k: len(v) for k, v in by_kind.items()} == {"video": 1, "audio": 1, "text": 1, "image": 1}
    (pictures,) = by_kind["video"]
    assert [(r.width, r.height) for r in pictures.representations if r.id == "720p"] == [(1280, 720)]
    assert pictures.frame_rate == "25" and pictures.representations[0].codecs == "avc1.64001f"
    (sound,) = by_kind["audio"]
    assert (sound.lang, sound.representations[0].audio_sampling_rate) == ("en", "48000")
    assert by_kind["text"][0].representations[0].base_urls[0].base_url_value == "rev/text-eng/text.vtt"
    template, inside = pictures.segment_templates[0], "rev/$RepresentationID$"
    assert (template.media, template.initialization) == (f"{inside}/$Time$.m4s", f"{inside}/init.mp4")


@settings(max_examples=40)
@given(st.sampled_from(STANDARD_RATES), st.floats(0.1, 600))
def test_dash_and_hls_name_the_same_segments(rate: Fraction, seconds: float) -> None:
    made = title(plan(Profile(max_fps=240), video=video(rate=rate, end_s=seconds), duration_s=seconds))
    for adaptation in (*adaptation_sets(made)["video"], *adaptation_sets(made)["audio"]):
        for representation in adaptation.representations:
            names = [f"{t}.m4s" for t in segment_times(adaptation)]
            assert names == [s.uri for s in m3u8.loads(hls.media(presentation_of(made), representation.id)).segments]


def test_segment_timeline_is_compact_for_long_films() -> None:
    assert len(mpd(title(plan(video=video(end_s=36_000), duration_s=36_000.0)))) < 8_000


def test_growing_title_is_dynamic_until_ready() -> None:
    made = title(plan(exact=False))
    made.add_pieces({("video", 0): {}, ("audio-eng-stereo", 0): {}})
    text = dash.mpd(presentation_of(made, CREATED), CREATED + timedelta(hours=1))
    found = MPEGDASHParser.parse(text)
    assert (found.type, found.minimum_update_period) == ("dynamic", "PT2S")
    assert found.availability_start_time == "2026-01-01T00:00:00Z"
    assert found.publish_time == "2026-01-02T01:00:00Z"
    (pictures,) = adaptation_sets(made)["video"]
    assert len(segment_times(pictures)) == made.planned_timeline("video").chunks[
        0
    ].segments and "image" not in adaptation_sets(made)
    made.replan(made.plan, State.READY)
    assert MPEGDASHParser.parse(mpd(made)).type == "static"


def test_audio_of_one_language_and_layout_is_one_adaptation_set() -> None:
    assert [len(a.representations) for a in adaptation_sets(title(plan(video=None)))["audio"]] == [3]
    two = adaptation_sets(title(plan(audio=(audio(1, language="eng", channels=6), audio(2, language="deu")))))["audio"]
    assert [(a.lang, [r.id for r in a.representations]) for a in two] == [
        ("en", ["audio-eng-stereo"]), ("en", ["audio-eng-51"]), ("de", ["audio-deu-stereo"]),
    ]  # fmt: skip


def test_thumbnail_timing_and_grid() -> None:
    (sheets,) = adaptation_sets(title(plan(Profile(thumbnail_s=2))))["image"]
    template = sheets.segment_templates[0]
    assert Fraction(template.duration, template.timescale) == 25 * 2
    assert sheets.representations[0].essential_properties[0].value == "5x5"


@pytest.mark.parametrize("hostile", ['"><script>', "]]>", "a & b", "\u202e\x00x"])
def test_track_names_are_escaped(hostile: str) -> None:
    text = mpd(title(plan(audio=(audio(language="eng", title=hostile),))))
    assert MPEGDASHParser.parse(text).periods[0].adaptation_sets[1].content_type == "audio"
    assert "<script" not in text and "\x00" not in text


def test_roles_and_accessibility_of_subtitles() -> None:
    text = tuple(
        TextStream(index=9, codec="subrip", language="eng", roles=roles)
        for roles in ((), (Role.SDH,), (Role.FORCED,), (Role.COMMENTARY,), ())
    )
    sets = re.findall(r'contentType="text".*?</AdaptationSet>', mpd(title(plan(text=text))))
    said = [re.findall(r'<(?:Role|Accessibility) schemeIdUri="urn:mpeg:dash:role:2011" value="(.*?)"', s) for s in sets]
    assert said == [
        ["subtitle"], ["subtitle", "alternate"], ["caption", "caption"], ["forced-subtitle"], ["subtitle", "commentary"],
    ]  # fmt: skip
    assert [s.count("<Accessibility") for s in sets] == [0, 0, 1, 0, 0]
    labels = [re.findall("<Label>(.*?)</Label>", s)[0] for s in sets]
    assert labels == ["English", "English 2", "English (SDH)", "English (forced)", "English (commentary)"]
    assert all(s.index("<Label>") < s.index("<Role") for s in sets), "the order of the schema"
