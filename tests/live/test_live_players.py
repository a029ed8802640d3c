"""hls.js and Shaka Player play a live stream in Chromium, with a clock in the picture that says how late it is."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.harness import ROOT, migrated_database, until
from tests.manifests.test_players import SCRIPTS
from tests.pages import Pages

#: Load `url` into `video` with low latency; errors that end playback are in `window.errors`.
LOAD = {
    "hls.js": """(video, url) => { const hls = new Hls({lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.5});
        hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) errors.push(data.details); });
        hls.loadSource(url); hls.attachMedia(video); }""",
    "shaka": """async (video, url) => { const player = new shaka.Player(); await player.attach(video);
        player.configure({streaming: {lowLatencyMode: true, liveSync: {enabled: true, targetLatency: 1.8}}});
        player.addEventListener('error', (event) => errors.push(String(event.detail)));
        try { await player.load(url); } catch (e) { errors.push(`${e.code ?? e.stack} ${JSON.stringify(e.data)}`); } }""",
}
#: Read the clock of the picture several times a second; `window.delays` are its delays in milliseconds.
WATCH = """() => {
    window.delays = []; window.waits = 0;
    const video = document.querySelector('video'), canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 20];
    const context = canvas.getContext('2d', {willReadFrequently: true});
    let playing = false;
    video.addEventListener('playing', () => { playing = true; });
    video.addEventListener('waiting', () => { if (playing) waits += 1; });
    setInterval(() => {
        if (!video.videoWidth || video.paused) return;
        context.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * 20 / 360, 0, 0, 640, 20);
        const pixels = context.getImageData(0, 0, 640, 20).data;
        let value = 0;
        for (let bit = 0; bit < 32; bit++) if (pixels[(10 * 640 + bit * 20 + 10) * 4] > 128) value += 2 ** bit;
        delays.push((Date.now() % 2 ** 32) - value);
    }, 250);
}"""
PLAYS = [("hls.js", "m3u8"), ("shaka", "m3u8"), ("shaka", "mpd")]


def filmed(data: Path, seconds: int, times: int = 1) -> Iterator[str]:
    """The URL of the manifest without its ending, while a camera films."""
    data.mkdir(parents=True)
    (data / "otnet.db").write_bytes(migrated_database())
    argv = (sys.executable, "-m", "tests.live.camera", str(data), str(seconds), str(times))
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as camera:
        assert camera.stdout
        try:
            line = next(line for line in camera.stdout if line.startswith("{"))
            camera_says = json.loads(line)
            yield f"{camera_says['url']}/media/{camera_says['media']}/main"
        finally:
            camera.kill()


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from filmed(tmp_path_factory.mktemp("live") / "data", 120)


def opened(pages: Pages, player: str, url: str) -> Page:
    page = pages.open(width=640, height=360)
    place = f"{url.partition('/media/')[0]}/page"
    page.route(place, lambda route: route.fulfill(content_type="text/html", body="<video muted autoplay></video>"))
    page.goto(place)
    page.add_script_tag(content=SCRIPTS[player].read_text("utf-8"))
    page.evaluate("window.errors = []")
    page.evaluate(WATCH)
    page.evaluate(f"async (url) => {{ await ({LOAD[player]})(document.querySelector('video'), url); }}", url)
    return page


@pytest.mark.parametrize(("player", "ending"), PLAYS)
def test_players_show_the_live_edge(manifest: str, pages: Pages, player: str, ending: str) -> None:
    page = opened(pages, player, f"{manifest}.{ending}")
    until("the clock is seen", lambda: page.evaluate("errors.length || delays.length > 8"), 20)
    assert page.evaluate("errors") == []
    assert 0 < page.evaluate("delays.at(-1)") < 10_000


@pytest.mark.long
@pytest.mark.parametrize(("player", "ending"), PLAYS)
def test_glass_to_glass_is_three_seconds_at_most(manifest: str, pages: Pages, player: str, ending: str) -> None:
    page = opened(pages, player, f"{manifest}.{ending}")
    until("it has played for some time", lambda: page.evaluate("errors.length || delays.length > 80"), 60)
    assert page.evaluate("errors") == []
    delays = page.evaluate("delays.slice(24)")
    stalls = page.evaluate("waits")
    print(player, ending, min(delays), statistics.median(delays), max(delays), "stalls:", stalls)
    assert statistics.median(delays) <= 3000, (delays, stalls)


@pytest.fixture
def unsteady(tmp_path: Path) -> Iterator[str]:
    """A camera that loses its connection every seven seconds."""
    yield from filmed(tmp_path / "data", 7, 10)


@pytest.mark.long
@pytest.mark.parametrize(("player", "ending"), PLAYS)
def test_viewers_go_on_after_reconnects(unsteady: str, pages: Pages, player: str, ending: str) -> None:
    page = opened(pages, player, f"{unsteady}.{ending}")
    until("it plays", lambda: page.evaluate("errors.length || delays.length > 8"), 20)
    for _ in range(4):
        page.wait_for_timeout(9000)
        # The clock of the picture is right again, which slate has not.
        seen = until("it goes on", lambda: page.evaluate("delays.slice(-4).filter((d) => d > 0 && d < 15000)"), 15)
        assert page.evaluate("errors") == [], seen
    delays = [d for d in page.evaluate("delays") if 0 < d < 60_000]
    print(player, ending, statistics.median(delays), max(delays[-8:]), "stalls:", page.evaluate("waits"))
    assert statistics.median(delays) <= 4000
