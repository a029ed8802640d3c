"""Loads, validates and calls the enabled plugins.

A plugin is a module or package with `name`, `api = 2`, an optional pydantic `Config`, and functions marked `@hookimpl`.
It is *available* if it is in OTNet's own `plugins/`, in `plugins.dir`, or an entry point of the group `otnet`; it is
*active* only if `plugins.enabled` contains its name. An error in an active plugin raises PluginError with its name, so
that the server does not start.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from otnet_server import hookspecs
from otnet_server.binaries import Binaries
from otnet_server.config import Settings
from otnet_server.errors import PluginError
from otnet_server.events import Event
from otnet_server.hookspecs import API
from otnet_server.logs import log
from otnet_server.plugins.config import validated_config
from otnet_server.plugins.loading import available, check_api, implemented_hooks, load
from otnet_server.plugins.signatures import object_problem
from otnet_server.plugins.thread import PluginThread
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
    IngestHost,
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

SHUTDOWN_S = 10.0
INGESTS = "register_ingest"
OWN_LOOP_HOOKS = ("startup", "shutdown", "on_event")
# What each registration hook returns a list of.
REGISTERED: dict[str, type | None] = {
    "register_storage": Storage,
    "register_video_encoders": VideoEncoder,
    "register_audio_encoders": AudioEncoder,
    "register_subtitle_converters": SubtitleConverter,
    "register_picture_encoders": PictureEncoder,
    "register_packagers": Packager,
    "register_executors": Executor,
    "register_metadata": MetadataProvider,
    "register_title_lookups": TitleLookup,
    "register_policies": EdgePolicy,
    "register_auth": AuthProvider,
    "register_drm": DrmProvider,
    "register_key_services": KeyService,
    "register_entitlements": EntitlementProvider,
    "register_exporters": Exporter,
    "register_schedulers": Scheduler,
    "register_ads": AdProvider,
    "register_mailers": Mailer,
    "register_ingest": Ingest,
    "register_routes": Route,
    "register_commands": None,
}


@dataclass(frozen=True)
class Plugin:
    """An active plugin: its module, its validated configuration, and the hooks that it implements."""

    name: str
    module: ModuleType
    config: Any
    hooks: tuple[str, ...]


class PluginHost:
    """The active plugins, and one method per hook. The objects of a hook are registered once, at the first call."""

    def __init__(self, settings: Settings, binaries: Binaries) -> None:
        self.context = ServerContext(settings, binaries)
        self._manager = pluggy.PluginManager("otnet")
        self._manager.add_hookspecs(hookspecs)
        self.plugins: list[Plugin] = []
        self._threads: dict[str, PluginThread] = {}
        self._registered: dict[str, list[tuple[Plugin, Any]]] = {}
        self._started: list[tuple[Plugin, Any]] = []
        self._running_plugins: list[Plugin] = []
        plugins_by_name = available(settings)
        for name in settings.plugins.config:
            if name not in plugins_by_name:
                raise PluginError(
                    "plugin_missing",
                    f"There is configuration for the plugin “{name}”, which does not exist.",
                    f"Correct or remove [plugins.config.{name}]. Available: {', '.join(sorted(plugins_by_name))}.",
                )
        for name in settings.plugins.enabled:
            if name not in plugins_by_name:
                raise PluginError(
                    "plugin_missing",
                    f"The enabled plugin “{name}” does not exist.",
                    f"Available: {', '.join(sorted(plugins_by_name)) or 'none'}. "
                    "Correct plugins.enabled or plugins.dir.",
                )
            self._activate(name, plugins_by_name[name], settings.plugins.config.get(name, {}))

    def _activate(self, name: str, where: str, raw: dict[str, Any]) -> None:
        try:
            module = load(name, where)
        except (Exception, SystemExit) as e:
            raise PluginError(
                "plugin_broken",
                f"The plugin “{name}” can't be imported: {type(e).__name__}: {e}.",
                f"See {where}. Plugins for API {API} are described in docs/plugins.md.",
            ) from e
        check_api(name, module)
        hooks = tuple(implemented_hooks(name, module))
        try:
            self._manager.register(module, name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as e:
            raise PluginError("plugin_hook", f"The plugin “{name}” has an invalid hook: {e}.") from e
        self.plugins.append(Plugin(name, module, validated_config(name, module, raw), hooks))

    def _call_hook(self, plugin: Plugin, hook: str, **arguments: Any) -> Any:
        other_modules = [p.module for p in self.plugins if p is not plugin]
        caller = self._manager.subset_hook_caller(hook, other_modules)
        results = caller(server=self.context, config=plugin.config, **arguments)
        return results[0] if results else None

    # --- registered objects ---

    def _all(self, hook: str) -> list[tuple[Plugin, Any]]:
        """What the plugins register with a hook, in the order of `plugins.enabled`."""
        if hook not in self._registered:
            self._registered[hook] = list(self._register(hook))
        return self._registered[hook]

    def _register(self, hook: str) -> Iterator[tuple[Plugin, Any]]:
        for plugin in self.plugins:
            if hook not in plugin.hooks:
                continue
            try:
                objects = self._call_hook(plugin, hook)
            except Exception as e:
                raise PluginError("plugin_broken", f"The plugin “{plugin.name}” failed in {hook}: {e}.") from e
            if not isinstance(objects, list | tuple):
                raise PluginError(
                    "plugin_protocol",
                    f"The plugin “{plugin.name}”: {hook} must return a list, not {type(objects).__name__}.",
                )
            for registered in objects:
                if problem := object_problem(registered, REGISTERED[hook]):
                    raise PluginError(
                        problem.code,
                        f"The plugin “{plugin.name}” registers {problem.sentence}.",
                        f"See docs/plugins.md: {hook}.",
                    )
                yield plugin, registered

    def _first(self, hook: str) -> Any:
        """The first object that is registered with a hook."""
        for _, registered in self._all(hook):
            return registered
        protocol = getattr(REGISTERED[hook], "__name__", hook)
        raise PluginError("plugin_needed", f"No enabled plugin registers a {protocol}.", f"Enable one that has {hook}.")

    def _by_name(self, hook: str) -> dict[str, Any]:
        return {registered.name: registered for _, registered in self._all(hook)}

    def storage(self) -> Storage:
        return self._first("register_storage")  # type: ignore[no-any-return]

    def video_encoder(self) -> VideoEncoder:
        return self._first("register_video_encoders")  # type: ignore[no-any-return]

    def audio_encoder(self) -> AudioEncoder:
        return self._first("register_audio_encoders")  # type: ignore[no-any-return]

    def subtitle_converter(self) -> SubtitleConverter:
        return self._first("register_subtitle_converters")  # type: ignore[no-any-return]

    def picture_encoder(self) -> PictureEncoder:
        return self._first("register_picture_encoders")  # type: ignore[no-any-return]

    def packager(self) -> Packager:
        return self._first("register_packagers")  # type: ignore[no-any-return]

    def executor(self) -> Executor:
        return self._first("register_executors")  # type: ignore[no-any-return]

    def metadata(self) -> list[MetadataProvider]:
        return [provider for _, provider in self._all("register_metadata")]

    def title_lookups(self) -> dict[str, TitleLookup]:
        """By name."""
        return self._by_name("register_title_lookups")

    def policies(self) -> list[tuple[str, EdgePolicy]]:
        """The policies, each with the name of its plugin."""
        return [(plugin.name, policy) for plugin, policy in self._all("register_policies")]

    def auth(self) -> dict[str, AuthProvider]:
        """By name."""
        return self._by_name("register_auth")

    def drm(self) -> dict[str, DrmProvider]:
        """By name."""
        return self._by_name("register_drm")

    def key_services(self) -> dict[str, KeyService]:
        """By name."""
        return self._by_name("register_key_services")

    def entitlements(self) -> list[EntitlementProvider]:
        return [provider for _, provider in self._all("register_entitlements")]

    def exporters(self) -> dict[str, Exporter]:
        """By name."""
        return self._by_name("register_exporters")

    def schedulers(self) -> dict[str, Scheduler]:
        """By name."""
        return self._by_name("register_schedulers")

    def ad_providers(self) -> dict[str, AdProvider]:
        """By name."""
        return self._by_name("register_ads")

    def mailer(self) -> Mailer | None:
        """The first mailer, or None: mails are not sent."""
        return next((mailer for _, mailer in self._all("register_mailers")), None)

    def ingests(self) -> list[Ingest]:
        return [ingest for _, ingest in self._all(INGESTS)]

    def routes(self) -> list[tuple[str, Route]]:
        """The routes, each with the name of its plugin."""
        return [(plugin.name, route) for plugin, route in self._all("register_routes")]

    def commands(self, name: str) -> list[Callable[..., None]]:
        """The commands of one plugin."""
        return [command for plugin, command in self._all("register_commands") if plugin.name == name]

    # --- start and stop ---

    async def start_providers(self) -> None:
        """Call `start` of the registered objects that have it and were not started yet, except ingests."""
        pairs = [pair for hook, pairs in self._registered.items() if hook != INGESTS for pair in pairs]
        for plugin, provider in pairs:
            if any(provider is started for _, started in self._started):
                continue
            start = getattr(provider, "start", None)
            try:
                if start is not None:
                    await start()
            except Exception as e:
                sentence = f"The plugin “{plugin.name}” failed to start {type(provider).__name__}: {e}."
                raise PluginError("plugin_broken", sentence) from e
            self._started.append((plugin, provider))

    async def close_providers(self) -> None:
        """Call `close` of the objects that were started, in reverse order. Errors are logged."""
        while self._started:
            plugin, provider = self._started.pop()
            try:
                if (close := getattr(provider, "close", None)) is not None:
                    await close()
            except Exception:
                log.exception("a plugin failed to close", plugin=plugin.name, provider=type(provider).__name__)

    async def start_ingests(self, host: IngestHost) -> None:
        """Let the ingests receive streams. Raises PluginError."""
        for plugin, ingest in self._all(INGESTS):
            try:
                await ingest.start(host)
            except Exception as e:
                raise PluginError("plugin_broken", f"The plugin “{plugin.name}” failed to receive streams: {e}.") from e

    async def close_ingests(self) -> None:
        """End the streams that are running. Errors are logged."""
        for plugin, ingest in reversed(self._all(INGESTS)):
            try:
                async with asyncio.timeout(SHUTDOWN_S):
                    await ingest.close()
            except Exception:
                log.exception("a plugin failed to close", plugin=plugin.name, provider=type(ingest).__name__)

    async def startup(self) -> None:
        """Call the hook `startup` of all plugins. Raises PluginError."""
        for plugin in self.plugins:
            try:
                if "startup" in plugin.hooks:
                    await self._in_own_loop(plugin, "startup")
            except Exception as e:
                raise PluginError("plugin_broken", f"The plugin “{plugin.name}” failed in startup: {e}.") from e
            self._running_plugins.append(plugin)

    async def shutdown(self) -> None:
        """Call the hook `shutdown` of the plugins that have started up, in reverse order, and end the threads of all.
        Errors are logged."""
        while self._running_plugins:
            plugin = self._running_plugins.pop()
            try:
                async with asyncio.timeout(SHUTDOWN_S):
                    if "shutdown" in plugin.hooks:
                        await self._in_own_loop(plugin, "shutdown")
            except Exception:
                log.exception("a plugin failed in shutdown", plugin=plugin.name)
        for thread in self._threads.values():
            thread.close()

    async def _in_own_loop(self, plugin: Plugin, hook: str, **arguments: Any) -> None:
        """Call an async hook in the event loop of the plugin, which has a thread of its own."""

        async def call() -> None:
            await self._call_hook(plugin, hook, **arguments)

        thread = self._threads.setdefault(plugin.name, PluginThread(plugin.name))
        event = arguments.get("event")
        await thread.call(call, event.type if event is not None else hook)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[PluginHost]:
        """Start the registered providers; close them at the end."""
        try:
            await self.start_providers()
            yield self
        finally:
            await self.close_providers()

    # --- events ---

    def event_handlers(self) -> dict[str, Callable[[Event], Awaitable[None]]]:
        """The `on_event` of every plugin that has one, by the name of the plugin. Each runs in a thread of its own."""
        return {plugin.name: self._event_handler(plugin) for plugin in self.plugins if "on_event" in plugin.hooks}

    def _event_handler(self, plugin: Plugin) -> Callable[[Event], Awaitable[None]]:
        async def handle(event: Event) -> None:
            await self._in_own_loop(plugin, "on_event", event=event)

        return handle

    def folders(self) -> dict[str, Path]:
        """The folder of each plugin's code, or its file."""
        files = {p.name: Path(p.module.__file__) for p in self.plugins if p.module.__file__ is not None}
        return {name: file.parent if file.name == "__init__.py" else file for name, file in files.items()}
