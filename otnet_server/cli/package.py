"""`otnet package`: runs the pipeline on one file without a server; the result plays from any static web server.

The output folder holds two manifests, a folder with the segments of one revision, and RECORD_FILE, which says what the
revision was made of. Unfinished work, with its database, is in a folder of its own, so that it is never served.
"""

from __future__ import annotations

import asyncio
import hashlib
import json as jsonlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from otnet_server import data_folder, logs
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, JsonOption, err, out, print_json, settings_of
from otnet_server.cli.probe import FileArgument, ProfileOption, check_file
from otnet_server.config import Settings
from otnet_server.errors import OtnetError
from otnet_server.manifests import dash, hls
from otnet_server.manifests.storyboard import storyboard
from otnet_server.media import urls
from otnet_server.media.filenames import title_of
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import presentation_of
from otnet_server.media.states import State
from otnet_server.pipeline.library import fingerprint
from otnet_server.pipeline.rows import FoundFile
from otnet_server.pipeline.sidecars import sidecars
from otnet_server.server import Core, core

RECORD_FILE = "otnet.json"
REQUEST_FILE = "request"
REVISION_FOLDER = re.compile(r"[0-9a-f]{8,}")


@app.command()
def package(
    file: FileArgument,
    out_dir: Annotated[Path, typer.Option("--out", help="Output folder; created if missing.")],
    profile: ProfileOption = "standard",
    work_dir: Annotated[
        Path | None, typer.Option("--work", help="Folder for unfinished work (default: ~/.cache/otnet/package).")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Encode and package one file for any static web server. After an interruption, the same command resumes; with
    another file or profile it starts again; when nothing has changed, it does nothing.

    **Example:** `otnet package film.mkv --out public/film`, then serve `public` and play `film/main.m3u8`.
    """
    check_file(file)
    target = out_dir.absolute()
    work = work_folder(work_dir) / hashlib.sha256(os.fsencode(target.resolve())).hexdigest()[:16]
    overrides: dict[str, Any] = {
        "libraries": [{"path": file.resolve().parent, "name": "package", "profile": profile}],
        "database": "",
        "plugins": {"config": {"local_storage": {"root": str(work / "media")}}},
    }
    settings = settings_of(config, work, overrides)
    logs.configure(settings.log.format, "error")
    stat = file.stat()
    content_fingerprint = fingerprint(file, stat.st_size)
    request = {
        "file": content_fingerprint,
        "profile": settings.profile(profile).model_dump(mode="json"),
        "subtitles": {Path(s.path).name: s.seen for s in sidecars(file.resolve())},
    }
    record = _finished(target, request)
    encoded = record is None
    if record is None:
        found_file = FoundFile(
            str(file.resolve()), "package", title_of(file.name), stat.st_size, stat.st_mtime_ns, content_fingerprint
        )
        with _created(target):
            _prepare_work_folder(work, jsonlib.dumps(request))
            revision = asyncio.run(_package(settings, found_file, target))
            record = _write_record(target, request, revision)
    shutil.rmtree(work, ignore_errors=True)
    _delete_older(target, record["revision"])
    if json:
        result = {"hls": str(target / urls.HLS_MANIFEST), "dash": str(target / urls.DASH_MANIFEST)}
        print_json(result | {k: record[k] for k in ("revision", "duration_s")} | {"encoded": encoded})
        return
    summary = f"{out_dir / urls.HLS_MANIFEST} and {out_dir / urls.DASH_MANIFEST}: {record['duration_s']:.2f} s"
    out.print(f"[green]✓[/] {escape(summary)}{'' if encoded else ', unchanged'}")


def work_folder(chosen: Path | None) -> Path:
    """The folder with the unfinished work of all output folders."""
    if chosen is not None:
        return chosen.absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "otnet" / "package"


def _finished(target: Path, request: dict[str, Any]) -> dict[str, Any] | None:
    """The record of a complete output that was made of the same file, subtitles and profile."""
    try:
        record: dict[str, Any] = jsonlib.loads((target / RECORD_FILE).read_text("utf-8"))
        complete = record["files"] == _count_files(target, record["revision"])
        return record if complete and record["request"] == request else None
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None


def _count_files(target: Path, revision: str) -> int:
    manifests = (target / urls.HLS_MANIFEST, target / urls.DASH_MANIFEST)
    return sum(path.is_file() for path in (*manifests, *(target / revision).rglob("*")))


def _write_record(target: Path, request: dict[str, Any], revision: Revision) -> dict[str, Any]:
    record = {
        "revision": revision.id,
        "duration_s": round(revision.plan.duration_s, 3),
        "files": _count_files(target, revision.id),
        "request": request,
    }
    (target / RECORD_FILE).write_text(jsonlib.dumps(record) + "\n", "utf-8")
    return record


def _delete_older(target: Path, revision: str) -> None:
    """Delete the folders of other revisions."""
    for folder in target.iterdir():
        is_revision = REVISION_FOLDER.fullmatch(folder.name) and any(folder.glob(f"*/{urls.PLAYLIST}"))
        if is_revision and folder.name != revision:
            shutil.rmtree(folder)


@contextmanager
def _created(folder: Path) -> Iterator[None]:
    """Create a folder if it is missing; delete it again if it is still empty at the end."""
    missing = not folder.exists()
    data_folder.create(folder, "output folder", "--out", mode=0o777)  # a web server reads it
    try:
        yield
    finally:
        if missing:
            with suppress(OSError):
                folder.rmdir()


def _prepare_work_folder(work: Path, request: str) -> None:
    """Create the work folder. Unfinished work in it is kept only if it is for the same request."""
    note = work / REQUEST_FILE
    if not note.exists() or note.read_text("utf-8") != request:
        shutil.rmtree(work, ignore_errors=True)
    data_folder.create(work, "work folder", "--work")
    note.write_text(request, "utf-8")


async def _package(settings: Settings, found_file: FoundFile, target: Path) -> Revision:
    async with core(settings) as c:
        (media,) = await c.services.files.add_files([found_file])
        await c.services.repository.retry(media)  # it may have failed in an earlier run
        await c.services.pipeline.start()
        try:
            with Progress(
                SpinnerColumn(), TextColumn("{task.description}"), BarColumn(),
                TextColumn("{task.percentage:>3.0f} %  {task.fields[speed]}"), TimeElapsedColumn(), console=err,
            ) as bar:  # fmt: skip
                await _follow(c, media, bar, Path(found_file.path).name)
        finally:
            await c.services.pipeline.stop()
        row = await c.services.repository.current(media)
        assert row is not None
        if row.state != State.READY:
            error = row.error or {"code": "not_ready", "message": "The media was not encoded completely."}
            raise OtnetError(error["code"], error["message"])
        revision = await c.services.revisions.get(row.id)
        assert revision is not None
        (settings.data / REQUEST_FILE).unlink()  # work whose segments were moved can't be resumed
        await asyncio.to_thread(_write_output, settings.data / "media" / media / row.id, target, revision)
        return revision


async def _follow(c: Core, media: str, bar: Progress, name: str) -> None:
    drained = asyncio.ensure_future(c.services.pipeline.drained())
    task = bar.add_task(escape(name), total=100, speed="")
    while not drained.done():
        await asyncio.wait([drained], timeout=0.2)
        report = c.services.pipeline.progress(media, State.ENCODING)
        speed = f"{report['speed']:.1f}×" if report["speed"] else ""
        bar.update(task, completed=report["percent"], speed=speed)
    bar.update(task, completed=100)


def _write_output(segments: Path, target: Path, revision: Revision) -> None:
    """Move the segments to the target and write the manifests beside them."""
    incoming, final = target / f".{revision.id}", target / revision.id
    for folder in (incoming, final):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.move(segments, incoming)
    incoming.rename(final)
    presentation = presentation_of(revision)
    documents: dict[str, str | None] = {
        urls.HLS_MANIFEST: hls.multivariant(presentation),
        urls.DASH_MANIFEST: dash.mpd(presentation, datetime.now(UTC)),
    }
    for name, rendition in presentation.renditions.by_name.items():
        documents[f"{rendition.folder}/{urls.PLAYLIST}"] = hls.media(presentation, name)
    if sheets := presentation.renditions.thumbnails:
        documents[f"{sheets.folder}/{urls.PLAYLIST}"] = hls.thumbnails(presentation)
        documents[f"{sheets.folder}/{urls.STORYBOARD}"] = storyboard(presentation)
    for name, body in documents.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body or "", "utf-8")
