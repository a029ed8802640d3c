"""Build HLS playlists from a presentation (RFC 8216; image playlists as Roku and others specify them). Pure.

Media files are not read: the presentation lists every segment, of a planned title also those that are not encoded yet.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

from otnet_server.manifests.ad_breaks import DateRanges
from otnet_server.manifests.labels import audio_labels, text_labels
from otnet_server.manifests.protection import key_tags, session_key_tags
from otnet_server.media import languages
from otnet_server.media.presentation import (
    AudioRendition,
    Kind,
    Period,
    Presentation,
    Renditions,
    TextRendition,
    Track,
    VideoRendition,
    match,
    match_text,
)
from otnet_server.media.roles import Role
from otnet_server.media.urls import INIT_SEGMENT, NO_TEXT, PLAYLIST, TEXT_FILE

# Media characteristics of audio and text (RFC 8216 §4.3.4.1).
AUDIO_CHARACTERISTICS = {Role.DESCRIPTION: ("public.accessibility.describes-video",)}
TEXT_CHARACTERISTICS = {
    Role.SDH: (
        "public.accessibility.transcribes-spoken-dialog",
        "public.accessibility.describes-music-and-sound",
    ),
}
HEADER_LINES = ["#EXTM3U", "#EXT-X-VERSION:7"]


def multivariant(presentation: Presentation) -> str:
    """The multivariant playlist."""
    offered = presentation.renditions
    lines = [*HEADER_LINES, "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += session_key_tags([*offered.video, *offered.audio])
    groups, labels = _audio_groups(offered), audio_labels(offered.audio)
    for group, members in groups.items():
        lines += [_audio_media(group, audio, labels[audio.stream], audio is members[0]) for audio in members]
    if not offered.video:
        variants = [(group, members) for group, members in groups.items()] or [("", [audio]) for audio in offered.audio]
        return _document([*lines, *(line for group, members in variants for line in _audio_variant(group, members))])
    shown = next((text for text in offered.text if text.default and not text.forced), None)
    lines += [_subtitles_media(text, name, text is shown) for text, name in text_labels(offered.text)]
    for group, members in groups.items() or [("", [])]:
        for video in offered.video:
            lines += _video_variant(video, group, members, subtitles=bool(offered.text))
    if sheets := offered.thumbnails:
        lines.append(
            f"#EXT-X-IMAGE-STREAM-INF:BANDWIDTH={sheets.bandwidth},RESOLUTION={sheets.width}x{sheets.height},"
            f'CODECS="jpeg",URI="{sheets.folder}/{PLAYLIST}"'
        )
    return _document(lines)


def _audio_groups(offered: Renditions) -> dict[str, list[AudioRendition]]:
    """The groups of audio renditions: one for each number of channels, or without video one for each bit rate.

    Every group has a member for every track of the source (§4.3.4.1.1), so that a language without 5.1 is in the group
    of 5.1 with its stereo rendition. Sound alone in one track needs no group: its renditions are variants.
    """
    tracks: dict[int, list[AudioRendition]] = {}
    for audio in offered.audio:
        tracks.setdefault(audio.stream, []).append(audio)
    if not offered.video:
        steps = range(max(map(len, tracks.values()), default=0)) if len(tracks) > 1 else ()
        return {f"audio-{n + 1}": [members[min(n, len(members) - 1)] for members in tracks.values()] for n in steps}
    counts = dict.fromkeys(audio.channels for audio in offered.audio)
    return {f"audio-{n}": [_with_channels(members, n) for members in tracks.values()] for n in counts}


def _with_channels(members: list[AudioRendition], channels: int) -> AudioRendition:
    return next((audio for audio in members if audio.channels == channels), members[0])


def _audio_media(group: str, audio: AudioRendition, name: str, default: bool) -> str:
    characteristics = ",".join(c for role in audio.roles for c in AUDIO_CHARACTERISTICS.get(role, ()))
    automatic = Role.COMMENTARY not in audio.roles
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{group}",NAME="{name}",LANGUAGE="{languages.tag(audio.language)}",'
        f"DEFAULT={'YES' if default else 'NO'},AUTOSELECT={'YES' if automatic or default else 'NO'},"
        + (f'CHARACTERISTICS="{characteristics}",' if characteristics else "")
        + f'CHANNELS="{audio.channels}",URI="{audio.folder}/{PLAYLIST}"'
    )


def _subtitles_media(text: TextRendition, name: str, default: bool) -> str:
    characteristics = ",".join(c for role in text.roles for c in TEXT_CHARACTERISTICS.get(role, ()))
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="{name}",LANGUAGE="{languages.tag(text.language)}",'
        f"DEFAULT={'YES' if default else 'NO'},AUTOSELECT=YES,FORCED={'YES' if text.forced else 'NO'},"
        + (f'CHARACTERISTICS="{characteristics}",' if characteristics else "")
        + f'URI="{text.folder}/{PLAYLIST}"'
    )


def _video_variant(video: VideoRendition, group: str, audio: list[AudioRendition], *, subtitles: bool) -> list[str]:
    peak = video.bandwidth.peak + max((a.bandwidth.peak for a in audio), default=0)
    average = video.bandwidth.average + max((a.bandwidth.average for a in audio), default=0)
    codecs = ",".join([video.codecs, *dict.fromkeys(a.codecs for a in audio)])
    return [
        f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},"
        f'CODECS="{codecs}",RESOLUTION={video.width}x{video.height},FRAME-RATE={float(video.frame_rate):.3f},'
        "VIDEO-RANGE=SDR" + (f',AUDIO="{group}"' if group else "") + (',SUBTITLES="text"' if subtitles else ""),
        f"{video.folder}/{PLAYLIST}",
    ]


def _audio_variant(group: str, members: list[AudioRendition]) -> list[str]:
    peak, average = (max(a.bandwidth[n] for a in members) for n in (0, 1))
    codecs = ",".join(dict.fromkeys(a.codecs for a in members))
    return [
        f'#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS="{codecs}"'
        + (f',AUDIO="{group}"' if group else ""),
        f"{members[0].folder}/{PLAYLIST}",
    ]


def media(presentation: Presentation, name: str) -> str | None:
    """The media playlist of a rendition; None when the presentation has no rendition of this name."""
    offered = presentation.renditions.by_name.get(name)
    if offered is None:
        return None
    if isinstance(offered, TextRendition):
        return _text(presentation, offered)
    played = [(p, r) for p in presentation.periods if (r := _match(offered, p)) is not None]
    if len(played) > 1:
        played = [(period, rendition) for period, rendition in played if rendition.track.segments]
    lines = _head(presentation, name, played)
    number = played[0][0].number if played else 0
    if presentation.kind != Kind.LIVE:
        lines.append(f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if presentation.kind == Kind.GROWING else 'VOD'}")
    if presentation.kind == Kind.GROWING:
        lines.append("#EXT-X-START:TIME-OFFSET=0")
    encrypted, ranges = False, _date_ranges(presentation, offered.folder)
    for period, rendition in played:
        # One tag for each period since the one before, so that all renditions count discontinuities alike (§6.2.4).
        lines += ["#EXT-X-DISCONTINUITY"] * (period.number - number)
        lines += ranges.until(period.start)
        lines.append(_kept_segments(presentation, period, rendition, offered.folder, was_encrypted=encrypted))
        encrypted = rendition.protection is not None
        number = period.number
    return _document([*lines, *ranges.rest(), *_end(presentation)])


def _match(offered: VideoRendition | AudioRendition, period: Period) -> VideoRendition | AudioRendition | None:
    """The rendition of a period that plays for `offered`."""
    known: VideoRendition | AudioRendition | None
    matched: VideoRendition | AudioRendition | None
    known, matched = period.manifest_parts.get((match, offered.name), (None, None))
    if known is not offered:
        matched = match(offered, period.renditions)
        period.manifest_parts[match, offered.name] = (offered, matched)
    return matched


def _head(
    presentation: Presentation, name: str, played: Sequence[tuple[Period, VideoRendition | AudioRendition]]
) -> list[str]:
    """The first lines of a media playlist. `name`: of the rendition whose segments are counted."""
    longest = max((Fraction(r.track.target_ticks, r.track.timescale) for _, r in played), default=Fraction(1))
    number, sequence = 0, 0
    if played:
        period, rendition = played[0]
        number, sequence = period.number, period.segments_before.get(name, 0) + rendition.track.first
    lines = [
        *HEADER_LINES,
        f"#EXT-X-TARGETDURATION:{_target_duration(presentation.target_duration_s or longest)}",
        f"#EXT-X-MEDIA-SEQUENCE:{sequence}",
    ]
    return [*lines, f"#EXT-X-DISCONTINUITY-SEQUENCE:{number}"] if presentation.kind == Kind.LIVE else lines


def _kept_segments(
    presentation: Presentation,
    period: Period,
    rendition: VideoRendition | AudioRendition,
    folder: str,
    *,
    was_encrypted: bool,
) -> str:
    """The lines of `_segments`."""
    key = (_segments, rendition.name, folder, was_encrypted, presentation.kind, presentation.epoch)
    if key not in period.manifest_parts:
        lines = _segments(presentation, period, rendition, folder, was_encrypted=was_encrypted)
        period.manifest_parts[key] = "\n".join(lines)
    text: str = period.manifest_parts[key]
    return text


def _segments(
    presentation: Presentation,
    period: Period,
    rendition: VideoRendition | AudioRendition,
    folder: str,
    *,
    was_encrypted: bool,
) -> list[str]:
    """The segments of one period, in a playlist in `folder`. `was_encrypted`: those before have a key, which applies
    until another EXT-X-KEY."""
    track, prefix = rendition.track, _relative(rendition.folder, folder)
    lines = ["#EXT-X-KEY:METHOD=NONE"] if was_encrypted and rendition.protection is None else []
    lines.append(f'#EXT-X-MAP:URI="{prefix}{INIT_SEGMENT}"')
    if rendition.protection is not None:
        lines += key_tags(rendition.protection)
    lines += _time_of_first(presentation, period, track)
    inf = {ticks: f"#EXTINF:{ticks / track.timescale:.6f},\n{prefix}" for ticks in {t for _, t in track.segments}}
    return [*lines, *[f"{inf[ticks]}{time}.m4s" for time, ticks in track.segments]]


def _time_of_first(presentation: Presentation, period: Period, track: Track) -> list[str]:
    """The time of day of the first segment of a period, in a live presentation (§4.3.2.6)."""
    if presentation.kind != Kind.LIVE or presentation.epoch is None or not track.segments:
        return []
    starts_s = float(period.start + track.seconds(track.segments[0][0]))
    time = presentation.epoch + timedelta(seconds=starts_s)
    return [f"#EXT-X-PROGRAM-DATE-TIME:{time.isoformat(timespec='milliseconds')}"]


def _text(presentation: Presentation, offered: TextRendition) -> str:
    """The playlist of a text rendition: one WebVTT file for each period, over its whole duration. A period without
    these subtitles is a gap."""
    if presentation.kind == Kind.LIVE:
        return _live_text(presentation, offered)
    lines = ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
    version, longest, before = 7, Fraction(1), presentation.periods[0].number
    for period in presentation.periods:
        duration = period.duration if period.duration is not None else presentation.duration - period.start
        longest = max(longest, duration)
        text = match_text(offered, period.renditions)
        lines += ["#EXT-X-DISCONTINUITY"] * (period.number - before)
        if text is None:
            version = 8  # EXT-X-GAP (RFC 8216bis §4.4.4.7)
            lines.append("#EXT-X-GAP")
        lines += [f"#EXTINF:{float(duration):.6f},", _relative((text or offered).folder, offered.folder) + TEXT_FILE]
        before = period.number
    head = ["#EXTM3U", f"#EXT-X-VERSION:{version}", f"#EXT-X-TARGETDURATION:{_target_duration(longest)}"]
    return _document([*head, *lines, "#EXT-X-ENDLIST"])


def _live_text(presentation: Presentation, offered: TextRendition) -> str:
    """The playlist of a text rendition of a live presentation: a WebVTT segment for each segment of the first video or
    audio rendition, `<start>-<end>.vtt` in milliseconds of the presentation's clock. Those of a period without these
    subtitles are in the folder `NO_TEXT`, and empty."""
    every: list[VideoRendition | AudioRendition] = [*presentation.renditions.video, *presentation.renditions.audio]
    pace = every[0]
    played = [(p, r) for p in presentation.periods if (r := match(pace, p.renditions)) is not None]
    played = [(period, rendition) for period, rendition in played if rendition.track.segments]
    lines = _head(presentation, pace.name, played)
    number, ranges = played[0][0].number if played else 0, _date_ranges(presentation, offered.folder)
    for period, rendition in played:
        text = match_text(offered, period.renditions)
        folder = _relative(text.folder if text is not None else f"{period.number}/{NO_TEXT}", offered.folder)
        lines += ["#EXT-X-DISCONTINUITY"] * (period.number - number)
        lines += ranges.until(period.start)
        lines += _time_of_first(presentation, period, rendition.track)
        for time, ticks in rendition.track.segments:
            start, end = (period.start + rendition.track.seconds(at) for at in (time, time + ticks))
            lines += [f"#EXTINF:{float(end - start):.6f},", f"{folder}{round(start * 1000)}-{round(end * 1000)}.vtt"]
        number = period.number
    return _document([*lines, *ranges.rest()])


def thumbnails(presentation: Presentation) -> str | None:
    """The image playlist of the thumbnail sheets; None without thumbnails."""
    sheets = presentation.renditions.thumbnails
    if sheets is None:
        return None
    sheet_s = sheets.interval * sheets.per_sheet
    video = presentation.renditions.video[0].track
    end = video.seconds(sum(video.segments[-1]))
    lines = [
        *HEADER_LINES,
        f"#EXT-X-TARGETDURATION:{_target_duration(sheet_s)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-IMAGES-ONLY",
    ]
    for sheet in range(sheets.sheets):
        lines += [
            f"#EXTINF:{float(min(sheet_s, end - sheet * sheet_s)):.6f},",
            f"#EXT-X-TILES:RESOLUTION={sheets.width}x{sheets.height},LAYOUT={sheets.columns}x{sheets.rows},"
            f"DURATION={float(sheets.interval):.6f}",
            f"{sheet}.jpg",
        ]
    return _document([*lines, "#EXT-X-ENDLIST"])


def _date_ranges(presentation: Presentation, folder: str) -> DateRanges:
    """The breaks of a live presentation, whose playlists have the time of day, in a playlist in `folder`."""
    epoch = presentation.epoch if presentation.kind == Kind.LIVE else None
    return DateRanges(presentation.breaks, epoch, _relative("", folder))


@lru_cache(maxsize=4096)
def _relative(folder: str, playlist_folder: str) -> str:
    """The path to `folder` from a playlist in `playlist_folder`, with a slash at its end unless it is empty."""
    path = posixpath.relpath(folder or ".", playlist_folder)
    return "" if path == "." else f"{path}/"


def _target_duration(seconds: Fraction) -> int:
    """The target duration: no EXTINF, rounded to the nearest second, may exceed it (§4.3.3.1)."""
    return max(1, math.floor(seconds + Fraction(1, 2)))


def _end(presentation: Presentation) -> list[str]:
    return ["#EXT-X-ENDLIST"] if presentation.kind == Kind.COMPLETE else []


def _document(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
