"""Real encoders and hostile clients on the ports of RTMP and RTMPS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from otnet_server import IngestUrlRequest, OtnetError
from otnet_server.testing import checks, enabled
from otnet_server.testing import ingest as suite
from tests.live.encoder import H264, HEVC, duration_s, probe, publish
from tests.live.rtmp_client import media, opening, set_chunk_size

HOST = "127.0.0.1"
KEY = "k" * 40


def rtmp_ingest(**options: Any) -> Any:
    config = {"ingest_rtmp": {"host": HOST, "port": 0, **options}}
    return enabled("ingest_rtmp", data=Path("data"), config=config).ingests()[0]


@contextlib.asynccontextmanager
async def running(host: suite.Host, **options: Any) -> AsyncIterator[Any]:
    ingest = rtmp_ingest(**options)
    await ingest.start(host)
    try:
        yield ingest
    finally:
        await ingest.close()


def url(ingest: Any, key: str = KEY) -> str:
    return str(ingest.url(IngestUrlRequest(HOST, key)))


@pytest.mark.parametrize("check", checks(suite), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(rtmp_ingest, publish)


async def test_a_stream_of_ffmpeg_arrives_whole(tmp_path: Path) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        await publish(url(ingest), 2)
    assert [(r.key, r.application, r.protocol) for r in host.requests] == [(KEY, "live", "rtmp")]
    report = probe(bytes(host.inputs[KEY].data), tmp_path / "stream.flv")
    assert "Video: h264" in report and "Audio: aac" in report
    assert abs(duration_s(report) - 2) < 0.1


async def test_hevc_by_enhanced_rtmp_passes(tmp_path: Path) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        await publish(url(ingest), 1, HEVC, "-rtmp_enhanced_codecs", "hvc1")
    assert "Video: hevc" in probe(bytes(host.inputs[KEY].data), tmp_path / "stream.flv")


async def test_a_refused_encoder_prints_the_sentence() -> None:
    async with running(suite.Host()) as ingest:
        with pytest.raises(ConnectionError, match=r"Server error: This stream key is not valid\. Copy it again\."):
            await publish(url(ingest, suite.REFUSED_KEY))


async def test_another_application_is_refused_with_the_right_address() -> None:
    host = suite.Host()
    async with running(host) as ingest:
        with pytest.raises(ConnectionError, match="must be “live”: rtmp://SERVER/live"):
            await publish(url(ingest).replace("/live/", "/other/"))
    assert not host.requests


async def test_garbage_and_slow_clients_do_not_disturb_a_publisher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        monkeypatch.setattr(_connection(), "PUBLISH_S", 0.5)
        port = urlsplit(url(ingest)).port
        clients = [await asyncio.open_connection(HOST, port) for _ in range(6)]
        for n, (_, writer) in enumerate(clients):
            writer.write([b"GET / HTTP/1.1\r\n\r\n", b"\x03", b"\x03" + bytes(1536), bytes(5000), b"\xff" * 9, b""][n])
        with structlog.testing.capture_logs() as logs:
            await asyncio.gather(publish(url(ingest), 1), *(_is_closed(reader) for reader, _ in clients))
        for _, writer in clients:
            writer.close()
    assert duration_s(probe(bytes(host.inputs[KEY].data), tmp_path / "stream.flv")) > 0.9
    assert len([e for e in logs if e["event"] == "an RTMP connection was closed"]) == 6
    assert KEY not in str(logs)


def _connection() -> Any:
    """The module with the times."""
    return sys.modules["otnet_plugins.ingest_rtmp.connection"]


async def _is_closed(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            while await reader.read(5000):
                pass


async def test_an_encoder_that_falls_silent_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        monkeypatch.setattr(_connection(), "SILENCE_S", 0.3)
        reader, writer = await asyncio.open_connection(HOST, urlsplit(url(ingest)).port)
        writer.write(opening(KEY) + media(9, 0, b"\x17\x00"))
        await _is_closed(reader)
        writer.close()
        assert host.inputs[KEY].closed.is_set() and len(host.inputs[KEY].data) > 13


async def test_nothing_is_read_while_the_server_waits() -> None:
    class Slow(suite.Input):
        async def write(self, data: bytes) -> None:
            await super().write(data)
            await asyncio.Event().wait()

    class SlowHost(suite.Host):
        async def publish(self, request: Any, container: Any) -> Any:
            self.inputs[request.key] = Slow()
            return self.inputs[request.key]

    host = SlowHost()
    async with running(host) as ingest:
        _, writer = await asyncio.open_connection(HOST, urlsplit(url(ingest)).port)
        writer.write(opening(KEY) + set_chunk_size(1 << 20))
        frame, sent = media(9, 0, bytes(1 << 20), 1 << 20), 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                for _ in range(64):
                    writer.write(frame)
                    await writer.drain()
                    sent += len(frame)
        assert sent < 32 << 20, "the encoder is held up"
        assert len(host.inputs[KEY].data) < 4 << 20
        writer.transport.abort()


async def test_connections_of_one_address_and_of_all_are_limited() -> None:
    for options in ({"max_connections": 2}, {"max_connections_per_address": 2}):
        async with running(suite.Host(), **options) as ingest:
            port = urlsplit(url(ingest)).port
            clients = [await asyncio.open_connection(HOST, port) for _ in range(2)]
            refused, writer = await asyncio.open_connection(HOST, port)
            await _is_closed(refused)
            writer.close()
            for _, other in clients:
                other.close()
            await asyncio.sleep(0.05)
            await publish(url(ingest), 0.2)


async def test_a_busy_port_is_a_warning_and_not_a_failure() -> None:
    async with running(suite.Host()) as first:
        port = urlsplit(url(first)).port
        with structlog.testing.capture_logs() as logs:
            async with running(suite.Host(), port=port) as second:
                assert (second.problem.code, first.problem) == ("port_busy", None)
                assert f"another program uses port {port}" in second.problem.message and second.problem.remedy
    [warning] = [entry for entry in logs if entry["log_level"] == "warning"]
    assert "the port is not available" in warning["event"] and warning["port"] == port and warning["remedy"]


async def test_the_address_is_that_of_the_port_that_works(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    tls = {"tls_certificate": certificate, "tls_key": key}
    with socket.create_server((HOST, 0)) as other:
        busy = other.getsockname()[1]
        async with running(suite.Host(), tls_port=busy, **tls) as plain:
            assert url(plain).startswith("rtmp://") and plain.problem is None
        async with running(suite.Host(), port=busy, tls_port=0, **tls) as encrypted:
            assert url(encrypted).startswith("rtmps://") and encrypted.problem is None


async def test_rtmps_receives_streams_with_the_certificate(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    host = suite.Host()
    async with running(host, tls_port=0, tls_certificate=certificate, tls_key=key) as ingest:
        assert url(ingest).startswith("rtmps://")
        await publish(url(ingest), 0.5, H264, "-tls_verify", "0")
    assert host.inputs[KEY].data


async def test_a_certificate_that_is_missing_stops_the_start_with_the_reason(tmp_path: Path) -> None:
    options = {"tls_port": 0, "tls_certificate": tmp_path / "none.pem", "tls_key": tmp_path / "none.pem"}
    host = enabled("ingest_rtmp", data=Path("data"), config={"ingest_rtmp": {"host": HOST, "port": 0, **options}})
    try:
        with pytest.raises(OtnetError, match="“ingest_rtmp” failed to receive streams: the certificate of RTMPS"):
            await host.start_ingests(suite.Host())
    finally:
        await host.close_ingests()
    with pytest.raises(OtnetError, match="tls_port needs tls_certificate and tls_key"):
        rtmp_ingest(tls_port=443)


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    ).sign(key, hashes.SHA256())
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))  # fmt: skip
    return paths
