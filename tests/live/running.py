"""A server in the process of the test, and publishers."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from sqlalchemy import insert

from otnet_server.config import Plugins, Settings, load
from otnet_server.db import changes
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.identity.keys import digest
from otnet_server.live import stream_keys
from otnet_server.live.connection import Connection
from otnet_server.live.passphrases import passphrase_of
from otnet_server.playback.tokens import secret_of
from otnet_server.protocols import IngestUrlRequest
from otnet_server.server import Server, server
from tests.harness import FFMPEG, migrated_database

T = TypeVar("T")
BARS = (
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=320x180:rate=25",
    "-f",
    "lavfi",
    "-i",
    "sine=frequency=440:sample_rate=44100",
)
ENCODED = (
    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-bf", "0", "-g", "25", "-pix_fmt", "yuv420p",
    "-c:a", "aac", "-ac", "1", "-f", "flv",
)  # fmt: skip


@dataclass
class Running:
    server: Server
    url: str
    channel: str


@contextlib.asynccontextmanager
async def running(
    data: Path,
    *,
    public: bool = True,
    plugins: dict[str, dict[str, Any]] | None = None,
    uploads: dict[str, Any] | None = None,
    whep: dict[str, Any] | None = None,
    **live: float,
) -> AsyncIterator[Running]:
    """A server with a channel. `plugins`: those that are enabled besides the usual ones, with their options."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "otnet.db").exists():
        (data / "otnet.db").write_bytes(migrated_database())
    library = data.parent / "library"
    library.mkdir(exist_ok=True)
    settings: Settings = load(
        None,
        {
            "data": data,
            "server": {"public": public},
            "libraries": [{"path": library, "name": "films"}],
            "live": live,
            "uploads": uploads or {},
            "whep": whep or {},
            "plugins": {
                "enabled": (*Plugins().enabled, *(plugins or {})),
                "config": {name: {"port": 0} for name in ("ingest_rtmp", "ingest_srt")} | (plugins or {}),
            },
        },
    )
    async with server(settings) as s:
        channel = await make_channel(s)
        config = uvicorn.Config(s.app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
        web = uvicorn.Server(config)
        web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.ensure_future(web.serve())

        async def started() -> bool:
            return web.started

        await until(started)
        port = web.servers[0].sockets[0].getsockname()[1]
        try:
            yield Running(s, f"http://127.0.0.1:{port}", channel)
        finally:
            web.should_exit = web.force_exit = True
            await task


async def make_channel(s: Server) -> str:
    channel, id = metadata.tables["channel"], secrets.token_hex(6)
    async with s.core.db.write() as c:
        values = {
            "name": "Night",
            "slug": f"night-{id}",
            "status": "on",
            "organization": FIRST,
            "created_at": now(),
            "updated_at": now(),
        }
        await c.execute(insert(channel).values(id=id, **{k: v for k, v in values.items() if k in channel.c}))
    return id


async def make_key(run: Running, name: str = "", role: str = "primary") -> tuple[str, str]:
    """A stream key of the channel, and its id."""
    async with run.server.core.db.write() as c:
        key, record = await stream_keys.create_key(c, FIRST, run.channel, name, None, role)
    await key_changed(run, "created")
    return key, str(record["id"])


async def key_changed(run: Running, how: str, change: str = "") -> None:
    """Tell the server that a key has changed, or another `change`, as the API does."""
    async with run.server.core.db.write() as c:
        await changes.append(c, f"channel.{change or f'stream_key_{how}'}", {"organization": FIRST, "id": run.channel})


def ingest_url(run: Running, protocol: str, key: str) -> str:
    """The address that an encoder publishes to."""
    core = run.server.core
    request = IngestUrlRequest("127.0.0.1", key, key[:12], passphrase_of(secret_of(core.settings.data), digest(key)))
    return next(i.url(request) for i in core.plugins.ingests() if i.protocol == protocol)


@contextlib.asynccontextmanager
async def ffmpeg_output(*argv: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        FFMPEG, "-v", "error", "-nostdin", *argv, stdout=asyncio.subprocess.PIPE, limit=1 << 20
    )
    assert process.stdout
    try:
        yield process.stdout
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def publish(connection: Connection, seconds: float, *argv: str, close: bool = True) -> None:
    """Send colour bars with a tone at the pace of a camera."""
    argv = argv or ("-re", *BARS, *ENCODED)
    async with ffmpeg_output(*argv[:-2], "-t", str(seconds), *argv[-2:], "-") as output:
        while data := await output.read(16384):
            await connection.write(data)
    if close:
        await connection.close()


async def until(check: Callable[[], Awaitable[T | None]], seconds: float = 20) -> T:
    """The first truthy result of `check`."""
    async with asyncio.timeout(seconds):
        while not (result := await check()):  # noqa: ASYNC110  (a state of the database is waited for)
            await asyncio.sleep(0.02)
        return result


async def media_of(run: Running) -> str:
    """The media of the channel's stream, as soon as it plays."""

    async def playing() -> str | None:
        row = await run.server.live.repository.newest(run.channel)
        media = await run.server.core.services.media.media(row.media) if row is not None else None
        return media.id if media is not None and media.playing else None

    return await until(playing)


async def get(run: Running, path: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.get(run.url + path)
