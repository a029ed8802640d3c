"""Libraries: folders that are scanned at start, then watched, and scanned again at an interval.

A file is added as soon as no process writes it. On Linux a read lease (`fcntl` F_SETLEASE) is refused while a process
has the file open for writing, so no waiting time is needed; where leases are not supported (network mounts), the file
must be unmodified for STABLE_S seconds. Files are identified by their content, so a renamed file is not encoded again.
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
from functools import partial
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError
from watchfiles import Change, awatch

from otnet_server.config import Settings
from otnet_server.logs import log
from otnet_server.media.filenames import is_media, title_of
from otnet_server.media.subtitle_names import is_subtitle
from otnet_server.pipeline import own_libraries
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.rows import FoundFile, KnownFile
from otnet_server.pipeline.sidecars import media_of
from otnet_server.request_priority import RequestPriority

MediaListener = Callable[[Iterable[str]], Awaitable[None]]
SAMPLE_BYTES = 16 << 10
BATCH_FILES = 100
FILES_BETWEEN_YIELDS = 64
STABLE_S = 1.0
RETRY_S = 0.1
SYMLINK_REASON = "its path contains a symbolic link, which is not followed"
ENCODING_REASON = "its name is not UTF-8"


def fingerprint(path: Path, size: int) -> str:
    """A digest of the size and of up to four sampled blocks, as 32 hexadecimal digits."""
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as f:
        for at in sorted({0, size // 3, 2 * size // 3, max(0, size - SAMPLE_BYTES)}):
            f.seek(at)
            digest.update(f.read(SAMPLE_BYTES))
    return digest.hexdigest()


def walk(
    root: Path, report_skipped: Callable[[str, str], None], data: Path | None = None
) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the media and subtitle files below `root` with their stat. Hidden folders and the folder `data` are
    skipped. `report_skipped(path, reason)` is called for symbolic links, which are never followed, and for names that
    are not UTF-8."""
    stack, own = [str(root)], str(data)
    while stack:
        try:
            entries = list(os.scandir(stack.pop()))
        except OSError:
            continue
        for entry in entries:
            with suppress(OSError):
                if entry.is_symlink():
                    if not entry.name.startswith(".") and (is_media(entry.name) or entry.is_dir()):
                        report_skipped(entry.path, SYMLINK_REASON)
                elif not _is_utf8(entry.name):
                    if is_media(entry.name) or entry.is_dir():
                        report_skipped(entry.path, ENCODING_REASON)
                elif entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.path != own:
                        stack.append(entry.path)
                elif (is_media(entry.name) or is_subtitle(entry.name)) and entry.is_file(follow_symlinks=False):
                    yield entry.path, entry.stat(follow_symlinks=False)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def being_written(path: Path) -> bool | None:
    """True while a process has the file open for writing; None when the file system does not support leases."""
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
    """Scans and watches the folders of the configured libraries, and those of the own libraries of organizations,
    which come and go while the server runs.

    `on_changed(media ids)` is called when files of these media came, changed or went; `on_subtitles(media ids)` when
    subtitle files beside their sources came, changed or went.
    """

    def __init__(
        self,
        settings: Settings,
        repository: FileRepository,
        on_changed: MediaListener,
        on_subtitles: MediaListener,
        priority: RequestPriority | None = None,
    ) -> None:
        self._settings = settings
        self._repository = repository
        self._on_changed = on_changed
        self._on_subtitles = on_subtitles
        self._priority = priority or RequestPriority()
        self._scheduler = AsyncIOScheduler()
        self._background_tasks: list[asyncio.Task[None]] = []
        self._waiting_files: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._scan_lock = asyncio.Lock()
        self._reported: set[str] = set()
        self._subtitle_times: dict[str, int] = {}
        self._data = settings.data.resolve()  # the data folder may be in a library; its segments are no sources
        self._configured = {library.unique_name: library.path.resolve() for library in settings.libraries}

    @property
    def roots(self) -> dict[str, Path]:
        """The folders of the libraries by name."""
        return {**own_libraries.own_folders(self._data), **self._configured}

    async def start(self) -> None:
        self._stop.clear()
        for name, root in self._configured.items():
            self._background_tasks.append(asyncio.ensure_future(self._watch(root, partial(self._handle_changes, name))))
        container = own_libraries.container(self._data)
        await asyncio.to_thread(container.mkdir, exist_ok=True, parents=True)
        self._background_tasks.append(asyncio.ensure_future(self._watch(container, self._handle_own_changes)))
        self._scheduler = AsyncIOScheduler()
        self._scheduler.add_job(
            self.scan_all, "interval", seconds=self._settings.work.rescan_s, max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
        self._scheduler.start()
        self._background_tasks.append(asyncio.ensure_future(self._initial_scan()))

    async def stop(self) -> None:
        self._stop.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = [*self._background_tasks, *self._waiting_files.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._background_tasks.clear()

    async def _initial_scan(self) -> None:
        try:
            await self.scan_all(interactive=False)
        except Exception:
            log.exception("scanning the libraries failed; trying again later")

    async def scan_all(self, interactive: bool = True) -> None:
        for name in self.roots:
            await self.scan(name, interactive=interactive)

    async def scan(self, name: str, *, interactive: bool = True) -> tuple[int, int]:
        """Scan one library; returns the numbers of (files added or changed, files removed)."""
        root = self.roots.get(name)
        async with self._scan_lock:
            if root is None or not await asyncio.to_thread(root.is_dir):
                log.warning("the folder of a library does not exist", library=name, path=str(root or ""))
                return 0, 0
            known = await self._repository.files_of_library(name)
            new_or_changed, gone, subtitles = await asyncio.to_thread(
                _compare_with_known, root, self._data, known, self._report_skipped, self._priority
            )
            added = 0
            for at in range(0, len(new_or_changed), BATCH_FILES):
                batch = await asyncio.to_thread(
                    _identify_all, name, new_or_changed[at : at + BATCH_FILES], self._priority
                )
                complete = [f for f in batch if isinstance(f, FoundFile)]
                added += len(complete)
                touched = await self._repository.add_files(complete, interactive=interactive)
                if complete:
                    await self._on_changed(touched)
                    await self._on_subtitles(touched)  # a file that was renamed may have subtitles under its new name
                for path in (f for f in batch if isinstance(f, str)):
                    self._add_when_complete(name, path)
            if gone:
                await self._on_changed(await self._repository.remove_files(gone))
            gone_subtitles = [p for p in self._subtitle_times if p.startswith(f"{root}/") and p not in subtitles]
            changed = [p for p, at in subtitles.items() if self._subtitle_times.get(p) != at]
            await self._notify_subtitles([*changed, *gone_subtitles])
            self._subtitle_times |= subtitles
            for path in gone_subtitles:
                del self._subtitle_times[path]
        return added, len(gone)

    async def _notify_subtitles(self, subtitles: list[str]) -> None:
        """Call `on_subtitles` with the media that these subtitle files belong to."""
        films = await asyncio.to_thread(media_of, subtitles)
        for at in range(0, len(films), BATCH_FILES):
            known = await self._repository.files_at(films[at : at + BATCH_FILES])
            if ids := {k.media for k in known.values() if k.media is not None}:
                await self._on_subtitles(ids)

    def _report_skipped(self, path: str, reason: str) -> None:
        """Log once that a file is skipped."""
        if path not in self._reported:
            self._reported.add(path)
            log.warning("skipped a file", path=os.fsencode(path).decode("utf-8", "backslashreplace"), why=reason)

    async def _watch(self, root: Path, handle: Callable[[Path, set[tuple[Change, str]]], Awaitable[None]]) -> None:
        while not self._stop.is_set():
            try:
                async for changes in awatch(root, stop_event=self._stop, step=20, debounce=100, recursive=True):
                    try:
                        await handle(root, changes)
                    except SQLAlchemyError:
                        log.exception(
                            "changes in a library were not recorded; the next scan finds them", path=str(root)
                        )
            except (OSError, RuntimeError) as e:
                log.warning("watching a library failed; trying again in 2 s", path=str(root), why=str(e))
                await asyncio.sleep(2)

    async def _handle_own_changes(self, container: Path, changes: set[tuple[Change, str]]) -> None:
        by_organization: dict[str, set[tuple[Change, str]]] = {}
        for change, path in changes:
            organization, *below = Path(path).relative_to(container).parts
            if not own_libraries.is_own_folder(organization):
                continue
            if below:
                by_organization.setdefault(organization, set()).add((change, path))
            elif await asyncio.to_thread(Path(path).is_dir):
                await self.scan(own_libraries.library_name(organization))
        for organization, own in by_organization.items():
            await self._handle_changes(own_libraries.library_name(organization), container / organization, own)

    async def _handle_changes(self, name: str, root: Path, changes: set[tuple[Change, str]]) -> None:
        paths = {p for _, p in changes if not _in_skipped_folder(root, self._data, Path(p))}
        if await asyncio.to_thread(lambda: any(_needs_scan(Path(p)) for p in paths)):
            await self.scan(name)
            return
        arrived = [p for p in paths if is_media(Path(p).name) and Path(p).exists()]
        gone = [p for p in paths if is_media(Path(p).name) and not Path(p).exists()]
        # New files first: a renamed file is then a second name of known content before its old name is removed.
        for path in sorted(p for p in paths if is_subtitle(Path(p).name)):
            self._notify_when_complete(path)
        for path in sorted(arrived):
            if await asyncio.to_thread(os.path.realpath, path) == path:
                await self._handle_arrival(name, path)
            else:
                self._report_skipped(path, SYMLINK_REASON)
        if gone:
            await self._on_changed(await self._repository.remove_files(gone))

    async def _handle_arrival(self, name: str, path: str) -> None:
        known = await self._repository.files_at([path])
        identified = await asyncio.to_thread(_identify_one, name, path)
        if isinstance(identified, str):
            self._add_when_complete(name, path)
        elif identified is not None:
            recorded = known.get(path)
            if recorded and (recorded.size, recorded.mtime_ns, recorded.fingerprint) == (
                identified.size,
                identified.mtime_ns,
                identified.fingerprint,
            ):
                return
            await self._add(identified)

    async def _add(self, file: FoundFile) -> None:
        touched = await self._repository.add_files([file], interactive=True)
        await self._on_changed(touched)
        await self._on_subtitles(touched)

    def _notify_when_complete(self, path: str) -> None:
        async def wait() -> None:
            while not self._stop.is_set() and await asyncio.to_thread(_is_being_written, path):  # noqa: ASYNC110
                await asyncio.sleep(RETRY_S)
            await self._notify_subtitles([path])

        self._wait_in_background(path, wait)

    def _add_when_complete(self, name: str, path: str) -> None:
        """Add a file that is still being written, once that ends."""

        async def wait() -> None:
            while not self._stop.is_set():
                await asyncio.sleep(RETRY_S)
                identified = await asyncio.to_thread(_identify_one, name, path)
                if not isinstance(identified, str):
                    break
            if isinstance(identified, FoundFile):
                await self._add(identified)

        self._wait_in_background(path, wait)

    def _wait_in_background(self, path: str, wait: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if path not in self._waiting_files:
            task = asyncio.create_task(wait())
            self._waiting_files[path] = task
            task.add_done_callback(lambda _: self._waiting_files.pop(path, None))


def _in_skipped_folder(root: Path, data: Path, path: Path) -> bool:
    """Whether the path is inside a hidden folder, or is or is in the data folder. The watch reports these too."""
    in_data = data.is_relative_to(root) and path.is_relative_to(data)
    return in_data or any(part.startswith(".") for part in path.relative_to(root).parts[:-1])


def _needs_scan(path: Path) -> bool:
    """Whether a change requires a scan: a folder was added or removed, or the watch could not decode the name."""
    return path.is_dir() or (not path.exists() and not path.suffix) or "\ufffd" in path.name


def _compare_with_known(
    root: Path,
    data: Path,
    known: dict[str, KnownFile],
    report_skipped: Callable[[str, str], None],
    priority: RequestPriority,
) -> tuple[list[tuple[str, os.stat_result]], list[str], dict[str, int]]:
    """(media files that are new or changed, paths of media files that are gone, subtitle files with their modification
    times in ns)."""
    new_or_changed: list[tuple[str, os.stat_result]] = []
    subtitles: dict[str, int] = {}
    seen: set[str] = set()
    for path, stat in walk(root, report_skipped, data):
        if not len(seen) % FILES_BETWEEN_YIELDS:
            priority.yield_to_requests_in_thread()
        if not is_media(path.rpartition("/")[2]):
            subtitles[path] = stat.st_mtime_ns
            continue
        seen.add(path)
        recorded = known.get(path)
        if recorded is None or (recorded.size, recorded.mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            new_or_changed.append((path, stat))
    return new_or_changed, [p for p in known if p not in seen], subtitles


def _is_being_written(path: str) -> bool:
    """Whether a process is still writing the file; False when it is gone."""
    try:
        writing = being_written(Path(path))
        return writing or (writing is None and not _is_stable(Path(path).stat()))
    except OSError:
        return False


def _identify_all(
    library: str, files: list[tuple[str, os.stat_result]], priority: RequestPriority
) -> list[FoundFile | str]:
    identified = []
    for path, _ in files:
        priority.yield_to_requests_in_thread()
        if (file := _identify_one(library, path)) is not None:
            identified.append(file)
    return identified


def _identify_one(library: str, path: str) -> FoundFile | str | None:
    """A FoundFile; the path while the file is still being written; None when it is gone or not a regular file."""
    file = Path(path)
    try:
        if file.is_symlink() or not file.is_file():
            return None
        writing = being_written(file)
        stat = file.stat()
        if writing or (writing is None and not _is_stable(stat)):
            return path
        digest = fingerprint(file, stat.st_size)
    except OSError:
        return None
    return FoundFile(path, library, title_of(file.name), stat.st_size, stat.st_mtime_ns, digest)


def _is_stable(stat: os.stat_result) -> bool:
    return time.time() - stat.st_mtime > STABLE_S
