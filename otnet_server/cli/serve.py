"""`otnet serve`: the server. Exit codes: 0 success, 1 failure, 2 wrong usage or configuration."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from otnet_server import data_folder, logs
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, err, settings_of
from otnet_server.cli.http_server import HttpServer, handle_repeated_signals
from otnet_server.cli.listening import BACKLOG, listen
from otnet_server.cli.live_progress import show_progress
from otnet_server.cli.opening import Opening, url_of
from otnet_server.client_address import Networks
from otnet_server.config import Settings
from otnet_server.connections import ConnectionLimits, raise_open_files_limit
from otnet_server.server import Server, server


@app.command()
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
    stopped_while_starting = suppress(asyncio.CancelledError)
    with stopped_while_starting, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    # Switch threads ten times as often as by default: a request crosses threads for each database query, and must not
    # wait for background threads that compute hashes.
    sys.setswitchinterval(0.0005)
    data_folder.check_free(settings.data, sqlite=not settings.database)  # before the port, which it may have taken
    listening = listen(settings.server.host, settings.server.port)
    limits = ConnectionLimits(raise_open_files_limit(), exempt=Networks(settings.server.trusted_proxies).__contains__)
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)  # until the HTTP server handles signals
    async with server(settings) as s:
        gc.freeze()  # exclude the objects of start-up, which are never freed, from garbage collection
        gc.set_threshold(20_000, 20, 50)
        http = HttpServer(s.app, limits, s.playback.changes.end_streams)
        loop.remove_signal_handler(signal.SIGTERM)
        handle_repeated_signals()
        announced = asyncio.ensure_future(_announce(http, listening, settings, s))
        try:
            await http.serve(sockets=[listening])
        finally:
            announced.cancel()
            await asyncio.gather(announced, return_exceptions=True)


async def _announce(http: HttpServer, listening: socket.socket, settings: Settings, s: Server) -> None:
    """Say that the server listens once it does; on a terminal, show the encodes until it stops."""
    while not http.started:  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.02)
    listening.listen(BACKLOG)  # uvicorn's `backlog`, which also limits how many asyncio accepts at once, is smaller
    port = http.servers[0].sockets[0].getsockname()[1]
    opening = Opening(settings, url_of(settings.server.host, port), s.setup_code)
    if not logs.is_text(settings.log.format):
        opening.log()
        return
    opening.print()
    if err.is_terminal:
        await show_progress(s.core.services)
