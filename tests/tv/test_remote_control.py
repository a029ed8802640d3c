"""The television application, used with a remote control: first start, browsing, playback, search, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness import until
from tests.pages import Pages
from tests.tv import fake
from tests.tv.conftest import ROOT, Television, television_page

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"


def test_first_start_asks_for_the_server_address_and_reports_errors(tv: Television) -> None:
    tv.open("/elsewhere/?test=1")
    tv.until(route="start", focus="1")
    # With the remote: 1, then down to the last row and right to Done. There is no server at "1".
    tv.press("ok", "down", "down", "down", "down")
    tv.until(focus="https://")
    tv.press_until("right", "Done")
    tv.press("ok")
    tv.until(text="No OTNet server answers at 1.")
    # With a keyboard: replace the address and confirm with Enter.
    tv.press("Backspace", *tv.url, "ok")
    tv.until(route="home", state="ready", focus="Play: ")
    # The address is remembered.
    tv.page.goto(tv.url + "/elsewhere/?test=1")
    tv.until(route="home", state="ready", focus="Play: ")


def test_app_served_by_its_server_does_not_ask_for_an_address(tv: Television) -> None:
    tv.open("/tv/?test=1")
    tv.until(route="home", state="ready")
    assert tv.page.title() == "Aurora Films"


def test_navigation_from_home_to_playback_and_back(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready", focus="Play: ")
    tv.press("down")
    tv.until(focus="Tides")
    tv.press("down", "right", "right")
    tv.until(focus="A Glass Letter")
    tv.press("ok")
    tv.until(route="title", state="ready", focus="Play", text="A Glass Letter")
    tv.press("ok")
    tv.until(route="watch", state="ready", text="A Glass Letter")
    assert tv.engine_calls()[:2] == ["load /api/v1/playback/c2", "play"]
    tv.press("back")
    tv.until(route="title", focus="Play")
    tv.press("back")
    # Home restores its focus.
    tv.until(route="home", focus="A Glass Letter")
    assert tv.page.evaluate("[window.__film.engines, window.__film.destroyed]") == [1, 1]


def test_player_is_controlled_by_the_remote(tv: Television) -> None:
    tv.open("/tv/?test=1#/watch/c1")
    tv.until(route="watch", state="ready", text="Northern Lights")
    tv.press("MediaPlayPause")
    tv.until(focus="Seek")
    assert tv.engine_calls()[-1] == "pause"
    tv.press("MediaPlayPause")
    # Seeking: the marker moves immediately, playback follows on OK.
    tv.page.evaluate("window.__film.at(10)")
    tv.press("right", "right", "ok")
    tv.page.wait_for_function("window.__film.calls.at(-1).startsWith('seek')", timeout=60_000)
    assert tv.engine_calls()[-2:] == ["play", "seek 30"]
    # Without further input, playback follows after a moment.
    tv.press("MediaRewind")
    tv.page.wait_for_function("window.__film.calls.at(-1) === 'seek 20'", timeout=60_000)
    tv.press("down")
    tv.until(focus="Pause")
    for name, entry, told in (
        ("Chapters", "0:45  The answer", "seek 45"),
        ("Subtitles", "Deutsch", "text t2"),
        ("Audio", "Deutsch", "audio a2"),
        ("Quality", "360p", "quality q3"),
    ):
        tv.press_until("right", name)
        tv.press("ok")
        tv.until(focus=f"{name}: ")
        tv.press_until("down", entry)
        tv.press("ok")
        tv.until(focus=name)
        assert tv.engine_calls()[-1] == told
    tv.press("MediaStop")
    tv.until(route="home", state="ready")


def test_next_episode_plays_automatically(tv: Television) -> None:
    tv.open("/tv/?test=1#/series/tides")
    tv.until(route="title", state="ready", focus="Play")
    tv.press("down")
    tv.until(focus="1. Lights")
    tv.press("ok")
    tv.until(route="watch", state="ready")
    assert tv.engine_calls()[0] == "load /api/v1/playback/c5021"
    tv.page.evaluate("window.__film.end()")
    tv.page.wait_for_function("window.__film.calls.includes('load /api/v1/playback/c5022')", timeout=60_000)
    tv.until(route="watch", state="ready")
    tv.press("back")
    # Back returns to the series, not to the previous episode.
    tv.until(route="title", focus="1. Lights")


def test_channels_are_chosen_by_the_remote(tv: Television) -> None:
    tv.server.state.channels = 5
    tv.open()
    tv.until(route="home", state="ready", focus="Play: ")
    tv.press("up", "right")
    tv.until(focus="Live")
    tv.press("ok")
    tv.until(route="live", state="ready", focus="1 Aurora One: ")
    tv.press("down", "ok")
    tv.until(route="channel", state="ready", focus="2 Night: ")
    assert tv.engine_calls() == ["load /api/v1/playback/ch2", "play"]
    # The neighbours are requested ahead. Of several fast presses only the last channel is loaded.
    until("requests of the neighbours", lambda: sorted(tv.server.state.asked) == ["ch1", "ch2", "ch3"])
    tv.page.evaluate(
        "for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown'])"
        " document.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    )
    tv.page.wait_for_function("window.__film.calls.length === 4")
    tv.until(state="ready", focus="3 Docs: ")
    assert tv.engine_calls()[2:] == ["load /api/v1/playback/ch3", "play"]
    until("requests of the neighbours", lambda: sorted(tv.server.state.asked) == ["ch1", "ch2", "ch2", "ch3", "ch4"])
    tv.press("5")
    tv.until(state="ready", focus="5 Music, Live: ")
    assert tv.engine_calls()[4:] == ["load /api/v1/playback/ch5", "play"]
    # After the end of a live stream, the configuration is loaded again.
    tv.page.evaluate("window.__film.end()")
    tv.page.wait_for_function("window.__film.calls.length === 8")
    assert tv.engine_calls()[6:] == ["load /api/v1/playback/ch5", "play"]
    tv.press("back")
    tv.until(route="live", state="ready", focus="5 Music, Live: ")


def test_playback_failure_is_explained_and_can_be_retried(tv: Television) -> None:
    tv.open("/tv/?test=1#/watch/c66")
    tv.until(route="watch", state="failed", focus="Try again", text="This title is not shown in your country.")
    # The page redraws its controls meanwhile, and does not announce them.
    tv.page.evaluate("new Promise((resolve) => setTimeout(resolve, 1000))")
    assert (tv.seen()["state"], tv.seen()["focus"]) == ("failed", "Try again")
    tv.press("back")
    tv.until(route="home", state="ready")
    tv.page.evaluate("location.hash = '/watch/c1'")
    tv.until(route="watch", state="ready")
    tv.page.evaluate("window.__film.fail('media_broken', 'The film stopped.', 'Try again.')")
    tv.until(state="failed", text="The film stopped.")
    tv.press("ok")
    tv.until(state="ready")
    assert tv.engine_calls()[-1] == "retry"


def test_search_with_the_on_screen_keyboard(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    tv.press("up", "right", "ok")
    tv.until(route="search", focus="a")
    # h, a, r: one row down and one to the right, back, and so on.
    tv.press(
        "down", "right", "ok", "up", "left", "ok", "down", "down", "right", "right", "right", "right", "right", "ok"
    )
    tv.until(text="har", state="ready", focus="r")
    # Search requests are debounced: the last one has the whole word.
    assert tv.server.state.asked[-1] == "har"
    tv.press("right")
    tv.until(focus="The Quiet Harbour")
    tv.press("ok")
    tv.until(route="title", state="ready", text="The Quiet Harbour")
    tv.press("back")
    tv.until(route="search", focus="The Quiet Harbour")
    tv.press("left")
    tv.until(focus="r")
    # With a keyboard: type letters, Backspace deletes one.
    tv.press("z", "q", "Backspace")
    tv.until(text="harz", state="ready")
    tv.press("back")
    tv.until(route="home")


def test_sign_in_by_pairing(tv: Television) -> None:
    tv.server.state.scene = "private"
    tv.open()
    tv.until(route="pair", state="ready", text="BCDF-GHJK")
    tv.server.state.allowed = True
    tv.until(route="home", state="ready")
    # Signed-in viewers have a list and can continue watching.
    tv.press("down")
    tv.until(focus="left")
    tv.page.evaluate("location.hash = '/title/title-3'")
    tv.until(route="title", state="ready", focus="Play")
    tv.press_until("right", "Add to my list")
    tv.press("ok")
    tv.until(focus="Remove from my list")
    assert tv.server.state.listed == {"c3"}
    tv.page.evaluate("location.hash = '/list'")
    tv.until(route="list", state="ready", focus="Paper Season")
    tv.page.evaluate("location.hash = '/settings'")
    tv.until(route="settings", text="Signed in as Mara")
    tv.press("ok")
    tv.until(focus="Sign out")
    tv.press("ok")
    tv.until(route="pair", state="ready")


def test_profile_is_chosen_at_the_start_and_in_the_settings(tv: Television) -> None:
    kim = {"id": "p1", "name": "Kim", "color": 1, "max_age": 6, "has_pin": False, "main": False, "active": False}
    tv.server.state.profiles[0]["has_pin"] = True
    tv.server.state.profiles.append(kim)
    tv.open("/tv/?test=1#/pair")
    tv.page.evaluate("localStorage.setItem('otnet.token ' + location.origin, JSON.stringify('tv-token'))")
    tv.page.goto("about:blank")
    tv.open()
    tv.until(focus="Who is watching?: Mara (PIN)")
    tv.press("down", "ok")
    tv.until(route="home", state="ready", focus="Play: ")
    assert kim["active"]
    tv.page.evaluate("location.hash = '/settings'")
    tv.until(route="settings", focus="Account")
    tv.press("down")
    tv.until(focus="Profile: Kim")
    tv.press("ok")
    tv.until(focus="Who is watching?: Kim")
    tv.press("up")
    tv.until(focus="Who is watching?: Mara (PIN)")
    tv.press("ok")
    tv.until(focus="Enter the PIN", text="PIN of Mara")
    tv.press("1", "1", "1", "1")
    tv.until(text="Wrong PIN.")
    tv.press("2", "4", "6", "8")
    tv.until(focus="Profile: Mara")


def test_language_setting_changes_the_interface(tv: Television) -> None:
    tv.open("/tv/?test=1#/settings")
    tv.until(route="settings", focus="Account")
    tv.press("down", "ok", "down", "down", "ok")
    tv.until(focus="Sprache: Deutsch")
    tv.press("back")
    tv.until(route="home", state="ready", focus="Abspielen: ")


def test_parental_pin_is_required_above_the_age_limit(tv: Television) -> None:
    tv.open("/tv/?test=1#/settings")
    tv.until(route="settings", focus="Account")
    tv.press("down", "down", "down", "ok")
    tv.until(focus="Choose a four-digit PIN")
    # 1 with the arrow keys, the rest with the digit keys.
    tv.press("ok", "2", "3", "4")
    tv.until(focus="Enter it once more")
    tv.press("1", "2", "3", "4")
    tv.until(focus="0 years")
    tv.press_until("down", "12 years")
    tv.press("ok")
    tv.until(focus="Required above age 12")
    assert "1234" not in json.dumps(tv.page.evaluate("({...localStorage})"))

    tv.page.evaluate("location.hash = '/watch/c2'")
    tv.until(route="watch", state="ready", text="A Glass Letter")
    tv.press("back")
    tv.until(route="settings")
    tv.page.evaluate("location.hash = '/watch/c3'")
    tv.until(route="watch", focus="Enter the PIN", text="rated 16")
    assert "load /api/v1/playback/c3" not in tv.engine_calls()
    tv.press("9", "8", "9", "8")
    tv.until(text="Wrong PIN.")
    tv.press("1", "2", "3", "4")
    tv.until(state="ready", text="Paper Season")
    assert "load /api/v1/playback/c3" in tv.engine_calls()


def test_back_on_home_asks_before_exiting(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    tv.press("down", "down", "down", "back")
    # From a lower row, back first returns to the top.
    tv.until(focus="Play: ")
    tv.press("back")
    tv.until(focus="Leave OTNet?: Stay")
    tv.press("ok")
    tv.until(focus="Play: ")
    tv.page.evaluate(
        "window.tizen = {application: {getCurrentApplication: () => ({exit: () => { window.ended = true; }})}}"
    )
    tv.press("back")
    tv.until(focus="Leave OTNet?: Stay")
    tv.press("down", "ok")
    tv.page.wait_for_function("window.ended === true", timeout=60_000)


def test_server_errors_are_explained_and_can_be_retried(tv: Television) -> None:
    tv.server.state.scene = "broken"
    tv.open()
    tv.until(route="home", state="failed", focus="Try again", text="The library is being moved.")
    tv.server.state.scene = "public"
    tv.press("ok")
    tv.until(state="ready", focus="Play: ")


def test_empty_library_shows_a_message(tv: Television) -> None:
    tv.server.state.scene = "empty"
    tv.open()
    tv.until(route="home", state="ready", text="Nothing here yet", focus="Home")
    tv.press("right", "ok")
    tv.until(route="search")


def test_scrolling_keeps_the_number_of_nodes_bounded(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    most = 0
    for _ in range(4):
        tv.press(*["down"] * 7, *["right"] * 7)
        most = max(most, tv.seen()["nodes"])
    tv.until(focus=",")
    # Five rows of ten tiles with images and texts; a hundred rows of twenty would be sixteen thousand nodes.
    assert most < 900


def test_the_real_engine_plays_behind_the_canvas(tv_with_engine: Television, film: Path) -> None:
    tv = tv_with_engine
    tv.server.state.film = film
    tv.open("/tv/?test=1#/watch/c1")
    tv.until(route="watch", state="ready", text="Northern Lights")
    video = "document.getElementById('picture')"
    tv.page.wait_for_function(f"{video}.currentTime > 0.2 && {video}.videoWidth > 0", timeout=60_000)
    tv.page.wait_for_function(f"getComputedStyle({video}).visibility === 'visible'", timeout=60_000)
    tv.press("MediaPause")
    tv.page.wait_for_function(f"{video}.paused", timeout=60_000)
    tv.press("down")
    tv.press_until("right", "Speed")
    tv.press("ok")
    tv.press_until("up", "0.5×")
    tv.press("ok", "MediaPlay")
    tv.page.wait_for_function(f"!{video}.paused && {video}.playbackRate === 0.5", timeout=60_000)
    tv.press_until("left", "Chapters")
    tv.press("ok", "down", "ok")
    tv.page.wait_for_function(f"{video}.currentTime > 5.1", timeout=60_000)
    tv.press("back")
    tv.press("back")
    tv.until(route="home", state="ready")
    tv.page.wait_for_function(f"getComputedStyle({video}).visibility === 'hidden'", timeout=60_000)
    # The position is saved, so that other devices resume there.
    until("the position is saved", lambda: tv.server.state.progress.get("c1", 0) > 5, 30)
    tv.page.evaluate("location.hash = '/title/c1'")
    tv.until(route="title", state="ready", focus="Resume · 0:0")
    # The next time it plays at normal speed.
    tv.press("ok")
    tv.until(route="watch", state="ready")
    tv.page.wait_for_function(f"!{video}.paused && {video}.playbackRate === 1", timeout=60_000)


def test_screen_readers_announce_the_focus(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready", focus="Play: ")
    tv.press("down")
    tv.until(focus="Tides")
    until("it is said", lambda: tv.page.locator("#spoken").text_content() == tv.seen()["focus"])
    tv.page.add_script_tag(path=AXE)
    found = tv.page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    assert [v["id"] for v in found["violations"]] == []


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_interface_uses_the_language_of_the_device(
    pages: Pages, server: tuple[str, fake.FakeServer], language: str
) -> None:
    tv = Television(television_page(pages, locale=language), *server)
    tv.open()
    tv.until(route="home", state="ready", focus="Play: " if language == "en-GB" else "Abspielen: ")
