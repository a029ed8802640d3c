"""Finds plugins and imports their modules."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from otnet_server import hookspecs
from otnet_server.config import Settings
from otnet_server.errors import PluginError
from otnet_server.hookspecs import API

# Plugins for API 1 are loaded when they have no other hooks: these did not change.
HOOKS_AS_IN_API_1 = frozenset({"on_event"})


def own_folder() -> Path:
    """The folder of OTNet's own plugins: in the wheel, or next to the package in a checkout."""
    inside = Path(__file__).parent.parent / "_plugins"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "plugins"


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


def load(name: str, where: str) -> ModuleType:
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


def check_api(name: str, module: ModuleType) -> None:
    """Raise PluginError unless the module declares this name, and the API of this server or an older one whose hooks
    did not change."""
    declared_name, declared_api = getattr(module, "name", None), getattr(module, "api", None)
    if declared_name != name or type(declared_api) is not int:
        raise PluginError(
            "plugin_undeclared",
            f"The plugin “{name}” must declare name = {name!r} and api = {API}.",
            f"It declares name = {declared_name!r}, api = {declared_api!r}.",
        )
    if declared_api == API:
        return
    names = (n for n, _ in inspect.getmembers(module) if hasattr(getattr(module, n), "otnet_impl"))
    changed = sorted(set(names) - HOOKS_AS_IN_API_1)
    if declared_api == 1 and not changed:
        return
    hooks = f" Its hooks {', '.join(changed)} have changed." if declared_api == 1 else ""
    raise PluginError(
        "plugin_api",
        f"The plugin “{name}” was written for API {declared_api}; this server has API {API}.{hooks}",
        "Install a version of the plugin for this server, or see “Changes from API 1” in docs/plugins.md.",
    )


def implemented_hooks(name: str, module: ModuleType) -> Iterator[str]:
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
