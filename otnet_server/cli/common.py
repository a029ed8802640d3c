"""Shared by the commands: options, settings and output."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from otnet_server.config import Settings, load
from otnet_server.errors import ConfigError

ConfigOption = Annotated[Path | None, typer.Option(help="Configuration file in TOML; see config.example.toml.")]
DataOption = Annotated[
    Path | None, typer.Option(help="Folder of the database and the published media (default: ./data).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def settings_of(
    config: Path | None = None,
    data: Path | None = None,
    overrides: dict[str, Any] | None = None,
    folders: list[Path] | None = None,
) -> Settings:
    """The settings: the configuration file, overridden by `data`, `overrides` and the libraries in `folders`.

    Raises ConfigError for a folder that does not exist.
    """
    overrides = dict(overrides or {})
    if data is not None:
        overrides["data"] = data.absolute()
    if folders:
        overrides["libraries"] = [{"path": path, "name": name} for name, path in _libraries(folders).items()]
    settings = load(config, overrides)
    plugins = settings.plugins.dir
    if plugins is not None and not plugins.is_dir():
        raise ConfigError(
            "no_plugin_folder",
            f"plugins.dir is {plugins}, which is not a folder.",
            "Create it, or correct the setting.",
        )
    return settings


def _libraries(folders: list[Path]) -> dict[str, Path]:
    """The paths of the folders by their names. A folder that is given twice counts once. Raises ConfigError for a path
    that is no folder, and for two folders with one name."""
    libraries: dict[str, Path] = {}
    known: set[Path] = set()
    for folder in folders:
        path = Path(os.path.normpath(folder.expanduser().absolute()))
        if not path.is_dir():
            raise ConfigError("no_library", f"{folder} is not a folder.", "Create it, or name another one.")
        if path.resolve() in known:
            continue
        name = path.name or "library"
        if name in libraries:
            raise ConfigError(
                "same_name",
                f"Two library folders are named “{name}”: {libraries[name]} and {path}.",
                "Rename one of them, or name the libraries in a configuration file: name = “…” under [[libraries]].",
            )
        libraries[name] = path
        known.add(path.resolve())
    return libraries


def print_json(value: Any) -> None:
    """Print the result of a command for scripts, on one line."""
    print(json.dumps(value, ensure_ascii=False))
