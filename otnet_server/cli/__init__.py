"""The `otnet` command line, one file per command or group of commands.

Only the module of the command that runs is imported, so that each starts as fast as it can. What the imports create
stays until the end, so garbage is not collected meanwhile: that would take a sixth of the time.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

import typer

from otnet_server.cli.app import app
from otnet_server.cli.failures import exit_plainly
from otnet_server.process.core_dumps import disable_core_dumps

# Command → (module, the first sentence of its help).
COMMANDS = {
    "serve": ("serve", "Watch library folders, encode new files, and serve them."),
    "package": ("package", "Encode and package one file for any static web server."),
    "upload": ("upload", "Upload files into a library of a server, which encodes them."),
    "import-metadata": ("import_metadata", "Import metadata of many titles from a table into a server."),
    "probe": ("probe", "Show the streams of a media file: codecs, frame rate, rotation, languages and chapters."),
    "plan": ("plan", "Show the encoding ladder of a media file, and the reasons."),
    "scan": ("jobs", "Scan the libraries once and record new, changed and removed files. Nothing is encoded."),
    "jobs": ("jobs", "Media that are not ready: waiting, encoding or failed."),
    "events": ("events", "List and follow events, and forward them to a URL."),
    "token": ("token", "Print a viewer's token for a private server."),
    "doctor": ("doctor", "Check binaries, encoders, the jail, data folder, disk, database and port."),
    "backup": ("backup", "Back up the database and all published media into one file."),
    "restore": ("backup", "Restore a backup into an empty data folder, and verify every file."),
    "channel": ("channel", "Linear channels."),
    "edge": ("edge", "Web servers before OTNet."),
    "vault": ("vault", "The vault of content keys and secrets of DRM providers."),
    "live": ("live", "Live streams."),
    "migrate": ("migrate", "The database's schema."),
    "plugins": ("plugins", "List plugins, or create a new one."),
}
COMPLETION_VARIABLE = "_OTNET_COMPLETE"  # set by the shell that completes a command line

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    gc.disable()
    disable_core_dumps()
    name, *arguments = sys.argv[1:] or [""]
    if COMPLETION_VARIABLE in os.environ:
        import_all()
    elif name in COMMANDS:
        importlib.import_module(f"otnet_server.cli.{COMMANDS[name][0]}")
    elif name.isidentifier():
        with exit_plainly():
            importlib.import_module("otnet_server.cli.plugin_commands").add_commands_of(name, arguments)
    if not app.registered_commands and not app.registered_groups:  # help, or an unknown command
        for command, (_, text) in COMMANDS.items():
            app.command(command, help=text)(_nothing)
    gc.enable()
    app()


def import_all() -> typer.Typer:
    """The application with all commands of OTNet."""
    for module, _ in COMMANDS.values():
        importlib.import_module(f"otnet_server.cli.{module}")
    return app


def _nothing() -> None:
    pass
