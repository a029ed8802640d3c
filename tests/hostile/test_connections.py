"""Connections that are meant to keep others from the server: endless heads, idle sockets, clients that do not read."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from otnet_server import connections
from otnet_server.client_address import network_of
from otnet_server.connections import ConnectionLimits, limited_protocol
from tests.harness import OTNet, running

SOCKETS = 1_100
OTHERS = 20
LONGEST_S = 2.0  # 0.1 s on a machine that does nothing else


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    """A server that may open 1,024 files, as many systems allow by default."""
    folder = tmp_path_factory.mktemp("connections")
    (folder / "library").mkdir()
    with running(folder / "data", folder / "library", open_files=1024) as running_server:
        yield running_server


def connect(server: OTNet, address: str = "127.0.0.1") -> socket.socket:
    port = int(server.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(address, 0))


def response_to(connection: socket.socket) -> bytes:
    """Everything that the server sends until it closes the connection."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while part := connection.recv(65_536):
            received += part
    return bytes(received)


def slowest_answer_s(server: OTNet, address: str) -> float:
    """The time of the slowest of several requests from an address, each on a connection of its own."""
    times = []
    for _ in range(OTHERS):
        begin = time.perf_counter()
        with connect(server, address) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert response_to(connection).startswith(b"HTTP/1.1 200"), "others are answered"
        times.append(time.perf_counter() - begin)
    return max(times)


def test_idle_sockets_do_not_keep_others_out(server: OTNet) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    with contextlib.ExitStack() as stack:
        for _ in range(SOCKETS):
            connection = stack.enter_context(connect(server))
            with contextlib.suppress(OSError):
                connection.sendall(b"G")
        assert slowest_answer_s(server, "127.0.0.2") < LONGEST_S
        assert slowest_answer_s(server, "127.0.0.1") < LONGEST_S, "a new connection replaces an idle one"
    assert server.log is not None
    assert "out of system resource" not in server.log.read_text()
    assert len(server.log.read_text()) < 20_000


@pytest.mark.parametrize(
    "head",
    [b"GET / HTTP/1.1\r\nX-A: ", b"GET /", b"", b"GET / HTTP/1.1\r\n"],
    ids=["header", "address", "method", "headers"],
)
def test_endless_head_is_refused(server: OTNet, head: bytes) -> None:
    filler = b"X-A: a\r\n" * 2_000 if head.endswith(b"\r\n") else (b"\r\n" if not head else b"a") * 8_000
    with connect(server) as connection:
        connection.sendall(head)
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            for _ in range(100):
                connection.sendall(filler)
                time.sleep(0.001)
            raise AssertionError("the server reads an endless head")
        received = response_to(connection)
    assert received == b"" or received.startswith(b"HTTP/1.1 431"), received
    assert slowest_answer_s(server, "127.0.0.2") < LONGEST_S


def test_large_head_that_arrives_at_once_is_refused(server: OTNet) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 66_000)
        assert response_to(connection).startswith(b"HTTP/1.1 431 ")


def test_upgrade_to_websocket_is_an_ordinary_request(server: OTNet) -> None:
    with connect(server) as connection:
        connection.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        assert response_to(connection).startswith(b"HTTP/1.1 200")


# --- time limits, on a server with short ones ---


async def application(scope: Any, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    """Read the body, then send it back; `/large` sends without end."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/large":
        for _ in range(10_000):
            await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def listening(open_files: int = 1024, exempt: Callable[[str], bool] = lambda _: False) -> Any:
    limits = ConnectionLimits(open_files, exempt)
    config = uvicorn.Config(application, port=0, log_level="error", lifespan="off", http=limited_protocol(limits),
                            timeout_graceful_shutdown=1)  # fmt: skip
    web = uvicorn.Server(config)
    serving = asyncio.create_task(web.serve())
    await reached(lambda: web.started)
    try:
        yield web.servers[0].sockets[0].getsockname()[1], limits, web
    finally:
        web.should_exit = True
        await serving


async def reached(check: Callable[[], bool]) -> None:
    """Return as soon as `check` is true."""
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110  (uvicorn offers no event)
            await asyncio.sleep(0.01)


async def exchange(port: int, *parts: bytes) -> bytes:
    """Send the parts, and read until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.05)
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


@pytest.fixture
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_TIMEOUT_S", "BODY_TIMEOUT_S", "READ_TIMEOUT_S"):
        monkeypatch.setattr(connections, name, 0.5)


@pytest.mark.usefixtures("short_times")
def test_unfinished_head_is_answered_with_408_and_silence_is_closed() -> None:
    async def check() -> None:
        async with listening() as (port, _, _):
            assert (await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n")).startswith(b"HTTP/1.1 408 ")
            assert (await exchange(port, b"\r\n")).startswith(b"HTTP/1.1 408 ")
            assert await exchange(port) == b""
            second = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /2 HTTP")
            assert second.startswith(b"HTTP/1.1 200 ") and b"HTTP/1.1 408 " in second

    asyncio.run(check())


@pytest.mark.usefixtures("short_times")
def test_body_that_stops_is_closed_and_a_slow_body_is_read() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n"

    async def check() -> None:
        async with listening() as (port, _, _):
            assert await exchange(port, head + b"abc") == b""
            slow = await exchange(port, head, *(b"%d" % n for n in range(8)))
            assert slow.startswith(b"HTTP/1.1 200 ") and b"01234567" in slow

    asyncio.run(check())


def test_endless_head_after_a_request_does_not_break_its_response() -> None:
    """The next head arrives while the response to the first request is being sent."""
    first = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"

    async def check() -> None:
        async with listening() as (port, _, _):
            received = await exchange(port, first + b"GET / HTTP/1.1\r\nX-A: " + b"a" * 70_000)
            assert b"431" not in received, "the connection is closed, and nothing is written into the response"

    asyncio.run(check())


def test_limit_of_open_files_is_raised_and_never_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: changes.append((kind, limits)))
    infinity = resource.RLIM_INFINITY
    for limits, plan in (((1024, 4096), 4096), ((1024, infinity), 65_536), ((65_536, 65_536), 65_536),
                         ((1_000_000, 1_000_000), 65_536), ((infinity, infinity), 65_536)):  # fmt: skip
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        assert connections.raise_open_files_limit() == plan
    assert [limits for _, limits in changes] == [(4096, 4096), (65_536, infinity)]


@pytest.mark.usefixtures("short_times")
def test_client_that_does_not_read_is_disconnected() -> None:
    async def check() -> None:
        async with listening() as (port, _, web):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.transport.pause_reading()
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await reached(lambda: bool(web.server_state.connections))
            await reached(lambda: not web.server_state.connections)
            writer.transport.abort()

    asyncio.run(check())


def test_one_address_has_half_of_the_connections_and_a_proxy_has_all() -> None:
    async def check(exempt: bool) -> int:
        async with listening(384, lambda _: exempt) as (port, limits, web):
            assert (limits.total, limits.per_address) == (64, 32)
            writers = []
            for _ in range(100):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writers.append(writer)
            count = limits.per_address if not exempt else limits.total
            await reached(lambda: len(web.server_state.connections) == count)
            for writer in writers:
                writer.transport.abort()
        return count

    assert asyncio.run(check(exempt=False)) == 32
    assert asyncio.run(check(exempt=True)) == 64


def test_ipv6_clients_count_by_their_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("unix") == "unix", "the name of a socket counts as itself"
