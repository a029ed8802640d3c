"""The rows that the repositories of the pipeline return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from otnet_server.media.states import State


class KnownFile(NamedTuple):
    """A file as it was last recorded. `media` is the id of its media."""

    size: int
    mtime_ns: int
    fingerprint: str
    media: str | None


class FoundFile(NamedTuple):
    """A file as it is now."""

    path: str
    library: str
    title: str
    size: int
    mtime_ns: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A revision. `plan` is the dump of a `Plan`, None before planning; `error` is `{code, stage, message, remedy}`;
    `reached` maps each state to the time it was reached (ISO 8601); `loudness` is in LUFS; `protection` is the dump of
    a `Protection`."""

    id: str
    media: str
    path: str
    fingerprint: str
    state: State
    playable: bool
    priority: int
    error: dict[str, Any] | None
    plan: dict[str, Any] | None
    duration_s: float | None
    loudness: float | None
    reached: dict[str, str] | None
    created_at: str
    protection: dict[str, Any] | None
    derived_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentRevision(RevisionRow):
    """The newest revision of a media. `present`: the media still has a file."""

    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedRevision(RevisionRow):
    """A revision to work on, with the last recorded size and time of its file (None: unknown)."""

    library: str
    size: int | None
    mtime_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """A media with the state of its newest revision. `current` is the id of that revision, `playing` the id of the
    newest playable one; `planned`: the newest revision has a plan."""

    id: str
    organization: str
    library: str
    title: str
    content: str | None
    present: bool
    current: str | None
    playing: str | None
    info: dict[str, Any]
    created_at: str
    updated_at: str
    state: State
    error: dict[str, Any] | None
    duration_s: float | None
    loudness: float | None
    planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedMedia:
    """A media that is not ready."""

    id: str
    title: str
    state: State
    error: dict[str, Any] | None
