"""Stores published media in a folder: `media` in the data directory, or the configured one.

Objects are written atomically by rename. `put` does not sync to the disk; after a power failure, the server compares
the stored objects with its index when it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from otnet_server import ServerContext, Storage, StorageUnavailable, StoredObject, hookimpl

name = "local_storage"
api = 1
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


INTERRUPTED_S = 3600  # a file this old was left by a process that was killed while it wrote


def _delete_interrupted(folder: Path) -> None:
    """Delete unfinished files. Other processes may be writing to the folder."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > INTERRUPTED_S:
                path.unlink()


class LocalStorage:
    name = "local"

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        _delete_interrupted(self._incoming)

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, key, data)

    def _put(self, key: str, data: bytes) -> None:
        target = self.path(key)
        temporary = self._incoming / secrets.token_hex(8)
        try:
            temporary.write_bytes(data)  # before mkdir: fails when the disk is not mounted
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

    async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        return await asyncio.to_thread(self._get, key, start, end)

    def _get(self, key: str, start: int, end: int | None) -> bytes:
        with self.path(key).open("rb") as f:
            f.seek(start)
            return f.read() if end is None else f.read(end - start)

    async def stat(self, key: str) -> StoredObject | None:
        try:
            return _object(key, await asyncio.to_thread(self.path(key).stat))
        except (FileNotFoundError, NotADirectoryError):
            return None

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        for key, stat in await asyncio.to_thread(self._walk, prefix):
            yield _object(key, stat)

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

    def url(self, key: str) -> str | None:
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


def _object(key: str, stat: os.stat_result) -> StoredObject:
    return StoredObject(key, stat.st_size, f"{stat.st_mtime_ns:x}-{stat.st_size:x}")


@hookimpl
def register_storage(server: ServerContext, config: Config) -> list[Storage]:
    return [LocalStorage(config.root or server.settings.data / "media")]
