"""The protocol of storages: where published media are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class StoredObject:
    """An object of a storage: its key, its size in bytes, and an entity tag that changes with its content."""

    key: str
    size: int
    etag: str


@runtime_checkable
class Storage(Protocol):
    """The storage of published media. Keys are relative, separated by `/`, and consist of `[A-Za-z0-9._/-]`; a key that
    would leave the storage raises ValueError.

    Every method raises StorageUnavailable when the storage is full or not available. Encoding then pauses until it
    works again.
    """

    name: str

    async def put(self, key: str, data: bytes) -> None:
        """Store an object completely or not at all, and replace an existing one."""

    async def put_file(self, key: str, file: Path) -> None:
        """Like `put`, with the content of a local file of any size. The storage may move the file: the caller does not
        use it afterwards."""

    def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` to `end` (exclusive; None: to the last) in blocks of at most a few megabytes. The
        first block raises FileNotFoundError when the object does not exist."""

    async def stat(self, key: str) -> StoredObject | None:
        """The object without its bytes, or None when it does not exist."""

    def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """All objects below the prefix; all of the storage for an empty one."""

    async def delete(self, prefix: str) -> None:
        """Delete the object, or all objects below the prefix. Deleting nothing is not an error."""

    async def presign(self, key: str, seconds: int) -> str | None:
        """A URL that gives the object to anyone for `seconds` seconds, or None. With a URL, OTNet redirects players to
        it after its access decision; with None it delivers the object itself."""

    def path(self, key: str) -> Path | None:
        """The local file of the object, from which it is delivered fastest, or None."""

    async def free(self) -> int | None:
        """The free space in bytes, or None if unknown."""
