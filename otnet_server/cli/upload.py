"""`otnet upload`: uploads files into a library of a server. After an interruption, run it again to resume."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from otnet_server.cli.app import app
from otnet_server.cli.common import JsonOption, err, out, print_json
from otnet_server.cli.failures import explain
from otnet_server.client import Client
from otnet_server.errors import ConfigError, OtnetError
from otnet_server.ingest.tus_client import UploadFailed


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Video or audio files.")],
    server: Annotated[str, typer.Option(envvar="OTNET", help="URL of the server, such as https://studio.example.org.")],
    key: Annotated[str, typer.Option(envvar="OTNET_KEY", help="An API key with the scope upload:write.")],
    library: Annotated[str, typer.Option(help="Id or name of the library; optional when there is only one.")] = "",
    content: Annotated[str, typer.Option(help="Id of the content whose main file the file is.")] = "",
    json: JsonOption = False,
) -> None:
    """Upload files into a library of a server, which encodes them.

    **Example:** `otnet upload film.mp4 --server https://studio.example.org --key otk_…`. After an interruption, run the
    same command again to resume.
    """
    for file in files:
        if not file.is_file():
            raise ConfigError("no_file", f"{file} is not a file.", "Name an existing file.")
    if content and len(files) > 1:
        raise ConfigError("one_file", "Content has one main file.", "Name one file, or leave out --content.")
    check_server(server)
    results: list[dict[str, Any]] = []
    resumable = False
    with Client(server, key) as client:
        library_id = library_of(client, library)
        with _progress_bars() as bars:
            for file in files:
                bar = bars.add_task(file.name, total=file.stat().st_size)
                try:
                    url = client.upload(
                        file,
                        library_id,
                        content=content,
                        progress=lambda done, total, b=bar: bars.update(b, completed=done),  # type: ignore[misc]
                    )
                    results.append({"file": str(file), "url": url, "error": None})
                except (OtnetError, OSError) as e:
                    error = explain(e) or OtnetError("unreadable", f"The file can't be read: {e}.")
                    resumable = resumable or (isinstance(e, UploadFailed) and e.resumable)
                    results.append(
                        {"file": str(file), "url": None, "error": {"code": error.code, "message": str(error)}}
                    )
                    bars.stop_task(bar)
                    err.print(f"✗ {file.name}: {error}", style="red", markup=False)
    failed = sum(result["error"] is not None for result in results)
    if json:
        print_json(results)
    else:
        out.print(f"{len(files) - failed} of {len(files)} files uploaded.", markup=False)
    if failed:
        remedy = "Run the same command again to resume." if resumable else "See the reasons above."
        raise OtnetError("not_all", f"{failed} of {len(files)} files were not uploaded.", remedy)


def check_server(url: str) -> None:
    """Raises ConfigError unless it is the URL of a server."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise ConfigError(
            "bad_url", f"“{url}” is not the URL of a server.", "Write it as https://host or http://host:8096."
        )


def library_of(client: Client, name_or_id: str) -> str:
    """The id of a library by id, name or label, or of the only one. Raises OtnetError when it is ambiguous."""
    libraries = list(client.list("libraries"))
    if not name_or_id and len(libraries) == 1:
        return str(libraries[0]["id"])
    for library in libraries:
        if name_or_id in (library["id"], library["name"], library["label"]) and name_or_id:
            return str(library["id"])
    names = ", ".join(f"{library['name']} ({library['id']})" for library in libraries) or "none"
    raise OtnetError("which_library", f"There is no library {name_or_id}." if name_or_id else "No library is selected.",
                     f"Use --library with one of: {names}.")  # fmt: skip


def _progress_bars() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=err)
