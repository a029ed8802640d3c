"""Downloads a file from a URL in blocks, within limits, and resumes if the server supports it. See `guarded.py`.

Resuming requires proof that the file has not changed: a strong ETag, sent back as If-Range (RFC 9110 §13.1.5 and
§8.8.1). Without one, or when the response does not match what is on the disk, the download restarts from the beginning.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from otnet_server.errors import OtnetError
from otnet_server.ingest import names
from otnet_server.ingest.addresses import Blocked, parse
from otnet_server.ingest.files import DISK_FULL_ERRNOS, Sink, disk_full, free_bytes, make_room
from otnet_server.ingest.guarded import MAX_REDIRECTS, client

SYNC_BYTES = 16 << 20
SLOW_AFTER_S = 60.0


@dataclass(frozen=True)
class Limits:
    """Limits of a download: size in bytes; seconds in total, without data, and to connect; bytes that stay free on the
    disk. `min_bytes_per_s` is the minimum average rate after SLOW_AFTER_S, against slow servers that occupy a slot."""

    max_bytes: int = 64 << 30
    total_s: float = 24 * 3600
    idle_s: float = 30
    connect_s: float = 15
    keep_free: int = 0
    min_bytes_per_s: int = 1024


@dataclass(frozen=True)
class Fetched:
    """The progress of a download, and what is known of the file. `size` bytes were received, `kept` of them are synced
    to the disk (a later run resumes there if `etag` is set). `name` is the server's file name, cleaned."""

    size: int = 0
    kept: int = 0
    total: int | None = None
    etag: str = ""
    name: str = ""


class DownloadFailed(OtnetError):
    """The download failed. `retryable`: it may succeed later, and resumes where it stopped."""

    def __init__(self, code: str, message: str, remedy: str = "", *, retryable: bool = False) -> None:
        super().__init__(code, message, remedy)
        self.retryable = retryable


async def download(
    url: str,
    into: Path,
    *,
    limits: Limits = Limits(),
    progress: Callable[[Fetched], Awaitable[None]] | None = None,
    resume: Fetched | None = None,
    http: httpx.AsyncClient | None = None,
    free: Callable[[Path], int] = free_bytes,
) -> Fetched:
    """Download a file to `into`. `progress` is awaited when the response begins, for each block, and at the end; an
    exception that it raises ends the download. `resume` is the result of an earlier run to resume (RFC 9110 §13.1.5,
    §14).

    Raises Blocked, DownloadFailed, and StorageUnavailable when the disk is full. `into` keeps the bytes received.
    """
    parsed_url = parse(url)
    try:
        async with asyncio.timeout(limits.total_s) as clock, AsyncExitStack() as stack:
            if http is None:
                http = await stack.enter_async_context(client(redirects=MAX_REDIRECTS))
            transfer = _Download(http, parsed_url, into, limits, progress, free)
            start = resume if resume is not None and resume.kept and resume.etag else Fetched()
            try:
                return await transfer.run(start)
            except _RestartFromZero:
                return await transfer.run(Fetched())
    except TimeoutError as error:
        if not clock.expired():
            raise
        raise DownloadFailed("download_time", "The download took too long.", "Upload the file instead.") from error
    except Blocked as error:
        if error.code == "host_unknown" and resume is not None and resume.kept:  # the host existed in the earlier run
            raise DownloadFailed(error.code, error.message, error.remedy, retryable=True) from error
        raise
    except httpx.TooManyRedirects as error:
        raise DownloadFailed(
            "too_many_redirects", "The URL redirects too many times.", "Use the direct URL of the file."
        ) from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        detail = str(error) or type(error).__name__
        raise DownloadFailed(
            "connection", f"The connection failed: {detail[:200]}.", "Try again later.", retryable=True
        ) from error
    except OSError as error:
        raise (disk_full() if error.errno in DISK_FULL_ERRNOS else error) from error


class _RestartFromZero(Exception):
    """The file has changed, or the server does not support ranges: restart from the beginning."""


@dataclass
class _Download:
    http: httpx.AsyncClient
    url: httpx.URL
    into: Path
    limits: Limits
    progress: Callable[[Fetched], Awaitable[None]] | None
    free: Callable[[Path], int]

    async def run(self, start: Fetched) -> Fetched:
        headers = {"Range": f"bytes={start.kept}-", "If-Range": start.etag} if start.kept else {}
        timeout = httpx.Timeout(self.limits.idle_s, connect=self.limits.connect_s)
        async with self.http.stream(
            "GET", self.url, headers=headers, timeout=timeout, follow_redirects=True
        ) as response:
            fetched = parse_response_start(response, start)
            if fetched.total is not None and fetched.total > self.limits.max_bytes:
                raise self._too_large()
            reserve = make_room(self.into.parent, self.limits.keep_free, self.free)
            reserve((fetched.total or fetched.size) - fetched.size)
            sink = Sink(self.into, fetched.size, None, reserve)
            try:
                await self._report(fetched)
                started, first = time.monotonic(), fetched.size
                async for part in response.aiter_raw():
                    if sink.taken + len(part) > self.limits.max_bytes:
                        raise self._too_large()
                    took = time.monotonic() - started
                    if took > SLOW_AFTER_S and sink.taken - first < took * self.limits.min_bytes_per_s:
                        raise DownloadFailed("too_slow", "The server sends too slowly.", "Try again later.")
                    if await sink.add(part):
                        fetched = await self._record_progress(sink, fetched, sync=sink.at - fetched.kept >= SYNC_BYTES)
                fetched = await self._record_progress(sink, fetched, sync=True)
            except httpx.TransportError:
                await self._record_progress(sink, fetched, sync=True)
                raise
            finally:
                sink.close(sink.at)
        if fetched.total not in (None, fetched.size):
            raise DownloadFailed(
                "incomplete", "The server sent less than the whole file.", "Try again.", retryable=True
            )
        return fetched

    async def _record_progress(self, sink: Sink, fetched: Fetched, *, sync: bool) -> Fetched:
        if sync:
            await sink.flush(sync=True)
        fetched = replace(fetched, size=sink.at, kept=sink.at if sync else fetched.kept)
        await self._report(fetched)
        return fetched

    async def _report(self, fetched: Fetched) -> None:
        if self.progress is not None:
            await self.progress(fetched)

    def _too_large(self) -> DownloadFailed:
        return DownloadFailed(
            "too_large", f"The file is larger than the limit of {self.limits.max_bytes} bytes.",
            "Ask the operator for a higher limit.",
        )  # fmt: skip


def parse_response_start(response: httpx.Response, start: Fetched) -> Fetched:
    """The state at the start of a response, from its status and headers. Raises DownloadFailed, _RestartFromZero."""
    status, headers = response.status_code, response.headers
    if status == 416 and start.kept:
        raise _RestartFromZero
    if status not in (200, 206) or (status == 206 and not start.kept):
        raise DownloadFailed(
            "http_status", f"The server responded with status {status}.", "Check that the URL is that of the file.",
            retryable=status in (408, 425, 429) or status >= 500,
        )  # fmt: skip
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise DownloadFailed(
            "encoded", "The server sends the file with a content encoding.", "Use a URL without compression."
        )
    etag = headers.get("etag", "")
    strong_etag = etag if re.fullmatch(r'"[!#-~\x80-\xff]*"', etag) else ""
    name = names.of_disposition(headers.get("content-disposition", "")) or names.of_url(response.url.path)
    if status == 200:
        length = headers.get("content-length", "")
        total = int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None
        return Fetched(total=total, etag=strong_etag, name=name)
    content_range = re.fullmatch(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18})", headers.get("content-range", ""))
    if (
        not content_range
        or int(content_range[1]) != start.kept
        or int(content_range[2]) != (start.total or int(content_range[2]))
        or strong_etag != start.etag
    ):
        raise _RestartFromZero
    return Fetched(start.kept, start.kept, int(content_range[2]), start.etag, name)
