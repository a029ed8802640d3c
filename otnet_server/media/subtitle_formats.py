"""Read subtitles of every text format as cues. Pure."""

from __future__ import annotations

import re

from otnet_server.media import subrip, substation, webvtt
from otnet_server.media.webvtt import Cue


def cues_of(text: str) -> list[Cue]:
    """The cues of a WebVTT, SSA, ASS or SubRip file, whatever its name says; none when it is of another format."""
    start = text.removeprefix("\ufeff").lstrip()
    if start.startswith("WEBVTT"):
        return webvtt.parse(text)
    if re.search(r"^[ \t]*\[(?:script info|events)\]", text, re.IGNORECASE | re.MULTILINE):
        return substation.parse(text)
    return subrip.parse(text)
