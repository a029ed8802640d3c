"""Build HLS playlists from the timeline (RFC 8216; image playlists as Roku and others specify them). Pure.

Media files are not read: the plan contains every segment before it is encoded.
"""

from __future__ import annotations

import math

from otnet_server.media import languages
from otnet_server.media.plan import AudioPlan
from otnet_server.media.renditions import audio_bandwidth, label, sheet_bandwidth, text_tracks, video_bandwidth
from otnet_server.media.revision import Revision

HEADER_LINES = ["#EXTM3U", "#EXT-X-VERSION:7"]


def multivariant(revision: Revision) -> str:
    """The multivariant playlist. URIs are relative to the folder of the media."""
    plan, base = revision.plan, revision.id
    lines = [*HEADER_LINES, "#EXT-X-INDEPENDENT-SEGMENTS"]
    groups: dict[str, list[AudioPlan]] = {}
    for audio in plan.audio:
        groups.setdefault(f"audio-{audio.channels}" if plan.video else audio.name, []).append(audio)
    if plan.video is None:
        return "\n".join(lines + _audio_only(revision)) + "\n"
    for group, members in groups.items():
        lines += [_media_audio(base, group, a, i) for i, a in enumerate(members)]
    subtitles = text_tracks(revision)
    for i, text in enumerate(subtitles):
        name = label(text.language, text.title, f"Subtitles {i + 1}")
        lines.append(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="{name}{" (forced)" if text.forced else ""}",'
            f'LANGUAGE="{languages.tag(text.language)}",DEFAULT=NO,'
            f'AUTOSELECT=YES,FORCED={"YES" if text.forced else "NO"},URI="{base}/{text.name}/index.m3u8"'
        )
    rate = float(plan.video.rate)
    for group, members in groups.items() or [("", [])]:
        audio_bandwidths = [audio_bandwidth(revision, a) for a in members]
        for i, rung in enumerate(plan.video.rungs):
            bandwidth = video_bandwidth(revision, i)
            peak = bandwidth.peak + max((s.peak for s in audio_bandwidths), default=0)
            average = bandwidth.average + max((s.average for s in audio_bandwidths), default=0)
            codecs = ",".join([rung.codecs, *dict.fromkeys(a.codecs for a in members)])
            lines.append(
                f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},"
                f'CODECS="{codecs}",RESOLUTION={rung.width}x{rung.height},FRAME-RATE={rate:.3f},VIDEO-RANGE=SDR'
                + (f',AUDIO="{group}"' if group else "")
                + (',SUBTITLES="text"' if subtitles else "")
            )
            lines.append(f"{base}/{rung.name}/index.m3u8")
    if plan.video.thumbnails is not None and not revision.growing:
        t = plan.video.thumbnails
        lines.append(
            f"#EXT-X-IMAGE-STREAM-INF:BANDWIDTH={sheet_bandwidth(t, rate)},RESOLUTION={t.width}x{t.height},"
            f'CODECS="jpeg",URI="{base}/thumbnails/index.m3u8"'
        )
    return "\n".join(lines) + "\n"


def _media_audio(base: str, group: str, audio: AudioPlan, index: int) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{group}",NAME="{label(audio.language, audio.title, f"Audio {index + 1}")}",'
        f'LANGUAGE="{languages.tag(audio.language)}",DEFAULT={"YES" if index == 0 else "NO"},AUTOSELECT=YES,'
        f'CHANNELS="{audio.channels}",URI="{base}/{audio.name}/index.m3u8"'
    )


def _audio_only(revision: Revision) -> list[str]:
    lines = []
    for audio in revision.plan.audio:
        bandwidth = audio_bandwidth(revision, audio)
        lines.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth.peak},AVERAGE-BANDWIDTH={bandwidth.average},CODECS="{audio.codecs}"'
        )
        lines.append(f"{revision.id}/{audio.name}/index.m3u8")
    return lines


def media(revision: Revision, rendition: str) -> str | None:
    """A media playlist: VOD as soon as it is planned, or EVENT while the timeline grows. None when the plan has no such
    rendition."""
    track = revision.track_of(rendition)
    if track is None:
        return None
    timeline = revision.timeline(track)
    longest = max([ticks for _, ticks in timeline.spans] + [timeline.segment_frames * timeline.ticks_per_frame])
    inf = {ticks: f"#EXTINF:{ticks / timeline.timescale:.6f}," for ticks in {ticks for _, ticks in timeline.spans}}
    lines = [
        *HEADER_LINES,
        f"#EXT-X-TARGETDURATION:{_target_duration(longest / timeline.timescale)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if revision.growing else 'VOD'}",
        *(["#EXT-X-START:TIME-OFFSET=0"] if revision.growing else []),
        '#EXT-X-MAP:URI="init.mp4"',
    ]
    lines += [f"{inf[ticks]}\n{time}.m4s" for time, ticks in timeline.spans]
    if not revision.growing:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def _target_duration(seconds: float) -> int:
    """The target duration: no EXTINF, rounded to the nearest second, may exceed it (§4.3.3.1)."""
    return max(1, math.floor(seconds + 0.5))


def text(duration_s: float) -> str:
    """The playlist of a text rendition: one WebVTT file that covers the whole duration."""
    return "\n".join(
        [
            *HEADER_LINES,
            f"#EXT-X-TARGETDURATION:{_target_duration(duration_s)}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{duration_s:.6f},",
            "text.vtt",
            "#EXT-X-ENDLIST",
            "",
        ]
    )


def thumbnails(revision: Revision) -> str | None:
    """The image playlist of the thumbnail sheets; None without thumbnails or while the timeline grows."""
    video = revision.plan.video
    if video is None or video.thumbnails is None or revision.growing:
        return None
    sheets = video.thumbnails
    interval_s = float(sheets.every / video.rate)
    per_sheet = sheets.columns * sheets.rows
    lines = [
        *HEADER_LINES,
        f"#EXT-X-TARGETDURATION:{_target_duration(interval_s * per_sheet)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-IMAGES-ONLY",
    ]
    for sheet in range(sheets.sheets):
        length = min(interval_s * per_sheet, video.timeline.duration_s - sheet * per_sheet * interval_s)
        lines += [
            f"#EXTINF:{length:.6f},",
            f"#EXT-X-TILES:RESOLUTION={sheets.width}x{sheets.height},LAYOUT={sheets.columns}x{sheets.rows},DURATION={interval_s:.6f}",
            f"{sheet}.jpg",
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"
