"""Finds, validates and calls plugins.

A plugin is a module or package with `name`, `api = 1`, an optional pydantic `Config`, and functions marked `@hookimpl`.
It is *available* if it is in OTNet's own `plugins/`, in `plugins.dir`, or an entry point of the group `otnet`; it is
*active* only if `plugins.enabled` contains its name. An error in an active plugin raises PluginError with its name, so
that the server does not start.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from pydantic import BaseModel, ValidationError

from otnet_server import hookspecs
from otnet_server.binaries import Binaries
from otnet_server.config import Settings
from otnet_server.errors import PluginError
from otnet_server.events import Event
from otnet_server.hookspecs import API, ServerContext
from otnet_server.plugin_thread import PluginThread
from otnet_server.protocols import AuthProvider, Encoder, Executor, Exporter, MetadataProvider, Packager, Storage

PROTOCOLS: dict[str, type] = {
    "register_storage": Storage,
    "register_encoders": Encoder,
    "register_packagers": Packager,
    "register_executors": Executor,
    "register_metadata": MetadataProvider,
    "register_auth": AuthProvider,
    "register_exporters": Exporter,
}


@dataclass(frozen=True)
class Plugin:
    """An active plugin: its module, its validated configuration, and the hooks that it implements."""

    name: str
    module: ModuleType
    config: Any
    hooks: tuple[str, ...]


def own_folder() -> Path:
    """The folder of OTNet's own plugins: in the wheel, or next to the package in a checkout."""
    inside = Path(__file__).parent / "_plugins"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "plugins"


def available(settings: Settings) -> dict[str, str]:
    """The available plugins: their names and locations (a path, or the value of an entry point)."""
    plugins: dict[str, str] = {}
    for folder in (own_folder(), settings.plugins.dir):
        if folder is not None and folder.is_dir():
            for path in sorted(folder.iterdir()):
                module = path / "__init__.py" if path.is_dir() else path
                if module.suffix == ".py" and module.is_file():
                    _add_unique(plugins, path.stem if path.is_file() else path.name, str(module))
    for entry in entry_points(group="otnet"):
        _add_unique(plugins, entry.name, f"entry point {entry.value}")
    return plugins


def _add_unique(plugins: dict[str, str], name: str, where: str) -> None:
    if name in plugins:
        raise PluginError(
            "plugin_duplicate",
            f"Two plugins are named “{name}”: {plugins[name]} and {where}.",
            "Rename one of them.",
        )
    plugins[name] = where


class PluginHost:
    """The active plugins, and one method per hook."""

    def __init__(self, settings: Settings, binaries: Binaries) -> None:
        self.context = ServerContext(settings, binaries)
        self._manager = pluggy.PluginManager("otnet")
        self._manager.add_hookspecs(hookspecs)
        self.plugins: list[Plugin] = []
        self._threads: dict[str, PluginThread] = {}
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
            module = _load(name, where)
        except (Exception, SystemExit) as e:
            raise PluginError(
                "plugin_broken",
                f"The plugin “{name}” can't be imported: {type(e).__name__}: {e}.",
                f"See {where}.",
            ) from e
        if getattr(module, "name", None) != name or getattr(module, "api", None) != API:
            raise PluginError(
                "plugin_undeclared",
                f"The plugin “{name}” must declare name = {name!r} and api = {API}.",
                f"It declares name = {getattr(module, 'name', None)!r}, api = {getattr(module, 'api', None)!r}.",
            )
        hooks = tuple(_implemented_hooks(name, module))
        try:
            self._manager.register(module, name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as e:
            raise PluginError("plugin_hook", f"The plugin “{name}” has an invalid hook: {e}.") from e
        self.plugins.append(Plugin(name, module, _validated_config(name, module, raw), hooks))

    def _call_hook(self, plugin: Plugin, hook: str, **arguments: Any) -> Any:
        other_modules = [p.module for p in self.plugins if p is not plugin]
        caller = self._manager.subset_hook_caller(hook, other_modules)
        results = caller(server=self.context, config=plugin.config, **arguments)
        return results[0] if results else None

    def _registered_by(self, hook: str) -> Iterator[Any]:
        for plugin in self.plugins:
            if hook not in plugin.hooks:
                continue
            try:
                objects = self._call_hook(plugin, hook) or []
            except Exception as e:
                raise PluginError("plugin_broken", f"The plugin “{plugin.name}” failed in {hook}: {e}.") from e
            protocol = PROTOCOLS[hook].__name__
            if not isinstance(objects, list | tuple):
                raise PluginError(
                    "plugin_protocol",
                    f"The plugin “{plugin.name}”: {hook} must return a list, not {type(objects).__name__}.",
                )
            for provider in objects:
                if not isinstance(provider, PROTOCOLS[hook]):
                    raise PluginError(
                        "plugin_protocol",
                        f"The plugin “{plugin.name}” registers {type(provider).__name__}, "
                        f"which does not implement {protocol}.",
                        f"See docs/plugins.md: {protocol}.",
                    )
                if problem := signature_problem(provider, PROTOCOLS[hook]):
                    raise PluginError(
                        "plugin_signature",
                        f"The plugin “{plugin.name}” registers {type(provider).__name__}: {problem}.",
                        f"See docs/plugins.md: {protocol}.",
                    )
                yield provider

    def _first_registered(self, hook: str) -> Any:
        """The first provider for a hook. All of them are created and checked, so that errors are found at the start."""
        for provider in list(self._registered_by(hook)):
            return provider
        protocol = PROTOCOLS[hook].__name__
        raise PluginError("plugin_needed", f"No enabled plugin registers a {protocol}.", f"Enable one that has {hook}.")

    def storage(self) -> Storage:
        return self._first_registered("register_storage")  # type: ignore[no-any-return]

    def encoder(self) -> Encoder:
        return self._first_registered("register_encoders")  # type: ignore[no-any-return]

    def packager(self) -> Packager:
        return self._first_registered("register_packagers")  # type: ignore[no-any-return]

    def executor(self) -> Executor:
        return self._first_registered("register_executors")  # type: ignore[no-any-return]

    def metadata(self) -> list[MetadataProvider]:
        return list(self._registered_by("register_metadata"))

    def auth(self) -> dict[str, AuthProvider]:
        """By name."""
        return {provider.name: provider for provider in self._registered_by("register_auth")}

    def exporters(self) -> dict[str, Exporter]:
        """By name."""
        return {exporter.name: exporter for exporter in self._registered_by("register_exporters")}

    def event_handlers(self) -> dict[str, Callable[[Event], Awaitable[None]]]:
        """The `on_event` of every plugin that has one, by the name of the plugin. Each runs in a thread of its own."""
        return {plugin.name: self._event_handler(plugin) for plugin in self.plugins if "on_event" in plugin.hooks}

    def _event_handler(self, plugin: Plugin) -> Callable[[Event], Awaitable[None]]:
        thread = self._threads[plugin.name] = PluginThread(plugin.name)

        async def handle(event: Event) -> None:
            await thread.call(lambda: self._on_event(plugin, event), event.type)

        return handle

    async def _on_event(self, plugin: Plugin, event: Event) -> None:
        await self._call_hook(plugin, "on_event", event=event)

    def folders(self) -> dict[str, Path]:
        """The folder of each plugin's code, or its file."""
        files = {p.name: Path(p.module.__file__) for p in self.plugins if p.module.__file__ is not None}
        return {name: file.parent if file.name == "__init__.py" else file for name, file in files.items()}

    def close(self) -> None:
        """Stop the threads of event handlers."""
        for thread in self._threads.values():
            thread.close()


def signature_problem(provider: object, protocol: type) -> str | None:
    """Why a method of the provider can't be called as the protocol declares it, or None. Pure."""
    for name, declared in inspect.getmembers(protocol, inspect.isfunction):
        if name.startswith("_"):
            continue
        method = getattr(provider, name)
        if inspect.iscoroutinefunction(declared) and not inspect.iscoroutinefunction(inspect.unwrap(method)):
            return f"{name} must be “async def”"
        signature = inspect.signature(declared)
        parameters = list(signature.parameters.values())[1:]  # without self
        expected = inspect.Signature(parameters)
        positional = [p for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        keywords = {p.name: None for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
        try:
            actual = inspect.signature(method)
        except (TypeError, ValueError):
            continue  # a builtin, whose signature can't be read
        try:
            actual.bind(*[None for _ in positional], **keywords)
            required = [p for p in positional if p.default is inspect.Parameter.empty]
            actual.bind(*[None for _ in required])
        except TypeError:
            return f"{name}{_names(actual)} must accept {name}{_names(expected)}"
    return None


def _names(signature: inspect.Signature) -> str:
    """The parameters of a signature without annotations."""
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(inspect.Signature(bare))


def _load(name: str, where: str) -> ModuleType:
    if where.startswith("entry point "):
        (entry,) = entry_points(group="otnet", name=name)
        loaded = entry.load()
        assert isinstance(loaded, ModuleType), "an otnet entry point names a module"
        return loaded
    path = Path(where)
    module_name = f"otnet_plugins.{name}"
    locations = [str(path.parent)] if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(module_name, path, submodule_search_locations=locations)
    assert spec is not None and spec.loader is not None
    sys.modules.setdefault("otnet_plugins", ModuleType("otnet_plugins"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _implemented_hooks(name: str, module: ModuleType) -> Iterator[str]:
    """Yield the hooks that a module implements. Raises PluginError for one that is not marked, or that is not async (or
    not sync) like its specification."""
    for hook, spec in inspect.getmembers(hookspecs, inspect.isfunction):
        function = getattr(module, hook, None)
        if not hasattr(spec, "otnet_spec") or function is None:
            continue
        if not hasattr(function, "otnet_impl"):
            raise PluginError("plugin_hook", f"The plugin “{name}”: {hook} is not marked @hookimpl.")
        if inspect.iscoroutinefunction(function) != inspect.iscoroutinefunction(spec):
            keyword = "async def" if inspect.iscoroutinefunction(spec) else "def"
            raise PluginError("plugin_colour", f"The plugin “{name}”: {hook} must be “{keyword}”.")
        yield hook


def _validated_config(name: str, module: ModuleType, raw: dict[str, Any]) -> Any:
    model = getattr(module, "Config", None)
    if model is None:
        if raw:
            raise PluginError(
                "plugin_config",
                f"The plugin “{name}” has no configuration.",
                f"Remove [plugins.config.{name}].",
            )
        return None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise PluginError("plugin_config", f"The plugin “{name}”: Config must be a pydantic model.")
    if unknown := sorted(_unknown_keys(model, raw)):
        raise PluginError(
            "plugin_config",
            f"The plugin “{name}” has no option named {', '.join(unknown)}.",
            f"Its options: {', '.join(sorted(model.model_fields)) or 'none'}.",
        )
    try:
        return model.model_validate({k: _resolve_secret(name, k, v) for k, v in raw.items()})
    except ValidationError as e:
        errors = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors())
        raise PluginError("plugin_config", f"The configuration of the plugin “{name}” is invalid: {errors}.") from e


def _unknown_keys(model: type[BaseModel], raw: dict[str, Any]) -> set[str]:
    """The keys that the model ignores."""
    if model.model_config.get("extra") == "allow":
        return set()
    known = set(model.model_fields) | {field.alias for field in model.model_fields.values()}
    return set(raw) - known


def _resolve_secret(plugin: str, field: str, value: Any) -> Any:
    """Replace `{ env = "NAME" }` and `{ file = "PATH" }` with the value of the variable or the content of the file."""
    if not isinstance(value, dict) or set(value) not in ({"env"}, {"file"}):
        return value
    try:
        return os.environ[value["env"]] if "env" in value else Path(value["file"]).read_text().strip()
    except (KeyError, OSError) as e:
        raise PluginError(
            "plugin_secret",
            f"The secret {field} of the plugin “{plugin}” does not exist: {next(iter(value.items()))}.",
        ) from e
