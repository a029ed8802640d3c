"""The protocol of exporters, which write the catalogue in other formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from otnet_server.protocols.catalogue import CatalogueReader
from otnet_server.protocols.public_site import PublicSite


@dataclass(frozen=True)
class ExportRequest:
    """Export `subject` of a site: the rest of the address of a feed, which is untrusted; empty for a download."""

    site: PublicSite
    subject: str
    catalogue: CatalogueReader


@dataclass(frozen=True)
class Exported:
    """An exported file. `name` is its file name for downloads."""

    name: str
    media_type: str
    data: bytes


@runtime_checkable
class Exporter(Protocol):
    """Exports the catalogue. A `feed` is public at `/feeds/<name>/<subject>`; other exports are downloaded from the
    studio, with an empty subject."""

    name: str
    label: str
    description: str
    feed: bool

    async def export(self, request: ExportRequest) -> Exported | None:
        """The exported file, or None for an unknown subject."""
