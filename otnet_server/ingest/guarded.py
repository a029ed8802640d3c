"""An HTTP client for URLs from users, protected from SSRF. Imports and webhooks use no other.

A name is resolved once, each address is checked (`addresses.py`), and the connection goes to a checked address without
resolving the name again, which prevents DNS rebinding. TLS and the Host header still use the name. The check is in the
transport, below redirects: each hop is a new request and is checked too. Proxies, netrc and certificates from the
environment are ignored.

    async with client() as http:          # an httpx.AsyncClient; by default it does not follow redirects
        await http.post(url, content=…)

`downloads.py` downloads files with it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from typing import TypeAlias

import httpcore
import httpx

from otnet_server.errors import OtnetError
from otnet_server.ingest.addresses import Address, Blocked, Rules, literal

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[Address]]]
MAX_REDIRECTS = 5
MAX_ADDRESSES = 4
FAMILIES = (socket.AF_INET, socket.AF_INET6)
USER_AGENT = "OTNet/1 (+https://github.com/otnet)"


async def system_resolve(host: str, port: int) -> list[Address]:
    """All addresses of a host name from the system's resolver; empty when it does not exist."""
    try:
        results = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(to[0]).partition("%")[0]) for family, _, _, _, to in results if family in FAMILIES]


class Gate(httpcore.AsyncNetworkBackend):
    """A network backend for httpcore that only connects to addresses that the rules allow."""

    def __init__(self, rules: Rules, resolve: Resolve, inner: httpcore.AsyncNetworkBackend) -> None:
        self._rules, self._resolve, self._inner = rules, resolve, inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self._rules.check_host(host, port)
        literal_address = literal(host)
        try:
            async with asyncio.timeout(timeout):
                addresses = [literal_address] if literal_address is not None else await self._resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"“{host}” could not be resolved in time") from None
        last_error: Exception | None = None
        for address in self._rules.usable(host, addresses)[:MAX_ADDRESSES]:
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last_error = error
        assert last_error is not None
        raise last_error

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise Blocked("url_scheme", "Only http and https URLs are allowed.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Transport(httpx.AsyncBaseTransport):
    """An httpx transport on httpcore with the gate as its network backend. It uses public APIs only, so that an update
    cannot silently bypass the gate."""

    def __init__(self, rules: Rules, gate: Gate, context: ssl.SSLContext, connections: int) -> None:
        self._rules = rules
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context, max_connections=connections, keepalive_expiry=5.0, network_backend=gate
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._rules.check(request.url)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        # An SNI name chosen by the caller would verify the certificate against another name than the URL's.
        extensions = {name: value for name, value in request.extensions.items() if name != "sni_hostname"}
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _httpx_errors():
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method, target, headers=request.headers.raw, content=request.stream, extensions=extensions
                )
            )
        assert not isinstance(response.stream, bytes)
        return httpx.Response(
            response.status, headers=response.headers, stream=_Stream(response), extensions=response.extensions
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _httpx_errors():
            await self._response.aclose()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """Raise httpcore's exceptions as the httpx exceptions of the same name."""
    try:
        yield
    except OtnetError:
        raise
    except Exception as error:
        kind = getattr(httpx, type(error).__name__, None)
        if not type(error).__module__.startswith("httpcore") or kind is None:
            raise
        raise kind(str(error)) from error


@cache
def tls_context() -> ssl.SSLContext:
    """Made once, because reading the certificates takes 40 ms."""
    return httpx.create_ssl_context(trust_env=False)


def client(
    allow: frozenset[str] = frozenset(),
    *,
    ports: frozenset[int] = frozenset(),
    redirects: int = 0,
    timeout: httpx.Timeout | float = 15.0,
    connections: int = 20,
    resolve: Resolve = system_resolve,
    context: ssl.SSLContext | None = None,
    inner: httpcore.AsyncNetworkBackend | None = None,
) -> httpx.AsyncClient:
    """A client that only connects to public addresses. `allow` and `ports` as in `Rules`; `context` is for a private
    certificate authority. Requests raise Blocked in addition to httpx's exceptions."""
    rules = Rules(allow, ports)
    gate = Gate(rules, resolve, inner or httpcore.AnyIOBackend())
    return httpx.AsyncClient(
        transport=Transport(rules, gate, context or tls_context(), connections),
        trust_env=False,
        follow_redirects=redirects > 0,
        max_redirects=redirects,
        timeout=timeout,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
    )
