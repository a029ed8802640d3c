"""The SRT listener: one UDP port for all channels, and the limits of its connections.

An encoder names the stream id, which is the prefix of a stream key, and encrypts with the passphrase of the key. libsrt
asks `_decide` in a thread of its own while an encoder connects, and refuses the encoder if it has another passphrase.
Without libsrt, or while another program uses the port, the server starts without live streams by SRT.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping
from functools import partial

from otnet_server import IngestHost, IngestUrlRequest, OtnetError, log

from .config import Config
from .connection import receive
from .libsrt import Library, SrtError
from .stream_id import key_of

UNAUTHORIZED, TOO_MANY = 401, 429
CLOSE_S = 5.0


class SrtIngest:
    name = "ingest_srt"
    protocol = "srt"

    def __init__(self, config: Config, address: str) -> None:
        self._config, self._address, self._port = config, address, 0
        self.problem: OtnetError | None = None
        self._srt: Library | None = None
        self._listener = -1
        self._accepting: threading.Thread | None = None
        self._passphrases: Mapping[str, str] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._by_address: Counter[str] = Counter()

    async def start(self, host: IngestHost) -> None:
        try:
            srt = Library()
        except OSError:
            self.problem = OtnetError(
                "not_installed",
                "This server can't receive streams by SRT: libsrt is not installed.",
                "Install libsrt 1.5, such as the Debian package libsrt1.5-gnutls, and start the server again.",
            )
            log.warning(
                "live streams can't be received by SRT: libsrt is not installed",
                remedy="install libsrt 1.5, such as the Debian package libsrt1.5-gnutls",
            )
            return
        self._passphrases = await host.passphrases()
        try:
            self._listener, self._port = await asyncio.to_thread(
                srt.listen, self._address, self._config.port, self._config.latency_ms, self._decide
            )
        except (SrtError, OSError) as e:
            srt.close()
            self.problem = OtnetError(
                "port_busy",
                f"This server can't receive streams by SRT: port {self._config.port} can't be used, probably because "
                "another program uses it.",
                "Stop that program, or change the port in [plugins.config.ingest_srt], and start the server again.",
            )
            log.warning(
                "live streams can't be received by SRT: the port is not available",
                address=self._address,
                port=self._config.port,
                why=str(e),
                remedy="stop the other program, or change the port in [plugins.config.ingest_srt]",
            )
            return
        self._srt = srt
        loop = asyncio.get_running_loop()
        self._accepting = threading.Thread(target=self._accept, args=(srt, host, loop), name="srt", daemon=True)
        self._accepting.start()
        log.info("receiving live streams by SRT", address=self._address, port=self._port)

    async def close(self) -> None:
        if self._srt is None:
            return
        srt, self._srt = self._srt, None
        srt.disconnect(self._listener)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._accepting is not None:
            await asyncio.to_thread(self._accepting.join, CLOSE_S)
        await asyncio.to_thread(srt.close)

    def url(self, request: IngestUrlRequest) -> str:
        if self._srt is None or not request.passphrase:
            return ""
        host = f"[{request.host}]" if ":" in request.host else request.host
        return (
            f"srt://{host}:{self._port}?mode=caller&streamid={request.prefix}"
            f"&passphrase={request.passphrase}&pbkeylen=16"
        )

    # --- in threads of libsrt ---

    def _decide(self, address: str, stream_id: str) -> str | int:
        full = len(self._connections) >= self._config.max_connections
        if full or self._by_address[address] >= self._config.max_connections_per_address:
            return TOO_MANY
        return self._passphrases.get(key_of(stream_id)) or UNAUTHORIZED

    def _accept(self, srt: Library, host: IngestHost, loop: asyncio.AbstractEventLoop) -> None:
        while (accepted := srt.accept(self._listener)) is not None:
            loop.call_soon_threadsafe(self._connected, srt, host, *accepted)

    # --- in the loop of the server ---

    def _connected(self, srt: Library, host: IngestHost, caller: int, address: str) -> None:
        prefix = key_of(srt.stream_id(caller))
        passphrase = self._passphrases.get(prefix)
        if self._srt is None or passphrase is None or not srt.is_encrypted(caller):
            srt.disconnect(caller)
            return
        self._by_address[address] += 1
        task = asyncio.ensure_future(receive(srt, caller, host, address, prefix, passphrase))
        self._connections.add(task)
        task.add_done_callback(partial(self._disconnected, address))

    def _disconnected(self, address: str, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an SRT connection failed", address=address, exc_info=error)
