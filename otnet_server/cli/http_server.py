"""uvicorn, which stops without waiting for streams that never end.

On a signal it stops listening, ends the streams of server-sent events, and answers the requests in progress. What still
runs after GRACE_S seconds, such as a download or a request for a segment that is not encoded yet, is ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from otnet_server.connections import ACCEPT_BATCH, ConnectionLimits, limited_protocol

GRACE_S = 3.0
PAUSE_S = 0.1  # until connections that were aborted have told their requests


class HttpServer(uvicorn.Server):
    """`end_streams` is called when the server stops."""

    def __init__(self, app: ASGIApp, limits: ConnectionLimits, end_streams: Callable[[], None]) -> None:
        self._app, self._end_streams, self._stopping = app, end_streams, False
        super().__init__(
            uvicorn.Config(
                self._call, interface="asgi3", log_config=None, access_log=False, proxy_headers=False,
                server_header=False, lifespan="off", http=limited_protocol(limits), ws="none", backlog=ACCEPT_BATCH,
            )
        )  # fmt: skip

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        ending = asyncio.ensure_future(self._end_requests())
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()

    async def _end_requests(self) -> None:
        await asyncio.sleep(GRACE_S)
        self._stopping = True
        while True:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(PAUSE_S)
            for task in list(self.server_state.tasks):
                task.cancel()
            await asyncio.sleep(PAUSE_S)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:
                raise


def handle_repeated_signals() -> None:
    """Let the server end in order after SIGTERM or SIGINT.

    uvicorn handles the first signal, stops, and then raises the signal again for the handlers that were set before. The
    default ones would end the process before everything is closed. A signal during that time ends it at once.
    """
    received = 0

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal received
        received += 1
        if received > 1:
            os._exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
