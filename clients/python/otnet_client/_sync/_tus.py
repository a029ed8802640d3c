# Generated from _async/_tus.py by scripts/client_types.py. Do not edit.
"""Sends a file to an upload link by tus 1.0 (https://tus.io).

The URL of the link is the URL of its only upload: it is all that is needed to continue after an interruption.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import httpx

from otnet_client._requests import MAX_RETRY_AFTER_S, USER_AGENT
from otnet_client._sync._io import in_thread
from otnet_client._upload_files import LocalFile
from otnet_client.errors import APIError, UploadFailed, error_of

CHUNK_BYTES = 8 << 20
MAX_FAILURES = 10
TEMPORARY_STATUSES = (408, 423, 425, 429, 460, 500, 502, 503, 504, 507)
# Errors after which the upload begins again: no upload has begun, or the server has lost or deleted its bytes.
BEGIN_AGAIN_CODES = ("unknown_upload", "upload_lost", "upload_expired")
Progress = Callable[[int, int], None]


class _TemporaryError(Exception):
    """`wait_s`: the seconds that the server asked to wait."""

    def __init__(self, message: str, wait_s: float = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


def send(
    http: httpx.Client,
    url: str,
    file: LocalFile,
    filename: str,
    sleep: Callable[[float], None],
    *,
    progress: Progress | None = None,
    chunk_bytes: int = CHUNK_BYTES,
) -> None:
    """Send what the server does not have yet. `progress(bytes sent, total bytes)` is called after each chunk.

    Raises UploadFailed after MAX_FAILURES temporary failures in a row, and APIError when the server refuses the file.
    """
    upload = _Upload(http, url, file, filename)
    failures, furthest = 0, -1
    while True:
        try:
            if upload.find_offset() is None:
                upload.begin()
            while True:
                if progress:
                    progress(upload.offset, file.size)
                if upload.offset >= file.size:
                    return
                upload.send_chunk(chunk_bytes)
        except _TemporaryError as error:
            failures = 1 if upload.offset > furthest else failures + 1
            furthest = max(furthest, upload.offset)
            if failures >= MAX_FAILURES:
                raise UploadFailed(f"{error} Upload the file again to continue.", resumable=True) from error
            sleep(max(error.wait_s, min(30.0, 0.25 * 2.0**failures) * random.uniform(0.8, 1.2)))  # noqa: S311


class _Upload:
    def __init__(self, http: httpx.Client, url: str, file: LocalFile, filename: str) -> None:
        self._http, self._url, self._file, self._filename = http, url, file, filename
        self.offset = 0

    def find_offset(self) -> int | None:
        """Read how many bytes the server has; None when no upload has begun."""
        response = self._request("HEAD", {})
        if response is None:
            return None
        self.offset = _offset(response)
        if int(response.headers.get("upload-length", self._file.size)) != self._file.size:
            raise UploadFailed("The upload link is in use for another file. Create another one.", resumable=False)
        return self.offset

    def begin(self) -> None:
        name = base64.b64encode(self._filename.encode()).decode()
        headers = {"Upload-Length": str(self._file.size), "Upload-Metadata": f"filename {name}"}
        if self._request("POST", headers) is None:
            raise _TemporaryError("The server has removed the upload.")
        self.offset = 0

    def send_chunk(self, size: int) -> None:
        data, checksum = in_thread(self._file.chunk, self.offset, size)
        headers = {"Upload-Offset": str(self.offset), "Upload-Checksum": checksum,
                   "Content-Type": "application/offset+octet-stream"}  # fmt: skip
        response = self._request("PATCH", headers, data)
        if response is None:
            raise _TemporaryError("The server has removed the upload.")
        before, self.offset = self.offset, _offset(response)
        if self.offset <= before:
            raise _TemporaryError("The server has stored nothing of a chunk.")

    def _request(self, method: str, headers: dict[str, str], content: bytes = b"") -> httpx.Response | None:
        """The response; None when the upload does not exist. Raises _TemporaryError and APIError."""
        sent = {"Tus-Resumable": "1.0.0", "User-Agent": USER_AGENT, **headers}
        try:
            response = self._http.request(
                method, self._url, headers=sent, content=content, follow_redirects=False, timeout=120
            )
        except httpx.RequestError as error:
            raise _TemporaryError(f"The connection failed: {str(error) or type(error).__name__}.") from error
        if response.is_success:
            return response
        if method == "HEAD" and response.status_code in (404, 410):
            return None  # a response to HEAD has no body; POST responds with the reason if the link does not exist
        problem = error_of(response)
        if problem.code in BEGIN_AGAIN_CODES:
            return None
        if problem.status in TEMPORARY_STATUSES or problem.code == "upload_offset":
            raise _TemporaryError(str(problem), min(problem.retry_after or 0, MAX_RETRY_AFTER_S))
        raise problem


def _offset(response: httpx.Response) -> int:
    value = response.headers.get("upload-offset", "")
    if not (value.isascii() and value.isdigit()):
        raise APIError(response)
    return int(value)
