"""The servers of RTMP and RTMPS: two ports, and the limits of their connections.

The ports are open to everybody, so a connection has little time and memory until it publishes, and one address has few
connections. A port that is busy is a warning: the server starts without live streams.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import ssl
from collections import Counter
from functools import partial

from otnet_server import IngestHost, IngestUrlRequest, OtnetError, log

from .config import Config
from .connection import receive

APPLICATION = "live"
TLS_HANDSHAKE_S = 10.0


class RtmpIngest:
    name = "ingest_rtmp"
    protocol = "rtmp"

    def __init__(self, config: Config, address: str) -> None:
        self._config, self._address = config, address
        self._ports = {"rtmp": config.port, "rtmps": config.tls_port}
        self._servers: list[asyncio.Server] = []
        self._problems: dict[str, OtnetError] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._by_network: Counter[str] = Counter()

    async def start(self, host: IngestHost) -> None:
        await self._listen(host, "rtmp", None)
        if self._config.tls_port is not None:
            await self._listen(host, "rtmps", tls_context(self._config))

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def problem(self) -> OtnetError | None:
        """Why it receives nothing, after the start."""
        return None if self._servers else next(iter(self._problems.values()), None)

    def url(self, request: IngestUrlRequest) -> str:
        """With TLS, if it is on: it keeps the key secret. Before the start, the address of the configuration."""
        usable = {scheme: port for scheme, port in self._ports.items() if scheme not in self._problems} or self._ports
        scheme = "rtmps" if usable.get("rtmps") is not None else "rtmp"
        if not self._ports[scheme]:
            return ""
        host = f"[{request.host}]" if ":" in request.host else request.host
        return f"{scheme}://{host}:{self._ports[scheme]}/{APPLICATION}/{request.key}"

    async def _listen(self, host: IngestHost, scheme: str, tls: ssl.SSLContext | None) -> None:
        port = self._ports[scheme]
        connected = partial(self._connected, host)
        timeout_s = TLS_HANDSHAKE_S if tls is not None else None
        try:
            server = await asyncio.start_server(
                connected, self._address, port, ssl=tls, ssl_handshake_timeout=timeout_s
            )
        except OSError as e:
            self._problems[scheme] = unusable(scheme, port, e)
            log.warning(
                f"live streams can't be received by {scheme.upper()}: the port is not available",
                address=self._address,
                port=port,
                why=e.strerror or str(e),
                remedy="stop the other program, or change the port in [plugins.config.ingest_rtmp]",
            )
            return
        self._servers.append(server)
        self._ports[scheme] = server.sockets[0].getsockname()[1]
        log.info(f"receiving live streams by {scheme.upper()}", address=self._address, port=self._ports[scheme])

    def _connected(self, host: IngestHost, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if not peer:  # it has left already
            writer.transport.abort()
            return
        address = peer[0]
        network = network_of(address)
        full = len(self._connections) >= self._config.max_connections
        if full or self._by_network[network] >= self._config.max_connections_per_address:
            log.warning("an RTMP connection was refused: too many connections", address=address, all=full)
            writer.transport.abort()
            return
        self._by_network[network] += 1
        task = asyncio.ensure_future(receive(host, APPLICATION, address, reader, writer))
        self._connections.add(task)
        task.add_done_callback(partial(self._disconnected, address, network))

    def _disconnected(self, address: str, network: str, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._by_network[network] -= 1
        if not self._by_network[network]:
            del self._by_network[network]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an RTMP connection failed", address=address, exc_info=error)


def unusable(scheme: str, port: int | None, error: OSError) -> OtnetError:
    in_use = error.errno == errno.EADDRINUSE
    why = f"another program uses port {port}" if in_use else f"port {port} can't be used ({error.strerror or error})"
    remedy = "Stop that program, or change the port" if in_use else "Change the host or the port"
    return OtnetError(
        "port_busy" if in_use else "port_unusable",
        f"This server can't receive streams by {scheme.upper()}: {why}.",
        f"{remedy} in [plugins.config.ingest_rtmp], and start the server again.",
    )


def network_of(address: str) -> str:
    """The network that counts as one address: an IPv6 client has the 2⁶⁴ addresses of a /64 network. Pure."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return address if ip.version == 4 else str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))


def tls_context(config: Config) -> ssl.SSLContext:
    """Raises OtnetError if the certificate can't be used."""
    assert config.tls_certificate is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(config.tls_certificate, config.tls_key)
    except (OSError, ssl.SSLError) as e:  # an SSLError may name a line of the file, but not its content
        raise OtnetError(
            "tls_certificate",
            f"the certificate of RTMPS can't be used: {e.strerror or type(e).__name__}",
            "Check tls_certificate and tls_key: two files in PEM that belong together.",
        ) from e
    return context
