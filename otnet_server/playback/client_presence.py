"""What a response waits for ends when its client leaves, and a client that is too slow is disconnected.

Servers do not end the request of a client that closes its connection (ASGI, “Disconnect”): a response that waits, as
for the next part of a live stream, would stay for as long as it may wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope

ABORT = "otnet.abort"  # in a scope: closes the connection at once


class ClientLeft(Exception):
    """The client has closed its connection."""


@asynccontextmanager
async def while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancel what is done inside when the client closes the connection, and raise ClientLeft."""
    task = asyncio.current_task()
    assert task is not None
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        task.cancel()

    watcher = asyncio.ensure_future(watch())
    try:
        yield
    except asyncio.CancelledError:
        if left and task.uncancel() == 0:
            raise ClientLeft from None
        raise
    finally:
        watcher.cancel()


async def disconnect(scope: Scope, receive: Receive) -> None:
    """Close the connection of a response that can't be completed. The client sees that it is not complete. Raises
    ConnectionAbortedError where the HTTP server offers no other way."""
    if ABORT not in scope:
        raise ConnectionAbortedError
    scope[ABORT]()
    while (await receive())["type"] != "http.disconnect":
        pass
