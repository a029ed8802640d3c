"""Safe names for files from outside. Pure.

A name is untrusted: it may contain a path, begin with a dot (hidden) or a dash (an option), contain characters that
change the writing direction, or be too long for a file system. Cleaning returns one plain path component, or nothing;
callers refuse files without a name.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from email.message import Message
from pathlib import PurePath
from urllib.parse import unquote

# Most file systems allow 255 bytes; the rest is for " (123)" and for the temporary name.
MAX_NAME_BYTES = 200
MAX_SUFFIX_BYTES = 20

# The file extension for an ffmpeg demuxer, where they differ.
SUFFIXES = {"matroska": "mkv", "mov": "mp4", "mpegts": "ts", "mpeg": "mpg", "asf": "wmv", "wv": "wv", "dts": "mka"}


def clean(raw: str) -> str:
    """One plain path component of at most MAX_NAME_BYTES (UTF-8), or "" when nothing is left.

    Removes characters of the Unicode categories C (controls, direction marks, surrogates, unassigned), leading dots,
    dashes and spaces, and trailing dots and spaces, which some systems drop.
    """
    name = re.split(r"[/\\]", raw)[-1]
    letters = (" " if letter.isspace() else letter for letter in name)
    printable = "".join(letter for letter in letters if unicodedata.category(letter)[0] != "C")
    return _shortened(unicodedata.normalize("NFC", printable).lstrip(".-~ ").rstrip(". "))


def numbered(name: str) -> Iterator[str]:
    """`film.mp4`, `film (2).mp4`, `film (3).mp4`, …"""
    path = PurePath(name)
    yield name
    for number in itertools.count(2):
        yield f"{path.stem} ({number}){path.suffix}"


def of_url(path: str) -> str:
    """The file name at the end of a URL's path, cleaned."""
    return clean(unquote(path.rpartition("/")[2]))


def of_disposition(header: str) -> str:
    """The name in a Content-Disposition header (RFC 6266, with RFC 8187's `filename*`), cleaned, or ""."""
    message = Message()
    message["content-disposition"] = re.sub(r"[\r\n]", " ", header)
    return clean(message.get_filename() or "")


def with_suffix(name: str, demuxer: str) -> str:
    """The name with the file extension of the demuxer."""
    return clean(f"{_cut(name, MAX_NAME_BYTES - MAX_SUFFIX_BYTES)}.{SUFFIXES.get(demuxer, demuxer)}")


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    suffix = PurePath(name).suffix
    if len(suffix.encode()) > MAX_SUFFIX_BYTES:
        suffix = ""
    return _cut(name[: len(name) - len(suffix)], MAX_NAME_BYTES - len(suffix.encode())) + suffix


def _cut(text: str, max_bytes: int) -> str:
    return text.encode()[:max_bytes].decode(errors="ignore").rstrip(". ")
