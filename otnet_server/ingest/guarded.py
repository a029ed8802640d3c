"""HTTP to where a stranger points, without being led inside: the one way out for imports and webhooks.

The name is resolved once, each address is judged (`addresses.py`), and the connection goes to a judged address;
nothing is resolved again in between, so a name that answers differently the second time (DNS rebinding) gains
nothing. TLS and the Host header go on using the name. All of it sits in the transport, below redirects: each
hop is a new request and passes the same gate. Proxies, netrc and certificates from the environment don't count.

    async with client() as http:          # an httpx.AsyncClient; follows no redirects unless told
        await http.post(url, content=…)

`downloads.py` fetches files through it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
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
    """All addresses of a name, by the system's resolver."""
    try:
        results = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(to[0]).partition("%")[0]) for family, _, _, _, to in results if family in FAMILIES]


class Gate(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore: to addresses that the rules let through, and to no other."""

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
        raise Blocked("url_scheme", "Only http and https are possible.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Transport(httpx.AsyncBaseTransport):
    """httpx on httpcore with the gate between; made of public parts only, so that no update can open it unseen."""

    def __init__(self, rules: Rules, gate: Gate, context: ssl.SSLContext, connections: int) -> None:
        self._rules = rules
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context, max_connections=connections, keepalive_expiry=5.0, network_backend=gate
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._rules.check(request.url)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        # a name of the caller's choice for TLS would take the certificate check away from the URL
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
    """httpcore's errors under httpx's names, which are the same."""
    try:
        yield
    except OtnetError:
        raise
    except Exception as error:
        kind = getattr(httpx, type(error).__name__, None)
        if not type(error).__module__.startswith("httpcore") or kind is None:
            raise
        raise kind(str(error)) from error


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
    """A client that goes nowhere inside. `allow` names hosts and networks that an operator lets in, `ports` more
    ports; `context` is for a certificate authority of one's own. Requests raise Blocked besides httpx's errors."""
    rules = Rules(allow, ports)
    gate = Gate(rules, resolve, inner or httpcore.AnyIOBackend())
    return httpx.AsyncClient(
        transport=Transport(rules, gate, context or httpx.create_ssl_context(trust_env=False), connections),
        trust_env=False,
        follow_redirects=redirects > 0,
        max_redirects=redirects,
        timeout=timeout,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
    )
