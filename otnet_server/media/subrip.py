"""Parse SubRip files, with the deviations that are common in them. Pure.

Times may be short or have a period; numbers and empty lines between cues may be missing. Bold, italic and underline are
kept, as HTML tags or as override tags of ASS, and so are the positions of the latter.
"""

from __future__ import annotations

import re
from itertools import pairwise

from otnet_server.media import substation
from otnet_server.media.webvtt import TIMES, Cue, clean, cue, in_order, lines_of

_OVERRIDE = re.compile(r"\{\\[^{}]*\}|\{[a-zA-Z]:[^{}]*\}")
_BREAK = re.compile(r"<br\s*/?>|\\N", re.IGNORECASE)
_SAME_AS = (("em", "i"), ("strong", "b"))


def parse(srt: str) -> list[Cue]:
    """The cues, ordered by time."""
    lines = lines_of(srt).split("\n")
    starts = [i for i, line in enumerate(lines) if TIMES.match(line)]
    cues: list[Cue] = []
    for start, following in pairwise([*starts, len(lines)]):
        block = lines[start + 1 : following]
        if following < len(lines) and block and block[-1].strip().isdecimal():
            block = block[:-1]  # the number of the next cue
        text, settings = convert("\n".join(block))
        cues += cue(lines[start], text, settings)
    return in_order(cues)


def convert(text: str) -> tuple[str, str]:
    """(cue text, cue settings) of the text of a cue."""
    text = _BREAK.sub("\n", text)
    for name, same in _SAME_AS:
        text = re.sub(rf"(</?){name}\b", rf"\1{same}", text, flags=re.IGNORECASE)
    overrides = "".join(_OVERRIDE.findall(text))
    position = substation.convert(overrides).position
    converted = clean(_OVERRIDE.sub(lambda match: _html(match[0]), text))
    stated = position != substation.Position()
    return converted, position.settings(converted.count("\n") + 1) if stated else ""


def _html(override: str) -> str:
    """The HTML tags for the bold, italic and underline of an override."""
    tags = re.findall(r"\\([biu])([01])(?![0-9])", override)
    return "".join(f"<{'' if on == '1' else '/'}{name}>" for name, on in tags)
