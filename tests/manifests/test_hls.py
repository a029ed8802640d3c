"""HLS playlists (RFC 8216), read by an independent parser."""

from __future__ import annotations

import math
from fractions import Fraction

import m3u8
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.config import Profile
from otnet_server.manifests import hls
from otnet_server.media.frame_rate import STANDARD_RATES
from otnet_server.media.plan import plan_title
from otnet_server.media.revision_presentation import presentation_of
from otnet_server.media.roles import Role
from otnet_server.media.source import TextStream
from otnet_server.media.states import State
from otnet_server.media.text_tracks import Sidecar
from tests.plans import audio, plan, source, title, video

rates = st.sampled_from(STANDARD_RATES)


def test_multivariant_playlist_of_an_ordinary_film() -> None:
    found = m3u8.loads(hls.multivariant(presentation_of(title())))
    assert found.is_variant and found.is_independent_segments
    assert [p.uri for p in found.playlists] == [f"rev/{h}p/index.m3u8" for h in (720, 540, 360, 240)]
    top = found.playlists[0].stream_info
    assert (top.resolution, top.frame_rate, top.codecs) == ((1280, 720), 25.0, "avc1.64001f,mp4a.40.2")
    assert top.bandwidth > top.average_bandwidth > 0
    sound, text = found.media
    assert (sound.type, sound.uri, sound.language, sound.channels, sound.default) == (
        "AUDIO", "rev/audio-eng-stereo/index.m3u8", "en", "2", "YES",
    )  # fmt: skip
    assert (text.type, text.uri, text.name, text.forced) == ("SUBTITLES", "rev/text-eng/index.m3u8", "English", "NO")
    assert top.audio == sound.group_id and top.subtitles == text.group_id
    assert found.image_playlists[0].uri == "rev/thumbnails/index.m3u8"


def test_each_variant_is_listed_once_per_audio_group() -> None:
    streams = (audio(1, language="eng", channels=6), audio(2, language="deu"))
    found = m3u8.loads(hls.multivariant(presentation_of(title(plan(audio=streams)))))
    groups = {m.group_id for m in found.media if m.type == "AUDIO"}
    assert groups == {"audio-2", "audio-6"} and len(found.playlists) == 8
    for group in groups:
        members = [m for m in found.media if m.group_id == group]
        assert [m.default for m in members].count("YES") == 1, "one default a group (§4.3.4.1.1)"
        assert len({m.name for m in members}) == len(members)


def test_audio_only_and_video_only_playlists() -> None:
    alone = m3u8.loads(hls.multivariant(presentation_of(title(plan(video=None)))))
    assert [p.stream_info.codecs for p in alone.playlists] == ["mp4a.40.2"] * 3 and not alone.media
    silent = m3u8.loads(hls.multivariant(presentation_of(title(plan(audio=(), text=())))))
    assert all(p.stream_info.codecs.startswith("avc1.") for p in silent.playlists)
    assert all(p.stream_info.audio is None for p in silent.playlists)


@settings(max_examples=40)
@given(rates, st.floats(0.1, 600), st.sampled_from([1.0, 2.0, 4.0, 6.0]))
def test_media_playlist_is_complete_from_the_start(rate: Fraction, seconds: float, segment_s: float) -> None:
    made = title(
        plan(Profile(segment_s=segment_s, max_fps=240), video=video(rate=rate, end_s=seconds), duration_s=seconds)
    )
    for rendition in ("240p", "audio-eng-stereo"):
        text = hls.media(presentation_of(made), rendition)
        found = m3u8.loads(text)
        timeline = made.planned_timeline(made.track_of(rendition) or "")
        assert (found.playlist_type, found.is_endlist, found.segment_map[0].uri) == ("vod", True, "init.mp4")
        assert math.isclose(
            sum(s.duration for s in found.segments), timeline.duration_s, abs_tol=1e-5 * len(found.segments)
        )
        assert all(math.floor(s.duration + 0.5) <= found.target_duration for s in found.segments), "§4.3.3.1"
        assert [timeline.at_time(int(s.uri.removesuffix(".m4s"))) for s in found.segments] == list(
            range(len(timeline.starts))
        )
    assert hls.media(presentation_of(made), "9999p") is None


def test_growing_title_lists_only_published_segments() -> None:
    made = title(plan(exact=False))
    timeline = made.planned_timeline("video")
    assert len(timeline.chunks) > 3
    for done in range(3):
        made.add_pieces({("video", done): {}})
        text = hls.media(presentation_of(made), "720p")
        found = m3u8.loads(text)
        assert (found.playlist_type, found.is_endlist) == ("event", False)
        assert len(found.segments) == sum(c.segments for c in timeline.chunks[: done + 1]), "only published segments"
    made.add_pieces({("video", 4): {}})
    assert len(m3u8.loads(hls.media(presentation_of(made), "720p")).segments) == sum(
        c.segments for c in timeline.chunks[:3]
    ), "no holes"
    assert not m3u8.loads(hls.multivariant(presentation_of(made))).image_playlists
    made.replan(made.plan, State.READY)
    assert m3u8.loads(hls.media(presentation_of(made), "720p")).is_endlist


def test_bandwidth_is_measured_once_complete() -> None:
    promised = m3u8.loads(hls.multivariant(presentation_of(title(whole=True)))).playlists[0].stream_info
    measured = (
        m3u8.loads(hls.multivariant(presentation_of(title(state=State.READY, whole=True)))).playlists[0].stream_info
    )
    assert promised.bandwidth > 1_000_000
    # 100,000 bytes in the shortest video segment (2 s) and 60,000 in the shortest audio segment
    assert measured.bandwidth < promised.bandwidth
    assert measured.bandwidth == pytest.approx(8 * 100_000 / 2 + 8 * 60_000 / 2, rel=0.35)
    assert measured.average_bandwidth < measured.bandwidth


def test_track_names_are_escaped() -> None:
    hostile = 'x",URI="http://example.org/\n#EXT-X-ENDLIST'
    text = hls.multivariant(presentation_of(title(plan(audio=(audio(language="eng", title=hostile),)))))
    assert m3u8.loads(text).media[0].uri == "rev/audio-eng-stereo/index.m3u8"
    assert "\n#EXT-X-ENDLIST" not in text and 'URI="http' not in text


def test_subtitle_and_thumbnail_playlists() -> None:
    text = m3u8.loads(hls.media(presentation_of(title(plan(video=video(end_s=63.2)))), "text-eng"))
    assert [(s.uri, s.duration) for s in text.segments] == [("text.vtt", 63.2)] and text.target_duration == 63
    made = title(plan(Profile(thumbnail_s=1)))
    sheets = hls.thumbnails(presentation_of(made))
    assert sheets is not None and "#EXT-X-IMAGES-ONLY" in sheets
    found = m3u8.loads(sheets)
    assert [s.uri for s in found.segments] == ["0.jpg", "1.jpg", "2.jpg"]
    assert sum(s.duration for s in found.segments) == pytest.approx(60)
    assert hls.thumbnails(presentation_of(title(plan(video=None)))) is None


def test_subtitles_have_roles_and_unlike_names() -> None:
    def stream(language: str, title: str = "", *roles: Role) -> TextStream:
        return TextStream(index=9, codec="subrip", language=language, title=title, roles=roles)

    text = (
        stream("eng"), stream("eng", "", Role.SDH), stream("eng", "SDH", Role.SDH), stream("eng"),
        stream("eng", "", Role.FORCED), stream("eng", "", Role.COMMENTARY), stream("por"), stream("pt-br"),
        stream("zh-hans"), stream("spa", "Castilian"), stream("spa", "Español"), stream("und"), stream("deu", "Deutsch (SDH)", Role.SDH),
    )  # fmt: skip
    found = m3u8.loads(hls.multivariant(presentation_of(title(plan(text=text)))))
    texts = [m for m in found.media if m.type == "SUBTITLES"]
    assert [m.name for m in texts] == [
        "English", "English 2", "Portuguese", "Portuguese (Brazil)", "Chinese (Simplified)", "Spanish (Castilian)",
        "Español", "Subtitles 8", "English (SDH)", "English (SDH) 2", "English (forced)", "English (commentary)",
        "Deutsch (SDH)",
    ], "those without a role come first"  # fmt: skip
    transcripts = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
    assert [m.characteristics for m in texts] == [transcripts if "SDH" in m.name else None for m in texts]
    assert [m.forced for m in texts] == ["YES" if "forced" in m.name else "NO" for m in texts]
    assert {m.default for m in texts} == {"NO"} and {m.autoselect for m in texts} == {"YES"}


def test_subtitles_are_shown_by_default_only_when_their_file_asks_for_it() -> None:
    beside = [Sidecar(path=f"/f.{n}.srt", language=n, default=n != "en") for n in ("en", "de", "fr")]
    made = title(plan_title(source(text=()), Profile(), sidecars=tuple(beside)))
    texts = [m for m in m3u8.loads(hls.multivariant(presentation_of(made))).media if m.type == "SUBTITLES"]
    assert [m.default for m in texts] == ["NO", "YES", "NO"], "one default a group"


def test_failed_text_track_is_left_out() -> None:
    made = title()
    made.add_pieces({("text-eng", 0): {"failed": "damaged"}})
    found = m3u8.loads(hls.multivariant(presentation_of(made)))
    assert [m.type for m in found.media] == ["AUDIO"] and found.playlists[0].stream_info.subtitles is None
