"""Conformance suite for storages, run against the bundled storage and a third-party one."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Storage, StoredObject
from otnet_server.testing import checks, enabled, storage


class MemoryStorage:
    """A third-party storage backed by a dictionary."""

    name = "memory"

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    async def put(self, key: str, data: bytes) -> None:
        if any(part in ("", ".", "..") for part in key.split("/")):
            raise ValueError(f"not a storage key: {key!r}")
        self._objects[key] = data

    async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        if key not in self._objects:
            raise FileNotFoundError(key)
        return self._objects[key][start:end]

    async def stat(self, key: str) -> StoredObject | None:
        return self._object(key) if key in self._objects else None

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        for key in [k for k in self._objects if self._below(k, prefix)]:
            yield self._object(key)

    async def delete(self, prefix: str) -> None:
        self._objects = {k: v for k, v in self._objects.items() if not self._below(k, prefix)}

    def url(self, key: str) -> str | None:
        return f"https://example.org/{key}"

    def path(self, key: str) -> Path | None:
        return None

    async def free(self) -> int | None:
        return None

    def _object(self, key: str) -> StoredObject:
        data = self._objects[key]
        return StoredObject(key, len(data), hashlib.sha256(data).hexdigest())

    @staticmethod
    def _below(key: str, prefix: str) -> bool:
        return not prefix or key == prefix or key.startswith(prefix + "/")


def ours(folder: Path) -> Callable[[], Storage]:
    made: list[Path] = []

    def make() -> Storage:
        made.append(folder / str(len(made)))
        return enabled("local_storage", folder=folder, data=made[-1]).storage()

    return make


@pytest.mark.parametrize("check", checks(storage), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["ours", "third-party"])
async def test_storage_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    await check(ours(tmp_path) if origin == "ours" else MemoryStorage)


async def test_conformance_suite_detects_wrong_range_reads() -> None:
    class Careless(MemoryStorage):
        async def get(self, key: str, start: int = 0, end: int | None = None) -> bytes:
            return (await super().get(key))[start : None if end is None else end + 1]

    with pytest.raises(AssertionError):
        await storage.check_a_range_is_half_open(Careless)
