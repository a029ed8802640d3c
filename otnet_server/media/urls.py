"""The URLs of media and the storage keys of its objects. Pure.

Below `/media/<media id>/`:

    main.m3u8, main.mpd                          the manifests of the current revision
    <revision>/<rendition>/index.m3u8            a media playlist
    <revision>/<rendition>/init.mp4              an initialization segment
    <revision>/<rendition>/<time>.m4s            a segment; its start in ticks of the track's timescale
    <revision>/<rendition>/<time>.<part>.m4s     a part of the segment, while it is at the live edge
    <revision>/<text track>/text.vtt             subtitles
    <revision>/<text track>-live/<start>-<end>.vtt  captions of a live stream between two times in milliseconds
    <revision>/thumbnails/index.m3u8, index.vtt  the image playlist and the storyboard
    <revision>/thumbnails/<number>.jpg           a sheet of thumbnails
    <revision>/poster.jpg, <revision>/sound.m4a  the poster, and the audio as one file

In a playback session the same paths have a prefix, `/p/<token>/media/<media id>/…`; the URLs in manifests are relative,
and keep it. An object has the same path in the storage, without `/media/`. Numbers are written in one way only, without
leading zeros, so that an object has one URL in each session.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

PREFIX = "/media"
SESSION_PREFIX = "/p"
HLS_MANIFEST = "main.m3u8"
DASH_MANIFEST = "main.mpd"
PLAYLIST = "index.m3u8"
STORYBOARD = "index.vtt"
INIT_SEGMENT = "init.mp4"
TEXT_FILE = "text.vtt"
NO_TEXT = "none"
THUMBNAILS = "thumbnails"
LOOSE_THUMBNAILS = "thumbnails/loose"
POSTER = "poster.jpg"
AUDIO_FILE = "sound.m4a"
MAX_TIME_DIGITS = 18
MAX_SHEET_DIGITS = 6
MAX_PART_DIGITS = 4


class Kind(StrEnum):
    MANIFEST = "manifest"
    PLAYLIST = "playlist"
    STORYBOARD = "storyboard"
    INIT_SEGMENT = "init segment"
    SEGMENT = "segment"
    PART = "part"
    TEXT = "text"
    TEXT_SEGMENT = "text segment"
    SHEET = "sheet"
    POSTER = "poster"
    AUDIO_FILE = "audio file"


class MediaPath(NamedTuple):
    """What a URL names. `revision` is empty for a manifest; `path` is relative to the folder of the revision, or of the
    media for a manifest. `number` is the start of a segment in ticks, or the number of a sheet; `part` the number of a
    part in its segment. Those of a text segment are its start and end in milliseconds."""

    kind: Kind
    media: str
    revision: str
    path: str
    rendition: str = ""
    number: int = 0
    part: int = 0


def url(media: str, *path: str) -> str:
    """`/media/<media>/…`."""
    return "/".join((PREFIX, media, *path))


def in_session(token: str, url: str) -> str:
    """The URL of a media in a playback session: `/p/<token>/media/<media>/…`."""
    return f"{SESSION_PREFIX}/{token}{url}"


def split_session(path: str) -> tuple[str | None, str]:
    """(the token of the playback session, the path without it); (None, the path) for a path outside of sessions."""
    match path.split("/", 3):
        case ["", "p", token, rest]:
            return token, f"/{rest}"
    return None, path


def storage_key(media: str, revision: str, *path: str) -> str:
    """The storage key of an object: `<media>/<revision>/…`."""
    return "/".join((media, revision, *path))


def segment_path(rendition: str, time: int) -> str:
    """The path of a segment within its revision; `time` is its start in ticks."""
    return f"{rendition}/{time}.m4s"


def part_path(rendition: str, time: int, part: int) -> str:
    """The path of a part of the segment that begins at `time`."""
    return f"{rendition}/{time}.{part}.m4s"


def sheet_path(number: int) -> str:
    return f"{THUMBNAILS}/{number}.jpg"


def loose_thumbnail_path(number: int) -> str:
    """Where a thumbnail is kept until its sheet is made. It is not served."""
    return f"{LOOSE_THUMBNAILS}/{number}.jpg"


def text_path(rendition: str) -> str:
    return f"{rendition}/{TEXT_FILE}"


def parse(path: str) -> MediaPath | None:
    """What the URL path names, or None when it names nothing."""
    if not path.startswith(f"{PREFIX}/"):
        return None
    match path.split("/")[2:]:
        case [media, name] if name in (HLS_MANIFEST, DASH_MANIFEST):
            return MediaPath(Kind.MANIFEST, media, "", name)
        case [media, revision, name] if name in (POSTER, AUDIO_FILE):
            return MediaPath(Kind.POSTER if name == POSTER else Kind.AUDIO_FILE, media, revision, name)
        case [media, revision, rendition, name]:
            if (part := _part_of(rendition, name)) is not None:
                return MediaPath(Kind.PART, media, revision, f"{rendition}/{name}", rendition, *part)
            if (times := _times_of(rendition, name)) is not None:
                return MediaPath(Kind.TEXT_SEGMENT, media, revision, f"{rendition}/{name}", rendition, *times)
            kind, number = _object_of(rendition, name)
            return MediaPath(kind, media, revision, f"{rendition}/{name}", rendition, number) if kind else None
    return None


def _part_of(rendition: str, name: str) -> tuple[int, int] | None:
    """(start of the segment, number of the part) of `<time>.<part>.m4s`."""
    match name.split("."):
        case [time, part, "m4s"] if rendition != THUMBNAILS:
            if _is_number(time, MAX_TIME_DIGITS) and _is_number(part, MAX_PART_DIGITS):
                return int(time), int(part)
    return None


def _times_of(rendition: str, name: str) -> tuple[int, int] | None:
    """The times of `<start>-<end>.vtt`."""
    start, dash, end = name.removesuffix(".vtt").partition("-")
    if not (dash and name.endswith(".vtt") and rendition.startswith("text-")):
        return None
    numbers = _is_number(start, MAX_TIME_DIGITS) and _is_number(end, MAX_TIME_DIGITS)
    return (int(start), int(end)) if numbers else None


def _object_of(rendition: str, name: str) -> tuple[Kind | None, int]:
    """(kind, number) of a file in the folder of a rendition."""
    stem, _, ending = name.rpartition(".")
    if name == PLAYLIST:
        return Kind.PLAYLIST, 0
    if rendition == THUMBNAILS:
        if name == STORYBOARD:
            return Kind.STORYBOARD, 0
        return (Kind.SHEET, int(stem)) if ending == "jpg" and _is_number(stem, MAX_SHEET_DIGITS) else (None, 0)
    if name == INIT_SEGMENT:
        return Kind.INIT_SEGMENT, 0
    if name == TEXT_FILE:
        return Kind.TEXT, 0
    return (Kind.SEGMENT, int(stem)) if ending == "m4s" and _is_number(stem, MAX_TIME_DIGITS) else (None, 0)


def _is_number(text: str, max_digits: int) -> bool:
    """Whether `text` is a decimal number in ASCII digits without leading zeros."""
    return len(text) <= max_digits and text.isascii() and text.isdecimal() and (text == "0" or text[0] != "0")
