"""The hooks of plugins.

Registration hooks are synchronous and return a list of objects, mostly with a name and async methods (`protocols/`).
`startup`, `shutdown` and `on_event` are async and isolated: they run in an event loop of the plugin's own, and an
exception in `on_event` affects nothing else. `server` is the context of the server, `config` the validated `Config` of
the plugin. Plugins may omit the parameters that they do not need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pluggy

from otnet_server.events import Event
from otnet_server.protocols import (
    AdProvider,
    AudioEncoder,
    AuthProvider,
    DrmProvider,
    EdgePolicy,
    EntitlementProvider,
    Executor,
    Exporter,
    Ingest,
    KeyService,
    Mailer,
    MetadataProvider,
    Packager,
    PictureEncoder,
    Route,
    Scheduler,
    Storage,
    SubtitleConverter,
    TitleLookup,
    VideoEncoder,
)
from otnet_server.server_context import ServerContext

API = 2
hookspec = pluggy.HookspecMarker("otnet")
hookimpl = pluggy.HookimplMarker("otnet")


@hookspec
def register_storage(server: ServerContext, config: Any) -> list[Storage]:  # type: ignore[empty-body]
    """Register a storage for published media. The first enabled one is used."""


@hookspec
def register_video_encoders(server: ServerContext, config: Any) -> list[VideoEncoder]:  # type: ignore[empty-body]
    """Register an encoder of video. The first enabled one is used."""


@hookspec
def register_audio_encoders(server: ServerContext, config: Any) -> list[AudioEncoder]:  # type: ignore[empty-body]
    """Register an encoder of audio. The first enabled one is used."""


@hookspec
def register_subtitle_converters(server: ServerContext, config: Any) -> list[SubtitleConverter]:  # type: ignore[empty-body]
    """Register a converter of subtitles to WebVTT. The first enabled one is used."""


@hookspec
def register_picture_encoders(server: ServerContext, config: Any) -> list[PictureEncoder]:  # type: ignore[empty-body]
    """Register an encoder of posters and sheets of thumbnails. The first enabled one is used."""


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
def register_title_lookups(server: ServerContext, config: Any) -> list[TitleLookup]:  # type: ignore[empty-body]
    """Register databases in which editors look titles up. All enabled ones are offered."""


@hookspec
def register_policies(server: ServerContext, config: Any) -> list[EdgePolicy]:  # type: ignore[empty-body]
    """Register policies about requests for media and player configurations. All are asked, in the order of
    `plugins.enabled`, until one refuses."""


@hookspec
def register_auth(server: ServerContext, config: Any) -> list[AuthProvider]:  # type: ignore[empty-body]
    """Register providers for external sign-in. All enabled ones are offered."""


@hookspec
def register_drm(server: ServerContext, config: Any) -> list[DrmProvider]:  # type: ignore[empty-body]
    """Register DRM providers. Each organization chooses among all enabled ones."""


@hookspec
def register_key_services(server: ServerContext, config: Any) -> list[KeyService]:  # type: ignore[empty-body]
    """Register key management services, which wrap the data keys of the vault. `[vault] key_service` names the one in
    use."""


@hookspec
def register_entitlements(server: ServerContext, config: Any) -> list[EntitlementProvider]:  # type: ignore[empty-body]
    """Register providers that know who may watch what. All enabled ones are asked."""


@hookspec
def register_exporters(server: ServerContext, config: Any) -> list[Exporter]:  # type: ignore[empty-body]
    """Register exporters of the catalogue: public feeds, or files to download in the studio. All enabled ones are
    offered."""


@hookspec
def register_schedulers(server: ServerContext, config: Any) -> list[Scheduler]:  # type: ignore[empty-body]
    """Register schedulers, which choose what linear channels play. Each channel chooses among all enabled ones."""


@hookspec
def register_ads(server: ServerContext, config: Any) -> list[AdProvider]:  # type: ignore[empty-body]
    """Register ad providers, which decide what linear channels play in breaks. Each channel chooses among all enabled
    ones."""


@hookspec
def register_mailers(server: ServerContext, config: Any) -> list[Mailer]:  # type: ignore[empty-body]
    """Register a mailer. The first one is used; without one, mails wait in the outbox of the studio."""


@hookspec
def register_ingest(server: ServerContext, config: Any) -> list[Ingest]:  # type: ignore[empty-body]
    """Register receivers of live streams. All enabled ones are started."""


@hookspec
def register_routes(server: ServerContext, config: Any) -> list[Route]:  # type: ignore[empty-body]
    """Register HTTP routes, at `/plugins/<plugin>/<path>`."""


@hookspec
def register_commands(server: ServerContext, config: Any) -> list[Callable[..., None]]:  # type: ignore[empty-body]
    """Register commands of the command line, `otnet <plugin> <command>`: functions with typer's parameters. The name of
    the function is the command, and its docstring the help."""


@hookspec
async def startup(server: ServerContext, config: Any) -> None:
    """Called once when the server starts, before the first event. An exception stops the start."""


@hookspec
async def shutdown(server: ServerContext, config: Any) -> None:
    """Called once when the server stops, after the last event."""


@hookspec
async def on_event(server: ServerContext, config: Any, event: Event) -> None:
    """Handle an event. Called at least once for each event, in order, after its change is stored."""
