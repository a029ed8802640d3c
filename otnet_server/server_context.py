"""What plugins know about the server."""

from __future__ import annotations

from collections.abc import Callable

from otnet_server.binaries import Binaries
from otnet_server.config import Settings
from otnet_server.errors import PluginError
from otnet_server.protocols.catalogue import CatalogueReader

ReadCatalogue = Callable[[str | None], CatalogueReader]


class ServerContext:
    """The settings, the paths of the tools (ffmpeg, ffprobe, packager), and the catalogue."""

    def __init__(self, settings: Settings, binaries: Binaries) -> None:
        self.settings, self.binaries = settings, binaries
        self._read_catalogue: ReadCatalogue | None = None

    def catalogue(self, organization: str | None = None) -> CatalogueReader:
        """The public catalogue of an organization (its id); None: of the server's first. It is available from `startup`
        on; before, and in commands, it raises PluginError."""
        if self._read_catalogue is None:
            raise PluginError(
                "catalogue_not_available",
                "The catalogue is available only while the server runs, from the hook “startup” on.",
            )
        return self._read_catalogue(organization)

    def provide_catalogue(self, read_catalogue: ReadCatalogue | None) -> None:
        """Called by the server."""
        self._read_catalogue = read_catalogue
