"""`otnet probe` and `otnet plan`: the streams of a media file, and its encoding plan with the reasons."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from otnet_server import binaries
from otnet_server.cli.common import ConfigOption, JsonOption, fail_plainly, out, settings_of
from otnet_server.cli.main import app
from otnet_server.config import Profile, Settings
from otnet_server.media.plan import Plan, plan_title
from otnet_server.media.source import Source
from otnet_server.pipeline.probe import probe
from otnet_server.pipeline.task_handlers import sidecars
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protocols import VideoEncoderRequest, Workspace

FileArgument = Annotated[Path, typer.Argument(help="A media file.", exists=True, dir_okay=False)]
ProfileOption = Annotated[str, typer.Option(help="Encoding profile: standard, fast, archive, hevc, av1, or your own.")]


async def look(file: Path, settings: Settings) -> Source:
    with tempfile.TemporaryDirectory(prefix="otnet-") as work:
        tools = binaries.find(settings.tools)
        return await probe(file.resolve(), tools, runner.run, settings.limits, Path(work).resolve())


async def make_plan(file: Path, settings: Settings, profile_name: str) -> Plan:
    profile = settings.profile(profile_name)
    source = await look(file, settings)
    encoder_name = await choose_encoder(settings, profile)
    sidecar_files = sidecars(file.resolve())
    return plan_title(
        source, profile, profile_name=profile_name, encoder=encoder_name, sidecars=sidecar_files, limits=settings.limits
    )


async def choose_encoder(settings: Settings, profile: Profile) -> str:
    """The name of the video encoder for a profile."""
    host = PluginHost(settings, binaries.find(settings.tools))
    encoder = host.video_encoder()
    async with host.running():
        with tempfile.TemporaryDirectory(prefix="otnet-") as work:
            workspace = Workspace(Path(work).resolve(), runner.run)
            return await encoder.choose(VideoEncoderRequest(profile.codec, profile.encoder, workspace))


@app.command("probe")
@fail_plainly
def probe_(file: FileArgument, json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show the streams of a media file: codecs, frame rate, rotation, languages and chapters."""
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
        out.print(f"  text   {t.codec}  {t.language}  {t.title}{'  (pictures)' if t.image else ''}", markup=False)
    for c in source.chapters:
        out.print(f"  chapter {c.start_s:8.2f} s  {c.title}", markup=False)
    for ignored in source.ignored:
        out.print(f"  ignored {ignored}", markup=False)


@app.command()
@fail_plainly
def plan(
    file: FileArgument,
    profile: ProfileOption = "standard",
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show the encoding ladder of a media file, and the reasons."""
    result = asyncio.run(make_plan(file, settings_of(config), profile))
    if json:
        print(result.model_dump_json(indent=2))
        return
    table = Table("rendition", "size or channels", "peak kbit/s", "codec", box=None)
    if v := result.video:
        for r in v.rungs:
            table.add_row(r.name, f"{r.width} × {r.height}", f"{r.max_rate // 1000:,}", r.codecs)
    for a in result.audio:
        table.add_row(a.name, f"{a.channels} ch {a.language}", f"{a.bit_rate // 1000:,}", a.codecs)
    for t in result.text:
        table.add_row(t.name, t.language, "", "webvtt")
    out.print(table)
    for line in why(result):
        out.print(f"· {line}", markup=False)


def why(plan: Plan) -> list[str]:
    """The reasons for a plan, one sentence each. Pure."""
    lines = []
    if v := plan.video:
        g = v.timeline
        lines.append(
            f"{g.frames:,} frames at {float(v.rate):.3f} fps in {len(g.starts)} segments of {g.segment_frames} frames "
            f"({g.segment_frames * g.ticks_per_frame / g.timescale:.3f} s), {len(g.chunks)} chunks."
        )
        lines.append(f"No rung is larger than the picture ({v.rungs[0].width} × {v.rungs[0].height} at most).")
        lines.append(f"Encoded by {v.encoder}, preset {v.preset}, CRF {v.crf} under each peak rate.")
        if v.deinterlace:
            lines.append("The picture is interlaced: it is deinterlaced.")
        if v.tonemap:
            lines.append(f"The picture is HDR ({v.tonemap.upper()}): it is tone-mapped to SDR.")
    if plan.sequential:
        lines.append("The container does not support exact seeking: it is encoded in one pass.")
    return [*lines, *plan.notices]
