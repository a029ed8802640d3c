"""Read subtitles of every text format as cues. Pure."""

from __future__ import annotations

import re

from otnet_server.media import microdvd, sami, subrip, substation, webvtt
from otnet_server.media.webvtt import Cue

DEFAULT_FRAME_RATE = 25.0


def cues_of(text: str, frame_rate: float = DEFAULT_FRAME_RATE) -> list[Cue]:
    """The cues of a WebVTT, SSA, ASS, MicroDVD, SAMI or SubRip file, whatever its name says; none when it is of another
    format. `frame_rate` is that of the film, in which MicroDVD counts."""
    start = text.removeprefix("\ufeff").lstrip()
    if start.startswith("WEBVTT"):
        return webvtt.parse(text)
    if re.search(r"^[ \t]*\[(?:script info|events)\]", text, re.IGNORECASE | re.MULTILINE):
        return substation.parse(text)
    if sami.START.match(start):
        return sami.parse(text)
    if microdvd.LINE.match(start):
        return microdvd.parse(start, frame_rate)
    return subrip.parse(text)
