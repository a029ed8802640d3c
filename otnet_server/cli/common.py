"""What commands share: options, settings, and failing in plain words."""

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
ConfigOption = Annotated[Path | None, typer.Option(help="TOML file; see config.example.toml.")]
DataOption = Annotated[Path | None, typer.Option(help="Folder for all that must survive (default: ./data).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def settings_of(
    config: Path | None = None,
    data: Path | None = None,
    overrides: dict[str, Any] | None = None,
    folders: list[Path] | None = None,
) -> Settings:
    """Settings with the command line on top. Folders are made absolute; each must exist."""
    overrides = dict(overrides or {})
    if data is not None:
        overrides["data"] = data.absolute()
    if folders:
        for folder in folders:
            if not folder.is_dir():
                raise ConfigError("no_library", f"{folder} is not a folder.", "Make it, or name another.")
        overrides["libraries"] = [
            {"path": f.absolute(), "name": n} for f, n in zip(folders, _names(folders), strict=True)
        ]
    return load(config, overrides)


def _names(folders: list[Path]) -> list[str]:
    """The folders' own names, numbered where two are the same."""
    names: list[str] = []
    for folder in folders:
        name = folder.absolute().name or "library"
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def fail_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Expected failures become a sentence and an exit code, never a traceback."""

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
