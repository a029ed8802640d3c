"""Runs the WHIP server until stdin ends."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from typing import Any

import uvicorn
from aioice import ice

from otnet_server.live.whip import media
from otnet_server.live.whip.app import WhipApp
from otnet_server.live.whip.frames import Frame, frame, read
from otnet_server.live.whip.whep import WhepSessions

CLOSE_S = 3.0


class Link:
    """The process that has started this one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[tuple[str, str] | None]] = {}

    async def send(self, message: Frame) -> None:
        self._writer.write(message.encode())
        await self._writer.drain()

    async def publish(self, session: int, key: str, address: str) -> tuple[str, str] | None:
        answer: asyncio.Future[tuple[str, str] | None] = asyncio.get_running_loop().create_future()
        self._waiting[session] = answer
        try:
            await self.send(frame("publish", session, key=key, address=address))
            return await answer
        finally:
            del self._waiting[session]

    async def data(self, session: int, data: bytes) -> None:
        await self.send(Frame("data", session, data))

    async def close(self, session: int) -> None:
        await self.send(Frame("close", session))

    async def follow(self, app: WhipApp, previews: WhepSessions) -> None:
        """Do what the other process says, until it ends."""
        while (message := await read(self._reader)) is not None:
            waiting = self._waiting.get(message.session)
            if message.kind in ("watch", "frame", "unwatch"):
                previews.handle(message)
            elif message.kind == "end":
                await app.end(message.session)
            elif waiting is not None and not waiting.done():
                values = message.values
                waiting.set_result(None if message.kind == "accept" else (values["code"], values["message"]))


async def main(options: dict[str, Any]) -> None:
    if options["addresses"]:
        ice.get_host_addresses = lambda use_ipv4, use_ipv6: options["addresses"]
    media.install()
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    link = Link(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
    app = WhipApp(link.publish, link.data, link.close, options["max_sessions"], options["max_sessions_per_address"])
    previews = WhepSessions(link.send)
    listener = socket.create_server(
        (options["host"], options["port"]), family=socket.AF_INET6 if ":" in options["host"] else socket.AF_INET
    )
    config = uvicorn.Config(
        app.app, log_config=None, lifespan="off", access_log=False, server_header=False,
        h11_max_incomplete_event_size=16384,
        ssl_certfile=options["tls_certificate"], ssl_keyfile=options["tls_key"], timeout_graceful_shutdown=1,
        proxy_headers=bool(options["trusted_proxies"]), forwarded_allow_ips=options["trusted_proxies"],
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.ensure_future(server.serve([listener]))
    await link.send(frame("ready", 0, port=listener.getsockname()[1]))
    await link.follow(app, previews)
    async with asyncio.timeout(CLOSE_S):
        await asyncio.gather(app.close(), previews.close())
    server.should_exit = server.force_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
