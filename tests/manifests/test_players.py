"""hls.js, Shaka Player and dash.js play a presentation of two periods, in Chromium.

The second period is a span of a film with another size, frame rate and language than the first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.sync_api import Page

from otnet_server.manifests import dash, hls
from otnet_server.media.plan import Plan
from otnet_server.media.presentation import Kind, Presentation, join
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import period_of, presentation_of
from otnet_server.media.states import State
from tests.harness import ROOT, ffmpeg, make_film, running, until
from tests.packages import flashes, pictures
from tests.pages import Pages
from tests.player.server import PlayerServer

SCRIPTS = {
    "hls.js": ROOT / "tests" / "manifests" / "node_modules" / "hls.js" / "dist" / "hls.min.js",
    "dash.js": ROOT / "tests" / "manifests" / "node_modules" / "dashjs" / "dist" / "modern" / "umd" / "dash.all.min.js",
    "shaka": ROOT / "player" / "node_modules" / "shaka-player" / "dist" / "shaka-player.compiled.js",
}
#: Load `url` into `video`, and keep errors that end playback in `window.errors`.
LOAD = {
    "hls.js": """(video, url) => { const hls = new Hls(); hls.on(Hls.Events.ERROR, (_, data) => {
        if (data.fatal) errors.push(data.details); }); hls.loadSource(url); hls.attachMedia(video); }""",
    "dash.js": """(video, url) => { const player = dashjs.MediaPlayer().create();
        player.on('error', (event) => errors.push(event.error.message)); player.initialize(video, url, false); }""",
    "shaka": """async (video, url) => { const player = new shaka.Player(); await player.attach(video);
        player.addEventListener('error', (event) => errors.push(String(event.detail)));
        await player.load(url); }""",
}
PLAYS = [("hls.js", "hls"), ("shaka", "hls"), ("shaka", "dash"), ("dash.js", "dash")]


def loaded(data: Path, media: str) -> Revision:
    """The revision of a ready title, from the database of a stopped server."""
    with sqlite3.connect(data / "otnet.db") as db:
        id_, plan = db.execute("select id, plan from revision where media = ?", (media,)).fetchone()
        pieces = db.execute("select track, number, sizes from chunk where revision = ?", (id_,)).fetchall()
    found = Revision(id_, media, Plan.model_validate_json(plan), State.READY)
    found.add_pieces({(track, number): json.loads(sizes) for track, number, sizes in pieces})
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PlayerServer, Presentation]]:
    base = tmp_path_factory.mktemp("periods")
    make_film(base / "library" / "One.mp4", 4, size="640x360")
    make_film(base / "library" / "Two.mp4", 12, size="320x180", rate="30")
    with running(base / "data", base / "library") as otnet:
        ids = [otnet.settled(title)["id"] for title in ("One", "Two")]
    one, two = (loaded(base / "data", media) for media in ids)
    folder = base / "data" / "media"
    span = (Fraction(4), Fraction(12))
    parts = [period_of(one, f"{one.media}/"), period_of(two, f"{two.media}/", span)]
    presentation = join(Kind.COMPLETE, parts)
    (folder / "main.m3u8").write_text(hls.multivariant(presentation))
    (folder / "main.mpd").write_text(dash.mpd(presentation, datetime.now(UTC)))
    for name in presentation.renditions.by_name:
        (folder / name).mkdir()
        (folder / name / "index.m3u8").write_text(hls.media(presentation, name) or "")
    server = PlayerServer(folder)
    yield server, presentation
    server.stop()


def loaded_page(server: PlayerServer, pages: Pages, player: str, manifest: str) -> Page:
    """A page with a video that a player has loaded."""
    page = pages.open(width=640, height=360)
    page.goto(server.page("<video muted></video>", policy=False))
    page.add_script_tag(content=SCRIPTS[player].read_text("utf-8"))
    page.evaluate("window.errors = []")
    url = f"/media/main.{'m3u8' if manifest == 'hls' else 'mpd'}"
    page.evaluate(f"async (url) => {{ await ({LOAD[player]})(document.querySelector('video'), url); }}", url)
    return page


@pytest.mark.parametrize(("player", "manifest"), PLAYS)
def test_two_periods_play_through(
    served: tuple[PlayerServer, Presentation], pages: Pages, player: str, manifest: str
) -> None:
    server, presentation = served
    page = loaded_page(server, pages, player, manifest)
    page.evaluate("document.querySelector('video').play()")

    def state() -> list[float]:
        assert page.evaluate("errors") == []
        found: list[float] = page.evaluate(
            "(({currentTime, videoWidth, duration}) => [currentTime, videoWidth, duration])"
            "(document.querySelector('video'))"
        )
        return found

    first = float(presentation.periods[1].start)
    widths = {until("it plays", lambda: (now := state())[0] > 0.2 and now)[1]}
    assert widths <= {640, 426}
    page.evaluate(f"document.querySelector('video').currentTime = {first - 0.5}")
    after = until("it plays into the second period", lambda: (now := state())[0] > first + 0.5 and now)
    assert after[1] <= 426 and abs(after[2] - float(presentation.duration)) < 0.3, after
    page.evaluate("document.querySelector('video').playbackRate = 8")
    until("it ends", lambda: page.evaluate("document.querySelector('video').ended"))
    assert state()[0] > float(presentation.duration) - 0.5


@pytest.fixture(scope="module")
def flashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayerServer]:
    """A film of B-pictures that is white from 1.0 to 1.2 s and from 2.6 to 2.8 s."""
    base = tmp_path_factory.mktemp("flashes")
    (base / "library").mkdir()
    flash = "drawbox=enable='between(t,0.99,1.19)+between(t,2.59,2.79)':color=white:t=fill"
    ffmpeg(
        "-f", "lavfi", "-i", f"color=gray:s=320x180:r=25:d=4,{flash}", "-f", "lavfi", "-i", "sine=440:d=4",
        "-c:v", "libx264", "-c:a", "aac", str(base / "library" / "Flashes.mp4"),
    )  # fmt: skip
    with running(base / "data", base / "library") as otnet:
        media = otnet.settled("Flashes")["id"]
    folder = base / "data" / "media" / media
    presentation = presentation_of(loaded(base / "data", media))
    (folder / "main.m3u8").write_text(hls.multivariant(presentation))
    (folder / "main.mpd").write_text(dash.mpd(presentation, datetime.now(UTC)))
    for name, rendition in presentation.renditions.by_name.items():
        (folder / rendition.folder / "index.m3u8").write_text(hls.media(presentation, name) or "")
    if presentation.renditions.thumbnails is not None:
        sheets = folder / presentation.renditions.thumbnails.folder
        (sheets / "index.m3u8").write_text(hls.thumbnails(presentation) or "")
    server = PlayerServer(folder)
    yield server
    server.stop()


LUMA_AT = """(at) => new Promise((resolve) => {
    const video = document.querySelector('video'), to = new OffscreenCanvas(1, 1).getContext('2d');
    const luma = () => { to.drawImage(video, 0, 0, 1, 1); resolve(to.getImageData(0, 0, 1, 1).data[0]); };
    video.addEventListener('seeked', () => requestAnimationFrame(() => requestAnimationFrame(luma)), { once: true });
    video.currentTime = at;
})"""


@pytest.mark.parametrize(("player", "manifest"), PLAYS)
def test_pictures_are_shown_at_their_times(flashing: PlayerServer, pages: Pages, player: str, manifest: str) -> None:
    """Within 20 ms: the composition delay of the segments is taken away by the edit list."""
    page = loaded_page(flashing, pages, player, manifest)
    until("it is loaded", lambda: page.evaluate("document.querySelector('video').readyState >= 2"))
    white = {at: page.evaluate(LUMA_AT, at) > 200 for at in (0.98, 1.02, 1.18, 1.22, 2.58, 2.62)}
    assert white == {0.98: False, 1.02: True, 1.18: True, 1.22: False, 2.58: False, 2.62: True}
    assert page.evaluate("errors") == []


def test_pictures_are_at_their_times_in_ffmpeg(flashing: PlayerServer) -> None:
    for manifest in ("main.m3u8", "main.mpd"):
        shown = pictures(flashing.media / manifest)
        assert flashes(shown) == pytest.approx([1.0, 2.6], abs=0.02), manifest
