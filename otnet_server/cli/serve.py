"""`otnet serve`: the server. Exit codes: 0 success, 1 failure, 2 wrong usage or configuration."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
import uvicorn
import uvloop

from otnet_server import data_folder, logs
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, fail_plainly, settings_of
from otnet_server.client_address import Networks
from otnet_server.connections import ACCEPT_BATCH, ConnectionLimits, limited_protocol, raise_open_files_limit
from otnet_server.errors import ConfigError
from otnet_server.server import server

BACKLOG = 2048  # connections that the system holds until they are accepted


@app.command()
@fail_plainly
def serve(
    libraries: Annotated[
        list[Path] | None, typer.Argument(help="Library folders to watch (same as --library).")
    ] = None,
    library: Annotated[list[Path] | None, typer.Option(help="A library folder to watch; can be repeated.")] = None,
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 lets the system choose.")] = None,
    public: Annotated[bool | None, typer.Option(help="Allow listing and watching without a token.")] = None,
    config: ConfigOption = None,
) -> None:
    """Watch library folders, encode new files, and serve them.

    **Example:** `otnet serve --library ~/Movies --public`, then open http://127.0.0.1:8096.
    """
    overrides: dict[str, Any] = {
        "server": {k: v for k, v in (("host", host), ("port", port), ("public", public)) if v is not None}
    }
    folders = [*(libraries or []), *(library or [])]
    settings = settings_of(config, data, overrides, folders)
    logs.configure(settings.log.format, settings.log.level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Any) -> None:
    # Switch threads ten times as often as by default: a request crosses threads for each database query, and must not
    # wait for background threads that compute hashes.
    sys.setswitchinterval(0.0005)
    data_folder.check_free(settings.data, sqlite=not settings.database)  # before the port, which it may have taken
    listening = _listen(settings.server.host, settings.server.port)
    limits = ConnectionLimits(raise_open_files_limit(), exempt=Networks(settings.server.trusted_proxies).__contains__)
    async with server(settings) as s:
        gc.freeze()  # exclude the objects of start-up, which are never freed, from garbage collection
        gc.set_threshold(20_000, 20, 50)
        options = uvicorn.Config(
            s.app, host=settings.server.host, port=settings.server.port, log_config=None, access_log=False,
            proxy_headers=False, server_header=False, lifespan="off", timeout_graceful_shutdown=3,
            http=limited_protocol(limits), ws="none", backlog=ACCEPT_BATCH,
        )  # fmt: skip
        http = uvicorn.Server(options)
        _handle_repeated_signals()
        announced = asyncio.ensure_future(_announce(http, listening, settings, s.setup_code))
        try:
            await http.serve(sockets=[listening])
        finally:
            announced.cancel()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigError when the address is not available."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as e:
        raise ConfigError(
            "address_in_use" if e.errno == errno.EADDRINUSE else "address_not_available",
            f"The server can't listen on {host}:{port}: {os.strerror(e.errno or 0)}.",
            "Stop the program that uses the port, or choose another with --port.",
        ) from e


def _handle_repeated_signals() -> None:
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


async def _announce(http: uvicorn.Server, listening: socket.socket, settings: Any, setup_code: str | None) -> None:
    """Log the server's URL once it listens; scripts parse this line."""
    while not http.started:  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.02)
    listening.listen(BACKLOG)  # uvicorn's `backlog`, which also limits how many asyncio accepts at once, is smaller
    port = http.servers[0].sockets[0].getsockname()[1]
    host = settings.server.host if settings.server.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
    logs.log.info("listening", url=f"http://{host}:{port}", data=str(settings.data), public=settings.server.public)
    if setup_code is not None:
        base = settings.server.url.rstrip("/") or f"http://{host}:{port}"
        link = f"{base}/studio/#/setup?code={setup_code}"
        logs.log.warning("this server is not set up yet: open this link to create its owner", setup=link)
