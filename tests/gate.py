"""A gate for the video encoder of a server, so that a title is still encoding for as long as a test needs."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

PLUGINS = Path(__file__).with_name("plugins")
ENABLED = ("local_storage", "gated_encoder", "ffmpeg_encoder", "shaka_packager", "local_executor")


class Gate:
    """Permits to encode a chunk of video; servers whose configuration contains `config` take one for each chunk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    @property
    def config(self) -> str:
        return (
            f"[plugins]\nenabled = {json.dumps(ENABLED)}\ndir = {json.dumps(str(PLUGINS))}\n"
            f"[plugins.config.gated_encoder]\npermits = {json.dumps(str(self._folder))}\n"
        )

    def permit(self, chunks: int) -> None:
        """Let the servers encode this number of further chunks."""
        for _ in range(chunks):
            (self._folder / f"permit-{uuid.uuid4().hex}").touch()

    def close(self) -> None:
        """Withdraw all permits: the servers encode no further chunk until they get new ones."""
        for permit in self._folder.iterdir():
            permit.unlink(missing_ok=True)

    def open(self) -> None:
        """Let the servers encode all remaining chunks."""
        (self._folder / "unlimited").touch()
