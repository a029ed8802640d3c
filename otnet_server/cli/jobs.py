"""`otnet scan` and `otnet jobs`: scan the libraries, list unfinished media and retry failed ones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from otnet_server import logs
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, DataOption, JsonOption, out, print_json, settings_of
from otnet_server.cli.database import CreateOption, with_database
from otnet_server.db.engine import Database
from otnet_server.errors import ConfigError, OtnetError
from otnet_server.media.states import State
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.library import Libraries
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.revision_repository import RevisionRepository

LibraryOption = Annotated[list[Path] | None, typer.Option(help="A folder; can be repeated.")]


@app.command()
def scan(
    library: LibraryOption = None,
    data: DataOption = None,
    config: ConfigOption = None,
    create: CreateOption = False,
    json: JsonOption = False,
) -> None:
    """Scan the libraries once and record new, changed and removed files. Nothing is encoded."""
    settings = settings_of(config, data, folders=library)
    logs.configure(settings.log.format, "error" if json else settings.log.level)
    if not settings.libraries:
        raise ConfigError("no_library", "No library is configured.", "Use --library FOLDER or --config FILE.")

    async def use(db: Database) -> dict[str, dict[str, int]]:
        async def ignore(_: Any) -> None: ...

        libraries = Libraries(settings, FileRepository(db), ignore, ignore)
        counts_by_library = {}
        for name in libraries.roots:
            added, removed = await libraries.scan(name, interactive=False)
            counts_by_library[name] = {"added": added, "gone": removed}
        return counts_by_library

    counts_by_library = asyncio.run(with_database(settings, use, create=create))
    if json:
        print_json(counts_by_library)
    for name, counts in {} if json else counts_by_library.items():
        out.print(f"{name}: {counts['added']} new or changed, {counts['gone']} removed", markup=False)


jobs = typer.Typer(help="Media that are not ready: waiting, encoding or failed.", invoke_without_command=True)
app.add_typer(jobs, name="jobs")


@jobs.callback()
def list_jobs(
    context: typer.Context, data: DataOption = None, config: ConfigOption = None, json: JsonOption = False
) -> None:
    """List media that are not ready. `otnet jobs retry ID` retries a failed one."""
    if context.invoked_subcommand is None:
        _list(data, config, json)


def _list(data: Path | None, config: Path | None, json: bool) -> None:
    async def use(db: Database) -> list[dict[str, Any]]:
        rows = await MediaQueries(db).unfinished(1000)
        return [{"id": r.id, "title": r.title, "state": r.state, "error": r.error} for r in rows]

    rows = asyncio.run(with_database(settings_of(config, data), use))
    if json:
        print_json(rows)
        return
    table = Table("id", "state", "title", "error", box=None)
    for r in rows:
        table.add_row(r["id"], r["state"], escape(r["title"]), escape((r["error"] or {}).get("message", "")))
    out.print(table if rows else "All media are ready.")


@jobs.command()
def retry(
    media: Annotated[str, typer.Argument(metavar="ID", help="An id from `otnet jobs`.")],
    data: DataOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Retry failed media. A running server notices at once."""
    if not asyncio.run(with_database(settings_of(config, data), lambda db: RevisionRepository(db).retry(media))):
        raise OtnetError("not_failed", f"{media} has not failed, or does not exist.", "See “otnet jobs”.")
    if json:
        print_json({"id": media, "state": State.FOUND})
    else:
        out.print("The media will be retried.")
