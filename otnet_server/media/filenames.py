"""Recognize media files and their subtitle files by name, and derive titles from file names. Pure."""

from __future__ import annotations

import re
from pathlib import PurePath

MEDIA_EXTENSIONS = frozenset(
    """mp4 m4v mov mkv webm avi ts m2ts mts mpg mpeg vob flv ogv ogg oga opus mp3 m4a m4b aac flac wav w64 aif aiff
    caf wma wmv asf mxf 3gp 3g2 ac3 eac3 mka wv""".split()  # noqa: SIM905
)
SUBTITLE_FORMATS = {"srt": "srt", "vtt": "webvtt", "ass": "ass", "ssa": "ass", "ttml": "ttml", "dfxp": "ttml"}
_RELEASE_TAGS = re.compile(
    r"[\[(]?\b(2160p|1080[pi]|720p|480p|4k|uhd|hdr10?|bluray|brrip|web-?dl|webrip|hdtv|dvdrip|[xh]\.?26[45]|hevc|aac|"
    r"ac3|dts|proper|remux)\b.*$",
    re.IGNORECASE,
)


def is_media(name: str) -> bool:
    """Whether the file name has the extension of a media file. Hidden files are ignored."""
    return not name.startswith(".") and PurePath(name).suffix.lower().lstrip(".") in MEDIA_EXTENSIONS


def title_of(name: str) -> str:
    """A readable title from a file name: `The.Long_Road.1080p.x264.mkv` → `The Long Road`."""
    stem = PurePath(name).stem
    words = re.sub(r"[._]+", " ", stem) if " " not in stem else stem
    cleaned = _RELEASE_TAGS.sub("", words).strip(" -–([")
    printable = "".join(c for c in (cleaned or words) if c.isprintable()).strip()
    return printable[:300] or "Untitled"


def match_subtitle(film: str, name: str) -> tuple[str, bool] | None:
    """(language, forced) when `name` is a subtitle of `film`: `film.srt`, `film.en.srt`, `film.de.forced.ass`."""
    stem, path = PurePath(film).stem, PurePath(name)
    if path.suffix.lower().lstrip(".") not in SUBTITLE_FORMATS or not path.stem.startswith(stem):
        return None
    rest = path.stem[len(stem) :]
    if rest and not rest.startswith("."):
        return None
    words = [w.lower() for w in rest.split(".") if w]
    language = next((w for w in words if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", w) and w != "sdh"), "und")
    return language, "forced" in words


def film_stems(name: str) -> tuple[str, ...]:
    """The stems of the media files that `name` may be a subtitle of, longest first; empty when `name` does not have the
    extension of a subtitle file. `film.de.forced.ass` → (`film.de.forced`, `film.de`, `film`)."""
    path = PurePath(name)
    if name.startswith(".") or path.suffix.lower().lstrip(".") not in SUBTITLE_FORMATS:
        return ()
    words = path.stem.split(".")
    return tuple(".".join(words[:n]) for n in range(len(words), 0, -1))
