"""The client, with its resources as attributes."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

import httpx

from otnet_client._async._transport import AsyncTransport
from otnet_client._async.files import (
    AsyncArtworkFiles,
    AsyncChannels,
    AsyncEvents,
    AsyncExports,
    AsyncHomeLayouts,
    AsyncImports,
    AsyncMediaFiles,
    AsyncMetadataImports,
)
from otnet_client._async.resources import AsyncResources
from otnet_client._async.uploads import AsyncUploadLinks, AsyncUploads


class AsyncClient(AsyncResources):
    """`url` is the URL of the server, and `key` an API key; by default the variables OTNET and OTNET_KEY of the
    environment. `timeout` is in seconds, for each attempt; `max_retries` is how often a request is repeated after
    temporary failures, if that is safe. `http_client` replaces the client of httpx, for a proxy or own certificates.

    All methods raise subclasses of OTNetError (`otnet_client.errors`)."""

    media: AsyncMediaFiles
    artwork: AsyncArtworkFiles
    channels: AsyncChannels
    upload_links: AsyncUploadLinks

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 30,
        max_retries: int = 3,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        url, key = url or os.environ.get("OTNET", ""), key or os.environ.get("OTNET_KEY", "")
        self._transport = AsyncTransport(url, key, timeout, max_retries, http_client)
        super().__init__(self._transport)
        self.media = AsyncMediaFiles(self._transport)
        self.artwork = AsyncArtworkFiles(self._transport)
        self.channels = AsyncChannels(self._transport)
        self.upload_links = AsyncUploadLinks(self._transport)
        self.uploads = AsyncUploads(self._transport, self.upload_links, self.media)
        self.imports = AsyncImports(self._transport)
        self.metadata_imports = AsyncMetadataImports(self._transport)
        self.exports = AsyncExports(self._transport)
        self.home_layout = AsyncHomeLayouts(self._transport)
        self.events = AsyncEvents(self._transport)

    @property
    def server_version(self) -> str | None:
        """The version of the server (`OTNet-Version`), as the last response named it."""
        return self._transport.server_version

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.url!r})"
