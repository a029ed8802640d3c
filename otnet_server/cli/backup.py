"""`otnet backup` and `otnet restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from otnet_server import backup as backups
from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, err, print_json, settings_of
from otnet_server.db.engine import head
from otnet_server.plugins.host import PluginHost

COLUMNS = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The file to write, such as otnet-2026-11-21.tar.")],
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Back up the database and all published media into one file. The server may be running."""
    settings = settings_of(config, data)
    if settings.database:
        raise backups.BackupRefused(
            "other_database", "The database is not in the data folder.", "Back it up with pg_dump."
        )
    backups.check(settings.data, target)  # before the storage, which creates its folder
    plugins = PluginHost(settings, binaries.find(settings.tools))
    example = plugins.storage().path("artwork")
    if example is None:
        raise backups.BackupRefused(
            "other_storage", "The media are not in a folder of this machine.", "Back up the storage by its own means."
        )
    with _progress() as on_progress:
        count = backups.backup(settings.data, target, head(), on_progress, example.parent)
    if json:
        print_json({"file": str(target.absolute()), "files": count, "bytes": target.stat().st_size})
    else:
        print(f"{count} files were backed up to {target}.")
        master_key = settings.data / backups.MASTER_KEY_NAME
        if master_key.is_file():
            print(f"Save {master_key} elsewhere: without it, nobody can read the content keys and the")
            print("secrets of DRM providers in the backup.")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file that “otnet backup” wrote.")],
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Restore a backup into an empty data folder, and verify every file."""
    settings = settings_of(config, data)
    with _progress() as on_progress:
        count = backups.restore(source, settings.data, on_progress)
    if json:
        print_json({"data": str(settings.data.absolute()), "files": count})
    else:
        print(f"{count} files were restored to {settings.data} and verified.")


@contextmanager
def _progress() -> Iterator[backups.OnProgress]:
    """A progress bar on a terminal, which appears with the first file and disappears at the end."""
    with Progress(*COLUMNS, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("", total=None, visible=False)
        yield lambda name, done, total: bars.update(
            task, description=name[:40], completed=done, total=total, visible=True
        )
