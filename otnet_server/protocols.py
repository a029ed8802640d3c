"""The protocols that plugins implement. `otnet_server.testing` has a conformance suite for each.

Providers are objects with a `name` and async methods. They receive everything as arguments and have no access to the
server. A provider starts processes with `Run`: in the jail, with limits, with a log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from otnet_server.config import Profile
from otnet_server.media.plan import Plan, VideoPlan
from otnet_server.media.timeline import Chunk
from otnet_server.process.command import Command, Limits, Result


class Run(Protocol):
    """Run a process in the jail and wait for it. `on_line` is called with each line of its standard output."""

    def __call__(self, command: Command, *, on_line: Callable[[str], None] | None = None) -> Awaitable[Result]: ...


@dataclass(frozen=True)
class StoredObject:
    """An object of a storage: its key, its size in bytes, and an entity tag that changes with its content."""

    key: str
    size: int
    etag: str


@runtime_checkable
class Storage(Protocol):
    """The storage of published media. Keys are relative, separated by `/`, and consist of `[A-Za-z0-9._/-]`."""

    name: str

    async def put(self, key: str, data: bytes) -> None:
        """Store an object completely or not at all. Raises StorageUnavailable when the storage is full or not
        available."""

    async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` to `end` (exclusive). Raises FileNotFoundError or StorageUnavailable."""

    async def stat(self, key: str) -> StoredObject | None: ...

    def list(self, prefix: str) -> AsyncIterator[StoredObject]: ...

    async def delete(self, prefix: str) -> None:
        """Delete the object, or all objects below the prefix. Deleting nothing is not an error."""

    def url(self, key: str) -> str | None:
        """The URL for clients to load the object from, or None when OTNet delivers it."""

    def path(self, key: str) -> Path | None:
        """The local file of the object, for faster delivery, or None."""

    async def free(self) -> int | None:
        """The free space in bytes, or None if unknown. Raises StorageUnavailable."""


@dataclass(frozen=True)
class EncodeContext:
    """The context of an encode. `threads` is the number of threads for each software encoder (0: its own choice),
    unless the plan sets it. `work` is an empty folder on a local disk that is removed afterwards. `attempt` counts
    from 0."""

    source: Path
    plan: Plan
    work: Path
    run: Run
    process_limits: Limits = Limits()
    log: Path | None = None
    nice: int = 0
    threads: int = 0
    attempt: int = 0
    progress: Callable[[float, float | None], None] = field(default=lambda done_s, speed: None)
    loudness: Callable[[float | None], None] = field(default=lambda lufs: None)


@dataclass(frozen=True)
class VideoChunk:
    """An encoded video chunk: its files by name of the rung, and JPEG files by thumbnail number."""

    number: int
    files: dict[str, Path]
    thumbnails: dict[int, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class AudioChunk:
    """An encoded audio chunk of one rendition."""

    rendition: str
    number: int
    file: Path


@runtime_checkable
class Encoder(Protocol):
    """Encodes fragmented MP4 files, one per chunk and rendition, with the timestamps of the plan's timeline."""

    name: str

    async def choose(self, profile: Profile, run: Run, work: Path) -> str:
        """The name of the encoder to use, which is stored in `VideoPlan.encoder`. Tests hardware encoders if the
        profile allows them."""

    async def video_chunk(self, ctx: EncodeContext, video: VideoPlan, chunk: Chunk) -> VideoChunk: ...

    def video_pass(self, ctx: EncodeContext, video: VideoPlan, done: int) -> AsyncIterator[VideoChunk]:
        """All chunks from number `done` on, in one pass over a source that can't be seeked."""

    def audio_pass(self, ctx: EncodeContext, todo: dict[str, int]) -> AsyncIterator[AudioChunk]:
        """The chunks of each rendition in `todo`, from the given number on, in one pass over the source."""

    async def text(self, ctx: EncodeContext, stream: int) -> bytes:
        """A subtitle stream of the source as WebVTT (UTF-8), in media time."""

    async def text_file(self, ctx: EncodeContext, demuxer: str) -> bytes:
        """A subtitle file (`ctx.source`, UTF-8; `demuxer` srt, ass or webvtt) as WebVTT."""

    async def picture(self, ctx: EncodeContext, source: Path, at_s: float | None, stream: int | None) -> bytes:
        """A JPEG of at most 1280 × 1280 pixels: a still near `at_s` (source time), the picture stream `stream`, or an
        image file."""

    async def sheet(self, ctx: EncodeContext, pictures: list[Path]) -> bytes:
        """A JPEG with the thumbnails in the layout of `plan.video.thumbnails`."""


@dataclass(frozen=True)
class PackagedTrack:
    """A packaged CMAF track: the init segment, and the media segments as `(decode time in ticks, file)`, in order."""

    init: Path
    segments: tuple[tuple[int, Path], ...]


@runtime_checkable
class Packager(Protocol):
    """Cuts encoded chunks into CMAF segments."""

    name: str

    async def package(
        self, files: dict[str, Path], kind: Literal["video", "audio"], cut_s: float, work: Path, run: Run
    ) -> dict[str, PackagedTrack]:
        """One track for each of `files`, which are in `work`. Video is cut at every keyframe, audio at multiples of
        `cut_s` in the track's time (0: not at all)."""


@dataclass(frozen=True)
class Task:
    """An idempotent unit of work. Lower `priority` runs first. A viewer waits for an `urgent` task, so it should start
    at once. `cores` may exceed the number of cores (the task then gets all), or be 0 (it runs beside all others)."""

    id: str
    kind: str
    media: str
    revision: str
    index: int = 0
    cores: int = 1
    priority: tuple[int, ...] = (50,)
    attempt: int = 0
    urgent: bool = False


@runtime_checkable
class Executor(Protocol):
    """Runs tasks. `perform` performs one task and raises only CancelledError."""

    name: str

    async def start(self, perform: Callable[[Task], Awaitable[None]], cores: int) -> None: ...

    def submit(self, tasks: Iterable[Task]) -> None:
        """Queue tasks. A task whose id is already queued is only re-prioritised; one that is running is not queued."""

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        """Move a queued task forward; False when it is not queued."""

    def cancel(self, revision: str) -> None:
        """Remove the queued tasks of a revision and cancel its running ones. The same tasks may be submitted again at
        once; they run when the cancelled ones have ended."""

    def pending(self, revision: str) -> set[str]:
        """The ids of the queued and running tasks of a revision."""

    async def stop(self) -> None: ...


@dataclass(frozen=True)
class Metadata:
    """Metadata of a media. Empty fields are unknown. `people` are pairs of name and role."""

    title: str = ""
    synopsis: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    poster: Path | None = None


@runtime_checkable
class MetadataProvider(Protocol):
    """Reads metadata of media files."""

    name: str

    async def read(self, media_file: Path, tags: dict[str, Any]) -> Metadata | None:
        """The metadata of a file, or None. Must not trust what it reads, and must not raise."""


@dataclass(frozen=True)
class Identity:
    """The identity of a user at a provider. `subject` is stable there; the email address may change."""

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


@runtime_checkable
class AuthProvider(Protocol):
    """External sign-in, for example with OpenID Connect. `label` is the text of the button."""

    name: str
    label: str

    async def begin(self, callback: str) -> tuple[str, str]:
        """(the URL to redirect the browser to, the state to pass to `finish` when it returns to `callback`)."""

    async def finish(self, answer: dict[str, str], remembered: str) -> Identity:
        """The identity, from the query parameters of the callback. Raises OtnetError."""


@dataclass(frozen=True)
class Exported:
    """An exported file. `name` is its file name for downloads."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class ExportSite:
    """The exported site. `url` is the public address of the server without a trailing slash, `organization` an id,
    `public` whether the server is public."""

    url: str
    organization: str
    name: str
    slug: str
    accent: str | None
    public: bool


Ask = Callable[[str], Awaitable[dict[str, Any] | None]]
"""`await ask("/series/night")` is the response of `GET /api/v1/site/series/night` for anonymous callers; None: 404."""


@runtime_checkable
class Exporter(Protocol):
    """Exports the catalogue. A `feed` is public at `/feeds/<name>/<subject>`; other exports are downloaded from the
    studio, with an empty subject."""

    name: str
    label: str
    description: str
    feed: bool

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported | None:
        """The exported file, or None for an unknown `subject`."""
