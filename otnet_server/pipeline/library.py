"""Libraries: folders that are looked through once, then watched, then looked through again now and then.

A file is taken as soon as nobody writes it. On Linux a read lease (`fcntl` F_SETLEASE) is refused while
a writer has the file open, so there is nothing to wait for; where leases don't work (network mounts) its
size must stay the same for a moment. A file is known by its content, so a rename costs nothing.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import Change, awatch

from otnet_server.config import Settings
from otnet_server.logs import log
from otnet_server.media.filenames import film_stems, is_media, title_of
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.rows import FoundFile, KnownFile
from otnet_server.request_priority import RequestPriority

Tell = Callable[[Iterable[str]], Awaitable[None]]
BLOCK = 16 << 10
BATCH = 100
OFTEN = 64
SETTLE_S = 1.0
RETRY_S = 0.1
LINK = "it is, or lies behind, a symbolic link, which is not followed"
NAME = "its name is not UTF-8"


def fingerprint(path: Path, size: int) -> str:
    """KnownFile by content: the size and four sampled blocks."""
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as f:
        for at in sorted({0, size // 3, 2 * size // 3, max(0, size - BLOCK)}):
            f.seek(at)
            digest.update(f.read(BLOCK))
    return digest.hexdigest()


def walk(root: Path, leave: Callable[[str, str], None]) -> Iterator[tuple[str, os.stat_result]]:
    """Media files and subtitles below `root` with their stat. Hidden folders are left out; `leave(path, why)` is
    told of links (never followed) and of names that no database or URL could hold."""
    stack = [str(root)]
    while stack:
        try:
            entries = list(os.scandir(stack.pop()))
        except OSError:
            continue
        for entry in entries:
            with suppress(OSError):
                if entry.is_symlink():
                    if not entry.name.startswith(".") and (is_media(entry.name) or entry.is_dir()):
                        leave(entry.path, LINK)
                elif not _utf8(entry.name):
                    if is_media(entry.name) or entry.is_dir():
                        leave(entry.path, NAME)
                elif entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        stack.append(entry.path)
                elif (is_media(entry.name) or film_stems(entry.name)) and entry.is_file(follow_symlinks=False):
                    yield entry.path, entry.stat(follow_symlinks=False)


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def being_written(path: Path) -> bool | None:
    """True while a process has the file open for writing; None when the file system can't tell."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except OSError as e:
        return True if e.errno in (errno.EAGAIN, errno.EWOULDBLOCK) else None
    finally:
        os.close(fd)


class Libraries:
    """`changed(media ids)` is told what was touched, `subtitled(media ids)` beside which films subtitles came."""

    def __init__(
        self,
        settings: Settings,
        repository: FileRepository,
        changed: Tell,
        subtitled: Tell,
        priority: RequestPriority | None = None,
    ) -> None:
        self._settings, self._repository, self._changed, self._subtitled = settings, repository, changed, subtitled
        self._priority = priority or RequestPriority()
        self._scheduler = AsyncIOScheduler()
        self._watching: list[asyncio.Task[None]] = []
        self._settling: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._scanning = asyncio.Lock()
        self._left: set[str] = set()
        self._subtitles: dict[str, int] = {}
        self.roots = {library.unique_name: library.path.resolve() for library in settings.libraries}

    async def start(self) -> None:
        for name, root in self.roots.items():
            self._watching.append(asyncio.ensure_future(self._watch(name, root)))
        self._scheduler.add_job(self.scan_all, "interval", seconds=self._settings.work.rescan_s, max_instances=1)
        self._scheduler.start()
        self._watching.append(asyncio.ensure_future(self._first_look()))

    async def stop(self) -> None:
        self._stop.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = [*self._watching, *self._settling.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _first_look(self) -> None:
        try:
            await self.scan_all(interactive=False)
        except Exception:
            log.exception("the libraries could not be looked through; trying again later")

    async def scan_all(self, interactive: bool = True) -> None:
        for name in self.roots:
            await self.scan(name, interactive=interactive)

    async def scan(self, name: str, *, interactive: bool = True) -> tuple[int, int]:
        """Look through one library; returns (files added or changed, files gone)."""
        root = self.roots[name]
        async with self._scanning:
            if not await asyncio.to_thread(root.is_dir):
                log.warning("the library is away", library=name, path=str(root))
                return 0, 0
            known = await self._repository.files(name)
            fresh, gone, subtitles = await asyncio.to_thread(_compare, root, known, self._leave, self._priority)
            added = 0
            for at in range(0, len(fresh), BATCH):
                batch = await asyncio.to_thread(_identify, name, fresh[at : at + BATCH], self._priority)
                ready = [f for f in batch if isinstance(f, FoundFile)]
                added += len(ready)
                touched = await self._repository.add_files(ready, interactive=interactive)
                if ready:
                    await self._changed(touched)
                for path in (f for f in batch if isinstance(f, str)):
                    self._settle(name, path)
            if gone:
                await self._changed(await self._repository.remove_files(gone))
            await self._beside([p for p, at in subtitles.items() if self._subtitles.get(p) != at])
            self._subtitles |= subtitles
        return added, len(gone)

    async def _beside(self, subtitles: list[str]) -> None:
        """Tell beside which known films these are."""
        films = await asyncio.to_thread(_films_of, subtitles)
        for at in range(0, len(films), BATCH):
            known = await self._repository.files_at(films[at : at + BATCH])
            if ids := {k.media for k in known.values() if k.media is not None}:
                await self._subtitled(ids)

    def _leave(self, path: str, why: str) -> None:
        """Say once that a file is not taken."""
        if path not in self._left:
            self._left.add(path)
            log.warning("left alone", path=os.fsencode(path).decode("utf-8", "backslashreplace"), why=why)

    async def _watch(self, name: str, root: Path) -> None:
        while not self._stop.is_set():
            try:
                async for changes in awatch(root, stop_event=self._stop, step=20, debounce=100, recursive=True):
                    await self._batch(name, root, changes)
            except (OSError, RuntimeError) as e:
                log.warning("the library can't be watched; looking again soon", library=name, why=str(e))
                await asyncio.sleep(2)

    async def _batch(self, name: str, root: Path, changes: set[tuple[Change, str]]) -> None:
        paths = {p for _, p in changes if not _hidden(root, Path(p))}
        if await asyncio.to_thread(lambda: any(_needs_scan(Path(p)) for p in paths)):
            await self.scan(name)
            return
        arrived = [p for p in paths if is_media(Path(p).name) and Path(p).exists()]
        gone = [p for p in paths if is_media(Path(p).name) and not Path(p).exists()]
        # Arrivals first: a rename is then seen as a second name, and nothing is lost when the first one goes.
        for path in sorted(p for p in paths if film_stems(Path(p).name) and Path(p).exists()):
            self._settle_subtitle(path)
        for path in sorted(arrived):
            if await asyncio.to_thread(os.path.realpath, path) == path:
                await self._arrived(name, path)
            else:
                self._leave(path, LINK)
        if gone:
            await self._changed(await self._repository.remove_files(gone))

    async def _arrived(self, name: str, path: str) -> None:
        known = await self._repository.files_at([path])
        found = await asyncio.to_thread(_identify_one, name, path)
        if isinstance(found, str):
            self._settle(name, path)
        elif found is not None:
            before = known.get(path)
            if before and (before.size, before.mtime_ns, before.fingerprint) == (
                found.size,
                found.mtime_ns,
                found.fingerprint,
            ):
                return
            await self._changed(await self._repository.add_files([found], interactive=True))

    def _settle_subtitle(self, path: str) -> None:
        async def wait() -> None:
            while not self._stop.is_set() and await asyncio.to_thread(_busy, path):  # noqa: ASYNC110
                await asyncio.sleep(RETRY_S)
            await self._beside([path])

        self._until_settled(path, wait)

    def _settle(self, name: str, path: str) -> None:
        """Somebody still writes it: come back until nobody does."""

        async def wait() -> None:
            while not self._stop.is_set():
                await asyncio.sleep(RETRY_S)
                found = await asyncio.to_thread(_identify_one, name, path)
                if not isinstance(found, str):
                    break
            if isinstance(found, FoundFile):
                await self._changed(await self._repository.add_files([found], interactive=True))

        self._until_settled(path, wait)

    def _until_settled(self, path: str, wait: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if path not in self._settling:
            task = asyncio.create_task(wait())
            self._settling[path] = task
            task.add_done_callback(lambda _: self._settling.pop(path, None))


def _hidden(root: Path, path: Path) -> bool:
    """In a folder that nobody is to look into (the watch tells of all)."""
    return any(part.startswith(".") for part in path.relative_to(root).parts[:-1])


def _needs_scan(path: Path) -> bool:
    """A folder that came or went may hold many files, and a name that could not be read may be any: look through."""
    return path.is_dir() or (not path.exists() and not path.suffix) or "\ufffd" in path.name


def _compare(
    root: Path, known: dict[str, KnownFile], leave: Callable[[str, str], None], priority: RequestPriority
) -> tuple[list[tuple[str, os.stat_result]], list[str], dict[str, int]]:
    """(films that are new or have changed, films that are gone, all subtitles with the time of their last change)."""
    fresh: list[tuple[str, os.stat_result]] = []
    subtitles: dict[str, int] = {}
    seen: set[str] = set()
    for path, stat in walk(root, leave):
        if not len(seen) % OFTEN:
            priority.yield_to_requests_in_thread()
        if not is_media(path.rpartition("/")[2]):
            subtitles[path] = stat.st_mtime_ns
            continue
        seen.add(path)
        before = known.get(path)
        if before is None or (before.size, before.mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            fresh.append((path, stat))
    return fresh, [p for p in known if p not in seen], subtitles


def _films_of(subtitles: Iterable[str]) -> list[str]:
    """The films in the same folders that these may belong to."""
    stems: dict[str, set[str]] = {}
    for path in subtitles:
        folder, name = os.path.split(path)
        stems.setdefault(folder, set()).update(film_stems(name))
    films = []
    for folder, wanted in stems.items():
        with suppress(OSError):
            names = [e.name for e in os.scandir(folder)]
            films += [f"{folder}/{n}" for n in names if is_media(n) and n.rpartition(".")[0] in wanted]
    return films


def _busy(path: str) -> bool:
    """Somebody still writes it."""
    try:
        writing = being_written(Path(path))
        return writing or (writing is None and not _settled(Path(path).stat()))
    except OSError:
        return False


def _identify(
    library: str, files: list[tuple[str, os.stat_result]], priority: RequestPriority
) -> list[FoundFile | str]:
    found = []
    for path, _ in files:
        priority.yield_to_requests_in_thread()
        if (f := _identify_one(library, path)) is not None:
            found.append(f)
    return found


def _identify_one(library: str, path: str) -> FoundFile | str | None:
    """A FoundFile; the path itself while it is being written; None when it is gone or not a plain file."""
    file = Path(path)
    try:
        if file.is_symlink() or not file.is_file():
            return None
        busy = being_written(file)
        before = file.stat()
        if busy or (busy is None and not _settled(before)):
            return path
        mark = fingerprint(file, before.st_size)
    except OSError:
        return None
    return FoundFile(path, library, title_of(file.name), before.st_size, before.st_mtime_ns, mark)


def _settled(stat: os.stat_result) -> bool:
    return time.time() - stat.st_mtime > SETTLE_S
