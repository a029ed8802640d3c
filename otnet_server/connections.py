"""Limits of HTTP connections, so that no client keeps others from the server.

A request's head is limited in size (431) and in time (408). A connection on which nothing arrives or is read for too
long is closed. The number of connections is limited by the number of files that the process may open; when it, or
the share of one address, is reached, a new connection replaces the one that has been idle for the longest time.

uvicorn's protocol on httptools is the base, because it is faster than h11, which has a limit for heads but none of the
others.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from otnet_server.client_address import network_of
from otnet_server.playback.client_presence import ABORT
from otnet_server.problems import RETRY_AFTER_S

MAX_HEAD_BYTES = 64 * 1024
HEAD_TIMEOUT_S = 20.0
BODY_TIMEOUT_S = 60.0
READ_TIMEOUT_S = 120.0
MAX_OPEN_FILES = 65_536
RESERVED_FILES = 256  # for the database, tools, logs, and connections that are accepted before they are counted
FILES_PER_CONNECTION = 2  # its socket, and a file that is sent
ACCEPT_BATCH = 64  # connections that asyncio accepts before it tells the protocol of the first one


def raise_open_files_limit() -> int:
    """Raise the number of files that this process may open as far as the system allows, at most to MAX_OPEN_FILES;
    returns the number to plan with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit


class ConnectionLimits:
    """Counts the connections, in total and for each address. Those of `exempt` addresses, such as a reverse proxy, only
    count in total."""

    def __init__(self, open_files: int, exempt: Callable[[str], bool]) -> None:
        self.total = max(64, (open_files - RESERVED_FILES) // FILES_PER_CONNECTION)
        self.per_address = self.total // 2
        self._exempt = exempt
        self._networks: dict[str, dict[LimitedProtocol, None]] = {}  # each in the order of connecting
        self._count = 0

    def admit(self, connection: LimitedProtocol) -> bool:
        """Count a new connection. At a limit, close an idle one for it; False if there is none."""
        network = connection.network = self._network(connection.client[0] if connection.client else "")
        peers = self._networks.get(network, {})
        crowd = None
        if network and len(peers) >= self.per_address:
            crowd = peers
        elif self._count >= self.total:
            crowd = max(self._networks.values(), key=len, default={})
        if crowd is not None:
            idle = next((peer for peer in crowd if peer.idle), None)
            if idle is None:
                return False
            self.discard(idle)
            idle.transport.abort()
        self._networks.setdefault(network, {})[connection] = None
        self._count += 1
        return True

    def _network(self, address: str) -> str:
        return "" if self._exempt(address) else network_of(address)

    def discard(self, connection: LimitedProtocol) -> None:
        peers = self._networks.get(connection.network, {})
        if connection in peers:
            del peers[connection]
            self._count -= 1
            if not peers:
                del self._networks[connection.network]


class LimitedProtocol(HttpToolsProtocol):
    """A connection. `limits` is set by `limited_protocol`."""

    limits: ConnectionLimits

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.network = ""
        self._head_bytes = 0
        self._in_head = self._in_body = False
        self._receiving: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._pauses = 0

    @property
    def idle(self) -> bool:
        """Whether no request is in progress."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self.limits.admit(self):
            self._refuse("503 Service Unavailable", "Too many connections. Try again later.")
            return
        self._receiving = self.loop.call_later(HEAD_TIMEOUT_S, self._head_timed_out)

    def connection_lost(self, exc: Exception | None) -> None:
        self.limits.discard(self)
        self._stop_receiving_timer()
        self._stop_sending_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        while data and not self.transport.is_closing():
            room = len(data) if self._in_body else MAX_HEAD_BYTES - self._head_bytes
            part, data = data[:room], data[room:]
            self._head_bytes += 0 if self._in_body else len(part)
            super().data_received(part)
            if self._head_bytes >= MAX_HEAD_BYTES and not self.transport.is_closing():
                self._refuse("431 Request Header Fields Too Large", f"The head exceeds {MAX_HEAD_BYTES} bytes.")
        if self._in_body:
            self._stop_receiving_timer()
            self._receiving = self.loop.call_later(BODY_TIMEOUT_S, self._body_timed_out)
        elif (self._in_head or self._head_bytes) and self._receiving is None:
            self._receiving = self.loop.call_later(HEAD_TIMEOUT_S, self._head_timed_out)

    # Callbacks of httptools' parser.

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()
        cast(dict[str, Any], self.scope)[ABORT] = self.transport.abort

    def on_headers_complete(self) -> None:
        self._head_bytes, self._in_head, self._in_body = 0, False, True
        self._stop_receiving_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._stop_receiving_timer()
        super().on_message_complete()

    # Flow control: the client does not read what is sent.

    def pause_writing(self) -> None:
        super().pause_writing()
        self._pauses += 1
        if self._sending is None:  # a timer for each pause would cost more than the pause
            self._watch_sending(None)

    def _watch_sending(self, before: tuple[int, int] | None) -> None:
        """Abort the connection when the client has read nothing for READ_TIMEOUT_S or longer, but less than twice as
        long. `before` are the number of pauses and the size of what was not sent at the previous check."""
        now = (self._pauses, self.transport.get_write_buffer_size())
        self._sending = None
        if not self.flow.write_paused:
            return
        if now == before:
            self.transport.abort()
        else:
            self._sending = self.loop.call_later(READ_TIMEOUT_S, self._watch_sending, now)

    def _head_timed_out(self) -> None:
        self._receiving = None
        if not self.idle:  # a request that the client sent before the response to the previous one
            self._receiving = self.loop.call_later(HEAD_TIMEOUT_S, self._head_timed_out)
        elif self._in_head or self._head_bytes:
            self._refuse("408 Request Timeout", f"The head did not arrive within {HEAD_TIMEOUT_S:g} s.")
        else:
            self.transport.close()

    def _body_timed_out(self) -> None:
        self._receiving = None
        if self.flow.read_paused:  # the server is slow, not the client
            self._receiving = self.loop.call_later(BODY_TIMEOUT_S, self._body_timed_out)
        else:
            self.transport.close()

    def _refuse(self, status: str, message: str) -> None:
        """Answer and close the connection; only close it while a response is being sent."""
        if not self.idle:
            self.transport.close()
            return
        retry_after = (f"retry-after: {RETRY_AFTER_S}",) if status.startswith("503") else ()
        lines = (f"HTTP/1.1 {status}", *retry_after, "content-type: text/plain; charset=utf-8",
                 f"content-length: {len(message)}", "connection: close", "", message)  # fmt: skip
        self.transport.write("\r\n".join(lines).encode())
        self.transport.close()

    def _stop_receiving_timer(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            self._receiving = None

    def _stop_sending_timer(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None


def limited_protocol(limits: ConnectionLimits) -> type[LimitedProtocol]:
    """The protocol for uvicorn's setting `http`, with these limits."""
    return type("HttpProtocol", (LimitedProtocol,), {"limits": limits})
