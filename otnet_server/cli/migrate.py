"""`otnet migrate`: upgrades the database schema, or generates a migration in a checkout."""

from __future__ import annotations

from typing import Annotated

import typer

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, print_json, settings_of
from otnet_server.cli.database import CreateOption, prepare
from otnet_server.db.engine import head, make_migration

migrations = typer.Typer(help="The database's schema.", invoke_without_command=True)
app.add_typer(migrations, name="migrate")


@migrations.callback()
def upgrade(
    context: typer.Context,
    data: DataOption = None,
    config: ConfigOption = None,
    create: CreateOption = False,
    json: JsonOption = False,
) -> None:
    """Upgrade the database to the newest schema. The server also does this when it starts."""
    if context.invoked_subcommand is not None:
        return
    prepare(settings_of(config, data), create=create, upgrade=True)
    if json:
        print_json({"schema": head()})
    else:
        print(f"The database schema is at version {head()}.")


@migrations.command()
def make(message: Annotated[str, typer.Argument(help="What changes, in a few words.")]) -> None:
    """Generate a migration for changes to the resources. For developers in a checkout."""
    try:
        path = make_migration(message)
    except ValueError as e:
        print(f"No migration was written: {e}.")
        return
    print(f"Written: {path}. Review it before you commit it.")
