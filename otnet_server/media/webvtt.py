"""Parse and write WebVTT (W3C WebVTT §4) that contains only cues.

Styles, regions, comments and unknown tags are dropped; so are settings and classes without a meaning of their own. The
text of cues is escaped. Pure.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

MAX_CUE_CHARACTERS = 10_000
_TIME = r"((?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)"
TIMES = re.compile(rf"^\s*{_TIME}\s*-+>\s*{_TIME}(.*)$")
_TAG = re.compile(r"<(/?)([a-zA-Z]++)([^<>]*+)>|<((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})>")
_KARAOKE = re.compile(r"<(\d+:\d{2}:\d{2}\.\d{3})>")
_PERCENT = r"\d{1,3}(?:\.\d+)?%"
_SETTING = re.compile(
    rf"^(?:line:(?:-?\d+|{_PERCENT})(?:,(?:start|center|end))?|position:{_PERCENT}(?:,(?:line-left|center|line-right))?|"
    rf"size:{_PERCENT}|align:(?:start|center|end|left|right)|vertical:(?:rl|lr))$"
)
_PLAIN_TAGS = frozenset({"b", "i", "u", "ruby", "rt"})
_ANNOTATED_TAGS = frozenset({"v", "lang"})
_COLOURS = ["white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black"]
_CLASSES = frozenset([*_COLOURS, *(f"bg_{colour}" for colour in _COLOURS)])  # §5: the default classes


class Cue(NamedTuple):
    """Times in seconds; `text` is WebVTT cue text (§4.2.2) with safe tags."""

    start_s: float
    end_s: float
    text: str
    settings: str = ""


def parse(vtt: str) -> list[Cue]:
    """The cues, ordered by time. Other blocks are skipped."""
    cues: list[Cue] = []
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", lines_of(vtt)):
        lines = block.strip("\n").split("\n")
        starts = [i for i, line in enumerate(lines) if TIMES.match(line)]
        if starts and starts[0] < 2:
            # A line of times ends the text before it, even without an empty line (§6.1).
            for start, following in pairwise([*starts, len(lines)]):
                cues += cue(lines[start], clean("\n".join(lines[start + 1 : following])))
    return in_order(cues)


def cue(times: str, text: str, settings: str = "") -> list[Cue]:
    """The cue of a line of times, or none when it is empty or ends before it starts. Settings of the line itself are
    kept before others."""
    match = TIMES.match(times)
    assert match is not None
    start, end = seconds(match[1]), seconds(match[2])
    stated = match[3].replace("align:middle", "align:center").split()  # the name in drafts of the specification
    own = " ".join(s for s in stated if _SETTING.match(s))
    text = _KARAOKE.sub(lambda time: time[0] if start < seconds(time[1]) < end else "", text)
    return [Cue(start, end, text, own or settings)] if text and end > start else []


def shift(cue: Cue, by_s: float) -> Cue:
    """The cue at another time, with the times in its text."""
    text = _KARAOKE.sub(lambda time: f"<{timestamp(max(0.0, seconds(time[1]) + by_s))}>", cue.text)
    return cue._replace(start_s=cue.start_s + by_s, end_s=cue.end_s + by_s, text=text)


def in_order(cues: Iterable[Cue]) -> list[Cue]:
    """Cues ordered by time; those of one time stay in their order, which is that of their lines on the screen."""
    return sorted(cues, key=lambda c: (c.start_s, c.end_s))


def lines_of(text: str) -> str:
    """The text with line feeds as its only line breaks."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """Cue text with safe tags only: bold, italic, underline, ruby, voices, languages, default colours and the times of
    karaoke. Every other tag is removed, but the text in it is kept. Character references become characters first, so
    that nothing is escaped twice. Text after `MAX_CUE_CHARACTERS` is cut off."""
    text = text[:MAX_CUE_CHARACTERS]
    out: list[str] = []
    kept: list[tuple[str, bool]] = []  # open tags, and whether each is in the result
    at = 0
    for match in _TAG.finditer(text):
        out.append(escape(html.unescape(text[at : match.start()])))
        at = match.end()
        if match[4]:
            out.append(f"<{timestamp(seconds(match[4]))}>")
        elif match[1]:
            out.append(_end_tag(match[2].lower(), kept))
        else:
            tag = _start_tag(match[2].lower(), match[3])
            kept.append((match[2].lower(), bool(tag)))
            out.append(tag)
    out.append(escape(html.unescape(text[at:])))
    return trim("".join(out))


def _start_tag(name: str, rest: str) -> str:
    """A start tag with what is safe of its classes and annotation; empty when it is to be removed."""
    if name in _PLAIN_TAGS:
        return f"<{name}>"
    classes, _, annotation = rest.partition(" ")
    if name in _ANNOTATED_TAGS:
        annotation = " ".join(html.unescape(annotation).split())
        return f"<{name} {escape(annotation)}>" if annotation else ""
    known = [c for c in classes.split(".") if c in _CLASSES]
    return f"<c.{'.'.join(known)}>" if name == "c" and known else ""


def _end_tag(name: str, kept: list[tuple[str, bool]]) -> str:
    """The end tag for the innermost open tag of this name, if that is in the result."""
    for i in range(len(kept) - 1, -1, -1):
        if kept[i][0] == name:
            return f"</{name}>" if kept.pop(i)[1] else ""
    return ""


def escape(text: str) -> str:
    """Plain text as cue text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\0", "")


def trim(text: str) -> str:
    """Cue text without empty lines, which would end the cue, and without space around its lines."""
    lines = (line.strip(" \t\f\v") for line in lines_of(text).split("\n"))
    return "\n".join(line for line in lines if re.sub(r"<[^<>]*>", "", line))


def write(cues: list[Cue], duration_s: float) -> bytes:
    """A WebVTT file. Cues are clipped to 0 … `duration_s`."""
    out = ["WEBVTT", ""]
    for c in cues:
        start, end = max(0.0, c.start_s), min(c.end_s, duration_s)
        if timestamp(end) > timestamp(start) and end > start:
            out += [f"{timestamp(start)} --> {timestamp(end)} {c.settings}".rstrip(), c.text, ""]
    return "\n".join(out).encode()


def timestamp(seconds: float) -> str:
    """`01:02:03.004`."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def seconds(text: str) -> float:
    """The time that `1:02:03.004`, `2:03,4` and the like name."""
    parts = [float(p) for p in text.replace(",", ".").split(":")]
    return sum(p * 60.0**i for i, p in enumerate(reversed(parts)))
