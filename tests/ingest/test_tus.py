"""The tus resumable upload protocol, version 1.0.0, against a real server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from otnet_server.ingest import tus
from otnet_server.ingest.targets import NoTargets, Target, unknown_content
from otnet_server.ingest.uploads import Uploads
from tests.ingest.serving import MAX_BYTES, film, make_uploads, serving, until, uploads_app

TUS = {"Tus-Resumable": "1.0.0"}
BODY = TUS | {"Content-Type": "application/offset+octet-stream"}


def b64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def meta(filename: str = "film.mkv", library: str = "films") -> dict[str, str]:
    return {"Upload-Metadata": f"filename {b64(filename)},library {b64(library)}"}


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"}


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A server with uploads, a client, and their folders."""

    def __init__(self, base: Path, **more: Any) -> None:
        self.base, self.clock, self.free = base, Clock(), 1 << 40
        more = {"now": self.clock, "free": lambda folder: self.free} | more
        self.uploads: Uploads = make_uploads(base, **more)
        self.http: httpx.AsyncClient

    async def create(self, length: int, **more: Any) -> str:
        headers = TUS | {"Upload-Length": str(length)} | meta(**more)
        answer = await self.http.post("/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    async def patch(self, url: str, offset: int, data: Any, **headers: str) -> httpx.Response:
        return await self.http.patch(url, headers=BODY | {"Upload-Offset": str(offset)} | headers, content=data)

    async def offset(self, url: str, **headers: str) -> int:
        answer = await self.http.head(url, headers=TUS | headers)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    def arrived(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (self.base / "library").iterdir()}

    def left(self) -> list[str]:
        return sorted(p.suffix for p in (self.base / "uploads").glob("*/*"))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    async with serving(uploads_app(bench.uploads)) as url, httpx.AsyncClient(base_url=url) as bench.http:
        yield bench


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.json()["title"]


async def test_options_lists_version_extensions_and_limits(bench: Bench) -> None:
    answer = await bench.http.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(MAX_BYTES)
    assert answer.headers["tus-extension"].split(",") == [
        "creation",
        "creation-with-upload",
        "expiration",
        "checksum",
        "termination",
    ]
    assert set(answer.headers["tus-checksum-algorithm"].split(",")) == {"sha1", "sha256"}


async def test_upload_in_chunks(bench: Bench) -> None:
    data = film(3 << 20)
    url = await bench.create(len(data))
    for start in range(0, len(data), 1_000_000):
        piece = data[start : start + 1_000_000]
        answer = await bench.patch(url, start, piece, **checksum(piece))
        assert answer.status_code == 204
        assert answer.headers["upload-offset"] == str(start + len(piece))
        assert parsedate_to_datetime(answer.headers["upload-expires"]).timestamp() > bench.clock()
    assert bench.arrived() == {"film.mkv": data}
    head = await bench.http.head(url, headers=TUS)
    assert head.headers["upload-offset"] == head.headers["upload-length"] == str(len(data))
    assert head.headers["cache-control"] == "no-store"
    assert head.headers["upload-metadata"] == meta()["Upload-Metadata"]
    assert (await bench.patch(url, len(data), b"")).status_code == 204, "asking for the end again is no error"
    assert bench.left() == [".json"]


async def test_creation_with_upload(bench: Bench) -> None:
    data = film(300_000)
    headers = BODY | {"Upload-Length": str(len(data))} | meta()
    answer = await bench.http.post("/uploads", headers=headers | checksum(data[:100_000]), content=data[:100_000])
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "100000")
    assert (await bench.patch(answer.headers["location"], 100_000, data[100_000:])).status_code == 204
    whole = await bench.http.post("/uploads", headers=headers, content=data)
    assert whole.headers["upload-offset"] == str(len(data))
    assert bench.arrived() == {"film.mkv": data, "film (2).mkv": data}


async def test_creation_with_a_wrong_checksum_keeps_offset_zero(bench: Bench) -> None:
    headers = BODY | {"Upload-Length": "100000"} | meta() | checksum(b"other")
    answer = await bench.http.post("/uploads", headers=headers, content=film(50_000))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "0")


async def test_method_override_works_on_post_only(bench: Bench) -> None:
    data = film(70_000)
    url = await bench.create(len(data))
    headers = BODY | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert (await bench.http.post(url, headers=headers, content=data)).status_code == 204
    refused(await bench.http.get(url, headers=TUS | {"X-HTTP-Method-Override": "DELETE"}), 405, "method_not_allowed")
    assert await bench.offset(url) == len(data)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Tus-Resumable": ""}, 412, "tus_version"),
        ({"Upload-Length": ""}, 400, "upload_length"),
        ({"Upload-Length": "-1"}, 400, "upload_length"),
        ({"Upload-Length": "1e3"}, 400, "upload_length"),
        ({"Upload-Length": "9" * 30}, 400, "upload_length"),
        ({"Upload-Defer-Length": "1"}, 400, "upload_length"),
        ({"Upload-Length": str(MAX_BYTES + 1)}, 413, "too_large"),
        ({"Upload-Length": "0"}, 415, "refused_empty"),
        ({"Upload-Metadata": ""}, 415, "type_not_accepted"),
        ({"Upload-Metadata": f"filename {b64('page.html')},library {b64('films')}"}, 415, "type_not_accepted"),
        ({"Upload-Metadata": f"filename {b64('..')},library {b64('films')}"}, 415, "type_not_accepted"),
        ({"Upload-Metadata": f"filename {b64('.mp4')},library {b64('films')}"}, 415, "type_not_accepted"),
        ({"Upload-Metadata": f"filename {b64('film.mp4')}"}, 404, "unknown_library"),
        ({"Upload-Metadata": f"filename {b64('film.mp4')},library {b64('../x')}"}, 404, "unknown_library"),
        ({"Upload-Metadata": "filename ???"}, 400, "upload_metadata"),
        ({"Upload-Metadata": f"filename {b64('a.mp4')},filename {b64('b.mp4')}"}, 400, "upload_metadata"),
        ({"Upload-Metadata": "filename gICA"}, 400, "upload_metadata"),
        ({"Upload-Metadata": f"filename {b64('a.mp4')},colour {b64('red')}"}, 400, "upload_metadata"),
        ({"Upload-Metadata": f"filename {b64('a.mp4')},role {b64('trailer')}"}, 400, "upload_metadata"),
        ({"Upload-Metadata": f"filename {b64('a.mp4')},content {b64('x')},role {b64('star')}"}, 400, "upload_metadata"),
        ({"Upload-Metadata": f"{meta()['Upload-Metadata']},content {b64('f' * 12)}"}, 404, "unknown_content"),
        ({"Upload-Metadata": f"filename {b64('a' * 4000)}"}, 400, "upload_metadata"),
        ({"Content-Length": "3", "Content-Type": "text/plain"}, 415, "content_type"),
        ({"Content-Length": "3", "Upload-Checksum": "md5 AAAA"}, 400, "checksum_algorithm"),
    ],
)
async def test_invalid_creation_requests_are_refused(
    bench: Bench, headers: dict[str, str], status: int, code: str
) -> None:
    given = TUS | {"Upload-Length": "1000"} | meta() | headers
    content = b"abc" if "Content-Length" in headers else b""
    refused(await bench.http.post("/uploads", headers=given, content=content), status, code)
    assert bench.left() == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "2.0.0"}, 412, "tus_version"),
        ({"Content-Type": "application/octet-stream"}, 415, "content_type"),
        ({"Upload-Offset": "x"}, 400, "upload_offset"),
        ({"Upload-Offset": "7"}, 409, "upload_offset"),
        ({"Upload-Checksum": "crc32 AAAA"}, 400, "checksum_algorithm"),
        ({"Upload-Checksum": "sha256 AAAA"}, 400, "checksum_value"),
        ({"Upload-Checksum": "sha1 !"}, 400, "checksum_value"),
        (checksum(b"other"), 460, "checksum_mismatch"),
        (checksum(b"other", "sha1"), 460, "checksum_mismatch"),
    ],
)
async def test_invalid_patch_requests_are_refused(
    bench: Bench, headers: dict[str, str], status: int, code: str
) -> None:
    data = film(100_000)
    url = await bench.create(len(data))
    assert (await bench.patch(url, 0, data[:70_000])).status_code == 204
    refused(await bench.patch(url, 70_000, data[70_000:], **headers), status, code)
    assert await bench.offset(url) == 70_000, "nothing of it counts"
    stored = next((bench.base / "uploads").glob("*/*.data"))
    assert stored.stat().st_size == 70_000, "nor is it kept"
    assert (await bench.patch(url, 70_000, data[70_000:], **checksum(data[70_000:], "sha1"))).status_code == 204
    assert bench.arrived() == {"film.mkv": data}


async def test_more_bytes_than_upload_length_are_refused(bench: Bench) -> None:
    url = await bench.create(1000)
    refused(await bench.patch(url, 0, film(1001)), 413, "beyond_length")

    async def unannounced() -> AsyncIterator[bytes]:
        yield film(1000)
        yield b"x"

    refused(await bench.patch(url, 0, unannounced()), 413, "beyond_length")
    assert await bench.offset(url) == 0
    assert bench.arrived() == {}


async def test_concurrent_writers_get_423_locked(bench: Bench) -> None:
    data, gate = film(400_000), asyncio.Event()
    url = await bench.create(len(data))

    async def slowly() -> AsyncIterator[bytes]:
        yield data[:200_000]
        await gate.wait()
        yield data[200_000:]

    first = asyncio.create_task(bench.patch(url, 0, slowly()))
    stored = next((bench.base / "uploads").glob("*/*.data"))
    await until("the first one writes", lambda: stored.stat().st_size > 0)
    written = await bench.offset(url)
    refused(await bench.patch(url, written, b"x"), 423, "upload_locked")
    refused(await bench.http.delete(url, headers=TUS), 423, "upload_locked")
    bench.clock.now += 30 * 86400
    assert await bench.uploads.sweep() == 0, "what is being written does not expire"
    gate.set()
    assert (await first).status_code == 204
    assert bench.arrived() == {"film.mkv": data}


async def test_uploads_of_another_owner_are_not_found(bench: Bench) -> None:
    data = film(70_000)
    url = await bench.create(len(data))
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = BODY | {"Upload-Offset": "0", "X-Owner": "eve"}
        answer = await bench.http.request(method, url, headers=headers, content=data if method == "PATCH" else None)
        assert answer.status_code == 404
    for odd in ("x", "0" * 32, "..%2f..%2fx", "A" * 32, "%00"):
        assert (await bench.http.head(f"/uploads/{odd}", headers=TUS)).status_code == 404
    assert (await bench.patch(url, 0, data)).status_code == 204


async def test_an_upload_ends_when_its_content_was_deleted(tmp_path: Path) -> None:
    class Deleted(NoTargets):
        async def check(self, target: Target, owner: str) -> None:
            assert target == Target("f" * 12, "extra")

        async def announce(self, target: Target, owner: str, file: Path) -> None:
            raise unknown_content(target.content)

    bench = Bench(tmp_path, targets=Deleted())
    async with serving(uploads_app(bench.uploads)) as url, httpx.AsyncClient(base_url=url) as bench.http:
        metadata = f"{meta()['Upload-Metadata']},content {b64('f' * 12)},role {b64('extra')}"
        headers = TUS | {"Upload-Length": "10", "Upload-Metadata": metadata}
        created = await bench.http.post("/uploads", headers=headers)
        assert created.status_code == 201, created.text
        refused(await bench.patch(created.headers["location"], 0, film(10)), 404, "unknown_content")
        assert (await bench.http.head(created.headers["location"], headers=TUS)).status_code == 404
    assert list((tmp_path / "library").iterdir()) == []


async def test_termination_deletes_an_unfinished_upload(bench: Bench) -> None:
    url = await bench.create(1000)
    assert (await bench.http.delete(url, headers=TUS)).status_code == 204
    assert (await bench.http.head(url, headers=TUS)).status_code == 404
    refused(await bench.patch(url, 0, b"x"), 404, "unknown_upload")
    assert bench.left() == []
    data = film(1000)
    url = await bench.create(1000)
    await bench.patch(url, 0, data)
    assert (await bench.http.delete(url, headers=TUS)).status_code == 204
    assert bench.arrived() == {"film.mkv": data}, "a file that has arrived stays"


async def test_unfinished_uploads_expire(bench: Bench) -> None:
    url = await bench.create(1000)
    await bench.patch(url, 0, film(500))
    bench.clock.now += 7 * 86400 - 1
    assert await bench.uploads.sweep() == 0
    assert await bench.offset(url) == 500
    bench.clock.now += 2
    refused(await bench.patch(url, 500, b"x"), 410, "upload_expired")
    assert await bench.uploads.sweep() == 1
    assert (await bench.http.head(url, headers=TUS)).status_code == 404
    assert bench.left() == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "refused_playlist_hls"),
        (b"<html><script>alert(1)</script></html>", "refused_html"),
        (b"MZ" + bytes(100_000), "refused_executable"),
        (b"PK\x03\x04" + bytes(100), "refused_archive"),
        (bytes(100_000), "refused_unknown"),
    ],
)
async def test_non_media_files_are_refused_by_content(bench: Bench, data: bytes, code: str) -> None:
    url = await bench.create(len(data) + 1_000_000 * (len(data) > 65536))
    refused(await bench.patch(url, 0, data), 415, code)
    assert (await bench.http.head(url, headers=TUS)).status_code == 404
    assert bench.left() == []
    assert bench.arrived() == {}


async def test_full_disk_returns_507_and_keeps_the_offset(bench: Bench) -> None:
    bench.free = 1000
    refused(await bench.http.post("/uploads", headers=TUS | {"Upload-Length": "9999"} | meta()), 507, "disk_full")
    bench.free = 1 << 40
    data = film(3 << 20)
    url = await bench.create(len(data))

    async def filling() -> AsyncIterator[bytes]:
        yield data[: 1 << 20]
        await until("a block is written", lambda: next((bench.base / "uploads").glob("*/*.data")).stat().st_size)
        bench.free = 0
        yield data[1 << 20 :]

    refused(await bench.patch(url, 0, filling()), 507, "disk_full")
    offset = await bench.offset(url)
    assert 0 < offset < len(data), "what is here is kept"
    refused(await bench.patch(url, offset, data[offset:]), 507, "disk_full")
    bench.free = 1 << 40
    assert (await bench.patch(url, offset, data[offset:])).status_code == 204
    assert bench.arrived() == {"film.mkv": data}


async def test_idle_client_does_not_hold_the_lock(tmp_path: Path) -> None:
    bench = Bench(tmp_path, idle_s=0.05)
    data, never = film(200_000), asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield data[:100_000]
        await never.wait()

    async with serving(uploads_app(bench.uploads)) as url, httpx.AsyncClient(base_url=url) as bench.http:
        at = await bench.create(len(data))
        stalled = asyncio.create_task(bench.patch(at, 0, stalling()))
        await until("what came counts", lambda: bench.offset(at))
        answer = await until("the lock is free", lambda: _unless_locked(bench, at, data))
        assert answer.status_code == 204
        stalled.cancel()
        await asyncio.gather(stalled, return_exceptions=True)
    assert bench.arrived() == {"film.mkv": data}


async def _unless_locked(bench: Bench, url: str, data: bytes) -> httpx.Response | None:
    offset = await bench.offset(url)
    answer = await bench.patch(url, offset, data[offset:])
    return None if answer.status_code in (409, 423) else answer


async def test_number_of_open_uploads_is_limited(tmp_path: Path) -> None:
    bench = Bench(tmp_path, max_open=2)
    async with serving(uploads_app(bench.uploads)) as url, httpx.AsyncClient(base_url=url) as bench.http:
        await bench.create(10)
        second = await bench.create(10)
        refused(
            await bench.http.post("/uploads", headers=TUS | {"Upload-Length": "9"} | meta()), 429, "too_many_uploads"
        )
        other = await bench.http.post("/uploads", headers=TUS | {"Upload-Length": "9", "X-Owner": "bob"} | meta())
        assert other.status_code == 201
        await bench.http.delete(second, headers=TUS)
        await bench.create(10)


async def test_hostile_file_names_stay_in_the_library(bench: Bench) -> None:
    data = film(100)
    for name in (
        "../../etc/x.mkv",
        "..\\..\\y.mkv",
        "-i z.mkv",
        ".hidden.mkv",
        "a\0b\n.mkv",
        "\u202evkm.mkv",
        "'\"`$(x).mkv",
    ):
        url = await bench.create(len(data), filename=name)
        assert (await bench.patch(url, 0, data)).status_code == 204
    assert set(bench.arrived()) == {
        "x.mkv", "y.mkv", "i z.mkv", "hidden.mkv", "ab .mkv", "vkm.mkv", "'\"`$(x).mkv",
    }  # fmt: skip
    assert {p.name for p in bench.base.iterdir()} == {"library", "uploads"}


def test_library_lookup_may_be_asynchronous(tmp_path: Path) -> None:
    async def run() -> None:
        async def look(id: str, owner: str) -> Path | None:
            return tmp_path / "library" if (id, owner) == ("films", "ada") else None

        bench = Bench(tmp_path, library=look)
        async with serving(uploads_app(bench.uploads)) as url, httpx.AsyncClient(base_url=url) as bench.http:
            await bench.create(10)
            headers = TUS | {"Upload-Length": "10", "X-Owner": "bob"} | meta()
            refused(await bench.http.post("/uploads", headers=headers), 404, "unknown_library")

    asyncio.run(run())


def test_upload_metadata_is_parsed() -> None:
    assert tus.metadata_of(f"filename {b64('ä.mp4')}, is_draft,empty ") == {
        "filename": "ä.mp4",
        "is_draft": "",
        "empty": "",
    }
