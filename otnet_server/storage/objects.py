"""Reads objects of a storage."""

from __future__ import annotations

import asyncio
from pathlib import Path

from otnet_server.protocols import Storage


async def read_object(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    """The bytes of a small object from `start` to `end` (exclusive). Raises FileNotFoundError or StorageUnavailable."""
    return b"".join([block async for block in storage.open(key, start, end)])


async def save_object(storage: Storage, key: str, target: Path) -> None:
    """Append the bytes of an object to a file. Raises FileNotFoundError or StorageUnavailable."""
    with target.open("ab") as f:
        async for block in storage.open(key):
            await asyncio.to_thread(f.write, block)
