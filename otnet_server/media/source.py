"""The source: ffprobe's JSON, checked and typed, as far as the plan needs it.

Pure. `parse` takes the first ffprobe output (format, programmes, streams, chapters and the first packets) and a
`Sample` of the rest of the file. Times are exact: ticks of the stream's own time base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from otnet_server.errors import MediaError
from otnet_server.media.color import BT709, ColorDescription, color_of
from otnet_server.media.frame_rate import PictureTime, frame_rate, parse_rate
from otnet_server.media.roles import Role, roles_of, text_roles_of
from otnet_server.media.telecine import TELECINED_RATES

# The codec of captions that are inside the video stream of the same number.
CLOSED_CAPTIONS = "closed_captions"
TELETEXT = "dvb_teletext"
IMAGE_SUBTITLES = {"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"}
HDR_TRANSFERS: dict[str, Literal["pq", "hlg"]] = {"smpte2084": "pq", "arib-std-b67": "hlg"}
# A video stream with a single picture is a still where another stream moves.
STILL_CODECS = {"mjpeg", "png", "bmp", "gif", "tiff", "webp", "jpeg2000"}
INTERLACED_SHARE = 0.05  # of the decoded frames
ENCRYPTED_TAGS = {"encv", "enca", "drmi", "drms"}
ENCRYPTED_SIDE_DATA = ("Encryption initialization data", "Encryption info")

DOLBY_VISION_NOTICE = (
    "The video is Dolby Vision without a compatible base layer (profile 5), which can't be converted here: its colours "
    "will be wrong. Export it as HDR10, HLG or SDR."
)
DISCONTINUITY_NOTICE = (
    "The times in the file restart or jump, as in recordings that were joined: all parts are put on one running clock."
)


class _Stream(BaseModel):
    model_config = ConfigDict(frozen=True)
    index: int
    codec: str
    language: str = "und"
    title: str = ""
    default: bool = False


class VideoStream(_Stream):
    """`width` and `height` are as displayed: rotated, in square pixels, not yet rounded to even numbers. `telecined`:
    film with repeated fields; the pictures of the film are four fifths of those of the video."""

    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    start_ticks: int
    end_s: float
    interlaced: bool = False
    telecined: bool = False
    transfer: Literal["sdr", "pq", "hlg"] = "sdr"
    variable: bool = False
    rate_reason: str = ""
    color: ColorDescription = BT709


class AudioStream(_Stream):
    """`layout` is ffmpeg's name of the channel layout."""

    channels: int
    sample_rate: int
    start_s: float
    end_s: float
    layout: str = ""
    roles: tuple[Role, ...] = ()


class TextStream(_Stream):
    image: bool = False
    roles: tuple[Role, ...] = ()


class Chapter(BaseModel):
    model_config = ConfigDict(frozen=True)
    start_s: float
    end_s: float
    title: str


class Source(BaseModel):
    """One file. `start_s` is the first time of the container; `exact`: seeking reaches any frame.

    `continuous`: the times of the file go on from its start to its end; in others they restart or jump, as in
    recordings that were joined. `ignored` names the streams that are left out, `notices` are sentences about the rest.
    """

    model_config = ConfigDict(frozen=True)
    demuxer: str
    exact: bool
    start_s: float
    duration_s: float
    title: str = ""
    video: VideoStream | None = None
    audio: tuple[AudioStream, ...] = ()
    text: tuple[TextStream, ...] = ()
    cover: int | None = None
    chapters: tuple[Chapter, ...] = ()
    ignored: tuple[str, ...] = ()
    continuous: bool = True
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecodedFrame:
    """A picture that was decoded to learn its time in ticks and whether it is interlaced."""

    pts: int | None
    interlaced: bool


@dataclass(frozen=True)
class Sample:
    """What was read of a file behind its head.

    - `last`: the last packet of each stream, as (time, duration) in ticks.
    - `pictures`: the times of pictures of each video stream, from several places of the file.
    - `frames`: decoded pictures of a video stream whose container does not say that it is progressive.
    - `telecined`: the video streams that are film with repeated fields.
    """

    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    pictures: dict[int, list[PictureTime]] = field(default_factory=dict)
    frames: dict[int, list[DecodedFrame]] = field(default_factory=dict)
    telecined: dict[int, bool] = field(default_factory=dict)


def parse(
    head: dict[str, Any],
    sample: Sample,
    *,
    demuxer: str,
    exact: bool,
    decoded_codecs: frozenset[str] | None = None,
    max_streams: int = 100,
    oversized: bool = False,
    continuous_s: float | None = None,
) -> Source:
    """Parse ffprobe's output. Raises MediaError (stage `probe`) when the file has no playable stream.

    - `decoded_codecs`: the codecs that OTNet decodes; None for all.
    - `oversized`: ffprobe rejected the picture size that the file claims, and therefore reports no size.
    - `continuous_s`: the duration on a running clock of a file whose times restart or jump.
    """
    streams: list[dict[str, Any]] = head.get("streams", [])
    if len(streams) > max_streams:
        raise MediaError(
            "too_many_streams",
            "probe",
            f"The file has {len(streams)} streams; the limit is {max_streams}.",
        )
    container = head.get("format", {})
    container_start = float(container.get("start_time", 0) or 0)
    duration = float(container.get("duration", 0) or 0)
    if continuous_s is not None:
        duration, sample = continuous_s, Sample({}, sample.pictures, sample.frames, sample.telecined)
    fallback = container_start + duration
    pictures = _pictures(head.get("packets", []), sample)
    programme, ignored = _first_programme(head.get("programs", []), streams)
    chosen = choose_video(programme, pictures, decoded_codecs)
    video: VideoStream | None = None
    audio: list[AudioStream] = []
    text: list[TextStream] = []
    cover: int | None = None
    unplayable: list[dict[str, Any]] = []
    for s in programme:
        kind, codec, index = s.get("codec_type"), s.get("codec_name", "unknown"), s["index"]
        end = _end(sample.last.get(index), s)
        playable = is_playable(s, decoded_codecs)
        if kind == "video" and s.get("disposition", {}).get("attached_pic"):
            cover = index if cover is None else cover
        elif s is chosen:
            video = _video(s, pictures.get(index, []), sample, fallback)
        elif kind == "audio" and playable and s.get("channels") and int(s.get("sample_rate", 0)):
            audio.append(
                AudioStream(
                    **_common(s),
                    channels=s["channels"],
                    sample_rate=int(s["sample_rate"]),
                    start_s=float(s.get("start_time", container_start) or container_start),
                    end_s=fallback if end is None else end,
                    layout=s.get("channel_layout", ""),
                    roles=roles_of(s.get("disposition", {}), _tag_value(s, "title")),
                )
            )
        elif kind == "subtitle":
            text.append(
                TextStream(
                    **_common(s),
                    image=codec in IMAGE_SUBTITLES,
                    roles=text_roles_of(s.get("disposition", {}), _tag_value(s, "title")),
                )
            )
        else:
            if kind == "video" and codec in STILL_CODECS and chosen is not None and cover is None:
                cover = index
            if kind in ("video", "audio"):
                unplayable.append(s)
            # MP4 keeps the titles of chapters in a data stream, which is used.
            if codec != "bin_data" or not head.get("chapters"):
                ignored.append(f"{kind or 'unknown'} stream {index} ({codec}){_why_unplayable(s, decoded_codecs)}")
    if video is None and (not audio or any(_is_moving(s) for s in unplayable)):
        raise _nothing_to_play(unplayable, decoded_codecs, oversized)
    notices = [DOLBY_VISION_NOTICE] if chosen is not None and _is_dolby_vision_without_base(chosen) else []
    if continuous_s is not None:
        notices.append(DISCONTINUITY_NOTICE)
    return Source(
        demuxer=demuxer,
        exact=exact and continuous_s is None,
        start_s=container_start,
        duration_s=duration,
        title=_tag_value(container, "title"),
        video=video,
        audio=tuple(audio),
        text=tuple(text),
        cover=cover,
        chapters=_chapters(head.get("chapters", []), container_start),
        ignored=tuple(ignored),
        continuous=continuous_s is None,
        notices=tuple(notices),
    )


def programme_streams(head: dict[str, Any]) -> list[dict[str, Any]]:
    """The streams that are played: those of one programme, of a transport stream with several."""
    return _first_programme(head.get("programs", []), head.get("streams", []))[0]


def is_interlaced(frames: Sequence[DecodedFrame]) -> bool:
    return sum(f.interlaced for f in frames) > INTERLACED_SHARE * len(frames)


def is_playable(stream: dict[str, Any], decoded_codecs: frozenset[str] | None) -> bool:
    """Whether a stream of video or audio can be decoded: its codec is known and it is not encrypted."""
    codec = stream.get("codec_name", "unknown")
    known = codec != "unknown" and (decoded_codecs is None or codec in decoded_codecs)
    return known and not _is_encrypted(stream)


def choose_video(
    streams: Sequence[dict[str, Any]],
    pictures: dict[int, list[PictureTime]],
    decoded_codecs: frozenset[str] | None,
) -> dict[str, Any] | None:
    """The video stream to play: one that moves before a still, the default one before others, else the first."""
    candidates = [s for s in streams if _is_moving(s) and s.get("width") and is_playable(s, decoded_codecs)]

    def rank(s: dict[str, Any]) -> tuple[bool, bool]:
        still = s["codec_name"] in STILL_CODECS and len(set(pictures.get(s["index"], []))) < 2
        return (still, not s.get("disposition", {}).get("default"))

    return min(candidates, key=rank, default=None)


def _is_moving(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")


def _first_programme(
    programmes: list[dict[str, Any]], streams: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The streams of the first programme with video and audio (of a transport stream with several), and the names of
    the others."""
    members = {p.get("program_id", n): {s["index"] for s in p.get("streams", [])} for n, p in enumerate(programmes)}
    members = {number: indexes for number, indexes in members.items() if indexes}
    if len(members) < 2:
        return streams, []

    def kinds(indexes: set[int]) -> set[str]:
        return {s.get("codec_type", "") for s in streams if s["index"] in indexes}

    order = sorted(
        members, key=lambda n: (-len(kinds(members[n]) & {"video", "audio"}), "video" not in kinds(members[n]))
    )
    first, others = members[order[0]], order[1:]
    kept = [s for s in streams if s["index"] in first or not any(s["index"] in m for m in members.values())]
    names = {p.get("program_id"): _tag_value(p, "service_name") for p in programmes}
    return kept, [
        f"programme {n}" + (f" “{names[n]}”" if names.get(n) else "") for n in sorted(others) if members[n] - first
    ]


def _is_encrypted(stream: dict[str, Any]) -> bool:
    return stream.get("codec_tag_string") in ENCRYPTED_TAGS or any(
        d.get("side_data_type") in ENCRYPTED_SIDE_DATA for d in stream.get("side_data_list", [])
    )


def _why_unplayable(stream: dict[str, Any], decoded_codecs: frozenset[str] | None) -> str:
    if stream.get("codec_type") not in ("video", "audio"):
        return ""
    if _is_encrypted(stream):
        return ", which is encrypted"
    return "" if is_playable(stream, decoded_codecs) else ", which OTNet can't decode"


def _nothing_to_play(
    streams: list[dict[str, Any]], decoded_codecs: frozenset[str] | None, oversized: bool
) -> MediaError:
    """The true reason why nothing can be played of these streams."""
    if any(_is_encrypted(s) for s in streams):
        return MediaError(
            "encrypted", "probe", "The file is encrypted (copy protection), and OTNet has no key for it.",
            "Export it without protection.",
        )  # fmt: skip
    undecoded = [s for s in streams if not is_playable(s, decoded_codecs)]
    sizeless = [s for s in streams if _is_moving(s) and s not in undecoded and not s.get("width")]
    if sizeless:
        return _no_size(oversized)
    if undecoded:
        s = undecoded[0]
        name = _codec_name(s)
        return MediaError(
            "codec_not_supported", "probe", f"The {s['codec_type']} is {name}, which OTNet can't decode.",
            "Export it again as MP4 or MKV with H.264 and AAC.",
        )  # fmt: skip
    return MediaError(
        "nothing_to_play", "probe", "The file has no video or audio that OTNet can decode.",
        "Export it again as MP4 or MKV with H.264 and AAC.",
    )  # fmt: skip


def _codec_name(stream: dict[str, Any]) -> str:
    codec, tag = stream.get("codec_name", "unknown"), stream.get("codec_tag_string", "")
    if codec != "unknown":
        return f"{stream.get('codec_long_name') or codec} ({codec})"
    return f"of an unknown codec ({tag})" if tag and not tag.startswith("[") else "of an unknown codec"


def _is_dolby_vision_without_base(stream: dict[str, Any]) -> bool:
    """Profile 5 (and 10.0, for AV1): the picture is in a colour space that only Dolby Vision decoders know."""
    return any(
        d.get("dv_profile") == 5 or (d.get("dv_profile") == 10 and d.get("dv_bl_signal_compatibility_id") == 0)
        for d in stream.get("side_data_list", [])
    )


def _no_size(oversized: bool) -> MediaError:
    if oversized:
        return MediaError("too_large", "probe", "The video claims a picture size that is too large to decode.")
    return MediaError(
        "no_picture_size",
        "probe",
        "The file does not contain the picture size of its video: it is damaged.",
        "Copy or export it again.",
    )


def _common(s: dict[str, Any]) -> dict[str, Any]:
    return {
        "index": s["index"],
        "codec": s.get("codec_name", "unknown"),
        "language": _language(_tag_value(s, "language")),
        "title": _tag_value(s, "title")[:200],
        "default": bool(s.get("disposition", {}).get("default")),
    }


def _tag_value(s: dict[str, Any], name: str) -> str:
    """The value of a tag, without control characters. Names are compared without case (Matroska writes LANGUAGE)."""
    for key, value in s.get("tags", {}).items():
        if key.lower() == name:
            return "".join(c for c in str(value) if c.isprintable()).strip()
    return ""


def _language(tag: str) -> str:
    """The language tag of a stream (ISO 639-2 or BCP 47, of at most 35 characters), or `und`. Of several, as teletext
    has, the first."""
    tag = tag.partition(",")[0]
    return tag.lower() if tag.isascii() and 2 <= len(tag) <= 35 and tag.replace("-", "").isalnum() else "und"


def _pictures(packets: list[dict[str, Any]], sample: Sample) -> dict[int, list[PictureTime]]:
    """The times of the pictures in the head and in the sample, by stream."""
    pictures: dict[int, list[PictureTime]] = {}
    for p in packets:
        if "D" not in p.get("flags", ""):  # D: outside the edit list, never shown
            time = PictureTime(*(int(p[k]) if k in p else None for k in ("pts", "dts")))
            pictures.setdefault(p["stream_index"], []).append(time)
    for index, more in sample.pictures.items():
        pictures[index] = pictures.get(index, []) + more
    return pictures


def _end(last: tuple[int, int] | None, s: dict[str, Any]) -> float | None:
    """End of the last frame in seconds of the container's time; None without packets."""
    return None if last is None else float(sum(last) * Fraction(s["time_base"]))


def _video(s: dict[str, Any], pictures: list[PictureTime], sample: Sample, fallback: float) -> VideoStream:
    base = Fraction(s["time_base"])
    frames = sample.frames.get(s["index"], [])
    interlaced = s.get("field_order", "progressive") in {"tt", "bb", "tb", "bt"}
    if frames:
        interlaced = is_interlaced(frames)
        if interlaced:  # a packet may hold one field
            pictures = [PictureTime(f.pts, None) for f in frames if f.pts is not None]
    rate, variable, reason = frame_rate(s.get("r_frame_rate"), s.get("avg_frame_rate"), pictures, base)
    # The last picture lasts at least one frame, whatever duration its packet has (some muxers write 1 ms).
    last = sample.last.get(s["index"])
    end_s = fallback if last is None else float(max(sum(last) * base, last[0] * base + 1 / rate))
    width, height = int(s["width"]), int(s["height"])
    sar = parse_rate(s.get("sample_aspect_ratio", "1:1").replace(":", "/")) or Fraction(1)
    if Fraction(1, 10) <= sar <= 10 and sar != 1:
        width = round(width * sar)
    rotation = next((int(d["rotation"]) for d in s.get("side_data_list", []) if "rotation" in d), 0)
    if rotation % 180:
        width, height = height, width
    first = min((p.pts for p in pictures if p.pts is not None), default=None)
    return VideoStream(
        **_common(s),
        width=width,
        height=height,
        rate=rate,
        variable=variable,
        rate_reason=reason,
        time_base=base,
        start_ticks=int(s.get("start_pts", first or 0)),
        end_s=end_s,
        interlaced=interlaced,
        telecined=interlaced and rate in TELECINED_RATES and sample.telecined.get(s["index"], False),
        transfer=HDR_TRANSFERS.get(s.get("color_transfer", ""), "sdr"),
        color=color_of(s, float(rate)),
    )


def _chapters(chapters: list[dict[str, Any]], start_s: float) -> tuple[Chapter, ...]:
    parsed = []
    for i, c in enumerate(chapters[:1000]):
        start, end = float(c.get("start_time", 0)) - start_s, float(c.get("end_time", 0)) - start_s
        parsed.append(
            Chapter(start_s=max(0.0, start), end_s=end, title=_tag_value(c, "title")[:200] or f"Chapter {i + 1}")
        )
    return tuple(parsed)
