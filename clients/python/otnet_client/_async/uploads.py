"""Uploads of files. Each is made with an upload link, which names the library, the content and the external id of the
media, and shows what the file has become."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from otnet_client._async import _tus
from otnet_client._async._io import in_thread
from otnet_client._async._transport import AsyncTransport
from otnet_client._async.files import AsyncMediaFiles
from otnet_client._async.resources import AsyncLibraryResource, AsyncUploadLinkResource
from otnet_client._async.waiting import Wait
from otnet_client._requests import absolute
from otnet_client._upload_files import LocalFile, Note
from otnet_client.errors import APIError, Conflict, OTNetError, PermissionDenied, UploadFailed
from otnet_client.models import Media, UploadLink, UploadLinkRole
from otnet_client.params import UploadLinkCreate

VALID_MINUTES = 7 * 24 * 60  # the longest time: as long as the server keeps unfinished uploads


class AsyncUploadLinks(AsyncUploadLinkResource):
    """URLs with which one file is uploaded once, without a key."""

    async def create(self, *, idempotency_key: str | None = None, **values: Unpack[UploadLinkCreate]) -> UploadLink:
        """Create an upload link. Its `url` is only in this response."""
        link = await super().create(idempotency_key=idempotency_key, **values)
        if idempotency_key is None and link.url is None:
            # The first response was lost, and a repeated one does not contain the URL.
            await self.delete(link.id)
            link = await super().create(**values)
        return replace(link, url=absolute(self._transport.url, link.url)) if link.url else link


class AsyncUploads:
    """Uploads of local files, which continue after interruptions."""

    def __init__(self, transport: AsyncTransport, links: AsyncUploadLinks, media: AsyncMediaFiles) -> None:
        self._transport, self._links, self._media = transport, links, media

    async def upload_file(
        self,
        path: str | os.PathLike[str],
        *,
        library: str | None = None,
        content: str | None = None,
        role: UploadLinkRole = "main",
        external_id: str | None = None,
        metadata: Mapping[str, str] | None = None,
        filename: str | None = None,
        progress: _tus.Progress | None = None,
        chunk_bytes: int = _tus.CHUNK_BYTES,
        resume: bool = True,
    ) -> UploadLink:
        """Upload a file into a library. `content` is the id of the content that it is a file of, in the given `role`;
        the media gets the `external_id` and the `metadata`. `library` may be left out if there is only one.
        `progress(bytes sent, total bytes)` is called after each chunk of `chunk_bytes`. With `resume`, the same call in
        a later process continues an upload that was interrupted.

        Returns the upload link: pass it to `wait_until_ready`. The key needs the scope `upload_link:write`, and
        `content:write` or `media:write` with `content`; to wait, `upload_link:read` and `media:read`.

        Raises UploadFailed, OSError when the file can't be read, and APIError: Conflict when other media have the
        external id, for example."""
        file = await in_thread(LocalFile.open, Path(path))
        values: dict[str, Any] = {
            "library": library or await self._only_library(),
            "filename": filename or file.name,
        }
        values |= {"content": content, "role": role} if content else {}
        values |= {"external_id": external_id} if external_id else {}
        values |= {"metadata": dict(metadata)} if metadata else {}
        note = Note.for_upload(self._transport.url, file, values)
        noted = await in_thread(note.read) if resume else None
        if noted is not None:
            try:
                return await self._send(UploadLink(id=noted[0], url=noted[1]), file, note, progress, chunk_bytes)
            except APIError:
                pass  # the link has expired, was deleted or has delivered a file: begin again
        link = await self._create(values)
        if resume:
            await in_thread(note.write, link.id, link.url or "")
        return await self._send(link, file, note, progress, chunk_bytes)

    async def upload_to_link(
        self,
        link: UploadLink | str,
        path: str | os.PathLike[str],
        *,
        progress: _tus.Progress | None = None,
        chunk_bytes: int = _tus.CHUNK_BYTES,
    ) -> None:
        """Upload a file with an upload link, or its URL; continues an upload with this link that was interrupted."""
        url = link if isinstance(link, str) else link.url
        if not url:
            raise ValueError("The upload link has no URL: only the response to its creation contains it.")
        file = await in_thread(LocalFile.open, Path(path))
        await _tus.send(
            self._transport.http, absolute(self._transport.url, url), file, file.name, self._transport.sleep,
            progress=progress, chunk_bytes=chunk_bytes,
        )  # fmt: skip

    async def wait_for_media(self, link: UploadLink | str, *, timeout: float = 600) -> Media:
        """The media of an uploaded file, once its library has found it. Raises WaitTimeout."""
        id, wait = link if isinstance(link, str) else link.id, Wait(timeout, self._transport.sleep)
        while True:
            current = await self._links.retrieve(id)
            if current.media:
                return await self._media.retrieve(current.media)
            await wait.pause(f"The file of the upload link {id} has not become media")

    async def wait_until_ready(self, link: UploadLink | str, *, timeout: float = 3600) -> Media:
        """The media of an uploaded file, once it is encoded. Raises MediaFailed and WaitTimeout."""
        media = await self.wait_for_media(link, timeout=timeout)
        return await self._media.wait_until_ready(media.id, timeout=timeout)

    async def _only_library(self) -> str:
        libraries = [library async for library in AsyncLibraryResource(self._transport).list()]
        if len(libraries) != 1:
            names = ", ".join(f"{library.id} ({library.name})" for library in libraries) or "none"
            raise OTNetError(f"Name the library of the upload by its id. The libraries are: {names}.")
        return libraries[0].id

    async def _send(
        self, link: UploadLink, file: LocalFile, note: Note, progress: _tus.Progress | None, chunk_bytes: int
    ) -> UploadLink:
        """Send the file. A link whose file was refused is revoked."""
        try:
            await self.upload_to_link(link, file.path, progress=progress, chunk_bytes=chunk_bytes)
        except (APIError, UploadFailed) as error:
            if not (isinstance(error, UploadFailed) and error.resumable):
                await in_thread(note.remove)
                if getattr(error, "code", "") != "link_used":
                    await self._delete(link)
            raise
        await in_thread(note.remove)
        return replace(link, state="done")

    async def _create(self, values: dict[str, Any]) -> UploadLink:
        """A new upload link. It replaces one with the same external id that was not used."""
        values = {**values, "valid_minutes": VALID_MINUTES}
        try:
            return await self._links.create(**values)
        except Conflict as conflict:
            existing = conflict.existing or {}
            if existing.get("resource") != "upload_link":
                raise
            try:
                former = await self._links.retrieve(str(existing["id"]))
            except PermissionDenied:
                raise conflict from None
            if former.state == "done":
                raise
            await self._links.delete(former.id)
            return await self._links.create(**values)

    async def _delete(self, link: UploadLink) -> None:
        """Revoke a link. If that fails, the reason of the refusal is still what the caller needs to know."""
        try:
            await self._links.delete(link.id)
        except OTNetError:
            return
