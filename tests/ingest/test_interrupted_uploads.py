"""Uploads interrupted at random bytes, by a kill of the server or of the client, arrive complete."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from otnet_server.ingest.tus_client import UploadFailed, upload
from tests.harness import ROOT
from tests.ingest.serving import film, make_uploads, serving, until, uploads_app
from tests.ingest.test_tus import BODY, TUS, meta

SIZE = 1 << 20


class CuttingProxy:
    """A proxy that drops each connection after the next number of bytes in `cuts`."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.port, self.cuts = port, cuts

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self.cuts.pop(0) if self.cuts else 1 << 60
        behind, ahead = await asyncio.open_connection("127.0.0.1", self.port)
        back = asyncio.create_task(self._back(behind, writer))
        with contextlib.suppress(OSError):
            while left > 0 and (data := await reader.read(min(left, 16384))):
                left -= len(data)
                ahead.write(data)
                await ahead.drain()
        back.cancel()
        await asyncio.gather(back, return_exceptions=True)
        for one in (ahead, writer):
            one.transport.abort()

    async def _back(self, behind: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await behind.read(16384):
                writer.write(data)
                await writer.drain()


@settings(max_examples=12)
@given(
    cuts=st.lists(st.integers(1, SIZE // 3), min_size=1, max_size=6),
    chunk=st.sampled_from([70_000, 300_000, SIZE]),
    seed=st.integers(0, 99),
)
def test_upload_resumes_after_random_disconnects(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], chunk: int, seed: int
) -> None:
    base = tmp_path_factory.mktemp("cut")
    data = film(SIZE + seed, seed)
    (base / "film.mkv").write_bytes(data)
    seen: list[int] = []

    async def run() -> None:
        async with (
            serving(uploads_app(make_uploads(base))) as url,
            CuttingProxy(int(url.rpartition(":")[2]), cuts) as wire,
            httpx.AsyncClient() as client,
        ):
            await upload(
                client, f"{wire}/uploads", base / "film.mkv", {"library": "films"}, chunk=chunk, memory=base / "memory",
                progress=lambda done, total: seen.append(done), patience=20, pause=lambda failures: 0,
            )  # fmt: skip

    asyncio.run(run())
    assert [p.name for p in (base / "library").iterdir()] == ["film.mkv"]
    assert (base / "library" / "film.mkv").read_bytes() == data
    assert seen == sorted(seen) and seen[-1] == len(data)
    assert not list((base / "memory").iterdir()), "nothing is left to remember"


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, SIZE), max_size=8))
def test_received_bytes_count_without_checksums(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    """As browsers send: one request for the rest of the file, interrupted anywhere, resumed from the offset of HEAD."""
    base, data = tmp_path_factory.mktemp("plain"), film(SIZE)

    async def run() -> None:
        async with serving(uploads_app(make_uploads(base))) as server, httpx.AsyncClient(base_url=server) as http:
            made = await http.post("/uploads", headers=TUS | {"Upload-Length": str(SIZE)} | meta())
            url, port = made.headers["location"], int(server.rpartition(":")[2])
            for cut in cuts:
                offset = await _offset(http, url)
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                head = [
                    f"PATCH {url} HTTP/1.1",
                    "Host: x",
                    f"Content-Length: {SIZE - offset}",
                    f"Upload-Offset: {offset}",
                ]
                head += [f"{k}: {v}" for k, v in BODY.items()]
                writer.write(("\r\n".join(head) + "\r\n\r\n").encode() + data[offset : min(offset + cut, SIZE - 1)])
                await writer.drain()
                writer.close()
                await writer.wait_closed()
                await until("the server noticed", lambda: _free(http, url))
                assert await _offset(http, url) >= offset
            offset = await _offset(http, url)
            headers = BODY | {"Upload-Offset": str(offset)}
            assert (await http.patch(url, headers=headers, content=data[offset:])).status_code == 204

    asyncio.run(run())
    assert (base / "library" / "film.mkv").read_bytes() == data


async def _offset(http: httpx.AsyncClient, url: str) -> int:
    return int((await http.head(url, headers=TUS)).headers["upload-offset"])


async def _free(http: httpx.AsyncClient, url: str) -> bool:
    """Whether the upload is unlocked: an empty PATCH is accepted."""
    headers = BODY | {"Upload-Offset": str(await _offset(http, url))}
    return (await http.patch(url, headers=headers)).status_code == 204


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for one in started:
        one.kill()
        one.wait()
        assert one.stdout
        one.stdout.close()


def server(base: Path, processes: list[subprocess.Popen[str]]) -> str:
    one = subprocess.Popen(
        [sys.executable, "-m", "tests.ingest.tus_app", str(base)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    processes.append(one)
    assert one.stdout
    return one.stdout.readline().strip()


async def test_upload_resumes_after_the_server_is_killed(
    tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    """SIGKILL during a request, several times; the URL of the upload stays valid after each restart."""
    data, rng = film(24 << 20), random.Random(7)
    (tmp_path / "film.mkv").write_bytes(data)
    stops = sorted(rng.randrange(1, 16 << 20) for _ in range(3))
    at = {"url": await asyncio.to_thread(server, tmp_path, processes)}

    def written() -> int:
        with contextlib.suppress(OSError):
            return max((p.stat().st_size for p in (tmp_path / "uploads").glob("*/*.data")), default=0)
        return 0

    async with httpx.AsyncClient(transport=MovingTransport(at)) as client:
        sending = asyncio.create_task(
            upload(
                client, "http://otnet.test/uploads", tmp_path / "film.mkv", {"library": "films"},
                chunk=8 << 20, memory=tmp_path / "memory", patience=10_000, pause=lambda failures: 0.01,
            )
        )  # fmt: skip
        while not sending.done():
            await asyncio.wait([sending], timeout=0.001)
            if stops and written() >= stops[0]:
                stops.pop(0)
                processes[-1].send_signal(signal.SIGKILL)
                await asyncio.to_thread(processes[-1].wait)
                at["url"] = await asyncio.to_thread(server, tmp_path, processes)
        await sending
    assert len(processes) >= 2
    assert {p.name: p.read_bytes() == data for p in (tmp_path / "library").iterdir()} == {"film.mkv": True}


class MovingTransport(httpx.AsyncBaseTransport):
    """Sends requests to the current port of a server that restarts on another one."""

    def __init__(self, at: dict[str, str]) -> None:
        self._at, self._inner = at, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        now = httpx.URL(self._at["url"])
        request.url = request.url.copy_with(host=now.host, port=now.port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextlib.asynccontextmanager
async def upload_client(
    base: Path, app: ASGIApp | None = None
) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, Any]]]:
    async with serving(app or uploads_app(make_uploads(base))) as url, httpx.AsyncClient(base_url=url) as client:
        yield client, {"memory": base / "memory", "pause": lambda failures: 0, "patience": 4}


async def test_another_process_resumes_the_upload(tmp_path: Path) -> None:
    data, path = film(SIZE), tmp_path / "film.mkv"
    path.write_bytes(data)
    offsets: list[int] = []

    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        if done >= 400_000:
            raise Interrupted

    async with upload_client(tmp_path) as (client, given):
        with pytest.raises(Interrupted):
            await upload(client, "/uploads", path, {"library": "films"}, chunk=100_000, progress=interrupt, **given)
        await upload(
            client, "/uploads", path, {"library": "films"}, chunk=100_000, **given,
            progress=lambda done, total: offsets.append(done),
        )  # fmt: skip
    assert offsets[0] == 400_000
    assert (tmp_path / "library" / "film.mkv").read_bytes() == data
    assert len(list((tmp_path / "library").iterdir())) == 1


async def test_upload_restarts_when_the_server_has_lost_it(tmp_path: Path) -> None:
    data, path, forgotten = film(300_000), tmp_path / "film.mkv", []
    path.write_bytes(data)

    async with upload_client(tmp_path) as (client, given):

        def forget(done: int, total: int) -> None:
            if done == 100_000 and not forgotten:
                forgotten.append(done)
                for one in (tmp_path / "uploads").glob("*/*"):
                    one.unlink()

        await upload(client, "/uploads", path, {"library": "films"}, chunk=100_000, progress=forget, **given)
    assert (tmp_path / "library" / "film.mkv").read_bytes() == data


async def test_file_changed_during_upload_fails(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(film(300_000))
    async with upload_client(tmp_path) as (client, given):
        with pytest.raises(UploadFailed) as failed:
            await upload(
                client, "/uploads", path, {"library": "films"}, chunk=100_000, **given,
                progress=lambda done, total: path.write_bytes(film(300_001)) and None,
            )  # fmt: skip
    assert failed.value.code == "file_changed"


@pytest.mark.parametrize(
    ("name", "data", "library", "code"),
    [
        ("film.txt", b"x", "films", "type_not_accepted"),
        ("film.mkv", b"<html>", "films", "refused_html"),
        ("film.mkv", film(10), "others", "unknown_library"),
        ("film.mkv", b"", "films", "refused_empty"),
    ],
)
async def test_server_refusals_are_reported_to_the_user(
    tmp_path: Path, name: str, data: bytes, library: str, code: str
) -> None:
    (tmp_path / name).write_bytes(data)
    async with upload_client(tmp_path) as (client, given):
        with pytest.raises(UploadFailed) as failed:
            await upload(client, "/uploads", tmp_path / name, {"library": library}, **given)
    assert failed.value.code == code and failed.value.remedy is not None


async def test_upload_gives_up_on_an_unreachable_server(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_bytes(film(10))
    waits: list[int] = []
    async with httpx.AsyncClient() as client:
        with pytest.raises(UploadFailed) as failed:
            await upload(
                client, "http://127.0.0.1:9/uploads", tmp_path / "film.mkv", {}, memory=tmp_path / "memory",
                pause=lambda failures: waits.append(failures) or 0, patience=3,
            )  # fmt: skip
    assert failed.value.code == "connection"
    assert waits == [1, 2]


async def test_upload_location_on_another_host_is_refused(tmp_path: Path) -> None:
    """A server that answers with an upload URL on another host receives neither the file nor the key."""
    (tmp_path / "film.mkv").write_bytes(film(10))
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["method"])
        headers = [(b"location", b"http://169.254.169.254/uploads/1")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body"})

    async with upload_client(tmp_path, app) as (client, given):
        with pytest.raises(UploadFailed) as failed:
            await upload(client, "/uploads", tmp_path / "film.mkv", {}, **given)
    assert failed.value.code == "upload_location"
    assert asked == ["POST"]


async def test_corrupted_bytes_are_sent_again(tmp_path: Path) -> None:
    data, inner, spoiled = film(200_000), uploads_app(make_uploads(tmp_path)), []
    (tmp_path / "film.mkv").write_bytes(data)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def changed() -> Message:
            message = await receive()
            if scope["method"] == "PATCH" and message.get("body") and not spoiled:
                spoiled.append(True)
                message["body"] = b"?" + message["body"][1:]
            return message

        await inner(scope, changed, send)

    async with upload_client(tmp_path, app) as (client, given):
        await upload(client, "/uploads", tmp_path / "film.mkv", {"library": "films"}, **given)
    assert spoiled
    assert (tmp_path / "library" / "film.mkv").read_bytes() == data
