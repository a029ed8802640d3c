"""Every place where a plugin may speak.

Registration is synchronous and returns named objects with async methods (`protocols.py`). Events are
async and isolated: a handler that raises is logged with the plugin's name and hurts nobody. `server`
is what a plugin may know; `config` is the plugin's own `Config`, validated. Both may be left out.
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
    """What a plugin is given: the settings and where the tools are."""

    settings: Settings
    binaries: Binaries


@hookspec
def register_storage(server: ServerContext, config: Any) -> list[Storage]:  # type: ignore[empty-body]
    """Where published media lies. The first one enabled is used."""


@hookspec
def register_encoders(server: ServerContext, config: Any) -> list[Encoder]:  # type: ignore[empty-body]
    """Who turns a source into renditions. The first one enabled is used."""


@hookspec
def register_packagers(server: ServerContext, config: Any) -> list[Packager]:  # type: ignore[empty-body]
    """Who cuts renditions into CMAF segments. The first one enabled is used."""


@hookspec
def register_executors(server: ServerContext, config: Any) -> list[Executor]:  # type: ignore[empty-body]
    """Who runs tasks, where and in which order. The first one enabled is used."""


@hookspec
def register_metadata(server: ServerContext, config: Any) -> list[MetadataProvider]:  # type: ignore[empty-body]
    """Who knows more about a file. All are asked, in the order enabled; the first word on a field counts."""


@hookspec
def register_auth(server: ServerContext, config: Any) -> list[AuthProvider]:  # type: ignore[empty-body]
    """Where people may sign in besides here. All that are enabled are offered."""


@hookspec
def register_exporters(server: ServerContext, config: Any) -> list[Exporter]:  # type: ignore[empty-body]
    """Who takes the catalogue elsewhere: feeds for anybody, files for the studio. All that are enabled are offered."""


@hookspec
async def on_event(server: ServerContext, config: Any, event: Event) -> None:
    """Something happened; at least once, in order, after it was stored."""
