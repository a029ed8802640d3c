"""The `otnet` command line, one file per command."""

import sys

from otnet_server.cli import (  # noqa: F401  (importing a module adds its command)
    api,
    backup,
    doctor,
    events,
    jobs,
    look,
    migrate,
    package,
    plugins,
    token,
)
from otnet_server.cli.main import app
from otnet_server.cli.plugin_commands import add_commands_of, is_own_command

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    name, *arguments = sys.argv[1:] or [""]
    if name.isidentifier() and not is_own_command(name):
        add_commands_of(name, arguments)
    app()
