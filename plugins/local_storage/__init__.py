"""Stores published media in a folder: `media` in the data directory, or the configured one.

Objects are written atomically by rename; `put_file` moves the file when it is on the same disk. Nothing is synced to
the disk; after a power failure, the server compares the stored objects with its index when it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import secrets
import shutil
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel

from otnet_server import ServerContext, Storage, StorageUnavailable, StoredObject, hookimpl

name = "local_storage"
api = 2
UNAVAILABLE_ERRNOS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.ESTALE,
    errno.ENOENT,
    errno.ENOTCONN,
    errno.ENODEV,
}


class Config(BaseModel):
    """`root`: the folder; empty for `media` in the data directory."""

    root: Path | None = None


BLOCK_BYTES = 1 << 20
HOST = re.sub(r"[^\w-]", "-", socket.gethostname())
INTERRUPTED_S = 3600  # a file this old was left by a process that was killed while it wrote


def _temporary_name() -> str:
    """`<host>.<process>.<random>`: a file whose process is gone was interrupted."""
    return f"{HOST}.{os.getpid()}.{secrets.token_hex(8)}"


def _delete_interrupted(folder: Path) -> None:
    """Delete unfinished files: those of processes of this host that are gone, and old ones. Other processes, also of
    other hosts, may be writing to the folder."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            host, process, _ = [*path.name.rsplit(".", 2), "", ""][:3]
            gone = host == HOST and process.isdigit() and not _is_running(int(process))
            if gone or time.time() - path.stat().st_mtime > INTERRUPTED_S:
                path.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True


class LocalStorage:
    name = "local"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        _delete_interrupted(self._incoming)

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, key, data)

    async def put_file(self, key: str, file: Path) -> None:
        await asyncio.to_thread(self._put, key, file)

    def _put(self, key: str, content: bytes | Path) -> None:
        target = self.path(key)
        temporary = self._incoming / _temporary_name()
        try:
            if isinstance(content, bytes):
                temporary.write_bytes(content)  # before mkdir: fails when the disk is not mounted
            else:
                _move(content, temporary)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        except OSError as e:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            if e.errno in UNAVAILABLE_ERRNOS:
                raise StorageUnavailable(
                    "storage_full" if e.errno in (errno.ENOSPC, errno.EDQUOT) else "storage_away",
                    f"The media folder is not writable ({os.strerror(e.errno or 0)}).",
                    "Free some space or mount the disk; encoding resumes automatically.",
                ) from e
            raise

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        with await asyncio.to_thread(self._open, key, start) as f:
            left = sys.maxsize if end is None else end - start
            while left > 0 and (block := await asyncio.to_thread(f.read, min(BLOCK_BYTES, left))):
                yield block
                left -= len(block)

    def _open(self, key: str, start: int) -> BinaryIO:
        try:
            f = self.path(key).open("rb")
        except (NotADirectoryError, IsADirectoryError) as e:
            raise FileNotFoundError(key) from e
        f.seek(start)
        return f

    async def stat(self, key: str) -> StoredObject | None:
        try:
            return _object(key, await asyncio.to_thread(self.path(key).stat))
        except (FileNotFoundError, NotADirectoryError):
            return None

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        for key, status in await asyncio.to_thread(self._walk, prefix):
            yield _object(key, status)

    def _walk(self, prefix: str) -> Sequence[tuple[str, os.stat_result]]:
        base = self.path(prefix) if prefix else self._root
        files = [base] if base.is_file() else sorted(p for p in base.rglob("*") if p.is_file())
        return [(p.relative_to(self._root).as_posix(), p.stat()) for p in files if self._incoming not in p.parents]

    async def delete(self, prefix: str) -> None:
        await asyncio.to_thread(self._delete, self.path(prefix))

    def _delete(self, path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    async def presign(self, key: str, seconds: int) -> str | None:
        return None

    def path(self, key: str) -> Path:
        parts = key.split("/")
        if any(p in ("", ".", "..") or "\0" in p or "\\" in p for p in parts):
            raise ValueError(f"not a storage key: {key!r}")
        return self._root.joinpath(*parts)

    async def free(self) -> int | None:
        try:
            return (await asyncio.to_thread(shutil.disk_usage, self._root)).free
        except OSError as e:
            raise StorageUnavailable(
                "storage_away", f"The media folder is not available ({e.strerror}).", "Mount the disk."
            ) from e


def _move(file: Path, target: Path) -> None:
    """Move a regular file, also to another disk."""
    if not stat.S_ISREG(file.lstat().st_mode):
        raise ValueError(f"not a regular file: {file}")
    try:
        file.rename(target)
    except OSError as e:
        if e.errno != errno.EXDEV:
            raise
        shutil.copyfile(file, target)
        file.unlink()


def _object(key: str, status: os.stat_result) -> StoredObject:
    return StoredObject(key, status.st_size, f"{status.st_mtime_ns:x}-{status.st_size:x}")


@hookimpl
def register_storage(server: ServerContext, config: Config) -> list[Storage]:
    return [LocalStorage((config.root or server.settings.data / "media").expanduser().absolute())]
