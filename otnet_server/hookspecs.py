"""The hooks of plugins.

Registration hooks are synchronous and return objects with a name and async methods (`protocols.py`). The event hook is
async and isolated: an exception is logged with the name of the plugin and affects nothing else. `server` is the context
of the server, `config` the validated `Config` of the plugin. Plugins may omit both parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pluggy

from otnet_server.binaries import Binaries
from otnet_server.config import Settings
from otnet_server.events import Event
from otnet_server.protocols import AuthProvider, Encoder, Executor, Exporter, MetadataProvider, Packager, Storage

API = 1
hookspec = pluggy.HookspecMarker("otnet")
hookimpl = pluggy.HookimplMarker("otnet")


@dataclass(frozen=True)
class ServerContext:
    """The context of a plugin: the settings, and the paths of the tools."""

    settings: Settings
    binaries: Binaries


@hookspec
def register_storage(server: ServerContext, config: Any) -> list[Storage]:  # type: ignore[empty-body]
    """Register a storage for published media. The first enabled one is used."""


@hookspec
def register_encoders(server: ServerContext, config: Any) -> list[Encoder]:  # type: ignore[empty-body]
    """Register an encoder, which makes renditions of a source. The first enabled one is used."""


@hookspec
def register_packagers(server: ServerContext, config: Any) -> list[Packager]:  # type: ignore[empty-body]
    """Register a packager, which cuts renditions into CMAF segments. The first enabled one is used."""


@hookspec
def register_executors(server: ServerContext, config: Any) -> list[Executor]:  # type: ignore[empty-body]
    """Register an executor, which runs tasks. The first enabled one is used."""


@hookspec
def register_metadata(server: ServerContext, config: Any) -> list[MetadataProvider]:  # type: ignore[empty-body]
    """Register metadata providers. All are called in the order of `plugins.enabled`; the first value of a field is
    used."""


@hookspec
def register_auth(server: ServerContext, config: Any) -> list[AuthProvider]:  # type: ignore[empty-body]
    """Register providers for external sign-in. All enabled ones are offered."""


@hookspec
def register_exporters(server: ServerContext, config: Any) -> list[Exporter]:  # type: ignore[empty-body]
    """Register exporters of the catalogue: public feeds, or files to download in the studio. All enabled ones are
    offered."""


@hookspec
async def on_event(server: ServerContext, config: Any, event: Event) -> None:
    """Handle an event. Called at least once for each event, in order, after its change is stored."""
