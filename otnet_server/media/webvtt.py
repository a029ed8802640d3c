"""Subtitles as clean WebVTT (W3C WebVTT §4): cues and nothing else.

Whatever a file carries besides cues (styles, scripts, comments, unknown tags) is dropped; text is kept
as text. Pure.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TIMES = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})(.*)$")
_TAG = re.compile(r"</?([a-zA-Z]+)[^<>]*>")
_SETTING = re.compile(r"^(line|position|size|align|vertical):[a-z0-9%,.-]+$")
KEPT = {"b", "i", "u"}


class Cue(NamedTuple):
    start_s: float
    end_s: float
    text: str
    settings: str = ""


def parse(vtt: str) -> list[Cue]:
    """Cues in order of time; blocks that are no cues are skipped."""
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
    """Text with only bold, italic and underline tags; every other tag is dropped, its words kept."""

    def tag(match: re.Match[str]) -> str:
        name = match[1].lower()
        return f"<{'/' if match[0].startswith('</') else ''}{name}>" if name in KEPT else ""

    kept = _TAG.sub(tag, text)
    parts = re.split(r"(</?[biu]>)", kept)
    plain = [p if i % 2 else p.replace("<", "&lt;").replace(">", "&gt;") for i, p in enumerate(parts)]
    return "".join(plain).strip()


def write(cues: list[Cue], duration_s: float) -> bytes:
    """A WebVTT file; cues are cut to 0 … `duration_s`."""
    out = ["WEBVTT", ""]
    for cue in cues:
        start, end = max(0.0, cue.start_s), min(cue.end_s, duration_s)
        if end > start:
            out += [f"{stamp(start)} --> {stamp(end)} {cue.settings}".rstrip(), cue.text, ""]
    return "\n".join(out).encode()


def stamp(seconds: float) -> str:
    """`01:02:03.004`."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _seconds(text: str) -> float:
    parts = [float(p) for p in text.replace(",", ".").split(":")]
    return sum(p * 60.0**i for i, p in enumerate(reversed(parts)))


def decode(data: bytes) -> str:
    """Subtitle files come in every encoding: UTF-8, UTF-16 with a mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
