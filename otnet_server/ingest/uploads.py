"""Resumable uploads over HTTP: a tus 1.0.0 server (see `tus.py`) for the libraries.

The bytes of a request are written in blocks, and recorded (synced, then counted) at the end of the request and at every
CHECKPOINT_BYTES; recorded bytes survive a crash, others are truncated. A request with Upload-Checksum is recorded as a
whole or not at all. After the last byte the file enters its library atomically (`files.arrive`), so that the watcher
only sees complete files; after a crash, a full disk or a missing library, `sweep` does it later.

Files are checked three times: by name and announced length when the upload is created, by the first bytes as soon as
they were received, and by the bytes again at the end. A refused upload is removed.

The caller mounts `collection` and `item` (path parameter `id`) and authenticates the request: `owner` identifies the
caller. Uploads of other owners are not visible.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from otnet_server.errors import ApiError, OtnetError, StorageUnavailable
from otnet_server.ingest import tus
from otnet_server.ingest.files import (
    DISK_FULL_ERRNOS,
    Sink,
    arrive,
    disk_full,
    free_bytes,
    make_room,
    off_loop,
    remove_arrival_leftovers,
)
from otnet_server.ingest.names import clean
from otnet_server.ingest.targets import NoTargets, Targets
from otnet_server.ingest.tus import Checksum, Upload
from otnet_server.ingest.upload_files import UploadFiles, new_id
from otnet_server.logs import log
from otnet_server.pipeline.probe import sniff_file
from otnet_server.pipeline.sniff import HEAD_BYTES, Refused
from otnet_server.problems import problem

CHECKPOINT_BYTES = 32 << 20
Owner: TypeAlias = str
Library: TypeAlias = Callable[[str, Owner], Path | Awaitable[Path | None] | None]


def check_media(_name: str, path: Path) -> str:
    """The demuxer of the file. Raises Refused when it is neither video nor audio."""
    return sniff_file(path).demuxer


class Uploads:
    """`library(id, owner)` returns the folder of a library that the owner may upload to, or None. `accepts(name)`
    checks a file name, and `check(name, path)` the bytes (raises Refused). `keep_free` bytes stay free on the disk."""

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        library: Library,
        targets: Targets | None = None,
        accepts: Callable[[str], bool],
        check: Callable[[str, Path], str] = check_media,
        keep_free: int = 0,
        free: Callable[[Path], int] = free_bytes,
        expires_s: float = 7 * 86400,
        idle_s: float = 60,
        max_open: int = 1000,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._files, self._max_bytes = folder, UploadFiles(folder), max_bytes
        self._library, self._accepts, self._check = library, accepts, check
        self._targets: Targets = targets or NoTargets()
        self._keep_free, self._free = keep_free, free
        self._expires_s, self._idle_s, self._max_open, self._now = expires_s, idle_s, max_open, now

    async def collection(self, request: Request, owner: Owner, *, id: str = "") -> Response:
        """Handle OPTIONS and POST of the collection. `id`: that of the new upload (default: a random one)."""
        return await self._dispatch(request, owner, {"POST": partial(self._create, id=id)})

    async def item(self, request: Request, owner: Owner) -> Response:
        """Handle OPTIONS, HEAD, PATCH and DELETE of an upload, and POST with X-HTTP-Method-Override."""
        return await self._dispatch(request, owner, {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete})

    async def arrived_as(self, id: str, owner: Owner) -> Path | None:
        """The path of a complete upload in its library; None before. Raises ApiError (404)."""
        upload = await off_loop(self._files.read, owner, id)
        if upload is None:
            raise ApiError(404, "unknown_upload", "The upload does not exist.", "It may have ended long ago.")
        return await self._library_folder(upload.library, owner) / upload.name if upload.state == "done" else None

    async def sweep(self) -> int:
        """Remove expired uploads, and move complete ones into their libraries. Called at the start and periodically.
        Returns how many uploads were removed."""
        removed = 0
        for upload in await off_loop(lambda: list(self._files.all())):
            try:
                if upload.expires <= self._now():
                    with self._locked(upload):
                        await off_loop(self._files.remove, upload)
                    removed += 1
                elif upload.state != "done" and upload.offset == upload.length:
                    with self._locked(upload):
                        await self._finish(self._reload(upload))
            except (OtnetError, OSError) as error:
                log.warning("an upload could not be swept", id=upload.id, reason=str(error))
        await off_loop(self._files.remove_orphans)
        return removed

    async def _dispatch(
        self, request: Request, owner: Owner, methods: dict[str, Callable[[Request, Owner], Awaitable[Response]]]
    ) -> Response:
        method = tus.method_of(request.method, request.headers)
        if method == "OPTIONS":
            return Response(status_code=204, headers=tus.options_headers(self._max_bytes))
        try:
            if method not in methods:
                allowed = ", ".join(("OPTIONS", *methods))
                raise ApiError(405, "method_not_allowed", "This method is not allowed here.", "", Allow=allowed)
            tus.check_version(request.headers)
            return await methods[method](request, owner)
        except ApiError as error:
            return _problem_response(error.status, error, **error.headers)
        except Refused as error:
            return _problem_response(415, error)
        except StorageUnavailable as error:
            return _problem_response(507 if error.code == "disk_full" else 503, error)
        except OSError as error:
            if error.errno not in DISK_FULL_ERRNOS:
                raise
            return _problem_response(507, disk_full())

    async def _create(self, request: Request, owner: Owner, id: str = "") -> Response:
        headers = request.headers
        length = tus.length_of(headers, self._max_bytes)
        has_body = tus.body_follows(headers)
        checksum = tus.checksum_of(headers) if has_body else None
        if has_body:
            tus.check_type(headers)
        metadata = tus.metadata_of(headers.get("upload-metadata", ""))
        target = tus.target_of(metadata)
        name = clean(metadata.get("filename", ""))
        if not name or not self._accepts(name):
            raise ApiError(
                415, "type_not_accepted", f"The type of “{name or '(no name)'}” is not supported.",
                "Send a video or audio file with a usual extension such as .mp4.",
            )  # fmt: skip
        if length == 0:
            raise ApiError(415, "refused_empty", "The file is empty.", "Copy the file again.")
        library = metadata.get("library", "")
        folder = await self._library_folder(library, owner)
        if target.content:
            await self._targets.check(target, owner)
        upload = Upload(
            id or new_id(), owner, library, name, length, headers.get("upload-metadata", ""),
            self._now() + self._expires_s, content=target.content, role=target.role,
        )  # fmt: skip
        await off_loop(self._check_room, upload, folder)
        if has_body:
            tus.check_append(upload, 0, tus.body_length(headers))
        await off_loop(self._files.create, upload)
        location = {"Location": f"{request.url.path.rstrip('/')}/{upload.id}"}
        if has_body:
            try:
                with self._locked(upload):
                    upload = await self._append(request, upload, checksum)
            except (OtnetError, OSError) as error:
                recorded = await off_loop(self._files.read, owner, upload.id)
                if recorded is None:
                    raise
                log.info("the body of a creating request was not recorded completely", id=upload.id, reason=str(error))
                upload = recorded  # the client reads the offset and resumes from there
        return Response(status_code=201, headers=tus.response_headers(upload) | location)

    async def _head(self, request: Request, owner: Owner) -> Response:
        return Response(headers=tus.head_headers(await off_loop(self._find, request, owner)))

    async def _patch(self, request: Request, owner: Owner) -> Response:
        upload = await off_loop(self._find, request, owner)
        tus.check_type(request.headers)
        offset, checksum = tus.offset_of(request.headers), tus.checksum_of(request.headers)
        if upload.state == "done":
            tus.check_append(upload, offset, tus.body_length(request.headers))
            return Response(status_code=204, headers=tus.response_headers(upload))
        with self._locked(upload):
            upload = self._reload(upload)
            tus.check_append(upload, offset, tus.body_length(request.headers))
            upload = await self._append(request, upload, checksum)
        return Response(status_code=204, headers=tus.response_headers(upload))

    async def _delete(self, request: Request, owner: Owner) -> Response:
        upload = await off_loop(self._find, request, owner)
        with self._locked(upload):
            await off_loop(self._files.remove, upload)
        return Response(status_code=204, headers={"Tus-Resumable": tus.VERSION})

    async def _append(self, request: Request, upload: Upload, checksum: Checksum | None) -> Upload:
        """Append the body, check the first bytes, and move the file into its library when it is complete. Requires the
        lock."""
        digest = checksum.start() if checksum else None
        reserve = make_room(self._folder, self._keep_free, self._free)
        sink = Sink(self._files.data(upload), upload.offset, digest, reserve)
        try:
            async for part in self._body(request):
                if sink.taken + len(part) > upload.length:
                    raise tus.beyond_length(upload)
                await sink.add(part)
                step = CHECKPOINT_BYTES if upload.checked else HEAD_BYTES
                if not checksum and sink.taken - upload.offset >= step:
                    upload = await self._checkpoint(sink, upload)
            await sink.flush()
            if checksum and digest and digest.digest() != checksum.value:
                raise ApiError(460, "checksum_mismatch", "The checksum does not match the body.", "Send it again.")
            upload = await self._checkpoint(sink, upload)
        except (ClientDisconnect, OSError) as error:
            if not checksum:
                with suppress(OSError):
                    upload = await self._checkpoint(sink, upload)
            raise _interrupted(error) from error
        finally:
            sink.close(upload.offset)
        return await self._finish(upload) if upload.offset == upload.length else upload

    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        """The parts of the body. Raises TimeoutError after `idle_s` without data, so that an idle client does not keep
        the lock."""
        parts = request.stream()
        while True:
            try:
                async with asyncio.timeout(self._idle_s):
                    part = await anext(parts)
            except StopAsyncIteration:
                return
            yield part

    async def _checkpoint(self, sink: Sink, upload: Upload) -> Upload:
        """Sync and record the bytes received so far, and check the first bytes once they are complete."""
        await sink.flush(sync=True)
        upload = replace(upload, offset=sink.at, expires=self._now() + self._expires_s)
        if not upload.checked and upload.offset >= min(HEAD_BYTES, upload.length):
            await self._check_bytes(upload)
            upload = replace(upload, checked=True)
        await off_loop(self._files.write, upload)
        return upload

    async def _check_bytes(self, upload: Upload) -> None:
        try:
            await off_loop(self._check, upload.name, self._files.data(upload))
        except Refused:
            await off_loop(self._files.remove, upload)
            raise

    async def _finish(self, upload: Upload) -> Upload:
        """Move a complete file into its library. Requires the lock; can be repeated after a crash."""
        folder = await self._library_folder(upload.library, upload.owner)
        data, name = self._files.data(upload), upload.name
        if await off_loop(data.exists):
            await self._check_bytes(upload)
            upload = replace(upload, state="arriving")
            await off_loop(self._files.write, upload)
            await self._announce(upload)
            path = await off_loop(arrive, data, folder, name, upload.id)
            await self._targets.arrived(path)
            name = path.name
        else:
            await off_loop(remove_arrival_leftovers, folder, upload.id)
        upload = replace(upload, state="done", name=name, expires=self._now() + self._expires_s)
        await off_loop(self._files.write, upload)
        log.info("a file was uploaded", name=name, library=upload.library, bytes=upload.length)
        return upload

    async def _announce(self, upload: Upload) -> None:
        """Announce the file. The upload ends here when its content was deleted meanwhile."""
        try:
            await self._targets.announce(upload.target, upload.owner, self._files.data(upload))
        except ApiError:
            await off_loop(self._files.remove, upload)
            raise

    async def _library_folder(self, library: str, owner: Owner) -> Path:
        folder_or_awaitable = self._library(library, owner)
        folder = await folder_or_awaitable if isinstance(folder_or_awaitable, Awaitable) else folder_or_awaitable
        if folder is None:
            raise ApiError(
                404, "unknown_library", "The library does not exist, or you may not upload to it.",
                "Send its id in Upload-Metadata: “library” and the id in base64.",
            )  # fmt: skip
        return folder

    def _check_room(self, upload: Upload, folder: Path) -> None:
        """Raises ApiError (429) for too many unfinished uploads, StorageUnavailable without enough space on this disk
        or on the library's."""
        if self._files.open_count(upload.owner) >= self._max_open:
            raise ApiError(
                429, "too_many_uploads", f"You have {self._max_open} unfinished uploads.", "Finish or delete some.",
                Retry_After="60",
            )  # fmt: skip
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder_checked, disk_name in ((self._folder, "this server's disk"), (folder, "the library's disk")):
            if not folder_checked.is_dir():
                raise StorageUnavailable(
                    "library_away", "The library's folder does not exist.", "Mount it, then try again."
                )
            if self._free(folder_checked) - upload.length < self._keep_free:
                raise disk_full(disk_name)

    def _find(self, request: Request, owner: Owner) -> Upload:
        upload = self._files.read(owner, request.path_params["id"])
        if upload is None:
            raise ApiError(404, "unknown_upload", "The upload does not exist.", "Start again with POST.")
        if upload.expires <= self._now():
            raise ApiError(410, "upload_expired", "The upload has expired.", "Start again with POST.")
        return upload

    def _reload(self, upload_before: Upload) -> Upload:
        """The current record of an upload, read under the lock. Raises ApiError (404, 410)."""
        upload = self._files.read(upload_before.owner, upload_before.id)
        if upload is None:
            raise ApiError(404, "unknown_upload", "The upload does not exist.", "Start again with POST.")
        if upload.state == "open" and not self._files.data(upload).exists():
            self._files.remove(upload)
            raise ApiError(410, "upload_lost", "The data of the upload are lost.", "Start again with POST.")
        return upload

    @contextmanager
    def _locked(self, upload: Upload) -> Iterator[None]:
        with ExitStack() as stack:
            try:
                stack.enter_context(self._files.lock(upload))
            except BlockingIOError:
                raise ApiError(
                    423, "upload_locked", "Another request is writing to this upload.", "Wait until it has finished.",
                    Retry_After="1",
                ) from None  # fmt: skip
            except FileNotFoundError:
                pass  # the file has been moved into the library
            yield


def _interrupted(error: Exception) -> Exception:
    if isinstance(error, ClientDisconnect):
        return ApiError(400, "interrupted", "The connection was interrupted.", "Read the offset with HEAD and resume.")
    if isinstance(error, TimeoutError):
        return ApiError(408, "too_slow", "No data were received for too long.", "Read the offset with HEAD and resume.")
    return error


def _problem_response(status: int, error: OtnetError, **headers: str) -> Response:
    return problem(status, error.code, error.message, error.remedy, headers={"Tus-Resumable": tus.VERSION} | headers)
