"""The commands of plugins: `otnet <plugin> [--data FOLDER] [--config FILE] <command>`.

Plugins are loaded only when the command line names no command of OTNet, so that the others start as fast as before.
`otnet plugins` lists the commands of plugins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, settings_of
from otnet_server.plugins.host import PluginHost


def command_name(command: Callable[..., None]) -> str:
    return command.__name__.replace("_", "-")


def add_commands_of(plugin: str, arguments: Sequence[str]) -> None:
    """Add the commands of an enabled plugin to the command line. `arguments` are those after its name."""
    given = _leading_options(arguments)
    settings = settings_of(given.get("--config"), given.get("--data"))
    if plugin not in settings.plugins.enabled:
        return
    commands = PluginHost(settings, binaries.find(settings.tools)).commands(plugin)
    if not commands:
        return
    group = typer.Typer(help=f"Commands of the plugin {plugin}.", no_args_is_help=True)

    @group.callback()
    def options(data: DataOption = None, config: ConfigOption = None) -> None:
        pass

    for command in commands:
        group.command(command_name(command))(command)
    app.add_typer(group, name=plugin)


def _leading_options(arguments: Sequence[str]) -> dict[str, Path]:
    """The values of `--config` and `--data`, which stand before the command."""
    options: dict[str, Path] = {}
    remaining = list(arguments)
    while remaining and remaining[0].partition("=")[0] in ("--config", "--data"):
        name, equals, value = remaining.pop(0).partition("=")
        if not equals and remaining:
            value = remaining.pop(0)
        options[name] = Path(value)
    return options
