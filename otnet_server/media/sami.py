"""Parse SAMI files (`.smi`): `<SYNC Start=1000><P Class=ENCC>Hello`. Pure.

A text is shown until the next time of its class; a blank one ends it. Of several classes, which are languages, the one
with the most texts is used. Bold, italic and underline are kept; colours, fonts and speakers are left out.
"""

from __future__ import annotations

import re
from itertools import pairwise

from otnet_server.media.webvtt import MAX_CUE_CHARACTERS, Cue, clean, in_order, lines_of, trim

START = re.compile(r"<sami\b", re.IGNORECASE)
OPEN_END_S = 4.0  # how long the last text is shown at most
MAX_START_MS = 10**9
_SYNC = re.compile(r"<sync\b[^<>]{0,200}?\bstart\s*=\s*[\"']?(\d{1,10})[^<>]{0,200}>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b([^<>]{0,200})>", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\bid\s*=\s*[\"']?source\b", re.IGNORECASE)  # a paragraph that names the speaker
_BREAK = re.compile(r"<br\b[^<>]{0,80}>", re.IGNORECASE)
_END = re.compile(r"</(?:p|sync|body|sami)\s*>", re.IGNORECASE)


def parse(text: str) -> list[Cue]:
    """The cues, ordered by time."""
    by_class: dict[str, list[tuple[float, str]]] = {}
    for start_s, block in _blocks(_without_comments(lines_of(text))):
        for name, words in _paragraphs(block):
            by_class.setdefault(name, []).append((start_s, words))
    most = max(by_class.values(), key=lambda rows: sum(bool(words) for _, words in rows), default=[])
    rows = sorted(most, key=lambda row: row[0])
    ends = [following for _, (following, _) in pairwise(rows)] + [rows[-1][0] + OPEN_END_S] if rows else []
    return in_order(
        Cue(start, end, words) for (start, words), end in zip(rows, ends, strict=True) if words and end > start
    )


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)


def _blocks(text: str) -> list[tuple[float, str]]:
    """The text after each time, in seconds."""
    syncs = list(_SYNC.finditer(text))
    ends = [match.start() for match in syncs[1:]] + [len(text)][: len(syncs)]
    return [
        (int(match[1]) / 1000, text[match.end() : end])
        for match, end in zip(syncs, ends, strict=True)
        if int(match[1]) <= MAX_START_MS
    ]


def _paragraphs(block: str) -> list[tuple[str, str]]:
    """The (class, cue text) of each paragraph."""
    matches = list(_PARAGRAPH.finditer(block))
    if not matches:
        return [("", _cue_text(block))]
    ends = [match.start() for match in matches[1:]] + [len(block)]
    return [
        (name[1].lower() if (name := _CLASS.search(match[1])) else "", _cue_text(block[match.end() : end]))
        for match, end in zip(matches, ends, strict=True)
        if not _IDENTIFIER.search(match[1])
    ]


def _cue_text(markup: str) -> str:
    """Line breaks of the file are spaces, as in HTML."""
    markup = _END.sub("", markup[:MAX_CUE_CHARACTERS]).replace("\n", " ")
    return trim(clean(_BREAK.sub("\n", markup)).replace("\N{NO-BREAK SPACE}", " "))
