"""A server with a channel that plays unlike titles, for the tests of channels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.harness import OTNet, ffmpeg, make_film


@dataclass
class House:
    """A server with a channel that plays unlike titles in a loop. A break of 5 seconds interrupts “Three”: an ad of
    3 seconds, and the slate."""

    server: OTNet
    client: httpx.Client
    channel: dict[str, Any]
    protected_channel: dict[str, Any]

    def url(self, path: str) -> str:
        return f"/channels/{self.channel['id']}/{path}"

    @property
    def protected_url(self) -> str:
        """The player configuration of a channel that also plays a protected title."""
        return f"/api/v1/playback/{self.protected_channel['id']}"

    def text(self, path: str, **query: str) -> str:
        answer = self.client.get(self.url(path), params=query)
        assert answer.status_code == 200, answer.text
        return answer.text


def make_library(folder: Path) -> list[str]:
    """Titles of unlike sizes, frame rates and sound; their names in the order of the channel."""
    make_film(folder / "One.mp4", 6, size="640x360")
    make_film(folder / "Two.mp4", 5, size="320x240", rate="30000/1001")
    make_film(folder / "Three.mp4", 4, size="480x270", rate="24000/1001")
    make_film(folder / "Silent.mp4", 5, rate="50", sound=False)
    ffmpeg("-f", "lavfi", "-i", "sine=f=300:r=44100", "-t", "5", "-c:a", "aac", "-ac", "1", str(folder / "Sound.m4a"))
    (folder / "One.en.srt").write_text("1\n00:00:01,000 --> 00:00:05,500\nHello from one\n")
    return ["One", "Two", "Silent", "Three", "Sound"]


def segments(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]
