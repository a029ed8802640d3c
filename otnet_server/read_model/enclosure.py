"""The audio of a title as one file, for podcast feeds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import TypedDict


class Chapter(TypedDict):
    """A chapter, with times in seconds."""

    start: float
    end: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """A text track of an enclosure. `language` is a BCP 47 tag."""

    url: str
    type: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """The audio of a title as one file, for podcast feeds. `bytes` is its size."""

    url: str
    type: str
    bytes: int
    duration_s: float
    chapters: Sequence[Chapter]
    transcripts: Sequence[Transcript]
