# Generated from _async/client.py by scripts/client_types.py. Do not edit.
"""The client, with its resources as attributes."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

import httpx

from otnet_client._sync._transport import Transport
from otnet_client._sync.files import (
    ArtworkFiles,
    Channels,
    Events,
    Exports,
    HomeLayouts,
    Imports,
    MediaFiles,
    MetadataImports,
)
from otnet_client._sync.resources import Resources
from otnet_client._sync.uploads import UploadLinks, Uploads


class Client(Resources):
    """`url` is the URL of the server, and `key` an API key; by default the variables OTNET and OTNET_KEY of the
    environment. `timeout` is in seconds, for each attempt; `max_retries` is how often a request is repeated after
    temporary failures, if that is safe. `http_client` replaces the client of httpx, for a proxy or own certificates.

    All methods raise subclasses of OTNetError (`otnet_client.errors`)."""

    media: MediaFiles
    artwork: ArtworkFiles
    channels: Channels
    upload_links: UploadLinks

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 30,
        max_retries: int = 3,
        http_client: httpx.Client | None = None,
    ) -> None:
        url, key = url or os.environ.get("OTNET", ""), key or os.environ.get("OTNET_KEY", "")
        self._transport = Transport(url, key, timeout, max_retries, http_client)
        super().__init__(self._transport)
        self.media = MediaFiles(self._transport)
        self.artwork = ArtworkFiles(self._transport)
        self.channels = Channels(self._transport)
        self.upload_links = UploadLinks(self._transport)
        self.uploads = Uploads(self._transport, self.upload_links, self.media)
        self.imports = Imports(self._transport)
        self.metadata_imports = MetadataImports(self._transport)
        self.exports = Exports(self._transport)
        self.home_layout = HomeLayouts(self._transport)
        self.events = Events(self._transport)

    @property
    def server_version(self) -> str | None:
        """The version of the server (`OTNet-Version`), as the last response named it."""
        return self._transport.server_version

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.url!r})"
