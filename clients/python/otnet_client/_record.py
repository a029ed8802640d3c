"""What the models of records have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, repr=False)
class Record:
    """A record of the API. Fields that the response does not contain are None. `raw` is the JSON object as it was
    received, also with fields that this version of the client does not know."""

    raw: dict[str, Any] = field(default_factory=dict, compare=False)
    etag: str | None = field(default=None, compare=False)
    """The version of the record, for `update` and `delete`; None for records of a list."""
    expanded: dict[str, Any] = field(default_factory=dict)
    """The referenced records of the fields that were named in `expand`, as JSON."""

    _moments: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any], etag: str | None = None) -> Self:
        names = [f.name for f in fields(cls) if f.name not in ("raw", "etag")]
        values = {n: document[n.rstrip("_")] for n in names if n.rstrip("_") in document}
        for name in cls._moments:
            values |= {name: moment(values[name])} if name in values else {}
        return cls(**{"id": document["id"], **values}, raw=dict(document), etag=etag)

    def __repr__(self) -> str:
        values = ((f.name, getattr(self, f.name)) for f in fields(self) if f.name != "raw")
        shown = ", ".join(f"{name}={value!r}" for name, value in values if value not in (None, {}))
        return f"{type(self).__name__}({shown})"


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `next` is the cursor of the next page, None on the last one. `total` is the number of
    records; None unless it was requested."""

    items: list[T]
    next: str | None
    total: int | None = None


@dataclass(frozen=True)
class Deletion:
    """The numbers of records that were `deleted`, or lost a reference (`cleared`), by resource. They are empty unless
    the deletion was sent with `cascade`."""

    deleted: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BulkResult:
    """The result for one id: `record`, or `problem` if the operation failed."""

    id: str
    status: int
    record: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    deleted: dict[str, int] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


@dataclass(frozen=True)
class Import:
    """The download of a file by the server. `state` is running, done or failed; `total` is None while it is unknown."""

    id: str
    state: str
    name: str
    bytes: int
    total: int | None = None
    error: dict[str, str] | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


@dataclass(frozen=True)
class HomeLayout:
    """The layout of the home page: the ids of the featured titles, and the rows in order."""

    hero: list[str]
    rows: list[dict[str, Any]]
    etag: str | None = None


@dataclass(frozen=True)
class Subtitles:
    """A subtitle file beside media, or a text inside it (`source` is file or media). `state` is waiting, ready or
    failed; `url` is the WebVTT when it is ready."""

    id: str
    source: str
    file: str | None
    title: str
    language: str
    roles: list[str]
    default: bool
    state: str
    error: str | None = None
    url: str | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


@dataclass(frozen=True)
class ChannelAiring:
    """What a channel plays from `starts_at` to `ends_at`: `kind` is program, title, filler or slate. An airing of the
    as-run log has a `number` and its `media`; one of the forecast has `replaces` if a title can't be played, with the
    reason."""

    starts_at: str
    ends_at: str
    kind: str
    content: str | None
    program: str | None
    title: str
    number: int | None = None
    media: str | None = None
    replaces: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


@dataclass(frozen=True)
class ChannelPull:
    """The source of a channel. `url` is without passwords; `state` is off, waiting, receiving or failed, and `problem`
    says why it failed."""

    url: str
    enabled: bool
    state: str
    problem: str
    changed_at: str

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls)})


@dataclass(frozen=True)
class ChannelLive:
    """The live stream of a channel. `state` is off, waiting, live or interrupted. `stream` is None without a stream,
    `health` without an encoder. `viewers` is how many have watched the channel in the last 90 seconds."""

    state: str
    stream: dict[str, Any] | None
    health: dict[str, Any] | None
    history: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    rungs: list[dict[str, Any]]
    simulcast: list[dict[str, Any]]
    viewers: int | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls)})


@dataclass(frozen=True)
class StreamKey:
    """A secret with which an encoder publishes on a channel; `role` is primary or backup. `key` and the addresses for
    encoders are returned only when it is created or rotated. An address is None while the server receives nothing by
    its protocol; `problems` says why."""

    id: str
    channel: str
    name: str
    role: str
    prefix: str
    old_prefix: str | None
    old_until: str | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None
    key: str | None = field(default=None, repr=False)
    rtmp_url: str | None = field(default=None, repr=False)
    srt_url: str | None = field(default=None, repr=False)
    whip_url: str | None = field(default=None, repr=False)
    problems: list[dict[str, str]] | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


@dataclass(frozen=True)
class Clip:
    """A clip: the id of its media, and where it was cut in seconds."""

    media: str
    start: float
    end: float
    duration_s: float

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(document["media"], document["in"], document["out"], document["duration_s"])


@dataclass(frozen=True)
class MetadataImport:
    """An import of metadata, with the numbers of rows. `state` is running, done, failed, cancelled or interrupted.
    `failures` are at most 200, with `line`, `column`, `error` and `remedy`."""

    id: str
    state: str
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    failed: int
    failures: list[dict[str, Any]]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return cls(**{f.name: document[f.name] for f in fields(cls) if f.name in document})


def moment(value: Any) -> Any:
    """An ISO 8601 date or time as a date or datetime. Other values are returned as they are."""
    if isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return value
