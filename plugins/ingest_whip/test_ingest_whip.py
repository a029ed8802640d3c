"""ffmpeg and hostile clients at the WHIP server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from otnet_server import IngestUrlRequest
from otnet_server.testing import checks, enabled
from otnet_server.testing import ingest as suite
from tests.live.encoder import duration_s, probe
from tests.live.whip import publish, publishing

pytest.importorskip("aiortc")
HOST, KEY = suite.HOST, suite.KEY
OFFER = {"Content-Type": "application/sdp", "Authorization": f"Bearer {KEY}"}


def whip_ingest(**options: Any) -> Any:
    config = {"ingest_whip": {"host": HOST, "port": 0, "addresses": [HOST], **options}}
    return enabled("ingest_whip", data=Path("data"), config=config).ingests()[0]


@contextlib.asynccontextmanager
async def running(host: suite.Host, **options: Any) -> AsyncIterator[Any]:
    ingest = whip_ingest(**options)
    await ingest.start(host)
    try:
        yield ingest
    finally:
        await ingest.close()


def url(ingest: Any) -> str:
    return str(ingest.url(IngestUrlRequest(HOST, KEY)))


async def test_a_stream_of_ffmpeg_arrives(tmp_path: Path) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        assert KEY not in url(ingest)
        await publish(f"{url(ingest)}#{KEY}")
        await asyncio.wait_for(host.inputs[KEY].closed.wait(), 10)
        report = probe(bytes(host.inputs[KEY].data), tmp_path / "stream.ts")
        assert "Video: h264" in report and "Audio: opus" in report and duration_s(report) > 0.5
    [request] = host.requests
    assert (request.protocol, request.key, host.containers) == ("whip", KEY, ["mpegts"])
    assert url(ingest) == ""


class WithKey:
    """The ingest with the key behind the address, for encoders that get nothing else."""

    def __init__(self) -> None:
        self._ingest = whip_ingest()
        self.name, self.protocol = self._ingest.name, self._ingest.protocol
        self.start, self.close = self._ingest.start, self._ingest.close

    def url(self, request: IngestUrlRequest) -> str:
        return f"{self._ingest.url(request)}#{request.key}"


@pytest.mark.parametrize("check", checks(suite), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any]) -> None:
    await check(WithKey, publish)


async def test_a_refused_publisher_gets_a_sentence() -> None:
    host = suite.Host()
    async with running(host) as ingest, httpx.AsyncClient() as http:
        offer = await ffmpeg_offer()
        headers = {**OFFER, "Authorization": f"Bearer {suite.REFUSED_KEY}"}
        answer = await http.post(url(ingest), content=offer, headers=headers)
        assert answer.status_code == 401 and answer.text == "This stream key is not valid. Copy it again."
        assert answer.headers["www-authenticate"] == "Bearer" and not host.inputs
        async with publishing(url(ingest), suite.REFUSED_KEY) as process:
            _, errors = await process.communicate()
        assert process.returncode and b"401" in errors


async def test_requests_that_are_no_offers_are_refused() -> None:
    host = suite.Host()
    async with running(host) as ingest, httpx.AsyncClient() as http:
        post, to = http.post, url(ingest)
        offer = await ffmpeg_offer()
        assert (await post(to, content=offer, headers={"Content-Type": "application/sdp"})).status_code == 401
        assert (await post(to, content=offer, headers={**OFFER, "Authorization": "Basic x"})).status_code == 401
        assert (await post(to, content=offer, headers={**OFFER, "Content-Type": "text/plain"})).status_code == 415
        assert (await post(to, content=b"v=0" + bytes(70_000), headers=OFFER)).status_code == 413
        for bad in (
            b"",
            b"x",
            b"v=0\r\n",
            b"\xff" * 50,
            offer[: len(offer) // 3],
            offer.replace("H264", "H265").encode(),
        ):
            assert (await post(to, content=bad, headers=OFFER)).status_code == 422, bad[:20]
        assert not host.inputs
        for method, path, status in (
            ("PATCH", "/x", 405), ("DELETE", "/x", 404), ("GET", "", 405), ("PUT", "", 405), ("OPTIONS", "", 204),
        ):  # fmt: skip
            assert (await http.request(method, to + path)).status_code == status, method


async def test_a_browser_that_prefers_other_codecs_gets_an_answer_with_h264_and_opus_only() -> None:
    from aiortc import RTCPeerConnection

    connection = RTCPeerConnection()
    for kind in ("video", "audio"):
        connection.addTransceiver(kind, direction="sendonly")
    offer = (await connection.createOffer()).sdp
    await connection.close()
    assert offer.index("VP8") < offer.index("H264")
    async with running(suite.Host()) as ingest, httpx.AsyncClient() as http:
        answer = await http.post(url(ingest), content=offer, headers=OFFER)
        assert answer.status_code == 201 and "H264" in answer.text and "opus" in answer.text
        assert "VP8" not in answer.text and "PCMU" not in answer.text


async def test_sessions_are_limited_and_end_with_a_delete() -> None:
    host = suite.Host()
    async with running(host, max_sessions=1) as ingest, httpx.AsyncClient() as http:
        offer = await ffmpeg_offer()
        first = await http.post(url(ingest), content=offer, headers=OFFER)
        assert first.status_code == 201 and first.headers["content-type"] == "application/sdp" and first.headers["etag"]
        assert "a=candidate" in first.text and "H264" in first.text and "opus" in first.text
        assert (await http.post(url(ingest), content=offer, headers=OFFER)).status_code == 503
        session = url(ingest).removesuffix("/whip") + first.headers["location"]
        assert (await http.delete(session)).status_code == 200
        await asyncio.wait_for(host.inputs[KEY].closed.wait(), 10)
        assert (await http.delete(session)).status_code == 404
        again = await http.post(url(ingest), content=offer, headers=OFFER)
        assert again.status_code == 201


async def test_the_process_is_started_again_when_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    host = suite.Host()
    async with running(host) as ingest:
        server = ingest._server
        monkeypatch.setitem(type(server)._run.__globals__, "RESTART_S", 0.1)
        first = server._process
        first.kill()
        async with asyncio.timeout(20):
            while server._process is first or not url(ingest):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await publish(f"{url(ingest)}#{KEY}")
        assert host.inputs[KEY].data


async def test_a_busy_port_is_a_warning_and_not_a_failure() -> None:
    with socket.create_server((HOST, 0)) as other, structlog.testing.capture_logs() as logs:
        async with running(suite.Host(), port=other.getsockname()[1]) as ingest:
            assert url(ingest) == "" and ingest.problem.code == "port_busy"
    [warning] = [entry for entry in logs if entry["log_level"] == "warning"]
    assert "the port can't be used" in warning["event"] and warning["remedy"]


async def ffmpeg_offer() -> str:
    """The offer of a real ffmpeg."""
    offers = asyncio.Queue[str]()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            size = int(head.split("content-length:")[1].split("\r\n")[0])
            offers.put_nowait((await reader.readexactly(size)).decode())
        writer.write(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(connected, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with publishing(f"http://{HOST}:{port}/whip", "x"):
            return await asyncio.wait_for(offers.get(), 20)
