"""Imports by URL: complete downloads, resuming after interruptions, and error reports."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from otnet_server.errors import ApiError, StorageUnavailable
from otnet_server.ingest import downloads
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.ingest.downloads import DownloadFailed, Fetched, Limits, download
from otnet_server.ingest.guarded import MAX_REDIRECTS, client
from otnet_server.ingest.imports import Import, Imports
from otnet_server.media.filenames import is_media
from tests.ingest.serving import film, serving, until

HERE = frozenset({"127.0.0.1"})


class Origin:
    """A server of one file that can drop connections, stall, change the file and ignore range requests."""

    def __init__(self, data: bytes) -> None:
        self.data, self.etag, self.ranges, self.status = data, '"one"', True, 200
        self.headers: dict[str, str] = {}
        self.breaks: list[int] = []
        self.length = True
        self.hold = asyncio.Event()
        self.hold.set()
        self.seen: list[dict[str, str]] = []
        self.sent = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        self.seen.append(dict(request.headers))
        if request.url.path.startswith("/to/"):
            return await _reply(send, 302, {"location": request.url.path.removeprefix("/to/")}, b"")
        if self.status != 200:
            return await _reply(send, self.status, {}, b"no")
        start, status, headers = 0, 200, dict(self.headers)
        if self.etag:
            headers["etag"] = self.etag
        given = request.headers.get("range", "")
        if self.ranges and given and request.headers.get("if-range") == self.etag:
            start, status = int(given.removeprefix("bytes=").removesuffix("-")), 206
            if start >= len(self.data):
                return await _reply(send, 416, {"content-range": f"bytes */{len(self.data)}"}, b"")
            headers["content-range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        if self.length:
            headers.setdefault("content-length", str(len(self.data) - start))
        await send({"type": "http.response.start", "status": status, "headers": _raw(headers)})
        stop = self.breaks.pop(0) if self.breaks else len(self.data)
        for at in range(start, len(self.data), 65536):
            if at >= stop:
                raise ConnectionAbortedError  # the server drops the connection
            if at >= start + 131072:
                await self.hold.wait()
            self.sent += len(self.data[at : at + 65536])
            await send({"type": "http.response.body", "body": self.data[at : at + 65536], "more_body": True})
        await send({"type": "http.response.body"})


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(k.encode(), v.encode()) for k, v in headers.items()]


async def _reply(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _raw(headers)})
    await send({"type": "http.response.body", "body": body})


class Bench:
    def __init__(self, base: Path, origin: Origin, url: str) -> None:
        self.base, self.origin, self.url, self.library = base, origin, url, base / "library"
        self.library.mkdir(exist_ok=True)
        self.free = 1 << 40

    @contextlib.asynccontextmanager
    async def imports(self, **more: Any) -> AsyncIterator[Imports]:
        given: dict[str, Any] = {
            "limits": Limits(max_bytes=16 << 20), "accepts": is_media, "rules": Rules(HERE), "pause": lambda failures: 0,
            "free": lambda folder: self.free,
        }  # fmt: skip
        imports = Imports(self.base / "imports", **given | more)
        await imports.open()
        try:
            yield imports
        finally:
            await imports.close()

    async def ended(self, imports: Imports, id: str) -> Import:
        def look() -> Import | None:
            one = imports.state(id, "ada")
            return one if one is not None and one.state in ("done", "failed") else None

        found = await until("the import ends", look)
        assert found is not None
        return found

    async def run(self, path: str = "/film.mkv", name: str = "", **more: Any) -> Import:
        async with self.imports(**more) as imports:
            return await self.ended(imports, await imports.start(self.url + path, self.library, "ada", name))

    def arrived(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in self.library.iterdir()}

    def left(self) -> list[str]:
        return sorted(p.suffix for p in (self.base / "imports").iterdir())


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    origin = Origin(film(3 << 20))
    async with serving(origin) as url:
        yield Bench(tmp_path, origin, url)


async def test_file_is_imported(bench: Bench) -> None:
    one = await bench.run()
    assert one.document() == {
        "id": one.id, "state": "done", "name": "film.mkv", "bytes": 3 << 20, "total": 3 << 20, "error": None,
    }  # fmt: skip
    assert bench.arrived() == {"film.mkv": bench.origin.data}
    async with bench.imports() as imports:
        assert imports.arrived_as(one.id, "ada") == bench.library / "film.mkv"
        assert imports.arrived_as(one.id, "bob") is None
    assert bench.left() == [".json"]
    assert (await bench.run()).name == "film (2).mkv"


@pytest.mark.parametrize(
    ("path", "header", "given", "name"),
    [
        ("/a/F%C3%B6hn.mkv?x=y.mp4", "", "", "Föhn.mkv"),
        ("/download", "", "", "download.mkv"),
        ("/", "", "", "import.mkv"),
        ("/download.php", 'attachment; filename="../../My film.mkv"', "", "My film.mkv"),
        ("/a.mkv", "attachment; filename=b.mkv", "../.c.mkv", "c.mkv"),
        ("/..%2f..%2f-x.mkv", "", "", "x.mkv"),
    ],
)
async def test_imported_file_is_named_by_argument_header_or_url(
    bench: Bench, path: str, header: str, given: str, name: str
) -> None:
    bench.origin.headers = {"content-disposition": header} if header else {}
    assert (await bench.run(path, given)).name == name
    assert set(bench.arrived()) == {name}


async def test_broken_connection_is_resumed_with_range_requests(bench: Bench) -> None:
    bench.origin.breaks = [1 << 20, 2 << 20]
    assert (await bench.run()).state == "done"
    assert bench.arrived() == {"film.mkv": bench.origin.data}
    ranges = [int(seen["range"][6:-1]) for seen in bench.origin.seen if "range" in seen]
    assert len(ranges) == 2 and 0 < ranges[0] < ranges[1]
    assert bench.origin.sent == len(bench.origin.data), "no byte came twice"


@pytest.mark.parametrize("how", ["no ranges", "no etag", "weak etag", "no length"])
async def test_import_restarts_without_range_support(bench: Bench, how: str) -> None:
    bench.origin.breaks = [1 << 20]
    if how == "no ranges":
        bench.origin.ranges = False
    elif how == "no length":
        bench.origin.length = False
    else:
        bench.origin.etag = "" if how == "no etag" else 'W/"one"'
    assert (await bench.run()).state == "done"
    assert bench.arrived() == {"film.mkv": bench.origin.data}


async def test_changed_file_at_the_same_url_is_fetched_anew(bench: Bench) -> None:
    bench.origin.breaks = [1 << 20]
    bench.origin.hold.clear()
    async with bench.imports() as imports:
        id = await imports.start(f"{bench.url}/film.mkv", bench.library, "ada")
        await until("it is under way", lambda: bench.origin.sent)
        bench.origin.hold.set()
        bench.origin.data, bench.origin.etag = film(2 << 20, seed=5), '"two"'
        assert (await bench.ended(imports, id)).state == "done"
    assert bench.arrived() == {"film.mkv": film(2 << 20, seed=5)}


async def test_import_resumes_after_a_restart(bench: Bench) -> None:
    bench.origin.breaks = [2 << 20]
    paused = asyncio.Event()
    async with bench.imports(pause=lambda failures: paused.set() or 3600) as imports:
        id = await imports.start(f"{bench.url}/film.mkv", bench.library, "ada")
        await asyncio.wait_for(paused.wait(), 60)
    record = json.loads((bench.base / "imports" / f"{id}.json").read_text())
    assert record["state"] == "running" and record["fetched"]["kept"] > 0
    async with bench.imports() as imports:
        assert (await bench.ended(imports, id)).state == "done"
    assert bench.arrived() == {"film.mkv": bench.origin.data}
    assert bench.origin.seen[-1]["range"] == f"bytes={record['fetched']['kept']}-"
    assert bench.origin.sent == len(bench.origin.data)


async def test_only_the_owner_can_see_and_cancel_an_import(bench: Bench) -> None:
    bench.origin.hold.clear()
    async with bench.imports() as imports:
        id = await imports.start(f"{bench.url}/film.mkv", bench.library, "ada")
        await until("it is under way", lambda: bench.origin.sent)
        assert (
            imports.state(id, "eve") is None and not await imports.cancel(id, "eve") and imports.owned_by("eve") == []
        )
        assert await imports.cancel(id, "ada")
        assert imports.state(id, "ada") is None and not await imports.cancel(id, "ada")
        bench.origin.hold.set()
    assert bench.left() == [] and bench.arrived() == {}


async def test_number_of_concurrent_and_open_imports_is_limited(bench: Bench) -> None:
    bench.origin.hold.clear()
    async with bench.imports(at_once=2, max_open=4) as imports:
        ids = [await imports.start(f"{bench.url}/film.mkv", bench.library, "ada") for _ in range(4)]
        await until("two are under way", lambda: len(bench.origin.seen) == 2)
        with pytest.raises(ApiError):
            await imports.start(f"{bench.url}/film.mkv", bench.library, "ada")
        assert [imports.state(id, "ada").state for id in ids] == ["running"] * 4
        bench.origin.hold.set()
        assert [(await bench.ended(imports, id)).state for id in ids] == ["done"] * 4
    assert len(bench.arrived()) == 4
    async with bench.imports(now=lambda: 4e9) as imports:
        assert imports.owned_by("ada") == [], "what ended long ago is forgotten"
    assert bench.left() == []


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"status": 404}, "http_status"),
        ({"status": 500}, "http_status"),
        ({"data": b"<html>sign in</html>"}, "refused_html"),
        ({"data": b"#EXTM3U\nfile:///etc/passwd\n" * 9}, "refused_playlist_hls"),
        ({"data": b"<html>" + b"x" * (8 << 20)}, "refused_html"),
        ({"data": b""}, "refused_empty"),
        ({"data": film(17 << 20)}, "too_large"),
        ({"data": film(17 << 20), "length": False}, "too_large"),
        ({"headers": {"content-encoding": "gzip"}}, "encoded"),
        ({"breaks": [0] * 20}, "connection"),
    ],
)
async def test_failed_imports_report_the_reason(bench: Bench, setting: dict[str, Any], code: str) -> None:
    for key, value in setting.items():
        setattr(bench.origin, key, value)
    one = await bench.run()
    assert one.state == "failed" and one.error is not None
    assert one.error["code"] == code and one.error["message"]
    assert bench.left() == [".json"] and bench.arrived() == {}
    assert bench.origin.sent < 17 << 20 or code == "too_large"


async def test_unaccepted_file_types_are_refused(bench: Bench) -> None:
    assert (await bench.run(accepts=lambda name: False)).error["code"] == "type_not_accepted"


async def test_full_disk_fails_the_import(bench: Bench) -> None:
    bench.free = 1 << 20
    assert (await bench.run()).error["code"] == "disk_full"
    assert bench.left() == [".json"]


async def test_private_urls_and_redirects_are_refused(bench: Bench) -> None:
    async with bench.imports() as imports:
        for url in ("file:///etc/passwd", "http://169.254.169.254/", "http://127.0.0.2/", "http://u:p@127.0.0.1/"):
            with pytest.raises(Blocked):
                await imports.start(url, bench.library, "ada")
        for to in ("http://169.254.169.254/latest/", "http://127.0.0.2:8000/", "http://127.0.0.1:22/"):
            one = await bench.ended(imports, await imports.start(f"{bench.url}/to/{to}", bench.library, "ada"))
            assert one.error is not None and one.error["code"] in ("address_private", "url_port")
        one = await bench.ended(imports, await imports.start(f"{bench.url}/to/{bench.url}/f.mkv", bench.library, "ada"))
        assert one.name == "f.mkv"
        loop = await bench.ended(imports, await imports.start(f"{bench.url}/to/" * 7 + "x", bench.library, "ada"))
        assert loop.error is not None and loop.error["code"] == "too_many_redirects"
    assert set(bench.arrived()) == {"f.mkv"}


async def test_kill_between_arrival_and_record_imports_the_file_once(bench: Bench) -> None:
    async with bench.imports() as imports:
        id = await imports.start(f"{bench.url}/film.mkv", bench.library, "ada")
        await bench.ended(imports, id)
    path = bench.base / "imports" / f"{id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": "arriving"}))
    async with bench.imports() as imports:
        assert (await bench.ended(imports, id)).state == "done"
    assert set(bench.arrived()) == {"film.mkv"}


async def test_slow_download_does_not_hold_a_slot(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SLOW_AFTER_S", 0.0)
    one = await bench.run(limits=Limits(min_bytes_per_s=1 << 50))
    assert one.error is not None and one.error["code"] == "too_slow"


async def test_download_reports_progress_resumes_and_enforces_limits(bench: Bench, tmp_path: Path) -> None:
    into, told = tmp_path / "x", []

    async def progress(fetched: Fetched) -> None:
        told.append(fetched.size)

    async with client(HERE, redirects=MAX_REDIRECTS) as http:
        done = await download(f"{bench.url}/film.mkv", into, progress=progress, http=http)
        assert done == Fetched(3 << 20, 3 << 20, 3 << 20, '"one"', "film.mkv")
        assert told[0] == 0 and told[-1] == 3 << 20 and told == sorted(told)
        assert into.read_bytes() == bench.origin.data
        again = await download(f"{bench.url}/film.mkv", into, http=http, resume=done)
        assert again.size == 3 << 20, "a whole file is fetched again when a range ends it (416)"
        bench.origin.hold.clear()
        with pytest.raises(DownloadFailed) as late:
            await download(f"{bench.url}/film.mkv", into, http=http, limits=Limits(total_s=0.1))
        assert late.value.code == "download_time"
        with pytest.raises(DownloadFailed) as idle:
            await download(f"{bench.url}/film.mkv", into, http=http, limits=Limits(idle_s=0.1))
        assert idle.value.code == "connection" and idle.value.retryable
        bench.origin.hold.set()
        with pytest.raises(StorageUnavailable):
            await download(f"{bench.url}/film.mkv", into, http=http, free=lambda folder: 0)
    with pytest.raises(Blocked):
        await download(f"{bench.url}/film.mkv", into)
    with pytest.raises(Blocked):
        await download("http://a b/", into)
