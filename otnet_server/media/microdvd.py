"""Parse MicroDVD files, whose times are numbers of frames: `{25}{75}One|two`. Pure.

The first line may state the frame rate (`{1}{1}23.976`); otherwise it is that of the film. `{y:i}` begins a line, and
`{Y:i}` a whole text, in italic, bold or underline; other codes are left out.
"""

from __future__ import annotations

import re

from otnet_server.media.webvtt import Cue, escape, in_order, lines_of, trim

LINE = re.compile(r"^\{(\d{1,9})\}\{(\d{0,9})\}(.*)$", re.MULTILINE)
_CODE = re.compile(r"\{([a-zA-Z]):([^{}]*)\}")
_RATE = re.compile(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*")
OPEN_END_S = 3.0  # how long a text without an end is shown at most


def parse(text: str, frame_rate: float) -> list[Cue]:
    """The cues, ordered by time."""
    rows = [(int(start), end, words) for start, end, words in LINE.findall(lines_of(text))]
    if rows and rows[0][0] <= 1 and (stated := _RATE.fullmatch(rows[0][2])):
        frame_rate = float(stated[1].replace(",", ".")) or frame_rate
        rows = rows[1:]
    cues = []
    for number, (start, end, words) in enumerate(rows):
        following = rows[number + 1][0] if number + 1 < len(rows) else None
        last = int(end) if end else round(start + OPEN_END_S * frame_rate)
        if not end and following is not None:
            last = min(last, following)
        cue_text = convert(words)
        if cue_text and last > start:
            cues.append(Cue(start / frame_rate, last / frame_rate, cue_text))
    return in_order(cues)


def convert(words: str) -> str:
    """The cue text of the words of a line."""
    emphasis = {tag for code, value in _CODE.findall(words) if code == "Y" for tag in _tags(value)}
    return trim("\n".join(_line(line, emphasis) for line in words.split("|")))


def _line(line: str, emphasis: set[str]) -> str:
    own = {tag for code, value in _CODE.findall(line) if code == "y" for tag in _tags(value)}
    slanted = line.startswith("/")
    text = escape(_CODE.sub("", line).removeprefix("/").strip())
    for tag in sorted(emphasis | own | ({"i"} if slanted else set())):
        text = f"<{tag}>{text}</{tag}>"
    return text


def _tags(value: str) -> set[str]:
    return {tag.strip() for tag in value.lower().split(",")} & {"b", "i", "u"}
