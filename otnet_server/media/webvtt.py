"""Parse and write WebVTT (W3C WebVTT §4) that contains only cues.

Styles, regions, comments and unknown tags are dropped; the text of cues is escaped. Pure.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TIMES = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})(.*)$")
_TAG = re.compile(r"</?([a-zA-Z]+)[^<>]*>")
_SETTING = re.compile(r"^(line|position|size|align|vertical):[a-z0-9%,.-]+$")
ALLOWED_TAGS = {"b", "i", "u"}


class Cue(NamedTuple):
    start_s: float
    end_s: float
    text: str
    settings: str = ""


def parse(vtt: str) -> list[Cue]:
    """The cues, ordered by time. Other blocks are skipped."""
    cues: list[Cue] = []
    for block in re.split(r"\n\s*\n", vtt.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        at = next((i for i, line in enumerate(lines[:2]) if _TIMES.match(line)), None)
        if at is None:
            continue
        match = _TIMES.match(lines[at])
        assert match is not None
        text = clean("\n".join(lines[at + 1 :]))
        settings = " ".join(s for s in match[3].split() if _SETTING.match(s))
        start, end = _seconds(match[1]), _seconds(match[2])
        if text and end > start:
            cues.append(Cue(start, end, text, settings))
    return sorted(cues)


def clean(text: str) -> str:
    """Keep the tags for bold, italic and underline; remove every other tag but keep the text in it."""

    def tag(match: re.Match[str]) -> str:
        name = match[1].lower()
        return f"<{'/' if match[0].startswith('</') else ''}{name}>" if name in ALLOWED_TAGS else ""

    cleaned = _TAG.sub(tag, text)
    parts = re.split(r"(</?[biu]>)", cleaned)
    plain = [p if i % 2 else p.replace("<", "&lt;").replace(">", "&gt;") for i, p in enumerate(parts)]
    return "".join(plain).strip()


def write(cues: list[Cue], duration_s: float) -> bytes:
    """A WebVTT file. Cues are clipped to 0 … `duration_s`."""
    out = ["WEBVTT", ""]
    for cue in cues:
        start, end = max(0.0, cue.start_s), min(cue.end_s, duration_s)
        if end > start:
            out += [f"{timestamp(start)} --> {timestamp(end)} {cue.settings}".rstrip(), cue.text, ""]
    return "\n".join(out).encode()


def timestamp(seconds: float) -> str:
    """`01:02:03.004`."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _seconds(text: str) -> float:
    parts = [float(p) for p in text.replace(",", ".").split(":")]
    return sum(p * 60.0**i for i, p in enumerate(reversed(parts)))
