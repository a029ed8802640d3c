"""`otnet live test-pattern`: publishes a test pattern on a channel, so that the first try needs no camera."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server import binaries, data_folder
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, err, settings_of
from otnet_server.cli.listening import local_address
from otnet_server.cluster.leases import Leases
from otnet_server.config import Settings
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.db.tables import metadata
from otnet_server.errors import ConfigError, OtnetError
from otnet_server.live import colour_bars, stream_keys
from otnet_server.live.ingest_addresses import IngestAddresses
from otnet_server.plugins.host import PluginHost
from otnet_server.protocols import IngestUrlRequest
from otnet_server.schema.fields.dates import utc

CONNECT_S = 5.0
STOP_S = 5.0
KEY_LIFETIME = timedelta(days=1)
live_app = typer.Typer(no_args_is_help=True, help="Live streams.")
app.add_typer(live_app, name="live")
channel_table = metadata.tables["channel"]


@live_app.callback()
def _live() -> None:
    """Live streams."""


@live_app.command("test-pattern")
def publish_test_pattern(
    channel: Annotated[str, typer.Argument(help="The id or the slug of the channel.")],
    server: Annotated[
        str, typer.Option(help="Address of the server, such as rtmp://tv.example.org/live (default: this machine).")
    ] = "",
    key: Annotated[
        str, typer.Option(envvar="OTNET_STREAM_KEY", help="A stream key of the channel (default: a temporary one).")
    ] = "",
    size: Annotated[str, typer.Option(help="Size of the picture.")] = "1280x720",
    seconds: Annotated[float, typer.Option(min=0, help="Length; 0: until Ctrl+C.")] = 0,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Publish colour bars with a clock and a tone on a channel, until Ctrl+C.

    Without `--key`, it makes a temporary stream key in the database of `--data`, and revokes it at the end.
    """
    if not re.fullmatch(r"[1-9]\d{1,3}x[1-9]\d{1,3}", size):
        raise ConfigError("bad_size", f"“{size}” is not a size.", "Write it as 1280x720.")
    settings = settings_of(config, data)
    with suppress(KeyboardInterrupt):
        asyncio.run(_publish(settings, channel, server, key, size, seconds))


async def _publish(settings: Settings, channel: str, server: str, key: str, size: str, seconds: float) -> None:
    if key:
        await _run(settings, _url(settings, server, key), channel, size, seconds)
        return
    async with _temporary_key(settings, channel) as temporary:
        url = _url(settings, server, temporary) if server else await _announced_url(settings, temporary)
        await _run(settings, url, channel, size, seconds)


async def _announced_url(settings: Settings, key: str) -> str:
    """The address at which the running server of the data folder receives, with the key. Another program may listen at
    the address in the configuration. Raises OtnetError."""
    db = Database(url_of(settings.database, settings.data))
    try:
        request = IngestUrlRequest(local_address(settings.server.host), key)
        urls = await IngestAddresses(Leases(db), []).announced(request)
    finally:
        await db.close()
    if "rtmp" not in urls:
        raise OtnetError(
            "no_server",
            f"No server with the data folder {settings.data} receives live streams by RTMP.",
            "Start it with “otnet serve”. If it runs, its log says why it does not receive them, such as a port that "
            "another program uses.",
        )
    return urls["rtmp"]


def _url(settings: Settings, server: str, key: str) -> str:
    """The address with the key. Raises ConfigError."""
    if server:
        parts = urlsplit(server)
        if parts.scheme not in ("rtmp", "rtmps") or not parts.hostname:
            raise ConfigError("bad_server", f"“{server}” is not an RTMP address.", "Write rtmp://HOST:PORT/live.")
        return f"{server.rstrip('/')}/{key}"
    request = IngestUrlRequest(local_address(settings.server.host), key)
    ingests = PluginHost(settings, binaries.find(settings.tools)).ingests()
    urls = [ingest.url(request) for ingest in ingests if ingest.protocol == "rtmp"]
    if not any(urls):
        raise ConfigError(
            "no_address",
            "The address of the server is not in the configuration.",
            "Set --server: rtmp://HOST:PORT/live.",
        )
    return next(filter(None, urls))


async def _run(settings: Settings, url: str, channel: str, size: str, seconds: float) -> None:
    """Run ffmpeg until its end. Raises OtnetError with the reason if it fails."""
    await asyncio.to_thread(_check_listening, url)
    ffmpeg = binaries.find(settings.tools).ffmpeg
    check = await asyncio.create_subprocess_exec(
        *colour_bars.clock_check(ffmpeg),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    argv = colour_bars.publish(ffmpeg, url, size, seconds, clock=await check.wait() == 0)
    # In a process group of its own: Ctrl+C ends this command, which ends ffmpeg.
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None and process.stderr is not None
    errors = asyncio.ensure_future(process.stderr.read())
    err.print(f"Publishing the test pattern on “{channel}”; Ctrl+C ends it.", markup=False)
    try:
        with err.status("connecting") as status:
            async for line in process.stdout:
                if time := colour_bars.progress(line.decode(errors="replace")):
                    status.update(f"on air for {time}")
        if await process.wait() != 0:
            sentence = colour_bars.refusal((await errors).decode(errors="replace"))
            raise OtnetError("stream_refused", sentence or "The connection to the server was lost.",
                             "" if sentence else "Look at the log of the server.")  # fmt: skip
    finally:
        await _stop(process)
        errors.cancel()


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _check_listening(url: str) -> None:
    """Raises OtnetError if nothing listens there."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "rtmps" else 1935)
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError as e:
        raise OtnetError(
            "no_server",
            f"No server receives live streams at {host}, port {port}: {e.strerror or 'it does not answer'}.",
            "Start it with “otnet serve”, or name its address with --server.",
        ) from e


@asynccontextmanager
async def _temporary_key(settings: Settings, channel: str) -> AsyncIterator[str]:
    """A stream key of the channel, which is revoked at the end, and expires if this process is killed."""
    if not (settings.data.is_dir() or settings.database):
        raise ConfigError("no_data", f"The data folder {settings.data} does not exist.", "Set --data, or --key.")
    data_folder.create(settings.data)
    url = url_of(settings.database, settings.data)
    await asyncio.to_thread(migrate, url)
    db = Database(url)
    try:
        async with db.write() as c:
            id, organization = await _find_channel(c, channel)
            expires_at = utc(datetime.now(UTC) + KEY_LIFETIME)
            key, record = await stream_keys.create_key(c, organization, id, "Test pattern", expires_at)
        try:
            yield key
        finally:
            async with db.write() as c:
                await stream_keys.revoke_key(c, id, record["id"])
    finally:
        await db.close()


async def _find_channel(c: AsyncConnection, name: str) -> tuple[str, str]:
    """The id and the organization of a channel. Raises ConfigError."""
    table = channel_table
    rows = (
        await c.execute(select(table.c.id, table.c.organization).where((table.c.id == name) | (table.c.slug == name)))
    ).all()
    if not rows:
        raise ConfigError(
            "no_channel", f"There is no channel “{name}”.", "Use its id or its slug, as the studio shows it."
        )
    if len(rows) > 1:
        raise ConfigError("many_channels", f"Several organizations have a channel “{name}”.", "Use its id.")
    return rows[0].id, rows[0].organization
