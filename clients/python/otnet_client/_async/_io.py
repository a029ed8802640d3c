"""What differs between the asynchronous and the synchronous client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Call a function that reads or writes files."""
    return await asyncio.to_thread(function, *arguments)
