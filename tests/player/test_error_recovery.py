"""Error recovery, telemetry, watch progress and live playback of the player."""

from __future__ import annotations

import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.harness import until
from tests.pages import Pages
from tests.player.conftest import SECONDS, SKINS, Opener, Player, film, sound
from tests.player.server import Answer, PlayerServer

CONFIG = {"telemetry": {"url": "/api/v1/telemetry"}}


def respond_with(status: int, body: dict, part: str = "/config/", **headers: str):
    """A fault that answers matching requests until it is removed."""
    return lambda path: (status, headers, json.dumps(body).encode()) if part in path else None


def first_segments_only(parts: int = 3):
    """Only the first segments of each rendition exist, so that the buffer does not depend on the speed of the test."""
    given: dict[str, set[str]] = {}

    def fault(path: str) -> Answer | None:
        folder, _, name = path.rpartition("/")
        known = given.setdefault(folder, set())
        if not name.endswith(".m4s") or name in known:
            return None
        if len(known) >= parts:
            return 503, {"retry-after": "1"}, b""
        known.add(name)
        return None

    return fault


def install_clock(page: Page) -> None:
    page.clock.install()


def next_second(player: Player) -> bool:
    """Let the timers of a page opened with `install_clock` run as if a second had passed."""
    player.page.clock.run_for(1000)
    return True


@pytest.mark.parametrize("skin", SKINS)
def test_missing_title_shows_an_error_and_can_be_retried(
    open_player: Opener, server: PlayerServer, media: Path, skin: str
) -> None:
    server.faults.append(respond_with(404, {"code": "not_found", "status": 404}))
    player = open_player(skin, film(media))
    screen = player.part(".screen")
    expect(screen).to_contain_text("This title isn’t here any more.")
    assert screen.get_attribute("role") == "alert" and player.js("e.error.code") == "not_found"
    expect(player.part("media-settings-menu-button")).to_be_hidden()
    server.faults.clear()
    screen.get_by_role("button", name="Try again").click()
    expect(player.part(".title")).to_have_text("The Night Train")
    expect(screen).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [(401, "sign_in", "for signed-in viewers"), (403, "not_entitled", "doesn’t include"), (403, "not_in_region", "where you are"),
     (403, "not_on_this_site", "on this site"), (409, "not_ready", "still being prepared")],
)  # fmt: skip
def test_server_refusals_are_explained(
    open_player: Opener, server: PlayerServer, media: Path, status: int, code: str, words: str
) -> None:
    server.faults.append(respond_with(status, {"code": code, "status": status}))
    player = open_player("video", film(media))
    expect(player.part(".screen")).to_contain_text(words)


def test_refused_manifest_is_not_retried(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", film(media))
    for kind, ending in (("dash", ".mpd"), ("hls", ".m3u8")):
        config = film(media) | {"sources": {kind: film(media)["sources"][kind]}}
        for status, words in (
            (404, "isn’t here any more"),
            (410, "isn’t here any more"),
            (403, "refused"),
            (401, "signed-in"),
        ):
            server.faults[:] = [respond_with(status, {}, ending)]
            server.requests.clear()
            player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", config)
            player.js("void (v.muted = true, e.play())")
            player.until("it is said", "e.state === 'failed'")
            expect(player.part(".screen")).to_contain_text(words)
            assert len(server.asked(ending)) == 1, "nobody asks again for what was refused"
    server.faults.clear()
    player.part(".screen button").click()
    player.until("it plays", "e.state === 'playing'")


def test_invalid_configuration_names_the_field(open_player: Opener) -> None:
    player = open_player("video", {"sources": {"dash": "/media/film/main.mpd"}, "autoply": True})
    expect(player.part(".screen")).to_contain_text("“autoply”")
    expect(player.part(".screen")).to_contain_text("Did you mean “autoplay”?")
    player.page.evaluate("() => document.querySelector('otnet-video').setAttribute('config', '{\"sources\": {}}')")
    expect(player.part(".screen")).to_contain_text("no manifest is given")


def test_missing_segment_fails_and_retry_resumes_there(open_player: Opener, server: PlayerServer, media: Path) -> None:
    server.faults.append(first_segments_only())
    player = open_player("video", film(media, **CONFIG))
    player.play()
    server.faults[:] = [lambda path: (404, {}, b"") if path.endswith(".m4s") else None]
    server.requests.clear()
    player.js("void e.seek(22)")
    expect(player.part(".screen")).to_contain_text("Part of this title is missing")
    parts = server.asked(".m4s")
    assert len(set(parts)) == len(parts), "a missing part is asked for once"
    error = until(
        "it is told", lambda: next((e for b in server.telemetry for e in b["events"] if e["type"] == "error"), None)
    )
    assert (error["code"], error["category"], error["fatal"]) == ("part_missing", "network", True)
    expect(player.part(".screen code")).to_contain_text("404")
    server.faults.clear()
    player.part(".screen button").click()
    player.until("it goes on where it was", "e.state === 'playing' && v.currentTime >= 21.9")


def test_segment_still_being_encoded_is_retried(open_player: Opener, server: PlayerServer, media: Path) -> None:
    server.faults.append(first_segments_only())
    player = open_player("video", film(media), prepare=install_clock)
    player.play()
    refused: list[str] = []

    def busy(path: str):
        if not path.endswith(".m4s") or len(refused) >= 12:
            return None
        refused.append(path)
        return 503, {"retry-after": "1"}, b""

    server.faults[:] = [busy]
    player.js("void e.seek(20)")
    player.until("it waits", "e.state === 'buffering'")
    expect(player.part("media-loading-indicator")).to_have_attribute("medialoading", "")
    until(
        "it goes on by itself",
        lambda: next_second(player) and player.js("e.state === 'playing' && v.currentTime >= 20"),
    )
    assert len(refused) == 12 and player.js("e.error") is None


def test_unavailable_manifest_is_retried(open_player: Opener, server: PlayerServer, media: Path) -> None:
    refused: list[str] = []

    def busy(path: str):
        if not path.endswith(".mpd") or len(refused) >= 5:
            return None
        refused.append(path)
        return 503, {"retry-after": "1"}, b""

    server.faults.append(busy)
    player = open_player("square", film(media), prepare=install_clock)
    player.js("void (v.muted = true, e.play())")
    until("it plays", lambda: next_second(player) and player.js("e.state === 'playing' && v.currentTime > 0"))
    assert len(refused) == 5


def test_playback_resumes_after_being_offline(open_player: Opener, server: PlayerServer, media: Path) -> None:
    server.faults.append(first_segments_only())
    player = open_player("video", film(media))
    player.play()
    player.page.context.set_offline(True)
    server.faults.clear()
    player.js("void e.seek(20)")
    expect(player.part(".screen")).to_contain_text("You’re offline.")
    assert player.state() == "offline"
    player.page.context.set_offline(False)
    player.until("it goes on by itself", "e.state === 'playing' && v.currentTime >= 20")
    expect(player.part(".screen")).to_be_hidden()


def test_offline_before_anything_is_loaded(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("audio", sound())
    player.js("void e.warm()")
    until("Shaka is there", lambda: server.asked("/chunks/shaka"))
    player.page.context.set_offline(True)
    player.js("void (v.muted = true, e.play())")
    expect(player.part(".screen")).to_contain_text("You’re offline.")
    player.page.context.set_offline(False)
    player.until("it plays", "e.state === 'playing'")


def test_telemetry_is_sent_without_personal_data(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", film(media, **CONFIG))
    player.play()
    player.js("void (e.setSpeed(4), e.setQuality(e.qualities().at(-1).id))")
    player.until("it switched", "v.videoHeight === 240")
    player.advances()
    # Playback stalls: segments of another quality are delayed.
    there = threading.Event()
    server.faults.append(lambda path: there.wait(60) and None if path.endswith(".m4s") else None)
    player.js("void e.setQuality(e.qualities()[0].id)")
    player.until("it waits", "e.state === 'buffering'")
    there.set()
    player.until("it goes on", "e.state === 'playing'")
    player.js("void e.seek(22)")
    player.until("it is over", "e.state === 'ended'")
    batch = until(
        "it is sent", lambda: next((b for b in server.telemetry if any(e["type"] == "end" for e in b["events"])), None)
    )
    assert set(batch) == {"session", "content", "media", "skin", "engine", "batch", "events"}
    assert (batch["content"], batch["media"], batch["skin"]) == ("film", "m1", "video") and batch["engine"].startswith(
        "shaka 5.2"
    )
    events = [e for b in server.telemetry for e in b["events"]]
    assert {"attempt", "start", "switch", "rebuffer", "watched", "end"} <= {e["type"] for e in events}
    assert {e["height"] for e in events if e["type"] == "switch"} >= {240}
    assert all(e["duration_ms"] > 0 for e in events if e["type"] == "rebuffer")
    assert all(isinstance(e["at_ms"], int) for e in events)
    assert next(e for e in events if e["type"] == "start")["startup_ms"] > 0
    ranges = [(e["from_s"], e["to_s"]) for e in events if e["type"] == "watched"]
    assert ranges[-1][0] >= 21.9 and ranges[-1][1] >= SECONDS - 1, ranges
    segments = [(path, h) for path, h in server.requests_of(player.page.url) if path.endswith(".m4s")]
    assert segments and [s for s in segments if not any(name.lower().startswith("cmcd") for name in s[1])] == []


@pytest.mark.parametrize(
    ("config", "attributes", "init"),
    [({"telemetry": False}, "", ""), (CONFIG, 'telemetry="off"', ""),
     (CONFIG, "", "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")],
)  # fmt: skip
def test_telemetry_can_be_turned_off(
    open_player: Opener, server: PlayerServer, media: Path, config: dict, attributes: str, init: str
) -> None:
    player = open_player("video", film(media, **config), attributes=attributes, init=init)
    player.play()
    player.js("void e.seek(23.8)")
    player.until("it is over", "e.state === 'ended'")
    url = player.page.url
    player.page.close()
    assert server.telemetry == []
    requests = server.requests_of(url)
    assert requests and [r for r in requests if any(name.lower().startswith("cmcd") for name in r[1])] == []


def test_watch_progress_is_saved(open_player: Opener, server: PlayerServer, media: Path) -> None:
    progress = {"url": "/api/v1/me/progress", "content": "film"}
    player = open_player("video", film(media, progress=progress, start=5))
    player.play()
    player.js("void e.pause()")
    saved = until("it is saved at a pause", lambda: server.progress and server.progress[-1])
    assert set(saved) == {"content", "position_s", "duration_s", "at"} and saved["content"] == "film"
    assert 5 <= saved["position_s"] < 10 and abs(saved["duration_s"] - SECONDS) < 0.2
    datetime.fromisoformat(saved["at"])


def test_live_playback_can_seek_back_and_return_to_the_edge(
    open_player: Opener, server: PlayerServer, media: Path
) -> None:
    """The film as a live stream: a dynamic manifest whose live edge is at 18 seconds."""
    start = (datetime.now(UTC) - timedelta(seconds=18)).strftime("%Y-%m-%dT%H:%M:%SZ")
    manifest = (media / "film" / "main.mpd").read_text()
    manifest = re.sub(r'type="static" mediaPresentationDuration="[^"]*"',
                      f'type="dynamic" availabilityStartTime="{start}" minimumUpdatePeriod="PT600S" '
                      'timeShiftBufferDepth="PT300S" suggestedPresentationDelay="PT3S"', manifest)  # fmt: skip
    server.faults.append(
        lambda path: (
            (200, {"content-type": "application/dash+xml"}, manifest.encode()) if path.endswith(".mpd") else None
        )
    )
    config = film(media, live=True, dvr_s=300, chapters=[])
    config = {k: v for k, v in config.items() if k != "duration_s"} | {"sources": {"dash": config["sources"]["dash"]}}
    player = open_player("video", config)
    player.play()
    live = player.js("e.live")
    assert live["isLive"] and live["edge"] > 5 and player.time() > 3, live
    expect(player.part("media-live-button")).to_be_visible()
    expect(player.part("media-time-display")).to_be_hidden()
    bar = player.part("media-time-range")
    expect(bar).to_be_visible()
    assert player.js("p.shadowRoot.querySelector('media-time-range').range.getAttribute('aria-valuetext')")
    expect(player.part("media-live-button")).to_have_attribute("mediatimeislive", "")
    box = bar.bounding_box()
    player.page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    player.until("the bar is the time that one may go back", f"e.video.currentTime < {live['edge'] / 2}")
    player.until("the viewer is behind", "e.live.latency > 4")
    player.part("media-live-button").click()
    player.until("the viewer is at the edge again", "e.live.latency < 8 && e.live.latency < e.live.edge - 1")


def hls(playlist: str) -> Answer:
    return 200, {"content-type": "application/vnd.apple.mpegurl"}, playlist.encode()


def test_live_window_slides_and_limits_seeking_back(open_player: Opener, server: PlayerServer, media: Path) -> None:
    """A live HLS playlist with a sliding window of segments."""
    begun = time.monotonic() - 12
    folder = media / "film"

    def origin(path: str):
        if not path.endswith("/index.m3u8"):
            return None
        head, *parts = (folder / path.split("/film/")[1]).read_text().replace("#EXT-X-ENDLIST", "").split("#EXTINF:")
        head = re.sub("#EXT-X-(PLAYLIST-TYPE|MEDIA-SEQUENCE).*\n", "", head)
        there, ends, first = [], 0.0, 0
        for part in parts:
            ends += float(part.split(",")[0])
            if ends > time.monotonic() - begun:
                break
            there.append((ends, part))
        while there and there[0][0] < ends - 14:
            there.pop(0)
            first += 1
        listed = "".join(f"#EXTINF:{part}" for _, part in there)
        return hls(f"{head}#EXT-X-MEDIA-SEQUENCE:{first}\n{listed}")

    server.faults.append(origin)
    master = (folder / "main.m3u8").read_text().replace(',SUBTITLES="text"', "")
    kept = "\n".join(
        line for line in master.splitlines() if "TYPE=SUBTITLES" not in line and "IMAGE-STREAM" not in line
    )
    server.faults.append(lambda path: hls(kept) if path.endswith("main.m3u8") else None)
    config = {k: v for k, v in film(media, live=True, chapters=[], thumbnails=None).items() if k != "duration_s"}
    player = open_player("video", config | {"sources": {"hls": config["sources"]["hls"]}})
    player.play()
    assert player.js("[e.live.isLive, Number.isNaN(e.duration)]") == [True, True]
    expect(player.part("media-live-button")).to_be_visible()
    expect(player.part("media-time-range")).to_be_hidden()
    before = player.js("e.live")
    player.until("the window slides", f"e.live.start > {before['start']} && e.live.edge > {before['edge']}")
    player.js("void e.seek(0)")
    player.until(
        "nobody goes further back than there is", "v.currentTime >= e.live.start - 0.5 && e.state === 'playing'"
    )


def test_player_without_a_configuration_waits_for_one(pages: Pages, server: PlayerServer, media: Path) -> None:
    page = pages.open(width=960, height=640, color_scheme="light")
    page.goto(server.page('<otnet-video id="p"></otnet-video><div id="here"></div>'))
    page.wait_for_function("() => !!customElements.get('otnet-video')")
    page.evaluate("c => document.querySelector('#p').setup(c)", film(media))
    page.wait_for_selector("otnet-video[dressed]")
    Player(page).play()
    page.evaluate(
        "async c => { const { setup } = await import('/player/v1/otnet-player.js'); await setup('#here', c, 'audio') }",
        sound(),
    )
    Player(page, "audio").play()
    inline = f'<otnet-square><script type="application/json">{json.dumps(film(media))}</script></otnet-square>'
    page.evaluate("html => { document.querySelector('#here').innerHTML = html }", inline)
    Player(page, "square").play()
