"""File operations of incoming files: append in blocks, record progress in JSON, move into a library when complete.

Every step is safe against a crash at any point:

- A JSON record is written to a temporary file, synced and renamed, so that it is either the old or the new one.
- Bytes are synced before a record counts them, so that a record is never ahead of the disk. Bytes after the recorded
  offset are truncated.
- A file enters a library by a hard link, atomically and never over another file. If the library is on another file
  system, it is copied to a hidden name there first. `arrive` can be repeated after a crash.

Blocking work runs in threads (`off_loop`); a cancelled caller waits for its thread, so that no file is closed while a
thread still writes to it.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from otnet_server.errors import OtnetError, StorageUnavailable
from otnet_server.ingest.names import numbered
from otnet_server.ingest.tus import Digest

P = ParamSpec("P")
T = TypeVar("T")
BLOCK_BYTES = 1 << 20
MAX_NUMBERED_NAMES = 10_000
DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
NO_HARD_LINK_ERRNOS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


async def off_loop(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """Like `asyncio.to_thread`, but a cancelled caller waits until the thread has ended."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **more))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        task.exception()
        raise


def free_bytes(folder: Path) -> int:
    """Free bytes for unprivileged users on the file system of `folder`."""
    stats = os.statvfs(folder)
    return stats.f_bavail * stats.f_frsize


def disk_full(folder: str = "this server's disk") -> StorageUnavailable:
    return StorageUnavailable("disk_full", f"There is no space left on {folder}.", "Free some space, then resume.")


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a JSON file atomically and sync it to the disk. Raises OSError."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(json.dumps(record, ensure_ascii=True).encode())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any] | None:
    """The record, or None when the file is missing or malformed."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # network file systems that do not support it
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


class Sink:
    """Appends to a file from `offset` on. `at` is the end of the written bytes, `taken` includes those in memory.

    `room(size)` is called before each block of `size` bytes is written, and raises when there is not enough space.
    """

    def __init__(self, path: Path, offset: int, digest: Digest | None, room: Callable[[int], None]) -> None:
        self._digest, self._room, self._buffer = digest, room, bytearray()
        self.at = self.taken = offset
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        os.ftruncate(self._fd, offset)

    async def add(self, data: bytes) -> bool:
        """Add bytes. Returns whether a block was written."""
        self._buffer += data
        self.taken += len(data)
        if len(self._buffer) < BLOCK_BYTES:
            return False
        await self.flush()
        return True

    async def flush(self, *, sync: bool = False) -> None:
        data, self._buffer = bytes(self._buffer), bytearray()
        await off_loop(self._write, data, sync)

    def close(self, keep: int) -> None:
        """Truncate the file to `keep` bytes and close it."""
        if self._fd >= 0:
            with suppress(OSError):
                os.ftruncate(self._fd, keep)
            os.close(self._fd)
            self._fd = -1

    def _write(self, data: bytes, sync: bool) -> None:
        view = memoryview(data)
        if view:
            self._room(len(view))
        while view:
            written = os.pwrite(self._fd, view, self.at)
            if self._digest:
                self._digest.update(bytes(view[:written]))
            self.at += written
            view = view[written:]
        if sync:
            os.fsync(self._fd)


def make_room(folder: Path, keep_free: int, free: Callable[[Path], int]) -> Callable[[int], None]:
    """The `room` function of a Sink: raises OSError(ENOSPC) when less than `keep_free` bytes would be left."""

    def reserve(size: int) -> None:
        if free(folder) - size < keep_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return reserve


def arrive(source: Path, folder: Path, name: str, key: str) -> Path:
    """Move a complete file into a library as `name`, or the next free `name (2)`; returns its path.

    `key` identifies the file, so that repeating the call after a crash creates no second copy. Raises FileNotFoundError
    without a source, StorageUnavailable when the library is missing, OtnetError when no name is free, OSError on a disk
    error.
    """
    if not folder.is_dir():
        raise StorageUnavailable("library_away", "The library's folder does not exist.", "Mount it, then try again.")
    staged = folder / f".otnet-{key}.part"
    same = source.stat().st_dev == folder.stat().st_dev
    target = _find_arrived(source if same else staged, folder, name)
    if target is None:
        if not same:
            _copy(source, staged)
        target = _link(source if same else staged, folder, name)
    sync_folder(folder)
    source.unlink(missing_ok=True)
    staged.unlink(missing_ok=True)
    return target


def remove_arrival_leftovers(folder: Path, key: str) -> None:
    """Remove the temporary file that a crash at the end of `arrive` may leave."""
    with suppress(OSError):
        (folder / f".otnet-{key}.part").unlink(missing_ok=True)


def _find_arrived(staged: Path, folder: Path, name: str) -> Path | None:
    try:
        ours = staged.stat()
    except FileNotFoundError:
        return None
    for candidate in islice(numbered(name), MAX_NUMBERED_NAMES):
        try:
            if os.path.samestat(ours, (folder / candidate).lstat()):
                return folder / candidate
        except FileNotFoundError:
            return None
    return None


def _link(staged: Path, folder: Path, name: str) -> Path:
    for candidate in islice(numbered(name), MAX_NUMBERED_NAMES):
        target = folder / candidate
        try:
            os.link(staged, target, follow_symlinks=False)
            return target
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in NO_HARD_LINK_ERRNOS:
                raise
        if not os.path.lexists(target):  # the file system does not support hard links
            return staged.rename(target)
    raise OtnetError("too_many_names", f"The library has too many files called “{name}”.", "Choose another name.")


def _copy(source: Path, staged: Path) -> None:
    staged.unlink(missing_ok=True)
    try:
        with source.open("rb") as source_file, staged.open("xb") as staged_file:
            shutil.copyfileobj(source_file, staged_file, BLOCK_BYTES)
            staged_file.flush()
            os.fsync(staged_file.fileno())
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
