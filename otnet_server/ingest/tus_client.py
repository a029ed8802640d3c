"""A client of a tus 1.0.0 server (see `tus.py`) that resumes after interruptions.

The file is sent in chunks, each with its SHA-256. After a temporary failure (the network, a restart of the server, a
lock, a full disk) the client waits with increasing delays, reads the offset with HEAD and resumes. The upload's URL is
stored in a small file until the upload is complete, so that another process can resume too.

The httpx.AsyncClient of the caller must send the credentials (an API key, or a session with a CSRF header).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from otnet_server.errors import OtnetError
from otnet_server.ingest.tus import BODY_TYPE, VERSION

CHUNK_BYTES = 8 << 20
MAX_FAILURES = 10
RETRYABLE_STATUSES = frozenset({408, 409, 423, 425, 429, 460, 500, 502, 503, 504, 507})
GONE_STATUSES = frozenset({404, 410})


class UploadFailed(OtnetError):
    """The upload failed. `code` is the server's error code if it sent one, `status` the HTTP status (0 without a
    response)."""

    def __init__(self, code: str, message: str, remedy: str = "", status: int = 0) -> None:
        super().__init__(code, message, remedy)
        self.status = status

    @property
    def resumable(self) -> bool:
        """Whether running it again resumes it: after a failure of the network or the server, not after a refusal."""
        return self.status in RETRYABLE_STATUSES or self.code in ("connection", "no_progress")


class _Retry(Exception):
    """A temporary failure. `wait` are the seconds that the server asked to wait."""

    def __init__(self, reason: UploadFailed, wait: float = 0) -> None:
        super().__init__(str(reason))
        self.reason, self.wait = reason, wait


def memory_folder() -> Path:
    """The folder with the URLs of unfinished uploads."""
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "otnet" / "uploads"


def pause_after(failures: int) -> float:
    """Seconds to wait after `failures` failures in a row: 0.5, 1, 2, … 30, with jitter."""
    return min(30.0, 0.25 * 2.0**failures) * random.uniform(0.8, 1.2)  # noqa: S311


async def upload(
    client: httpx.AsyncClient,
    endpoint: str,
    path: Path,
    metadata: Mapping[str, str],
    *,
    progress: Callable[[int, int], None] | None = None,
    chunk: int = CHUNK_BYTES,
    memory: Path | None = None,
    patience: int = MAX_FAILURES,
    pause: Callable[[int], float] = pause_after,
) -> str:
    """Upload the file `path`; returns the URL of the upload. `progress(bytes on the server, total bytes)` is called
    after each chunk. `metadata` is sent as Upload-Metadata (`filename` is added if missing). `chunk` is in bytes.

    Raises UploadFailed after `patience` failures in a row, and OSError when the file cannot be read.
    """
    file_stat = await asyncio.to_thread(path.stat)
    target = client.build_request("POST", endpoint).url
    key = "\0".join(map(str, (target, path.absolute(), file_stat.st_size, file_stat.st_mtime_ns, dict(metadata))))
    name = hashlib.blake2b(os.fsencode(key), digest_size=16).hexdigest() + ".json"
    note = (memory if memory is not None else memory_folder()) / name
    all_metadata = {"filename": path.name} | dict(metadata)
    transfer = _Upload(
        client, target, path, all_metadata, file_stat, chunk, note, progress or (lambda done, total: None)
    )
    failures, max_offset = 0, -1
    while True:
        try:
            await transfer.resume()
            return str(transfer.url)
        except _Retry as error:
            failures, max_offset = (
                (1 if transfer.offset > max_offset else failures + 1),
                max(max_offset, transfer.offset),
            )
            if failures >= patience:
                raise error.reason from error
            await asyncio.sleep(max(pause(failures), error.wait))


@dataclass
class _Upload:
    client: httpx.AsyncClient
    endpoint: httpx.URL
    path: Path
    metadata: dict[str, str]
    file_stat: os.stat_result
    chunk: int
    note: Path
    progress: Callable[[int, int], None]
    url: httpx.URL | None = field(default=None)
    offset: int = 0

    async def resume(self) -> None:
        """Send the rest of the file, from the server's offset. Raises _Retry after a temporary failure."""
        if self.url is None:
            self.url = await asyncio.to_thread(self._load_url)
        if self.url is None or not await self._fetch_offset():
            await self._create()
        self.progress(self.offset, self.file_stat.st_size)
        while self.offset < self.file_stat.st_size:
            await self._send_chunk()
            self.progress(self.offset, self.file_stat.st_size)
        await asyncio.to_thread(self.note.unlink, missing_ok=True)

    async def _create(self) -> None:
        pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in self.metadata.items())
        size = str(self.file_stat.st_size)
        response = await self._request(
            "POST", self.endpoint, {"Upload-Length": size, "Upload-Metadata": ",".join(pairs)}, 201
        )
        url = self.endpoint.join(response.headers.get("location", ""))
        if not self._is_same_server(url):
            raise UploadFailed(
                "upload_location", "The server redirected the upload to another server.", "Check the server's URL."
            )
        self.url, self.offset = url, 0
        await asyncio.to_thread(self._save_url)

    async def _fetch_offset(self) -> bool:
        """Read the server's offset; False when the upload does not exist any more."""
        assert self.url is not None
        try:
            response = await self._request("HEAD", self.url, {}, 200, 204)
            if response.headers.get("upload-length") == str(self.file_stat.st_size):
                self.offset = _offset(response)
                return True
        except UploadFailed as error:
            if error.status not in GONE_STATUSES:
                raise
        return False

    async def _send_chunk(self) -> None:
        assert self.url is not None
        data, checksum = await asyncio.to_thread(self._read)
        headers = {
            "Upload-Offset": str(self.offset), "Content-Type": BODY_TYPE, "Upload-Checksum": checksum,
        }  # fmt: skip
        response = await self._request("PATCH", self.url, headers, 204, 200, content=data)
        after = _offset(response)
        if after <= self.offset:
            raise _Retry(UploadFailed("no_progress", "The server stored nothing of a chunk.", "See the server's log."))
        self.offset = after

    async def _request(
        self, method: str, url: httpx.URL, headers: dict[str, str], *good: int, content: bytes = b""
    ) -> httpx.Response:
        try:
            response = await self.client.request(
                method, url, headers={"Tus-Resumable": VERSION} | headers, content=content, follow_redirects=False
            )
        except httpx.TransportError as error:
            message = f"The connection failed: {str(error) or type(error).__name__}."
            raise _Retry(UploadFailed("connection", message, "Run it again to resume.")) from error
        if response.status_code in good:
            return response
        error_response = _error_of(response)
        if response.status_code in RETRYABLE_STATUSES:
            retry_after = response.headers.get("retry-after", "")
            raise _Retry(
                error_response, min(float(retry_after), 300.0) if retry_after.isascii() and retry_after.isdigit() else 0
            )
        if response.status_code in GONE_STATUSES and method == "PATCH":
            self.url = None
            await asyncio.to_thread(self.note.unlink, missing_ok=True)
            raise _Retry(error_response)
        raise error_response

    def _read(self) -> tuple[bytes, str]:
        """The next chunk and its Upload-Checksum. Raises UploadFailed when the file has changed."""
        with self.path.open("rb") as file:
            now = os.fstat(file.fileno())
            if (now.st_size, now.st_mtime_ns) != (self.file_stat.st_size, self.file_stat.st_mtime_ns):
                raise UploadFailed(
                    "file_changed", f"“{self.path.name}” was changed during the upload.", "Upload it again."
                )
            file.seek(self.offset)
            data = file.read(self.chunk)
        return data, f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"

    def _is_same_server(self, url: httpx.URL) -> bool:
        """Whether the URL is on the endpoint's server: credentials must not be sent to another one."""
        return (url.scheme, url.host, url.port) == (self.endpoint.scheme, self.endpoint.host, self.endpoint.port)

    def _load_url(self) -> httpx.URL | None:
        with suppress(OSError, ValueError, TypeError, KeyError):
            url = httpx.URL(json.loads(self.note.read_text())["url"])
            return url if self._is_same_server(url) else None
        return None

    def _save_url(self) -> None:
        self.note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.note.with_suffix(".tmp")
        temporary.write_text(json.dumps({"url": str(self.url), "file": str(self.path)}))
        temporary.replace(self.note)


def _offset(response: httpx.Response) -> int:
    value = response.headers.get("upload-offset", "")
    if not (value.isascii() and value.isdigit()):
        raise UploadFailed("not_tus", "The response has no Upload-Offset.", "Check the server's URL.")
    return int(value)


def _error_of(response: httpx.Response) -> UploadFailed:
    """The error of a response: the server's problem details if it sent them."""
    status = response.status_code
    with suppress(ValueError, KeyError, TypeError):
        document = response.json()
        return UploadFailed(str(document["code"]), str(document["title"]), str(document.get("remedy", "")), status)
    return UploadFailed(f"http_{status}", f"The server responded with status {status}.", "", status)
