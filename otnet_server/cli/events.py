"""`otnet events`: who could not handle events, and handling those again that were set aside."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, out, print_json, settings_of
from otnet_server.cli.database import with_database
from otnet_server.cluster.consumers import reports, request_retry
from otnet_server.errors import OtnetError

events = typer.Typer(help="Plugins and webhooks that could not handle events.", invoke_without_command=True)
app.add_typer(events, name="events")


@events.callback()
def list_events(
    context: typer.Context, data: DataOption = None, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """List who fails on events. `otnet events retry NAME` handles the ones again that were set aside."""
    if context.invoked_subcommand is None:
        _list(data, config, json)


def _list(data: Path | None, config: Path | None, json: bool) -> None:
    rows = asyncio.run(with_database(settings_of(config, data), reports))
    if json:
        print_json([asdict(row) for row in rows])
        return
    table = Table("name", "set aside", "error", box=None)
    for row in rows:
        table.add_row(row.name, str(row.set_aside), escape(row.error))
    out.print(table if rows else "All events were handled.")


@events.command()
def retry(
    name: Annotated[str, typer.Argument(help="A name from `otnet events`, such as plugin:event_log.")],
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Let a running server handle the events again that were set aside."""
    if not asyncio.run(with_database(settings_of(config, data), lambda db: request_retry(db, name))):
        raise OtnetError("nothing_set_aside", f"{name} has not set aside any event.", "See “otnet events”.")
    if json:
        print_json({"name": name, "retried": True})
    else:
        out.print("The running server handles the events again.")
