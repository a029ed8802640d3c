"""Which files are films, which stand beside one, and what a title is called. Pure."""

from __future__ import annotations

import re
from pathlib import PurePath

MEDIA = frozenset(
    """mp4 m4v mov mkv webm avi ts m2ts mts mpg mpeg vob flv ogv ogg oga opus mp3 m4a m4b aac flac wav w64 aif aiff
    caf wma wmv asf mxf 3gp 3g2 ac3 eac3 mka wv""".split()  # noqa: SIM905
)
SUBTITLES = {"srt": "srt", "vtt": "webvtt", "ass": "ass", "ssa": "ass", "ttml": "ttml", "dfxp": "ttml"}
_NOISE = re.compile(
    r"[\[(]?\b(2160p|1080[pi]|720p|480p|4k|uhd|hdr10?|bluray|brrip|web-?dl|webrip|hdtv|dvdrip|[xh]\.?26[45]|hevc|aac|"
    r"ac3|dts|proper|remux)\b.*$",
    re.IGNORECASE,
)


def is_media(name: str) -> bool:
    """By its ending; hidden files and folders are nobody's film."""
    return not name.startswith(".") and PurePath(name).suffix.lower().lstrip(".") in MEDIA


def title_of(name: str) -> str:
    """A readable title from a file name: `The.Long_Road.1080p.x264.mkv` → `The Long Road`."""
    stem = PurePath(name).stem
    words = re.sub(r"[._]+", " ", stem) if " " not in stem else stem
    cleaned = _NOISE.sub("", words).strip(" -–([")
    printable = "".join(c for c in (cleaned or words) if c.isprintable()).strip()
    return printable[:300] or "Untitled"


def subtitle_of(film: str, name: str) -> tuple[str, bool] | None:
    """(language, forced) when `name` is a subtitle of `film`: `film.srt`, `film.en.srt`, `film.de.forced.ass`."""
    stem, path = PurePath(film).stem, PurePath(name)
    if path.suffix.lower().lstrip(".") not in SUBTITLES or not path.stem.startswith(stem):
        return None
    rest = path.stem[len(stem) :]
    if rest and not rest.startswith("."):
        return None
    words = [w.lower() for w in rest.split(".") if w]
    language = next((w for w in words if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", w) and w != "sdh"), "und")
    return language, "forced" in words


def film_stems(name: str) -> tuple[str, ...]:
    """What the films are called that `name` may be a subtitle of, without their endings; none: it is no subtitle.
    `film.de.forced.ass` → (`film.de.forced`, `film.de`, `film`)."""
    path = PurePath(name)
    if name.startswith(".") or path.suffix.lower().lstrip(".") not in SUBTITLES:
        return ()
    words = path.stem.split(".")
    return tuple(".".join(words[:n]) for n in range(len(words), 0, -1))
