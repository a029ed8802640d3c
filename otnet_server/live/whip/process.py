"""Starts the WHIP server, and hands on what it receives.

If the process ends, its streams end, and it is started again after a pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import subprocess
import sys
from typing import Any

from otnet_server.errors import OtnetError, PreviewRefused, PublishEnded, PublishRefused
from otnet_server.live.whip.frames import Frame, frame, read
from otnet_server.live.whip.previews import SentPreviews
from otnet_server.logs import log
from otnet_server.protocols import IngestHost, LiveInput, LivePreview, PreviewSession, PublishRequest

START_S = 30.0
RESTART_S = 5.0
CLOSE_S = 5.0
MAX_WAITING = 400  # frames of a session that the server has not taken yet


class WhipServer:
    """`options` are those of `__main__.py`. `port` is 0 while it does not run. `problem` says why it can't run."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options, self.port = options, 0
        self.problem: OtnetError | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready, self._closing = asyncio.Event(), False
        self._sessions: dict[int, _Session] = {}
        self._previews: SentPreviews | None = None

    @property
    def sends_previews(self) -> bool:
        return self._previews is not None and self._options["max_previews"] > 0

    async def send_preview(self, offer: str, preview: LivePreview) -> PreviewSession:
        """As in `PreviewSender`."""
        if self._previews is None:
            preview.close()
            raise PreviewRefused("not_running", "The WHIP server is not running.", "Try again in a few seconds.")
        return await self._previews.send(offer, preview)

    async def end_preview(self, id: int) -> None:
        if self._previews is not None:
            await self._previews.end(id)

    async def start(self, host: IngestHost) -> None:
        if importlib.util.find_spec("aiortc") is None:
            self.problem = OtnetError(
                "not_installed",
                "This server can't receive streams by WHIP: aiortc is not installed.",
                "Install it with pip install 'otnet[whip]', and start the server again.",
            )
            log.warning("live streams can't be received by WHIP: aiortc is not installed",
                        remedy="install it with: pip install 'otnet[whip]'")  # fmt: skip
            return
        self._task = asyncio.ensure_future(self._run(host))
        ready = asyncio.ensure_future(self._ready.wait())
        await asyncio.wait((self._task, ready), timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()

    async def close(self) -> None:
        if self._task is None:
            return
        self._closing = True
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._process.wait()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.port = 0

    async def _run(self, host: IngestHost) -> None:
        while True:
            argv = [sys.executable, "-m", "otnet_server.live.whip", json.dumps(self._options)]
            self._process = process = await asyncio.create_subprocess_exec(
                *argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 20
            )
            try:
                await self._follow(process, host)
            finally:
                self.port = 0
                previews, self._previews = self._previews, None
                if previews is not None:
                    await previews.close()
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                await asyncio.gather(*(session.close() for session in list(self._sessions.values())))
                await process.wait()
            if self._closing:
                return
            if not self._ready.is_set():
                self.problem = OtnetError(
                    "port_busy",
                    f"This server can't receive streams by WHIP: port {self._options['port']} can't be used, probably "
                    "because another program uses it.",
                    "Stop that program, or change the port in [plugins.config.ingest_whip], and start the server "
                    "again.",
                )
                log.warning(
                    "live streams can't be received by WHIP: the port can't be used",
                    port=self._options["port"],
                    remedy="stop the other program, or change the port in [plugins.config.ingest_whip]",
                )
                return
            log.error("the WHIP server has ended; starting it again", status=process.returncode)
            await asyncio.sleep(RESTART_S)

    async def _follow(self, process: asyncio.subprocess.Process, host: IngestHost) -> None:
        assert process.stdout is not None and process.stdin is not None
        while (message := await read(process.stdout)) is not None:
            session = self._sessions.get(message.session)
            if message.kind == "ready":
                self.port = message.values["port"]
                self._previews = SentPreviews(process.stdin, self._options["max_previews"])
                self._ready.set()
                log.info("receiving live streams by WHIP", address=self._options["host"], port=self.port)
            elif message.kind in ("answer", "left") and self._previews is not None:
                self._previews.handle(message)
            elif message.kind == "publish":
                self._sessions[message.session] = _Session(self, host, process.stdin, message)
            elif session is not None and message.kind == "data":
                session.put(message.data)
            elif session is not None and message.kind == "close":
                session.put(b"")

    def forget(self, session: int) -> None:
        self._sessions.pop(session, None)


class _Session:
    """A publisher: what it sends waits until the server takes it."""

    def __init__(self, server: WhipServer, host: IngestHost, writer: asyncio.StreamWriter, message: Frame) -> None:
        self._server, self._writer, self._number = server, writer, message.session
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.ensure_future(self._run(host, message.values))

    def put(self, data: bytes) -> None:
        """Empty: the publisher has left."""
        try:
            self._waiting.put_nowait(data)
        except asyncio.QueueFull:
            self._task.cancel()

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, host: IngestHost, values: dict[str, Any]) -> None:
        message = "The server can't take the stream."
        try:
            input = await host.publish(PublishRequest("whip", values["key"], values["address"]), "mpegts")
            try:
                await self._send(frame("accept", self._number))
                await self._pass_on(input)
            finally:
                await input.close()
        except PublishRefused as e:
            message = f"{e.message} {e.remedy}".strip()
            await self._send(frame("refuse", self._number, code=e.code, message=message))
        except PublishEnded as e:
            message = e.message
        finally:
            self._server.forget(self._number)
            ending = asyncio.ensure_future(self._send(frame("end", self._number, message=message)))
            await asyncio.shield(ending)

    async def _pass_on(self, input: LiveInput) -> None:
        while data := await self._waiting.get():
            await input.write(data)

    async def _send(self, message: Frame) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.write(message.encode())
            await self._writer.drain()
