"""`otnet probe`: the streams of a media file."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, JsonOption, out, settings_of
from otnet_server.config import Settings
from otnet_server.errors import ConfigError
from otnet_server.media.roles import ROLE_NAMES
from otnet_server.media.source import Source
from otnet_server.pipeline.probe import probe
from otnet_server.process import runner

FileArgument = Annotated[Path, typer.Argument(help="A media file.")]
ProfileOption = Annotated[str, typer.Option(help="Encoding profile: standard, fast, archive, hevc, av1, or your own.")]


def check_file(file: Path) -> None:
    """Raise ConfigError for a path that is not a file. Devices and pipes are refused by name when they are probed."""
    if not file.exists():
        raise ConfigError("no_file", f"{file} does not exist.", "Name an existing media file.")
    if file.is_dir():
        raise ConfigError("no_file", f"{file} is a folder, not a file.", "Name a media file.")


async def look(file: Path, settings: Settings) -> Source:
    with tempfile.TemporaryDirectory(prefix="otnet-") as work:
        tools = binaries.find(settings.tools)
        return await probe(file.resolve(), tools, runner.run, settings.limits, Path(work).resolve())


@app.command("probe")
def probe_(file: FileArgument, json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show the streams of a media file: codecs, frame rate, rotation, languages and chapters."""
    check_file(file)
    source = asyncio.run(look(file, settings_of(config)))
    if json:
        print(source.model_dump_json(indent=2))
        return
    out.print(f"[bold]{escape(file.name)}[/]  {source.demuxer}, {source.duration_s:.2f} s")
    if v := source.video:
        extras = [
            extra
            for extra in ("varies" if v.variable else "", "interlaced" if v.interlaced else "", v.transfer)
            if extra
        ]
        out.print(f"  video  {v.codec}  {v.width} × {v.height}  {float(v.rate):.3f} fps  {', '.join(extras)}")
    for a in source.audio:
        out.print(f"  audio  {a.codec}  {a.channels} ch  {a.sample_rate} Hz  {a.language}  {a.title}", markup=False)
    for t in source.text:
        words = [*(ROLE_NAMES[role] for role in t.roles), *(["pictures"] if t.image else [])]
        notes = f"  ({', '.join(words)})" if words else ""
        out.print(f"  text   {t.codec}  {t.language}  {t.title}{notes}", markup=False)
    for c in source.chapters:
        out.print(f"  chapter {c.start_s:8.2f} s  {c.title}", markup=False)
    for ignored in source.ignored:
        out.print(f"  ignored {ignored}", markup=False)
