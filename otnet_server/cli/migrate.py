"""`otnet migrate`: upgrades the database schema, or generates a migration in a checkout."""

from __future__ import annotations

from typing import Annotated

import typer

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, fail_plainly, settings_of
from otnet_server.db.engine import head, make_migration, migrate, url_of

migrations = typer.Typer(help="The database's schema.", invoke_without_command=True)
app.add_typer(migrations, name="migrate")


@migrations.callback()
@fail_plainly
def upgrade(context: typer.Context, data: DataOption = None, config: ConfigOption = None) -> None:
    """Upgrade the database to the newest schema. The server also does this when it starts."""
    if context.invoked_subcommand is not None:
        return
    settings = settings_of(config, data)
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(url_of(settings.database, settings.data))
    print(f"The database schema is at version {head()}.")


@migrations.command()
@fail_plainly
def make(message: Annotated[str, typer.Argument(help="What changes, in a few words.")]) -> None:
    """Generate a migration for changes to the resources. For developers in a checkout."""
    try:
        path = make_migration(message)
    except ValueError as e:
        print(f"No migration was written: {e}.")
        return
    print(f"Written: {path}. Review it before you commit it.")
