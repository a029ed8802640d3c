"""Firefox plays each skin, seeks and shows captions. `scripts/firefox.py` installs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scripts.firefox import find_firefox
from scripts.node import system_node_is_new_enough, wheel_folder
from tests.harness import ROOT
from tests.player.conftest import SECONDS, SKINS, film, sound
from tests.player.server import PlayerServer


@pytest.mark.browser
def test_firefox_plays_each_skin(server: PlayerServer, media: Path) -> None:
    path = find_firefox()
    assert path, "There is no Firefox. `python scripts/firefox.py` installs it, or says how."
    hls = film(media)
    hls = hls | {"sources": {"hls": hls["sources"]["hls"]}}
    wanted = [(skin, film(media)) for skin in SKINS] + [("video", hls), ("audio", sound()), ("circular", sound())]
    pairs = [
        x
        for skin, config in wanted
        for x in (skin, server.page(f'<otnet-{skin} src="{server.config(config)}"></otnet-{skin}>'))
    ]
    node = "node" if system_node_is_new_enough() else str(wheel_folder() / "bin" / "node")
    argv = [node, str(ROOT / "tests" / "player" / "firefox.mjs"), path, *pairs]
    done = subprocess.run(argv, cwd=ROOT / "player", capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    assert [r["skin"] for r in results] == [skin for skin, _ in wanted]
    for (skin, config), result in zip(wanted, results, strict=True):
        assert result["errors"] == [] and result["time"] > 15 and abs(result["duration"] - SECONDS) < 0.2, result
        if config["id"] == "film":
            assert result["width"] in (426, 640), result
            assert skin == "audio" or "The later words" in result["captions"], result
