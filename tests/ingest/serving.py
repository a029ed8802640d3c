"""Real servers for the ingest tests: uvicorn on a free port, always stopped at the end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from otnet_server.ingest.uploads import Uploads
from otnet_server.media.filenames import is_media

T = TypeVar("T")
MAX_BYTES = 64 << 20


class _Server(uvicorn.Server):
    """Ends at once when it is stopped; uvicorn checks ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopped = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stopped.wait()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, **more: Any) -> AsyncIterator[str]:
    """The URL of a server that runs `app`."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="off", log_level="error", timeout_graceful_shutdown=1, **more
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await until("the server listens", lambda: server.started or task.done())
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"{'https' if config.is_ssl else 'http'}://127.0.0.1:{port}"
    finally:
        server.stopped.set()
        await task


async def until(what: str, check: Callable[[], T | Awaitable[T]], seconds: float = 60) -> T:
    """The first truthy result of `check`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = check()
        found = await answer if isinstance(answer, Awaitable) else answer
        if found:
            return found
        await asyncio.sleep(0.005)
    raise AssertionError(f"it did not happen within {seconds} s: {what}")


def uploads_app(uploads: Uploads) -> Starlette:
    """Uploads at /uploads; the header X-Owner names the caller."""

    async def collection(request: Request) -> Response:
        return await uploads.collection(request, request.headers.get("x-owner", "ada"))

    async def item(request: Request) -> Response:
        return await uploads.item(request, request.headers.get("x-owner", "ada"))

    return Starlette(
        routes=[
            Route("/uploads", collection, methods=["POST", "OPTIONS", "GET"]),
            Route("/uploads/{id}", item, methods=["HEAD", "PATCH", "DELETE", "OPTIONS", "POST", "GET"]),
        ]
    )


def make_uploads(base: Path, **more: Any) -> Uploads:
    """Uploads into the library “films” (base/library)."""
    library = base / "library"
    library.mkdir(exist_ok=True)
    given: dict[str, Any] = {
        "max_bytes": MAX_BYTES,
        "library": lambda id, owner: library if id == "films" else None,
        "accepts": is_media,
    } | more
    return Uploads(base / "uploads", **given)


def film(size: int, seed: int = 1) -> bytes:
    """Pseudo-random bytes with the signature of Matroska."""
    import random

    return (b"\x1a\x45\xdf\xa3" + random.Random(seed).randbytes(size))[:size]
