"""Recognize media files by name, and derive titles from file names. Pure."""

from __future__ import annotations

import re
from pathlib import PurePath

MEDIA_EXTENSIONS = frozenset(
    """mp4 m4v mov mkv webm avi ts m2ts mts mpg mpeg vob flv ogv ogg oga opus mp3 m4a m4b aac flac wav w64 aif aiff
    caf wma wmv asf mxf 3gp 3g2 ac3 eac3 mka wv""".split()  # noqa: SIM905
)
_RELEASE_TAGS = re.compile(
    r"[\[(]?\b(2160p|1080[pi]|720p|480p|4k|uhd|hdr10?|bluray|brrip|web-?dl|webrip|hdtv|dvdrip|[xh]\.?26[45]|hevc|aac|"
    r"ac3|dts|proper|remux)\b.*$",
    re.IGNORECASE,
)


def is_media(name: str) -> bool:
    """Whether the file name has the extension of a media file. Hidden files are ignored."""
    stem, _, extension = name.rpartition(".")
    return bool(stem) and not name.startswith(".") and extension.lower() in MEDIA_EXTENSIONS


def title_of(name: str) -> str:
    """A readable title from a file name: `The.Long_Road.1080p.x264.mkv` → `The Long Road`."""
    stem = PurePath(name).stem
    words = re.sub(r"[._]+", " ", stem) if " " not in stem else stem
    cleaned = _RELEASE_TAGS.sub("", words).strip(" -–([")
    printable = "".join(c for c in (cleaned or words) if c.isprintable()).strip()
    return printable[:300] or "Untitled"
