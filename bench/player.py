"""The player beside bare Shaka Player: from opening the page to the first frame of the same title, and the sizes.

Both pages are served by the same server, load the same build of Shaka as a module and play the same manifest, muted;
ours with its controls, theirs with nothing but a media element. They take turns, each in a
context of its own with an empty cache. The first frame is what `requestVideoFrameCallback` says.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.report import Row
from bench.serve import ROOT
from scripts.node import system_node_is_new_enough, wheel_folder
from tests.chromium import chromium_path
from tests.harness import make_film
from tests.player.server import DIST, PlayerServer

MAX_RATIO = 1.15
ROUND_COUNT = 25
FIRST_FRAME_SCRIPT = """
const first = video => video.requestVideoFrameCallback(() => { window.first = performance.now() });
"""
SHAKA_FILE = ROOT / "player" / "node_modules" / "shaka-player" / "dist" / "shaka-player.compiled-es2021.js"
BARE_PAGE_SCRIPT = (
    FIRST_FRAME_SCRIPT
    + """
await import('/shaka.js');
shaka.polyfill.installAll();
const video = document.querySelector('video');
const player = new shaka.Player();
await player.attach(video);
first(video);
await player.load('/media/film/main.mpd');
await video.play();
"""
)
PLAYER_PAGE_SCRIPT = (
    FIRST_FRAME_SCRIPT
    + """
import { setup } from '/player/v1/otnet-player.js';
const player = document.querySelector('otnet-video');
first(player.engine.video);
await player.setup({ sources: { dash: '/media/film/main.mpd' }, title: 'Film', autoplay: 'muted', duration_s: 20 });
"""
)


def _title(work: Path) -> Path:
    film = make_film(work / "player-source" / "Film.mp4", 20, size="640x360", rate="25")
    argv = [sys.executable, "-c", "from otnet_server.cli import main; main()", "package", str(film), "--out"]
    subprocess.run([*argv, str(work / "player-media" / "film")], check=True, cwd=ROOT, capture_output=True)
    return work / "player-media"


def _first_frame(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("() => window.first", timeout=60_000)
    first_frame_ms = float(page.evaluate("() => window.first"))
    context.close()
    return first_frame_ms


def _pages(server: PlayerServer) -> tuple[str, str]:
    scripts = {"/bare.js": BARE_PAGE_SCRIPT, "/ours.js": PLAYER_PAGE_SCRIPT, "/shaka.js": SHAKA_FILE.read_text()}
    server.faults.append(
        lambda path: (200, {"content-type": "text/javascript"}, scripts[path].encode()) if path in scripts else None
    )
    for name, body in (
        ("bare", "<video muted playsinline style='width:100%'></video>"),
        ("ours", "<otnet-video></otnet-video>"),
    ):
        server.pages[f"/{name}"] = (
            f'<!doctype html><body style="margin:0">{body}<script type="module" src="/{name}.js"></script>'
        )
    return f"{server.url}/bare", f"{server.url}/ours"


def _speed(work: Path, quick: bool) -> Row:
    server = PlayerServer(_title(work))
    bare, ours = _pages(server)
    times: dict[str, list[float]] = {bare: [], ours: []}
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=args)
        for url in (bare, ours):
            _first_frame(browser, url)  # what is cold is cold for the first of the two
        for _ in range(7 if quick else ROUND_COUNT):
            for url in (bare, ours):
                times[url].append(_first_frame(browser, url))
        browser.close()
    server.stop()
    theirs, mine = statistics.median(times[bare]), statistics.median(times[ours])
    # Each beside the one that came just before it: what slows the machine for a second slows both.
    ratio = statistics.median(b / a for a, b in zip(times[bare], times[ours], strict=True))
    figures = f"{mine:,.0f} ms, bare Shaka {theirs:,.0f} ms, median of {len(times[ours])}"
    return Row("first frame, to bare Shaka", ratio, "×", f"≤ {MAX_RATIO}", ratio <= MAX_RATIO, figures)


def _sizes() -> Row:
    node = "node" if system_node_is_new_enough() else str(wheel_folder() / "bin" / "node")
    argv = [node, "scripts/size.mjs", "--json"]
    out = subprocess.run(argv, cwd=ROOT / "player", check=False, capture_output=True, text=True).stdout
    table: dict[str, int] = json.loads(out)
    budget = table.pop("budget")
    largest = max(bytes_ for name, bytes_ in table.items() if name.startswith("ours"))
    figures = ", ".join(f"{name} {bytes_ / 1024:.1f}" for name, bytes_ in table.items())
    return Row("player's own code, gzip", largest / 1024, "KB", f"≤ {budget // 1024}", largest <= budget, figures)


def rows(work: Path, quick: bool) -> list[Row]:
    if not (DIST / "otnet-player.js").is_file():
        return [
            Row("first frame, to bare Shaka", None, "", f"≤ {MAX_RATIO}", None, "build the player first: npm run build")
        ]
    return [_speed(work, quick), _sizes()]
