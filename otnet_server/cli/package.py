"""`otnet package`: runs the pipeline on one file without a server; the result plays from any static web server."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from otnet_server import logs
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, err, fail_plainly, out, settings_of
from otnet_server.cli.probe import FileArgument, ProfileOption
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
from otnet_server.server import Core, core


@app.command()
@fail_plainly
def package(
    file: FileArgument,
    out_dir: Annotated[Path, typer.Option("--out", help="Output folder; created if missing.")],
    profile: ProfileOption = "standard",
    config: ConfigOption = None,
) -> None:
    """Encode and package one file for any static web server. After an interruption, the same command resumes; with
    another file or profile it starts again.

    **Example:** `otnet package film.mkv --out public/film`, then serve `public` and play `film/main.m3u8`.
    """
    work = out_dir.absolute() / ".otnet"
    overrides: dict[str, Any] = {
        "libraries": [{"path": file.resolve().parent, "name": "package", "profile": profile}],
        "plugins": {"config": {"local_storage": {"root": str(work / "media")}}},
    }
    settings = settings_of(config, work, overrides)
    logs.configure(settings.log.format, "error")
    stat = file.stat()
    content_fingerprint = fingerprint(file, stat.st_size)
    _prepare_work_folder(work, f"{content_fingerprint} {settings.profile(profile).model_dump_json()}")
    found_file = FoundFile(
        str(file.resolve()), "package", title_of(file.name), stat.st_size, stat.st_mtime_ns, content_fingerprint
    )
    revision = asyncio.run(_package(settings, found_file, out_dir.absolute()))
    shutil.rmtree(work)
    summary = f"{out_dir / 'main.m3u8'} and {out_dir / 'main.mpd'}: {revision.plan.duration_s:.2f} s"
    out.print(f"[green]✓[/] {escape(summary)}")


def _prepare_work_folder(work: Path, request: str) -> None:
    """Create the work folder. Unfinished work in it is kept only if it is for the same file and profile."""
    note = work / "request"
    if note.exists() and note.read_text("utf-8") != request:
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
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
    final = target / revision.id
    if final.exists():
        shutil.rmtree(final)
    shutil.move(segments, final)
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
