"""A relay on this machine for one connection of ffmpeg.

ffmpeg would resolve names by itself, and follow where a server sends it. So it connects to the relay only (the jail
lets it connect nowhere else), and the relay to an address that the rules allow: names are resolved once, and the
connection goes to a checked address, with TLS for the name. An RTSP server that redirects is disconnected.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator
from functools import cache

import httpx

from otnet_server.ingest.addresses import Address, Rules, literal
from otnet_server.ingest.guarded import MAX_ADDRESSES, Resolve, system_resolve
from otnet_server.live.pull.address import TLS, PullAddress

LOCAL = "127.0.0.1"
BLOCK_BYTES = 1 << 16
CONNECT_S = 10.0
LOOKED_AT = 64 << 10  # bytes of an RTSP server in which a redirect is looked for
REDIRECT = re.compile(rb"RTSP/1\.\d +3\d\d")


async def checked_addresses(address: PullAddress, rules: Rules, resolve: Resolve = system_resolve) -> list[Address]:
    """The addresses to which the server may connect. Raises Blocked."""
    rules.check_host(address.host, address.port)
    known = literal(address.host)
    async with asyncio.timeout(CONNECT_S):
        addresses = [known] if known is not None else await resolve(address.host, address.port)
    return rules.usable(address.host, addresses)[:MAX_ADDRESSES]


@contextlib.asynccontextmanager
async def relay(address: PullAddress, rules: Rules, resolve: Resolve = system_resolve) -> AsyncIterator[int]:
    """Connect, and relay what the first connection to the port that is given sends and receives. Raises Blocked,
    OSError."""
    reader, writer = await _connect(address, rules, resolve)
    tasks: set[asyncio.Task[None]] = set()

    async def connected(local_reader: asyncio.StreamReader, local_writer: asyncio.StreamWriter) -> None:
        if tasks:
            local_writer.transport.abort()
            return
        looks = address.kind == "rtsp"
        tasks.add(asyncio.ensure_future(_copy(local_reader, writer)))
        tasks.add(asyncio.ensure_future(_copy(reader, local_writer, looks=looks)))

    server = await asyncio.start_server(connected, LOCAL, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        writer.transport.abort()


async def _connect(
    address: PullAddress, rules: Rules, resolve: Resolve
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    last_error: Exception = OSError("no address")
    tls = {"ssl": _tls(), "server_hostname": address.host} if address.scheme in TLS else {}
    for target in await checked_addresses(address, rules, resolve):
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.open_connection(str(target), address.port, **tls)  # type: ignore[arg-type]
        except OSError as e:  # includes TimeoutError
            last_error = e
    raise last_error


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, looks: bool = False) -> None:
    """Copy until the end. `looks`: end at a redirect of RTSP."""
    seen = bytearray()
    try:
        while data := await reader.read(BLOCK_BYTES):
            if looks and len(seen) < LOOKED_AT:
                seen += data
                if REDIRECT.search(seen):
                    break
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.transport.abort() if looks and REDIRECT.search(seen) else writer.close()


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
