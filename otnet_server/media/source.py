"""The source: ffprobe's JSON, checked and typed, as far as the plan needs it.

Pure. `parse` takes the first ffprobe output (format, streams, chapters and the first packets) and, where the container
can be seeked, a second one with the packets of the last seconds, which give the true end of every stream. Times are
exact: ticks of the stream's own time base.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from otnet_server.errors import MediaError
from otnet_server.media.roles import Role, text_roles_of

# The codec of captions that are inside the video stream of the same number.
CLOSED_CAPTIONS = "closed_captions"
IMAGE_SUBTITLES = {"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"}
HDR_TRANSFERS: dict[str, Literal["pq", "hlg"]] = {"smpte2084": "pq", "arib-std-b67": "hlg"}
STANDARD_RATES = [Fraction(n) for n in (10, 12, 15, 24, 25, 30, 48, 50, 60, 100, 120)] + [
    Fraction(n * 1000, 1001) for n in (15, 24, 30, 48, 60, 120)
]


class _Stream(BaseModel):
    model_config = ConfigDict(frozen=True)
    index: int
    codec: str
    language: str = "und"
    title: str = ""
    default: bool = False


class VideoStream(_Stream):
    """`width` and `height` are as displayed: rotated, in square pixels, not yet rounded to even numbers."""

    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    start_ticks: int
    end_s: float
    interlaced: bool = False
    transfer: Literal["sdr", "pq", "hlg"] = "sdr"
    variable: bool = False


class AudioStream(_Stream):
    channels: int
    sample_rate: int
    start_s: float
    end_s: float


class TextStream(_Stream):
    image: bool = False
    roles: tuple[Role, ...] = ()


class Chapter(BaseModel):
    model_config = ConfigDict(frozen=True)
    start_s: float
    end_s: float
    title: str


class Source(BaseModel):
    """One file. `start_s` is the first time of the container; `exact`: seeking reaches any frame."""

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


def parse(
    head: dict[str, Any],
    tail: dict[str, Any] | None,
    *,
    demuxer: str,
    exact: bool,
    max_streams: int = 100,
    oversized: bool = False,
) -> Source:
    """Parse ffprobe's output. Raises MediaError (stage `probe`) when the file has no playable stream.

    `oversized`: ffprobe rejected the picture size that the file claims, and therefore reports no size.
    """
    streams: list[dict[str, Any]] = head.get("streams", [])
    if len(streams) > max_streams:
        raise MediaError(
            "too_many_streams",
            "probe",
            f"The file has {len(streams)} streams; the limit is {max_streams}.",
        )
    container = head.get("format", {})
    packets = _by_stream(head.get("packets", []))
    ends = _by_stream((tail or {}).get("packets", []))
    video: VideoStream | None = None
    audio: list[AudioStream] = []
    text: list[TextStream] = []
    ignored: list[str] = []
    cover: int | None = None
    sizeless = False
    container_start = float(container.get("start_time", 0) or 0)
    duration = float(container.get("duration", 0) or 0)
    for s in streams:
        kind, codec, index = s.get("codec_type"), s.get("codec_name", "unknown"), s["index"]
        end = _end(ends.get(index, []), s)
        fallback = container_start + duration
        if kind == "video" and s.get("disposition", {}).get("attached_pic"):
            cover = index if cover is None else cover
        elif kind == "video" and video is None and codec != "unknown" and s.get("width"):
            video = _video(s, packets.get(index, []), ends.get(index, []), fallback)
        elif kind == "audio" and codec != "unknown" and s.get("channels") and int(s.get("sample_rate", 0)):
            audio.append(
                AudioStream(
                    **_common(s),
                    channels=s["channels"],
                    sample_rate=int(s["sample_rate"]),
                    start_s=float(s.get("start_time", container_start) or container_start),
                    end_s=fallback if end is None else end,
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
            sizeless |= kind == "video" and codec != "unknown" and not s.get("width")
            # MP4 keeps the titles of chapters in a data stream, which is used.
            if codec != "bin_data" or not head.get("chapters"):
                ignored.append(f"{kind or 'unknown'} stream {index} ({codec})")
    if video is None and sizeless:
        raise _no_size(oversized)
    if video is None and not audio:
        raise MediaError(
            "nothing_to_play",
            "probe",
            "The file has no video or audio that OTNet can decode.",
            "Export it again as MP4 or MKV with H.264 and AAC.",
        )
    return Source(
        demuxer=demuxer,
        exact=exact,
        start_s=container_start,
        duration_s=duration,
        title=_tag_value(container, "title"),
        video=video,
        audio=tuple(audio),
        text=tuple(text),
        cover=cover,
        chapters=_chapters(head.get("chapters", []), container_start),
        ignored=tuple(ignored),
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
    """The language tag of a stream (ISO 639-2 or BCP 47, of at most 35 characters), or `und`."""
    return tag.lower() if tag.isascii() and 2 <= len(tag) <= 35 and tag.replace("-", "").isalnum() else "und"


def _by_stream(packets: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = {}
    for p in packets:
        if "pts" in p and "D" not in p.get("flags", ""):  # D: outside the edit list, never shown
            grouped.setdefault(p["stream_index"], []).append(p)
    return grouped


def _end(packets: list[dict[str, Any]], s: dict[str, Any]) -> float | None:
    """End of the last frame in seconds of the container's time; None without packets."""
    if not packets:
        return None
    last = max(packets, key=lambda p: int(p["pts"]))
    ticks = int(last["pts"]) + int(last.get("duration", 0) or 0)
    return float(ticks * Fraction(s["time_base"]))


def _video(
    s: dict[str, Any], packets: list[dict[str, Any]], ends: list[dict[str, Any]], fallback: float
) -> VideoStream:
    base = Fraction(s["time_base"])
    rate, variable = frame_rate(s, packets, base)
    end = _end(ends, s)
    # The last picture lasts at least one frame, whatever duration its packet has (some muxers write 1 ms).
    last = max((float(int(p["pts"]) * base + 1 / rate) for p in ends), default=fallback)
    end_s = fallback if end is None else max(end, last)
    width, height = int(s["width"]), int(s["height"])
    sar = _fraction(s.get("sample_aspect_ratio", "1:1").replace(":", "/")) or Fraction(1)
    if Fraction(1, 10) <= sar <= 10 and sar != 1:
        width = round(width * sar)
    rotation = next((int(d["rotation"]) for d in s.get("side_data_list", []) if "rotation" in d), 0)
    if rotation % 180:
        width, height = height, width
    transfer = HDR_TRANSFERS.get(s.get("color_transfer", ""), "sdr")
    first = min((int(p["pts"]) for p in packets), default=None)
    start = int(s.get("start_pts", first or 0))
    return VideoStream(
        **_common(s),
        width=width,
        height=height,
        rate=rate,
        variable=variable,
        time_base=base,
        start_ticks=start,
        end_s=end_s,
        interlaced=s.get("field_order", "progressive") in {"tt", "bb", "tb", "bt"},
        transfer=transfer,
    )


def frame_rate(s: dict[str, Any], packets: list[dict[str, Any]], base: Fraction) -> tuple[Fraction, bool]:
    """(frames per second, whether the rate is variable).

    The rate follows from the most common distance between pictures, because declared rates are often wrong: Matroska
    may declare 1000/1, and the average of a phone's variable rate matches no frame. A rate close to a standard rate is
    rounded to it.
    """
    pts = sorted({int(p["pts"]) for p in packets})
    steps = [b - a for a, b in pairwise(pts)]
    real = _fraction(s.get("r_frame_rate"))
    average = _fraction(s.get("avg_frame_rate"))
    if len(steps) < 3:
        declared = [r for r in (average, real) if r is not None and 1 <= r <= 240]
        rate = declared[0] if declared else Fraction(25)
        return nearest_standard_rate(rate), False
    one_ms = max(1.0, float(1 / (1000 * base)))
    common = Counter(steps).most_common(1)[0][0]
    near = [step for step in steps if abs(step - common) <= one_ms]
    variable = len(near) < 0.95 * len(steps)
    measured = Fraction(len(near)) / (sum(near) * base)
    # A declared rate that fits the measured step is exact where the measured one is rounded.
    for stated in (average, real):
        if stated and abs(stated / measured - 1) < Fraction(1, 50):
            return nearest_standard_rate(stated), variable
    return nearest_standard_rate(measured, Fraction(1, 200)), variable


def nearest_standard_rate(rate: Fraction, tolerance: Fraction = Fraction(3, 10000)) -> Fraction:
    """The nearest standard rate (0.03 % keeps 23.976 and 24 apart), else the rate as a short fraction."""
    best = min(STANDARD_RATES, key=lambda r: abs(r / rate - 1))
    if abs(best / rate - 1) < tolerance:
        return best
    short = rate.limit_denominator(10_000)
    return Fraction(1) if short < 1 else Fraction(240) if short > 240 else short


def _fraction(text: str | None) -> Fraction | None:
    try:
        value = Fraction(text or "")
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None


def _chapters(chapters: list[dict[str, Any]], start_s: float) -> tuple[Chapter, ...]:
    parsed = []
    for i, c in enumerate(chapters[:1000]):
        start, end = float(c.get("start_time", 0)) - start_s, float(c.get("end_time", 0)) - start_s
        parsed.append(
            Chapter(start_s=max(0.0, start), end_s=end, title=_tag_value(c, "title")[:200] or f"Chapter {i + 1}")
        )
    return tuple(parsed)
