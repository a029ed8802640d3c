"""`otnet plan`: the encoding plan of a media file, with the reasons."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from rich.table import Table

from otnet_server import binaries
from otnet_server.cli.app import app
from otnet_server.cli.common import ConfigOption, JsonOption, out, settings_of
from otnet_server.cli.probe import FileArgument, ProfileOption, check_file, look
from otnet_server.config import Profile, Settings
from otnet_server.media.color import ColorDescription
from otnet_server.media.plan import Plan, plan_title
from otnet_server.media.roles import ROLE_NAMES
from otnet_server.pipeline.sidecars import sidecars
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protocols import VideoEncoderRequest, Workspace


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


@app.command()
def plan(
    file: FileArgument,
    profile: ProfileOption = "standard",
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show the encoding ladder of a media file, and the reasons."""
    check_file(file)
    result = asyncio.run(make_plan(file, settings_of(config), profile))
    if json:
        print(result.model_dump_json(indent=2))
        return
    table = Table("rendition", "size, channels or text", "peak kbit/s", "codec", box=None)
    if v := result.video:
        for r in v.rungs:
            table.add_row(r.name, f"{r.width} × {r.height}", f"{r.max_rate // 1000:,}", r.codecs)
    for a in result.audio:
        roles = "".join(f", {ROLE_NAMES[role]}" for role in a.roles)
        table.add_row(a.name, f"{a.channels} ch {a.language}{roles}", f"{a.bit_rate // 1000:,}", a.codecs)
    for t in result.text:
        words = [t.language, *(ROLE_NAMES[role] for role in t.roles), *(["default"] if t.default else [])]
        table.add_row(t.name, ", ".join(words), "", "webvtt")
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
        if v.rate_reason:
            lines.append(f"The frame rate is {float(v.rate):.3f}: {v.rate_reason}.")
        if v.deinterlace == "film":
            lines.append("The picture is film in interlaced video: repeated fields are removed.")
        elif v.deinterlace:
            lines.append(f"The picture is interlaced: each of its {v.deinterlace} becomes a picture.")
        if v.source_frames is not None:
            lines.append(f"The last picture is held: there are {v.source_frames:,}, and the sound goes on.")
        if v.source_color and v.color and not v.tonemap:
            lines.append(f"The colours are {_color(v.source_color)}; the renditions are {_color(v.color)}.")
        if v.tonemap:
            lines.append(f"The picture is HDR ({v.tonemap.upper()}): it is tone-mapped to SDR.")
    if plan.sequential:
        lines.append("The container does not support exact seeking: it is encoded in one pass.")
    return [*lines, *plan.notices]


def _color(color: ColorDescription) -> str:
    return f"{color.matrix}, {'full' if color.full_range else 'limited'} range"
