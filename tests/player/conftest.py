"""Titles made by the real pipeline, packaged once for all workers, and pages that contain a player."""

from __future__ import annotations

import fcntl
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.harness import ROOT, ffmpeg, make_film, until
from tests.pages import Pages
from tests.player.server import DIST, PlayerServer

SECONDS = 24
SKINS = ("video", "audio", "circular", "square")
WORDS = {"en": ("The first words", "The later words"), "de": ("Die ersten Worte", "Die späteren Worte")}


def _npm(*argv: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "node.py"), "npm", "--prefix", str(ROOT / "player"), *argv]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


# Few encoder processes, because starting them takes longer than encoding.
PROFILE = '[profiles.small]\npreset = "ultrafast"\nheights = [360, 240]\naudio_only_kbps = [128]\nchunk_segments = 16\n'


def _package(folder: Path, files: dict[str, Path]) -> None:
    """Package files at the same time into folders with the given names."""
    config = folder / "profile.toml"
    config.write_text(PROFILE)
    begin = [sys.executable, "-c", "from otnet_server.cli import main; main()", "package", "--config", str(config)]
    started = [
        subprocess.Popen(
            [*begin, "--profile", "small", str(file), "--out", str(folder / name)], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        for name, file in files.items()
    ]
    assert [process.wait() for process in started] == [0 for _ in files]


def _make(folder: Path) -> None:
    source = folder / "source"
    film = make_film(source / "Film.mp4", SECONDS, size="640x360")
    for language, (first, later) in WORDS.items():
        cues = f"1\n00:00:00,000 --> 00:00:12,000\n{first}\n\n2\n00:00:12,000 --> 00:00:24,000\n{later}\n"
        (source / f"Film.{language}.srt").write_text(cues)
    tone = f"sine=frequency=330:sample_rate=48000:duration={SECONDS}"
    ffmpeg("-f", "lavfi", "-i", tone, "-c:a", "aac", str(source / "Sound.m4a"))
    picture = "gradients=size=640x360:c0=0x1d3557:c1=0xe07a5f:seed=7:duration=1:speed=0.001"
    ffmpeg("-f", "lavfi", "-i", picture, "-frames:v", "1", str(folder / "poster.jpg"))
    _package(folder, {"film": film, "sound": source / "Sound.m4a"})


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder with `film/`, `sound/` and `poster.jpg`; also builds the player.

    Kept in OTNET_TEST_PLAYER_MEDIA if that is set, for repeated runs.
    """
    base = tmp_path_factory.getbasetemp()
    shared = Path(os.environ.get("OTNET_TEST_PLAYER_MEDIA") or (base if worker_id == "master" else base.parent))
    folder = shared / "player-media"
    with (shared / "player-media.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (DIST / "otnet-player.js").is_file():
            _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
            _npm("run", "build", "--silent")
        if not (folder / "done").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _make(folder)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="module")
def running_server(media: Path) -> Iterator[PlayerServer]:
    server = PlayerServer(media)
    yield server
    server.stop()


@pytest.fixture
def server(running_server: PlayerServer) -> PlayerServer:
    running_server.reset()
    return running_server


def film(media: Path, **more: Any) -> dict[str, Any]:
    (revision,) = [p.name for p in (media / "film").iterdir() if p.is_dir()]
    return {
        "version": 1, "id": "film", "media": "m1", "title": "The Night Train", "subtitle": "Season 1 · Episode 3",
        "sources": {"dash": "/media/film/main.mpd", "hls": "/media/film/main.m3u8"}, "duration_s": SECONDS,
        "thumbnails": f"/media/film/{revision}/thumbnails/index.vtt", "poster": "/media/poster.jpg", "language": "en",
        "chapters": [{"start": 0, "title": "Departure"}, {"start": 8, "title": "The border"}, {"start": 16, "title": "Arrival"}],
    } | more  # fmt: skip


def sound(**more: Any) -> dict[str, Any]:
    wave = [abs(math.sin(i / 7) * math.sin(i / 23)) * 0.9 + 0.08 for i in range(400)]
    return {
        "version": 1, "id": "sound", "title": "Evening broadcast", "subtitle": "Radio North", "kind": "audio",
        "sources": {"dash": "/media/sound/main.mpd", "hls": "/media/sound/main.m3u8"}, "duration_s": SECONDS,
        "poster": "/media/poster.jpg", "waveform": wave, "language": "en",
        "chapters": [{"start": 0, "title": "News"}, {"start": 8, "title": "Weather"}, {"start": 16, "title": "Music"}],
    } | more  # fmt: skip


@dataclass
class Player:
    """The player of a page; in `js`, `p` is the player, `e` its engine and `v` its media element."""

    page: Page
    skin: str = "video"

    @property
    def tag(self) -> str:
        return f"otnet-{self.skin}"

    def js(self, expression: str, argument: Any = None) -> Any:
        script = f"async x => {{ const p = document.querySelector('{self.tag}'), e = p.engine, v = e.video; return ({expression}); }}"
        return self.page.evaluate(script, argument)

    def until(self, what: str, expression: str) -> Any:
        return until(f"{what} (state {self.js('[e.state, v.currentTime, e.error]')})", lambda: self.js(expression), 60)

    def play(self) -> None:
        """Play muted, because audible playback needs a user gesture."""
        self.js("void (v.muted = true, e.play())")
        self.until("it plays", "e.state === 'playing' && v.currentTime > 0")

    def advances(self) -> None:
        now = self.time()
        until("time advances", lambda: self.time() > now + 0.3, 60)

    def time(self) -> float:
        return float(self.js("v.currentTime"))

    def state(self) -> str:
        return str(self.js("e.state"))

    def part(self, selector: str) -> Any:
        return self.page.locator(f"{self.tag} {selector}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


Opener = Callable[..., Player]


@pytest.fixture
def open_player(pages: Pages, server: PlayerServer) -> Opener:
    """Opens a page with one player with the given skin and configuration, and waits for its controls."""

    def opened(skin: str, config: Any, *, attributes: str = "", init: str = "", width: int = 960, scheme: str = "light",
               **context: Any) -> Player:  # fmt: skip
        page = pages.open(width=width, height=640, init=init, color_scheme=scheme, **context)
        body = f'<otnet-{skin} src="{server.config(config)}" {attributes}></otnet-{skin}>'
        page.goto(server.page(body, scheme=scheme))
        page.wait_for_selector(f"otnet-{skin}[dressed]")
        assert pages.errors == []
        return Player(page, skin)

    return opened
