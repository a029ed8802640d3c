"""`otnet import-metadata`: imports metadata of many titles from a table into a server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from otnet_server.cli.app import app
from otnet_server.cli.common import err, out
from otnet_server.cli.upload import check_server
from otnet_server.client import Client
from otnet_server.errors import ConfigError, OtnetError

POLL_S = 1.0
SHOWN_FAILURES = 50


@app.command("import-metadata")
def import_metadata(
    file: Annotated[Path, typer.Argument(help="A table: CSV, or JSON lines.")],
    server: Annotated[str, typer.Option(envvar="OTNET", help="URL of the server, such as https://studio.example.org.")],
    key: Annotated[str, typer.Option(envvar="OTNET_KEY", help="An API key with the scope content:write.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what the import would do.")] = False,
    create: Annotated[
        bool, typer.Option("--create", help="Create missing genres, categories, people and series.")
    ] = False,
) -> None:
    """Import metadata of many titles from a table into a server.

    **Example:** `otnet import-metadata films.csv --dry-run --server https://studio.example.org --key otk_…`. An import
    that was interrupted is simply repeated.
    """
    if not file.is_file():
        raise ConfigError("no_file", f"{file} is not a file.", "Name an existing file.")
    check_server(server)
    with Client(server, key, timeout=120) as client:
        state = client.import_metadata(file, dry_run=dry_run, create=create)
        while state.get("state") == "running":
            time.sleep(POLL_S)
            state = client.metadata_import(str(state["id"]))
    _print(state, dry_run=dry_run)
    if not dry_run and state["state"] != "done":
        raise OtnetError("not_all", f"The import ended as {state['state']}.", "Run the same command again.")
    if state["failed"]:
        verb = "would fail" if dry_run else "failed"
        raise OtnetError("not_all", f"{state['failed']} of {state['total']} rows {verb}.", "See the reasons above.")


def _print(state: dict[str, Any], *, dry_run: bool) -> None:
    for failure in state["failures"][:SHOWN_FAILURES]:
        words = f"{failure['error']}. {failure['remedy']}".strip()
        err.print(f"✗ line {failure['line']}: {words}", style="red", markup=False)
    if dry_run:
        out.print(f"{state['create']} titles would be created, {state['update']} updated.", markup=False)
    else:
        counts = f"{state['created']} created, {state['updated']} updated, {state['unchanged']} unchanged"
        out.print(f"{state['total']} rows: {counts}.", markup=False)
