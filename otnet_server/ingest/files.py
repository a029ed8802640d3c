"""What a file on its way in needs of the disk: appended in blocks, told to a JSON beside it, let in when whole.

Everything here can be killed between any two calls:

- A record (JSON) is written beside its name, synced and renamed: it is the old one or the new one.
- Bytes are synced before a record counts them, so a record never promises what a power cut took away. What lies
  beyond the recorded offset counts for nothing and is cut off.
- A file enters a library under its name by a hard link, in one step and never over another file. When the
  library lies on another file system it is copied to a hidden name there first. `arrive` may be repeated after a
  kill: it finds what it had done.

Blocking work runs in threads (`off_loop`); a cancelled caller waits for its thread, so that no file is closed
under a thread that still writes to it.
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
    """`asyncio.to_thread`, but a cancelled caller leaves only when the thread has ended."""
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
    """What an ordinary user may still write where `folder` lies."""
    stats = os.statvfs(folder)
    return stats.f_bavail * stats.f_frsize


def disk_full(folder: str = "this server's disk") -> StorageUnavailable:
    return StorageUnavailable("disk_full", f"There is no room left on {folder}.", "Free some space, then go on.")


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Whole or not at all, and on the disk when this returns. Raises OSError."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(json.dumps(record, ensure_ascii=True).encode())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any] | None:
    """The record, or None when there is none that can be read."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # network file systems that can't
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


class Sink:
    """Appends to a file from `offset` on; `at` is where the written bytes end, `taken` counts those in memory too.

    `room(bytes)` is asked before each block and raises when it should not be written.
    """

    def __init__(self, path: Path, offset: int, digest: Digest | None, room: Callable[[int], None]) -> None:
        self._digest, self._room, self._buffer = digest, room, bytearray()
        self.at = self.taken = offset
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        os.ftruncate(self._fd, offset)

    async def add(self, data: bytes) -> bool:
        """True when a block was written."""
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
        """Drop what lies beyond `keep`."""
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
    """What a Sink asks: raises OSError(ENOSPC) when less than `keep_free` would be left."""

    def reserve(size: int) -> None:
        if free(folder) - size < keep_free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return reserve


def arrive(source: Path, folder: Path, name: str, key: str) -> Path:
    """Let a whole file into a library under `name`, or the next free `name (2)`; the source is gone then.

    `key` names this file among all that arrive, so that repeating it after a kill makes no second one. Raises
    FileNotFoundError without a source, OtnetError when the library is away, OSError when the disk says no.
    """
    if not folder.is_dir():
        raise StorageUnavailable("library_away", "The library's folder is not there.", "Mount it, then try again.")
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
    """Clear what a kill at the very end of `arrive` left."""
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
        if not os.path.lexists(target):  # a file system without hard links: nearly as good
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
