"""`otnet backup` and `otnet restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from otnet_server import backup as backups
from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, fail_plainly, settings_of
from otnet_server.db.engine import head
from otnet_server.plugins.host import PluginHost

COLUMNS = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())


@app.command()
@fail_plainly
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write, such as otnet-2026-11-21.tar.")],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Back up the database and all published media into one file. The server may be running."""
    settings = settings_of(config, data)
    if settings.database:
        raise backups.BackupError(
            "other_database", "The database is not in the data folder.", "Back it up with pg_dump."
        )
    plugins = PluginHost(settings, binaries.find(settings.tools))
    example = plugins.storage().path("artwork")
    if example is None:
        raise backups.BackupError(
            "other_storage", "The media are not in a folder of this machine.", "Back up the storage by its own means."
        )
    with Progress(*COLUMNS) as progress:
        task = progress.add_task("Backing up", total=None)
        count = backups.backup(
            settings.data,
            target,
            head(),
            lambda name, size: progress.update(task, advance=size, description=name[:40]),
            example.parent,
        )
    print(f"{count} files were backed up to {target}.")


@app.command()
@fail_plainly
def restore(
    source: Annotated[Path, typer.Argument(help="A file that “otnet backup” wrote.")],
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Restore a backup into an empty data folder, and verify every file."""
    settings = settings_of(config, data)
    with Progress(*COLUMNS) as progress:
        task = progress.add_task("Restoring", total=None)
        count = backups.restore(
            source, settings.data, lambda name, size: progress.update(task, advance=size, description=name[:40])
        )
    print(f"{count} files were restored to {settings.data} and verified.")
