"""hls.js, Shaka Player, dash.js and OTNet's player play a channel through its seams, in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.channels.house import House
from tests.harness import until
from tests.manifests.test_players import PLAYS, SCRIPTS
from tests.pages import Pages

BLANK = "<!doctype html><title>A player</title><video muted width=320></video>"
#: Load `url` into `video` from the start of the window on, and keep errors that end playback in `window.errors`.
LOAD = {
    "hls.js": """(video, url) => { const hls = new Hls({ startPosition: 0 }); hls.on(Hls.Events.ERROR, (_, data) => {
        if (data.fatal) errors.push(data.details); }); hls.loadSource(url); hls.attachMedia(video); }""",
    "dash.js": """(video, url) => { const player = dashjs.MediaPlayer().create();
        player.on('error', (event) => errors.push(event.error.message)); player.initialize(video, url, false); }""",
    "shaka": """async (video, url) => { const player = new shaka.Player(); await player.attach(video);
        player.addEventListener('error', (event) => errors.push(String(event.detail)));
        await player.load(url); }""",
}
#: Stalls are times at which the picture stands still for more than half a second after it has begun to move.
WATCH = """() => { const video = document.querySelector('video'); window.stalls = []; let last = performance.now(), at = -1;
    setInterval(() => { const now = performance.now();
        if (video.currentTime !== at) { if (at > 0 && now - last > 500) stalls.push([at, now - last]);
            at = video.currentTime; last = now; } }, 20); }"""


def player_page(pages: Pages, house: House, player: str) -> Page:
    page = pages.open(width=640, height=360)
    page.route("**/blank.html", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    page.goto(f"{house.server.url}/blank.html")
    page.add_script_tag(content=SCRIPTS[player].read_text("utf-8"))
    page.evaluate("window.errors = []")
    return page


@pytest.mark.parametrize(("player", "manifest"), PLAYS)
def test_channel_plays_through_its_seams(through_every_title: House, pages: Pages, player: str, manifest: str) -> None:
    house = through_every_title
    page = player_page(pages, house, player)
    url = house.url(f"main.{'m3u8' if manifest == 'hls' else 'mpd'}")
    page.evaluate(f"async (url) => {{ await ({LOAD[player]})(document.querySelector('video'), url); }}", url)
    page.evaluate("void document.querySelector('video').play()")
    position = "document.querySelector('video').currentTime"

    def playing() -> float | None:
        assert page.evaluate("errors") == []
        at = float(page.evaluate(position))
        return at if at > 0.2 else None

    until("it plays", playing, 60)
    start = page.evaluate(
        "(v => Math.max(v.seekable.start(0) + 3, v.seekable.end(0) - 36))(document.querySelector('video'))"
    )

    def rewound() -> bool:
        """Some players go to the live edge once more after they have begun."""
        if abs(page.evaluate(position) - start) > 3:
            page.evaluate(f"document.querySelector('video').currentTime = {start}")
            return False
        return bool(page.evaluate(position) > start + 0.5)

    until("it plays from an earlier time on", rewound, 60, 0.2)
    page.evaluate(WATCH)
    page.evaluate("document.querySelector('video').playbackRate = 3")
    sizes = set()

    def through() -> bool:
        assert page.evaluate("errors") == []
        sizes.add(tuple(page.evaluate("(v => [v.videoWidth, v.videoHeight])(document.querySelector('video'))")))
        return bool(page.evaluate(position) > start + 24)

    until("it has played through several titles", through, 60)
    assert len(sizes) > 2, sizes
    assert page.evaluate("stalls") == []
    holes = page.evaluate(
        "(b => [...Array(b.length).keys()].slice(1).map(n => b.start(n) - b.end(n - 1)))"
        "(document.querySelector('video').buffered)"
    )
    assert all(hole < 0.1 or hole > 1 for hole in holes), f"there are holes at seams: {holes}"


def test_own_player_plays_clear_and_protected_titles_with_one_session(through_every_title: House, pages: Pages) -> None:
    house = through_every_title
    page = pages.open(width=800, height=500)
    configuration = house.client.get(house.protected_url).json()
    assert configuration["live"] and configuration["drm"]["servers"], configuration
    page.goto(f"{house.server.url}/embed/{configuration['id']}?skin=video")
    page.wait_for_function("document.querySelector('otnet-video').engine.config")
    page.evaluate("void document.querySelector('otnet-video').engine.play()")
    seen = "(v => [v.currentTime, v.error?.message ?? ''])(document.querySelector('otnet-video').engine.video)"
    until("it plays", lambda: page.evaluate(seen)[0] > 0.5, 40)
    start = page.evaluate(
        "(v => { v.playbackRate = 3; v.currentTime = Math.max(v.seekable.start(0) + 3, v.seekable.end(0) - 30);"
        " return v.currentTime })(document.querySelector('otnet-video').engine.video)"
    )

    def later() -> bool:
        state = page.evaluate(seen)
        assert state[1] == ""
        return bool(state[0] > start + 17)

    until("it has played all three titles", later, 60)
