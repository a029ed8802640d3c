"""Build the DASH MPD from a presentation (ISO/IEC 23009-1; thumbnails: DASH-IF IOP §6.2.6). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from xml.sax.saxutils import quoteattr as q

from otnet_server.manifests.ad_breaks import event_stream
from otnet_server.manifests.labels import audio_labels, text_labels
from otnet_server.manifests.protection import NAMESPACES, content_protection
from otnet_server.media import languages
from otnet_server.media.presentation import (
    AudioRendition,
    Kind,
    LowLatency,
    Period,
    Presentation,
    TextRendition,
    ThumbnailSheets,
    Track,
    VideoRendition,
)
from otnet_server.media.roles import Role
from otnet_server.media.urls import INIT_SEGMENT, TEXT_FILE

ROLE_SCHEME = "urn:mpeg:dash:role:2011"
AUDIO_PURPOSE_SCHEME = "urn:tva:metadata:cs:AudioPurposeCS:2007"  # 1: for people with impaired sight
CHANNELS_SCHEME = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
SWITCHING_SCHEME = "urn:mpeg:dash:adaptation-set-switching:2016"
TILES_SCHEME = "http://dashif.org/guidelines/thumbnail_tile"
UPDATE_PERIOD = 'minimumUpdatePeriod="PT2S"'
FAST_UPDATE_PERIOD = 'minimumUpdatePeriod="PT0.5S"'


def mpd(presentation: Presentation, now: datetime) -> str:
    """The manifest: static for a complete presentation, else dynamic. `now` becomes its publish time, which a dynamic
    manifest must have (§5.3.1.2)."""
    several = len(presentation.periods) > 1 or presentation.kind == Kind.LIVE
    namespaces = NAMESPACES if _is_protected(presentation) else ""
    low = presentation.low_latency
    periods = "\n".join(
        _kept_period(period, low, event_stream(presentation, period), timed=several) for period in presentation.periods
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"{namespaces} profiles="urn:mpeg:dash:profile:isoff-live:2011,'
        f'urn:mpeg:dash:profile:cmaf:2019" {_kind(presentation, now)} minBufferTime="PT{1 if low else 2}S">\n'
        f"{_low_latency_elements(low)}{periods}{_clock(low)}\n</MPD>\n"
    )


def _low_latency_elements(low: LowLatency | None) -> str:
    """The delay that players aim at, in milliseconds (§K.3.2)."""
    if low is None:
        return ""
    target = round(low.target_s * 1000)
    return (
        f'<ServiceDescription id="0"><Latency target="{target}" min="{target // 2}" max="{3 * target}"/>'
        '<PlaybackRate min="0.96" max="1.05"/></ServiceDescription>\n'
    )


def _clock(low: LowLatency | None) -> str:
    if low is None:
        return ""
    return f'\n<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="{low.clock}"/>'


def _is_protected(presentation: Presentation) -> bool:
    periods = (period.renditions for period in presentation.periods)
    return any(r.protection is not None for renditions in periods for r in (*renditions.video, *renditions.audio))


def _kind(presentation: Presentation, now: datetime) -> str:
    if presentation.kind == Kind.COMPLETE:
        return f'type="static" mediaPresentationDuration="{_iso_duration(presentation.duration)}"'
    assert presentation.epoch is not None
    attributes = (
        f'type="dynamic" availabilityStartTime="{_iso_time(presentation.epoch)}" publishTime="{_iso_time(now)}" '
        f"{FAST_UPDATE_PERIOD if presentation.low_latency else UPDATE_PERIOD}"
    )
    if presentation.window is not None:
        attributes += f' timeShiftBufferDepth="{_iso_duration(presentation.window)}"'
    return attributes


def _kept_period(period: Period, low: LowLatency | None, events: str, *, timed: bool) -> str:
    key = (_period, low, events, timed)
    if key not in period.manifest_parts:
        period.manifest_parts[key] = _period(period, low, events, timed=timed)
    text: str = period.manifest_parts[key]
    return text


def _period(period: Period, low: LowLatency | None, events: str, *, timed: bool) -> str:
    """A period, with the element `events` first. Its duration is not given where the manifest's says it or the period
    is open."""
    renditions = period.renditions
    sets: list[str] = []
    by_key: dict[bytes | None, list[VideoRendition]] = {}
    for video in renditions.video:
        by_key.setdefault(video.protection.key_id if video.protection is not None else None, []).append(video)
    for number, same_key in enumerate(by_key.values()):
        sets.append(_video(same_key, number, [n for n in range(len(by_key)) if n != number], low))
    by_audio: dict[tuple[int, int], list[AudioRendition]] = {}
    for audio in renditions.audio:
        by_audio.setdefault((audio.stream, audio.channels), []).append(audio)
    labels = audio_labels(renditions.audio)
    for members in by_audio.values():
        sets.append(_audio(members, labels[members[0].stream], len(sets), low))
    purposes: set[tuple[str, tuple[Role, ...]]] = set()
    for text, name in text_labels(renditions.text):
        alternate = (text.language, text.roles) in purposes
        purposes.add((text.language, text.roles))
        sets.append(_text(text, name, len(sets), alternate=alternate))
    if renditions.thumbnails is not None:
        sets.append(_thumbnails(renditions.thumbnails, len(sets)))
    duration = f' duration="{_iso_duration(period.duration)}"' if timed and period.duration is not None else ""
    head = f'<Period id="{period.number}" start="{_iso_duration(period.start)}"{duration}>'
    return "\n".join([head, *([events] if events else []), *sets, "</Period>"])


def _video(renditions: Sequence[VideoRendition], index: int, others: Sequence[int], low: LowLatency | None) -> str:
    """The adaptation set of the video renditions with one key. Players switch between it and `others` (DASH-IF IOP
    §3.8)."""
    top = renditions[0]
    switching = f'<SupplementalProperty schemeIdUri="{SWITCHING_SCHEME}" value="{",".join(map(str, others))}"/>'
    representations = "".join(
        f'<Representation id="{r.name}" bandwidth="{r.bandwidth.peak}" codecs="{r.codecs}" '
        f'width="{r.width}" height="{r.height}"/>'
        for r in renditions
    )
    return (
        f'<AdaptationSet id="{index}" contentType="video" mimeType="video/mp4" maxWidth="{top.width}" '
        f'maxHeight="{top.height}" frameRate="{top.frame_rate}" sar="1:1" segmentAlignment="true" startWithSAP="1">'
        f"{_protection(top)}{switching if others else ''}{_template(top.track, _folder(top), low)}{representations}"
        "</AdaptationSet>"
    )


def _audio(renditions: Sequence[AudioRendition], name: str, index: int, low: LowLatency | None) -> str:
    first = renditions[0]
    described = Role.DESCRIPTION in first.roles
    representations = "".join(
        f'<Representation id="{a.name}" bandwidth="{a.bandwidth.peak}" codecs="{a.codecs}" '
        f'audioSamplingRate="{a.track.timescale}"/>'
        for a in renditions
    )
    return (
        f'<AdaptationSet id="{index}" contentType="audio" mimeType="audio/mp4" lang={q(languages.tag(first.language))} '
        'segmentAlignment="true" startWithSAP="1">'
        f'<AudioChannelConfiguration schemeIdUri="{CHANNELS_SCHEME}" value="{first.channels}"/>'
        f"{_protection(first)}"
        f"<Label>{name}</Label>"
        + (f'<Accessibility schemeIdUri="{AUDIO_PURPOSE_SCHEME}" value="1"/>' if described else "")
        + "".join(f'<Role schemeIdUri="{ROLE_SCHEME}" value="{role}"/>' for role in _audio_roles(first))
        + f"{_template(first.track, _folder(first), low)}{representations}</AdaptationSet>"
    )


def _audio_roles(audio: AudioRendition) -> list[str]:
    """The roles of an audio track (§5.8.5.5)."""
    purpose = [role for role in (Role.COMMENTARY, Role.DESCRIPTION, Role.DUB) if role in audio.roles]
    return ["main" if audio.default else "alternate", *purpose]


def _text(text: TextRendition, name: str, index: int, *, alternate: bool) -> str:
    offset = (
        f'<SegmentBase timescale="1000" presentationTimeOffset="{round(text.offset * 1000)}"/>' if text.offset else ""
    )
    accessibility = "caption" if Role.SDH in text.roles else "description" if Role.DESCRIPTION in text.roles else ""
    return (
        f'<AdaptationSet id="{index}" contentType="text" mimeType="text/vtt" '
        f"lang={q(languages.tag(text.language))}>"
        f"<Label>{name}</Label>"
        + (f'<Accessibility schemeIdUri="{ROLE_SCHEME}" value="{accessibility}"/>' if accessibility else "")
        + "".join(f'<Role schemeIdUri="{ROLE_SCHEME}" value="{role}"/>' for role in _text_roles(text, alternate))
        + f'<Representation id="{text.name}" bandwidth="256">'
        f"<BaseURL>{text.folder}/{TEXT_FILE}</BaseURL>{offset}</Representation></AdaptationSet>"
    )


def _text_roles(text: TextRendition, alternate: bool) -> list[str]:
    """The roles of a text track (§5.8.5.5). `alternate`: one before it has the same language and purpose."""
    kind = "forced-subtitle" if text.forced else "caption" if Role.SDH in text.roles else "subtitle"
    purpose = [role for role in (Role.COMMENTARY, Role.DUB) if role in text.roles]
    return [kind, *purpose, *(["main"] if text.default else ["alternate"] if alternate else [])]


def _thumbnails(sheets: ThumbnailSheets, index: int) -> str:
    base, _, name = sheets.folder.rpartition("/")
    return (
        f'<AdaptationSet id="{index}" contentType="image" mimeType="image/jpeg">'
        f'<SegmentTemplate media="{base}/$RepresentationID$/$Number$.jpg" timescale="{sheets.timescale}" '
        f'duration="{sheets.interval_ticks * sheets.per_sheet}" startNumber="0"/>'
        f'<Representation id="{name}" bandwidth="{sheets.bandwidth}" '
        f'width="{sheets.width * sheets.columns}" height="{sheets.height * sheets.rows}">'
        f'<EssentialProperty schemeIdUri="{TILES_SCHEME}" value="{sheets.columns}x{sheets.rows}"/>'
        "</Representation></AdaptationSet>"
    )


def _protection(rendition: VideoRendition | AudioRendition) -> str:
    return content_protection(rendition.protection) if rendition.protection is not None else ""


def _folder(rendition: VideoRendition | AudioRendition) -> str:
    """The folder of a rendition as a template for all of its adaptation set."""
    return f"{rendition.folder.removesuffix(rendition.name)}$RepresentationID$"


def _template(track: Track, folder: str, low: LowLatency | None) -> str:
    """Paths are complete, because some players ignore the BaseURL of a parent element."""
    early = f' availabilityTimeOffset="{float(low.offset_s):.3f}" availabilityTimeComplete="false"' if low else ""
    offset = f' presentationTimeOffset="{track.offset}"' if track.offset else ""
    return (
        f'<SegmentTemplate timescale="{track.timescale}"{offset}{early} initialization="{folder}/{INIT_SEGMENT}" '
        f'media="{folder}/$Time$.m4s" startNumber="1"><SegmentTimeline>{"".join(_timeline_entries(track))}'
        "</SegmentTimeline></SegmentTemplate>"
    )


def _timeline_entries(track: Track) -> list[str]:
    """`S` elements (§5.3.9.6); consecutive segments of equal duration share one with a repeat count."""
    runs: list[list[int]] = []
    for time, duration in track.segments:
        if runs and runs[-1][1] == duration:
            runs[-1][2] += 1
        else:
            runs.append([time, duration, 0])
    return [f'<S t="{t}" d="{d}"' + (f' r="{r}"' if r else "") + "/>" for t, d, r in runs]


def _iso_duration(seconds: Fraction) -> str:
    return f"PT{float(seconds):.6f}".rstrip("0").rstrip(".") + "S"


def _iso_time(time: datetime) -> str:
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00").removesuffix(".000") + "Z"
