"""Build the DASH MPD from the timeline (ISO/IEC 23009-1; thumbnails: DASH-IF IOP §6.2.6). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr as q

from otnet_server.media import languages
from otnet_server.media.plan import AudioPlan
from otnet_server.media.renditions import audio_bandwidth, label, sheet_bandwidth, text_tracks, video_bandwidth
from otnet_server.media.revision import Revision
from otnet_server.media.timeline import Timeline

CHANNELS_SCHEME = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
TILES_SCHEME = "http://dashif.org/guidelines/thumbnail_tile"


def mpd(revision: Revision, created_at: str = "1970-01-01T00:00:00+00:00") -> str:
    """The manifest: static as soon as it is planned, or dynamic while the timeline grows."""
    plan = revision.plan
    sets: list[str] = []
    if plan.video is not None:
        sets.append(_video(revision, len(sets)))
    by_audio: dict[tuple[str, str, int], list[AudioPlan]] = {}
    for audio in plan.audio:
        by_audio.setdefault((audio.language, audio.title, audio.channels), []).append(audio)
    for renditions in by_audio.values():
        sets.append(_audio(revision, renditions, len(sets)))
    for text in text_tracks(revision):
        role = "forced-subtitle" if text.forced else "subtitle"
        sets.append(
            f'<AdaptationSet id="{len(sets)}" contentType="text" mimeType="text/vtt" '
            f"lang={q(languages.tag(text.language))}>"
            f'<Role schemeIdUri="urn:mpeg:dash:role:2011" value="{role}"/>'
            f"<Label>{label(text.language, text.title, 'Subtitles')}</Label>"
            f'<Representation id="{text.name}" bandwidth="256">'
            f"<BaseURL>{revision.id}/{text.name}/text.vtt</BaseURL></Representation></AdaptationSet>"
        )
    if plan.video is not None and plan.video.thumbnails is not None and not revision.growing:
        sets.append(_thumbnails(revision, len(sets)))
    duration = _iso_duration(plan.duration_s)
    if revision.growing:
        # Encoding may be faster than real time. With a start one day ago every published segment is available.
        start = (datetime.fromisoformat(created_at) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        kind = f'type="dynamic" availabilityStartTime="{start}" minimumUpdatePeriod="PT2S"'
    else:
        kind = f'type="static" mediaPresentationDuration="{duration}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,'
        f'urn:mpeg:dash:profile:cmaf:2019" {kind} minBufferTime="PT2S">\n'
        f'<Period id="0" start="PT0S">\n' + "\n".join(sets) + "\n</Period>\n</MPD>\n"
    )


def _video(revision: Revision, index: int) -> str:
    video = revision.plan.video
    assert video is not None
    top = video.rungs[0]
    representations = "".join(
        f'<Representation id="{r.name}" bandwidth="{video_bandwidth(revision, i).peak}" codecs="{r.codecs}" '
        f'width="{r.width}" height="{r.height}"/>'
        for i, r in enumerate(video.rungs)
    )
    rate = str(video.rate)
    return (
        f'<AdaptationSet id="{index}" contentType="video" mimeType="video/mp4" maxWidth="{top.width}" '
        f'maxHeight="{top.height}" frameRate="{rate}" sar="1:1" segmentAlignment="true" startWithSAP="1">'
        f"{_template(revision, 'video')}{representations}</AdaptationSet>"
    )


def _audio(revision: Revision, renditions: list[AudioPlan], index: int) -> str:
    first = renditions[0]
    role = "main" if first.default else "alternate"
    representations = "".join(
        f'<Representation id="{a.name}" bandwidth="{audio_bandwidth(revision, a).peak}" codecs="{a.codecs}" '
        f'audioSamplingRate="{a.timeline.timescale}"/>'
        for a in renditions
    )
    return (
        f'<AdaptationSet id="{index}" contentType="audio" mimeType="audio/mp4" lang={q(languages.tag(first.language))} '
        'segmentAlignment="true" startWithSAP="1">'
        f'<AudioChannelConfiguration schemeIdUri="{CHANNELS_SCHEME}" value="{first.channels}"/>'
        f'<Role schemeIdUri="urn:mpeg:dash:role:2011" value="{role}"/>'
        f"<Label>{label(first.language, first.title, 'Audio')}</Label>"
        f"{_template(revision, first.name)}{representations}</AdaptationSet>"
    )


def _thumbnails(revision: Revision, index: int) -> str:
    video = revision.plan.video
    assert video is not None and video.thumbnails is not None
    t = video.thumbnails
    per_sheet = t.columns * t.rows
    return (
        f'<AdaptationSet id="{index}" contentType="image" mimeType="image/jpeg">'
        f'<SegmentTemplate media="{revision.id}/$RepresentationID$/$Number$.jpg" timescale="{video.rate.numerator}" '
        f'duration="{per_sheet * t.every * video.rate.denominator}" startNumber="0"/>'
        f'<Representation id="thumbnails" bandwidth="{sheet_bandwidth(t, float(video.rate))}" '
        f'width="{t.width * t.columns}" height="{t.height * t.rows}">'
        f'<EssentialProperty schemeIdUri="{TILES_SCHEME}" value="{t.columns}x{t.rows}"/>'
        "</Representation></AdaptationSet>"
    )


def _template(revision: Revision, track: str) -> str:
    """Paths are complete, because some players ignore the BaseURL of a parent element."""
    timeline, inside = revision.timeline(track), f"{revision.id}/$RepresentationID$"
    return (
        f'<SegmentTemplate timescale="{timeline.timescale}" initialization="{inside}/init.mp4" '
        f'media="{inside}/$Time$.m4s" startNumber="1"><SegmentTimeline>{"".join(_timeline_entries(timeline))}'
        "</SegmentTimeline></SegmentTemplate>"
    )


def _timeline_entries(timeline: Timeline) -> list[str]:
    """`S` elements (§5.3.9.6); consecutive segments of equal duration share one with a repeat count."""
    runs: list[list[int]] = []
    for time, duration in timeline.spans:
        if runs and runs[-1][1] == duration:
            runs[-1][2] += 1
        else:
            runs.append([time, duration, 0])
    return [f'<S t="{t}" d="{d}"' + (f' r="{r}"' if r else "") + "/>" for t, d, r in runs]


def _iso_duration(seconds: float) -> str:
    return f"PT{seconds:.6f}".rstrip("0").rstrip(".") + "S"
