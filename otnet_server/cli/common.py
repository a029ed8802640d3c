"""Shared by the commands: options, settings and error messages."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from otnet_server.config import Settings, load
from otnet_server.errors import ConfigError, OtnetError, PluginError

P = ParamSpec("P")
R = TypeVar("R")
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
        for folder in folders:
            if not folder.is_dir():
                raise ConfigError("no_library", f"{folder} is not a folder.", "Create it, or name another one.")
        overrides["libraries"] = [
            {"path": f.absolute(), "name": n} for f, n in zip(folders, _names(folders), strict=True)
        ]
    return load(config, overrides)


def _names(folders: list[Path]) -> list[str]:
    """The names of the folders, numbered where they would repeat."""
    names: list[str] = []
    for folder in folders:
        name = folder.absolute().name or "library"
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def fail_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Decorator: prints an OtnetError as one line and exits with 2 for ConfigError and PluginError, else 1."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OtnetError as e:
            err.print(f"[red]✗[/] {escape(str(e))} [dim]({e.code})[/]", soft_wrap=True)
            sys.exit(2 if isinstance(e, ConfigError | PluginError) else 1)
        except KeyboardInterrupt:
            sys.exit(130)

    return wrapped
