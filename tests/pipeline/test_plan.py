"""Plans: the renditions, timelines and subtitles derived from the properties of a source."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.config import Limits, Profile
from otnet_server.errors import MediaError
from otnet_server.media.frame_rate import STANDARD_RATES
from otnet_server.media.plan import Plan, plan_title, with_sidecars
from otnet_server.media.renditions import text_tracks
from otnet_server.media.roles import Role
from otnet_server.media.source import TextStream
from otnet_server.media.text_tracks import Sidecar, TextPlan
from tests.plans import audio, plan, source, title, video


def test_plan_of_an_ordinary_film() -> None:
    made = plan()
    assert (made.kind, made.sequential, made.growing) == ("video", False, False)
    assert made.duration_s == pytest.approx(60, abs=0.03)
    assert made.video is not None
    timeline = made.video.timeline
    assert (
        timeline.timescale,
        timeline.ticks_per_frame,
        timeline.frames,
        timeline.segment_frames,
        timeline.lead_in,
    ) == (
        10_000,
        400,
        1500,
        100,
        (50, 50),
    )
    assert [r.name for r in made.video.rungs] == ["720p", "540p", "360p", "240p"]
    (sound,) = made.audio
    assert (sound.name, sound.channels, sound.bit_rate, sound.default) == ("audio-eng-stereo", 2, 128_000, True)
    assert [t.name for t in made.text] == ["text-eng"]
    assert made.chapters[-1].end_s == pytest.approx(made.duration_s), "chapters end with the film"


@given(st.sampled_from(STANDARD_RATES), st.floats(0.05, 7000), st.floats(1, 12))
def test_every_frame_rate_has_whole_ticks(rate: Fraction, seconds: float, segment_s: float) -> None:
    made = plan(
        Profile(segment_s=segment_s, max_fps=240), video=video(rate=rate, end_s=seconds), audio=(), duration_s=seconds
    )
    assert made.video is not None
    timeline = made.video.timeline
    assert Fraction(timeline.timescale, timeline.ticks_per_frame) == made.video.rate == rate
    assert timeline.timescale >= 10_000
    assert abs(timeline.frames - seconds * rate) <= 1
    assert abs(timeline.segment_frames / rate - segment_s) <= 1 / rate
    thumbs = made.video.thumbnails
    assert thumbs is not None
    assert (thumbs.count - 1) * thumbs.every < timeline.frames <= thumbs.count * thumbs.every
    assert thumbs.sheets * thumbs.columns * thumbs.rows >= thumbs.count


@given(st.sampled_from([Fraction(60), Fraction(120), Fraction(60_000, 1001), Fraction(240)]), st.integers(20, 120))
def test_high_frame_rates_are_divided_evenly(rate: Fraction, most: int) -> None:
    made = plan(Profile(max_fps=most), video=video(rate=rate))
    assert made.video is not None
    assert made.video.rate <= most and (rate / made.video.rate).denominator == 1


# (case, audio streams, names of the renditions).
SOUND: tuple[tuple[str, tuple[object, ...], list[str]], ...] = (
    ("none", (), []),
    ("5.1 is kept beside stereo", (audio(channels=6),), ["audio-und-stereo", "audio-und-51"]),
    ("the default comes first", (audio(1, language="deu"), audio(2, language="eng", default=True)),
     ["audio-eng-stereo", "audio-deu-stereo"]),
    ("two tracks that differ in nothing", (audio(1, language="eng"), audio(2, language="eng")),
     ["audio-eng-stereo", "audio-eng-stereo-2"]),
    ("a commentary is never the first choice",
     (audio(1, language="eng", default=True, roles=(Role.COMMENTARY,)), audio(2, language="deu")),
     ["audio-deu-stereo", "audio-eng-stereo"]),
    ("a commentary is another", (audio(1, language="eng"), audio(2, language="eng", title="Comments")),
     ["audio-eng-stereo", "audio-eng-stereo-2"]),
)  # fmt: skip


@pytest.mark.parametrize(("what", "streams", "names"), SOUND, ids=[s[0] for s in SOUND])
def test_audio_renditions(what: str, streams: tuple[object, ...], names: list[str]) -> None:
    assert [a.name for a in plan(audio=streams).audio] == names


def test_audio_only_source_has_its_own_ladder() -> None:
    made = plan(video=None)
    assert (made.kind, made.video) == ("audio", None)
    assert [a.name for a in made.audio] == ["audio-eng-192k", "audio-eng-128k", "audio-eng-64k"]
    assert not plan(video=None, exact=False).growing


def test_audio_covers_the_video_and_may_outlast_it() -> None:
    """Shorter audio is padded with silence, longer audio is kept."""
    short, long = (plan(audio=(audio(end_s=s),)) for s in (10.0, 70.0))
    assert short.audio[0].timeline.duration_s == pytest.approx(60, abs=0.022)
    assert long.audio[0].timeline.duration_s == pytest.approx(70, abs=0.022) == long.duration_s


@pytest.mark.parametrize(
    ("start_s", "first_s", "origin_s"), [(0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.0, 5.0, 0.0), (100.0, 100.08, 100.08)]
)
def test_timeline_starts_at_the_first_frame(start_s: float, first_s: float, origin_s: float) -> None:
    """Unless the first frame comes more than a second after the audio."""
    made = plan(start_s=start_s, video=video(start_ticks=round(first_s * 12_800), end_s=first_s + 60))
    assert made.origin_s == pytest.approx(origin_s)
    assert made.video is not None and made.video.origin_ticks == round(origin_s * 12_800)


def test_embedded_and_sidecar_subtitles() -> None:
    inside = (
        TextStream(index=2, codec="subrip", language="eng"),
        TextStream(index=3, codec="hdmv_pgs_subtitle", language="fra", image=True),
        TextStream(index=4, codec="subrip", language="eng", roles=(Role.FORCED,)),
    )
    beside = (Sidecar(path="/f.en.srt", language="en"), Sidecar(path="/f.srt", language="und"))
    made = plan_title(source(text=inside, ignored=("data stream 7 (bin_data)",)), Profile(), sidecars=beside)
    assert [(t.name, t.stream, t.forced) for t in made.text] == [
        ("text-en", None, False), ("text-und", None, False), ("text-eng", 2, False), ("text-eng-2", 4, True),
    ]  # fmt: skip
    assert made.notices == (
        "Left out: subtitles “fra” are images (hdmv_pgs_subtitle). Add an .srt file beside the video.",
        "Left out: data stream 7 (bin_data).",
    )


def test_later_sidecars_update_the_plan() -> None:
    first = Sidecar(path="/f.en.srt", language="en", seen="10 1")
    made = plan_title(source(text=(TextStream(index=2, codec="subrip", language="en"),)), Profile(), sidecars=(first,))
    names = {t.name for t in made.text}
    assert names == {"text-en", "text-en-2"}
    assert with_sidecars(made, [first], names) is made
    moved = first.model_copy(update={"path": "/elsewhere/f.en.srt"})
    assert with_sidecars(made, [moved], names) is made, "it is the same file in another place"
    later = Sidecar(path="/f.de.srt", language="de", seen="20 2")
    with_german = with_sidecars(made, [later, first], names)
    assert [t.name for t in with_german.text] == ["text-en", "text-en-2", "text-de"]
    changed = first.model_copy(update={"seen": "11 3"})
    again = with_sidecars(with_german, [later, changed], names | {"text-de", "text-en-3"})
    assert [(t.name, t.seen) for t in again.text] == [("text-en-4", "11 3"), ("text-en-2", None), ("text-de", "20 2")]
    assert again.model_copy(update={"text": made.text}) == made, "nothing else has changed"
    before = made.model_copy(update={"text": tuple(t.model_copy(update={"seen": None}) for t in made.text)})
    assert with_sidecars(before, [first], names) is before, "a plan of before: it is taken to be the same"


@given(st.lists(st.sampled_from(["eng", "deu", "und", "fra"]), max_size=12))
def test_rendition_names_are_unique(languages: list[str]) -> None:
    sound = tuple(audio(i, language=x, title=f"{i}", channels=6) for i, x in enumerate(languages, 1))
    text = tuple(TextStream(index=50 + i, codec="srt", language=x) for i, x in enumerate(languages))
    made = plan(audio=sound, text=text)
    names = [*(r.name for r in made.video.rungs), *(a.name for a in made.audio), *(t.name for t in made.text)]
    assert len(set(names)) == len(names) == 4 + 3 * len(languages)
    assert all(set(n) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for n in names), "they are part of URLs"


# (properties of an unusable source, error code, part of the message).
REFUSED: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"duration_s": 90_000.0}, "too_long", "25.0 hours; the limit is 24"),
    ({"video": video(end_s=90_000.0)}, "too_long", "Raise limits.duration_s"),
    ({"duration_s": 0.0, "video": video(end_s=0.0), "audio": ()}, "no_duration", "no duration"),
    ({"video": video(width=10_000, height=4000)}, "too_large", "10000 × 4000"),
)


@pytest.mark.parametrize(("facts", "code", "words"), REFUSED)
def test_sources_beyond_the_limits_are_refused(facts: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(MediaError) as failed:
        plan(**facts)
    assert (failed.value.code, failed.value.stage) == (code, "plan") and words in str(failed.value)


def test_limits_can_be_raised() -> None:
    limits = Limits(duration_s=100_000, pixels=50_000_000)
    assert plan_title(source(duration_s=90_000.0), Profile(), limits=limits)


def test_plan_round_trips_through_json() -> None:
    for made in (plan(), plan(video=None), plan(exact=False), plan(video=video(rate=Fraction(24_000, 1001)))):
        assert Plan.model_validate_json(made.model_dump_json()) == made


def test_unseekable_source_is_planned_as_growing() -> None:
    made = plan(exact=False)
    assert made.sequential and made.growing
    assert made.video is not None and made.video.timeline.lead_in == () and made.video.timeline.keep_short_tail


def test_roles_of_subtitles_are_planned() -> None:
    inside = (TextStream(index=2, codec="subrip", language="eng", title="SDH", roles=(Role.SDH,)),)
    beside = (Sidecar(path="/f.zh-Hans-CN.forced.srt", language="zh-Hans-CN", roles=(Role.FORCED,), default=True),)
    first, second = plan_title(source(text=inside), Profile(), sidecars=beside).text
    assert (first.name, first.roles, first.forced, first.default) == ("text-zh-hans-cn", (Role.FORCED,), True, True)
    assert (second.roles, second.forced, second.codec) == ((Role.SDH,), False, "subrip")


def test_a_subtitle_file_that_is_renamed_replaces_its_track() -> None:
    first = Sidecar(path="/f.en.srt", language="en", seen="10 1")
    made = plan_title(source(text=()), Profile(), sidecars=(first,))
    german = first.model_copy(update={"path": "/f.de.srt", "language": "de"})
    assert [t.name for t in with_sidecars(made, [german], {"text-en"}).text] == ["text-de"]
    assert [t.name for t in with_sidecars(made, [first, german], {"text-en"}).text] == ["text-en", "text-de"]


def test_a_subtitle_file_that_is_removed_withdraws_its_track() -> None:
    first = Sidecar(path="/f.en.srt", language="en", seen="10 1")
    made = plan_title(source(), Profile(), sidecars=(first,))
    without = with_sidecars(made, [], {"text-en"})
    assert [(t.name, t.withdrawn) for t in without.text] == [("text-en", True), ("text-eng", False)]
    assert [t.name for t in text_tracks(title(without))] == ["text-eng"]
    assert with_sidecars(without, [], {"text-en"}) is without
    assert with_sidecars(without, [first], {"text-en"}) == made, "the file is back"
    moved = first.model_copy(update={"path": "/elsewhere/f.en.srt"})
    assert with_sidecars(without, [moved], {"text-en"}) == made, "it is back in another place"


def test_forced_subtitles_stored_by_version_0_1_are_read() -> None:
    stored = {"name": "text-en", "language": "en", "title": "", "sidecar": "/f.en.forced.srt", "forced": True}
    assert TextPlan.model_validate(stored).roles == (Role.FORCED,)
    assert TextPlan.model_validate(stored | {"forced": False}).roles == ()


def test_plan_stored_by_version_0_1_is_read() -> None:
    """Version 0.1 stored timelines as `grid`, with other names for their fields."""
    names = {
        "timeline": "grid", "ticks_per_frame": "unit", "frames": "length", "segment_frames": "per_segment",
        "lead_in": "lead", "keep_short_tail": "keep_remnant",
    }  # fmt: skip

    def with_old_names(value: object) -> object:
        if isinstance(value, dict):
            return {names.get(name, name): with_old_names(v) for name, v in value.items()}
        return [with_old_names(v) for v in value] if isinstance(value, list) else value

    current = plan()
    stored = with_old_names(current.model_dump(mode="json"))
    assert "grid" in stored["video"] and "unit" in stored["video"]["grid"]  # type: ignore[index]
    assert Plan.model_validate(stored) == current


def test_last_picture_is_held_until_the_sound_ends() -> None:
    made = plan(video=video(end_s=0.04), audio=(audio(end_s=240.0),), duration_s=240.0)
    assert made.video is not None
    assert (made.video.source_frames, made.video.timeline.frames) == (1, 6000)
    usual = plan(video=video(end_s=59.5), audio=(audio(end_s=60.0),)).video
    assert usual is not None and usual.source_frames is None


@pytest.mark.parametrize(("deinterlace", "rate"), [("frames", 25), ("fields", 50)])
def test_interlaced_video_has_pictures_of_frames_or_of_fields(
    deinterlace: Literal["frames", "fields"], rate: int
) -> None:
    made = plan(Profile(deinterlace=deinterlace), video=video(interlaced=True)).video
    assert made is not None and (made.deinterlace, made.rate) == (deinterlace, rate)


def test_plans_of_earlier_versions_are_read() -> None:
    """They have no colours, and a truth value for `deinterlace`."""
    stored = plan(video=video(interlaced=True)).model_dump(mode="json")
    for name in ("rate_reason", "source_frames", "composition_delay", "source_color", "color"):
        del stored["video"][name]
    stored["video"]["deinterlace"] = True
    video_plan = Plan.model_validate(stored).video
    assert video_plan is not None
    assert (video_plan.deinterlace, video_plan.color, video_plan.composition_delay) == ("frames", None, 0)


def test_discontinuous_source_is_planned_on_a_clock_that_begins_with_the_file() -> None:
    made = plan(continuous=False, exact=False, start_s=1.4, video=video(start_ticks=round(1.48 * 12_800), end_s=21.4))
    assert made.video is not None and not made.continuous
    assert made.origin_s == pytest.approx(0.08, abs=0.001)
    assert made.video.origin_ticks == pytest.approx(0.08 * 12_800, abs=1)
