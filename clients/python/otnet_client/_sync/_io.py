"""What differs between the asynchronous and the synchronous client."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Call a function that reads or writes files."""
    return function(*arguments)
