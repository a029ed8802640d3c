"""What a provider must do, protocol by protocol. Plugins implement these; `tests/contract` checks them.

Providers are plain objects with a `name` and async methods. They get what they need as arguments:
no provider sees the server. `Run` is how a provider starts a process: jailed, limited, logged.
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
    """Start one jailed process and wait for it; `on_line` sees each line of its standard output."""

    def __call__(self, command: Command, *, on_line: Callable[[str], None] | None = None) -> Awaitable[Result]: ...


@dataclass(frozen=True)
class StoredObject:
    """One object of a store: its key, size in bytes, and an entity tag that changes with its bytes."""

    key: str
    size: int
    etag: str


@runtime_checkable
class Storage(Protocol):
    """Where published media lies. Keys are `/`-separated, relative, of `[A-Za-z0-9._/-]`."""

    name: str

    async def put(self, key: str, data: bytes) -> None:
        """Store whole or not at all. Raises StorageUnavailable when the store is full or away."""

    async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes `start` to `end` (exclusive). Raises FileNotFoundError."""

    async def stat(self, key: str) -> StoredObject | None: ...

    def list(self, prefix: str) -> AsyncIterator[StoredObject]: ...

    async def delete(self, prefix: str) -> None:
        """Remove the object, or all below it; what is not there is no error."""

    def url(self, key: str) -> str | None:
        """Where a client may fetch it directly, or None when OTNet delivers it."""

    def path(self, key: str) -> Path | None:
        """The file on this machine, for the fast path of delivery, or None."""

    async def free(self) -> int | None:
        """Bytes that still fit, or None when that has no meaning. Raises StorageUnavailable."""


@dataclass(frozen=True)
class EncodeContext:
    """What every encode needs besides the plan. `threads` is how many each software encoder should use (0:
    its own choice), unless the plan fixes it. `work` is empty, on local disk, and removed afterwards."""

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
    """The encoded rungs of one chunk (`files[rung name]`), and pictures by thumbnail number."""

    number: int
    files: dict[str, Path]
    thumbnails: dict[int, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class AudioChunk:
    rendition: str
    number: int
    file: Path


@runtime_checkable
class Encoder(Protocol):
    """Makes fragmented MP4 files, one a chunk and rendition, with true timestamps, on the plan's grid."""

    name: str

    async def choose(self, profile: Profile, run: Run, work: Path) -> str:
        """The encoder to plan with (its own word, kept in `VideoPlan.encoder`); tries hardware if asked."""

    async def video_chunk(self, ctx: EncodeContext, video: VideoPlan, chunk: Chunk) -> VideoChunk: ...

    def video_pass(self, ctx: EncodeContext, video: VideoPlan, done: int) -> AsyncIterator[VideoChunk]:
        """All chunks from number `done` on, in one pass over a source that can't be sought."""

    def audio_pass(self, ctx: EncodeContext, todo: dict[str, int]) -> AsyncIterator[AudioChunk]:
        """Chunks of each rendition in `todo`, from the number it names on, in one pass over the file."""

    async def text(self, ctx: EncodeContext, stream: int) -> bytes:
        """One subtitle stream of the file as WebVTT (UTF-8), times on the plan's clock."""

    async def text_file(self, ctx: EncodeContext, demuxer: str) -> bytes:
        """A subtitle file (`ctx.source`, UTF-8; `demuxer` srt, ass or webvtt) as WebVTT."""

    async def picture(self, ctx: EncodeContext, source: Path, at_s: float | None, stream: int | None) -> bytes:
        """A JPEG of at most 1280 pixels: a still near `at_s`, or picture stream `stream`, or an image."""

    async def sheet(self, ctx: EncodeContext, pictures: list[Path]) -> bytes:
        """A JPEG with the thumbnails laid out as `plan.video.thumbnails` says."""


@dataclass(frozen=True)
class PackagedTrack:
    """CMAF: the init segment and the media segments, `(time in ticks, file)`, in order."""

    init: Path
    segments: tuple[tuple[int, Path], ...]


@runtime_checkable
class Packager(Protocol):
    """Cuts encoded chunks into CMAF segments."""

    name: str

    async def package(
        self, files: dict[str, Path], kind: Literal["video", "audio"], cut_s: float, work: Path, run: Run
    ) -> dict[str, PackagedTrack]:
        """One track for each of `files`, which lie in `work`. Video is cut at every keyframe; sound where the
        multiples of `cut_s` lie on the track's own clock (0: not at all)."""


@dataclass(frozen=True)
class Task:
    """A small, idempotent piece of work, named by its content. Lower `priority` runs first; an `urgent`
    one has somebody waiting for it and should start at once. `cores` may be more than there are (it then
    gets all), or 0 (it runs beside the others)."""

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
    """Runs tasks. `perform` does the work of one and never raises but for cancellation."""

    name: str

    async def start(self, perform: Callable[[Task], Awaitable[None]], cores: int) -> None: ...

    def submit(self, tasks: Iterable[Task]) -> None:
        """Queue; a task whose id is queued or running already is only re-prioritised."""

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        """Move a queued task; False when it isn't queued."""

    def cancel(self, revision: str) -> None:
        """Drop queued tasks of a revision and end the running ones; the same tasks may be submitted again
        at once, and then run when the ended ones are gone."""

    def pending(self, revision: str) -> set[str]:
        """Ids of the revision's tasks, queued or running."""

    async def stop(self) -> None: ...


@dataclass(frozen=True)
class Metadata:
    """What is known about a title besides its streams. Empty fields say nothing."""

    title: str = ""
    synopsis: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    poster: Path | None = None


@runtime_checkable
class MetadataProvider(Protocol):
    name: str

    async def read(self, media_file: Path, tags: dict[str, Any]) -> Metadata | None:
        """Facts about one file, or None. Must treat what it reads as hostile."""


@dataclass(frozen=True)
class Identity:
    """Who a provider says somebody is. `subject` never changes there; an e-mail address may."""

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


@runtime_checkable
class AuthProvider(Protocol):
    """Signs people in elsewhere (OpenID Connect and the like). `label` is what the button says."""

    name: str
    label: str

    async def begin(self, callback: str) -> tuple[str, str]:
        """(the address to send the browser to, what to remember until it comes back to `callback`)."""

    async def finish(self, answer: dict[str, str], remembered: str) -> Identity:
        """Who it is, from the query the browser came back with. Raises OtnetError."""


@dataclass(frozen=True)
class Exported:
    """A file that an exporter made; `name` is what it is called when somebody keeps it."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class ExportSite:
    """Whose site is exported, and where: `url` is the server's address as people reach it, without a slash at its
    end; `organization` an id; `public` whether anybody may watch without signing in."""

    url: str
    organization: str
    name: str
    slug: str
    accent: str | None
    public: bool


Ask = Callable[[str], Awaitable[dict[str, Any] | None]]
"""`await ask("/series/night")` is what `GET /api/v1/site/series/night` answers to anybody; None: 404."""


@runtime_checkable
class Exporter(Protocol):
    """Takes the catalogue elsewhere. A `feed` is served to anybody at `/feeds/<name>/<subject>`; what is none is
    downloaded from the studio, with an empty subject."""

    name: str
    label: str
    description: str
    feed: bool

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported | None:
        """The file, or None when there is nothing called `subject`."""
