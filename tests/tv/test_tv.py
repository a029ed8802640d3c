"""The television application by its remote alone: what a viewer sees from the first start to the film and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.harness import until
from tests.tv.conftest import ROOT, Television

AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"


def test_first_start_asks_for_the_server_and_says_when_none_answers(tv: Television) -> None:
    tv.open("/elsewhere/?test=1")
    tv.until(route="start", focus="1")
    # By the remote: 1, then down to the last row and along to Done. There is no server at "1".
    tv.press("ok", "down", "down", "down", "down")
    tv.until(focus="https://")
    tv.go("right", "Done")
    tv.press("ok")
    tv.until(text="No OTNet server answers at 1.")
    # By a keyboard: the address is replaced, and Enter takes it.
    tv.press("Backspace", *tv.url, "ok")
    tv.until(route="home", state="ready", focus="Play: ")
    # It is remembered.
    tv.page.goto(tv.url + "/elsewhere/?test=1")
    tv.until(route="home", state="ready", focus="Play: ")


def test_served_by_a_server_it_asks_nothing(tv: Television) -> None:
    tv.open("/tv/?test=1")
    tv.until(route="home", state="ready")
    assert tv.page.title() == "Aurora Films"


def test_from_home_to_a_title_to_the_film_and_back(tv: Television) -> None:
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
    assert tv.told()[:2] == ["load /api/v1/playback/c2", "play"]
    tv.press("back")
    tv.until(route="title", focus="Play")
    tv.press("back")
    # Home is as it was left.
    tv.until(route="home", focus="A Glass Letter")
    assert tv.page.evaluate("[window.__film.engines, window.__film.destroyed]") == [1, 1]


def test_the_player_by_the_remote(tv: Television) -> None:
    tv.open("/tv/?test=1#/watch/c1")
    tv.until(route="watch", state="ready", text="Northern Lights")
    tv.press("MediaPlayPause")
    tv.until(focus="Seek")
    assert tv.told()[-1] == "pause"
    tv.press("MediaPlayPause")
    # Seeking: the mark moves at once, the film follows on OK.
    tv.page.evaluate("window.__film.at(10)")
    tv.press("right", "right", "ok")
    tv.page.wait_for_function("window.__film.calls.at(-1).startsWith('seek')", timeout=60_000)
    assert tv.told()[-2:] == ["play", "seek 30"]
    # Left alone for a moment, it follows by itself.
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
        tv.go("right", name)
        tv.press("ok")
        tv.until(focus=f"{name}: ")
        tv.go("down", entry)
        tv.press("ok")
        tv.until(focus=name)
        assert tv.told()[-1] == told
    tv.press("MediaStop")
    tv.until(route="home", state="ready")


def test_an_episode_leads_to_the_next(tv: Television) -> None:
    tv.open("/tv/?test=1#/series/tides")
    tv.until(route="title", state="ready", focus="Play")
    tv.press("down")
    tv.until(focus="1. Lights")
    tv.press("ok")
    tv.until(route="watch", state="ready")
    assert tv.told()[0] == "load /api/v1/playback/c5021"
    tv.page.evaluate("window.__film.end()")
    tv.page.wait_for_function("window.__film.calls.includes('load /api/v1/playback/c5022')", timeout=60_000)
    tv.until(route="watch", state="ready")
    tv.press("back")
    # Back leads to the series, past all episodes.
    tv.until(route="title", focus="1. Lights")


def test_a_film_that_fails_says_why_and_can_be_tried_again(tv: Television) -> None:
    tv.open("/tv/?test=1#/watch/c66")
    tv.until(route="watch", state="failed", focus="Try again", text="This title is not shown in your country.")
    tv.press("back")
    tv.until(route="home", state="ready")
    tv.page.evaluate("location.hash = '/watch/c1'")
    tv.until(route="watch", state="ready")
    tv.page.evaluate("window.__film.fail('media_broken', 'The film stopped.', 'Try again.')")
    tv.until(state="failed", text="The film stopped.")
    tv.press("ok")
    tv.until(state="ready")
    assert tv.told()[-1] == "retry"


def test_search_by_the_on_screen_keyboard(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    tv.press("up", "right", "ok")
    tv.until(route="search", focus="a")
    # h, a, r: one row down and one to the right, back, and so on.
    tv.press(
        "down", "right", "ok", "up", "left", "ok", "down", "down", "right", "right", "right", "right", "right", "ok"
    )
    tv.until(text="har", state="ready", focus="r")
    # Nothing was asked for each letter, and the last question was the whole word.
    assert tv.server.state.asked[-1] == "har"
    tv.press("right")
    tv.until(focus="The Quiet Harbour")
    tv.press("ok")
    tv.until(route="title", state="ready", text="The Quiet Harbour")
    tv.press("back")
    tv.until(route="search", focus="The Quiet Harbour")
    tv.press("left")
    tv.until(focus="r")
    # By a keyboard: letters are typed, Backspace takes one away.
    tv.press("z", "q", "Backspace")
    tv.until(text="harz", state="ready")
    tv.press("back")
    tv.until(route="home")


def test_signing_in_by_pairing(tv: Television) -> None:
    tv.server.state.scene = "private"
    tv.open()
    tv.until(route="pair", state="ready", text="BCDF-GHJK")
    tv.server.state.allowed = True
    tv.until(route="home", state="ready")
    # Who is known has a list, and goes on where they were.
    tv.press("down")
    tv.until(focus="left")
    tv.page.evaluate("location.hash = '/title/title-3'")
    tv.until(route="title", state="ready", focus="Play")
    tv.go("right", "Add to my list")
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


def test_settings_speak_the_language_one_chooses(tv: Television) -> None:
    tv.open("/tv/?test=1#/settings")
    tv.until(route="settings", focus="Account")
    tv.press("down", "ok", "down", "down", "ok")
    tv.until(focus="Sprache: Deutsch")
    tv.press("back")
    tv.until(route="home", state="ready", focus="Abspielen: ")


def test_the_parental_pin_is_asked_before_the_film(tv: Television) -> None:
    tv.open("/tv/?test=1#/settings")
    tv.until(route="settings", focus="Account")
    tv.press("down", "down", "down", "ok")
    tv.until(focus="Choose a four-digit PIN")
    # 1 by the arrows, the rest by the remote's digits.
    tv.press("ok", "2", "3", "4")
    tv.until(focus="Enter it once more")
    tv.press("1", "2", "3", "4")
    tv.until(focus="0 years")
    tv.go("down", "12 years")
    tv.press("ok")
    tv.until(focus="Required above age 12")
    assert "1234" not in json.dumps(tv.page.evaluate("({...localStorage})"))

    tv.page.evaluate("location.hash = '/watch/c2'")
    tv.until(route="watch", state="ready", text="A Glass Letter")
    tv.press("back")
    tv.until(route="settings")
    tv.page.evaluate("location.hash = '/watch/c3'")
    tv.until(route="watch", focus="Enter the PIN", text="rated 16")
    assert "load /api/v1/playback/c3" not in tv.told()
    tv.press("9", "8", "9", "8")
    tv.until(text="Wrong PIN.")
    tv.press("1", "2", "3", "4")
    tv.until(state="ready", text="Paper Season")
    assert "load /api/v1/playback/c3" in tv.told()


def test_back_at_home_asks_before_it_ends(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    tv.press("down", "down", "down", "back")
    # From deep in the rows back leads up first.
    tv.until(focus="Play: ")
    tv.press("back")
    tv.until(focus="Leave OTNet?: Exit")
    tv.press("down", "ok")
    tv.until(focus="Play: ")
    tv.page.evaluate(
        "window.tizen = {application: {getCurrentApplication: () => ({exit: () => { window.ended = true; }})}}"
    )
    tv.press("back")
    tv.until(focus="Leave OTNet?: Exit")
    tv.press("ok")
    tv.page.wait_for_function("window.ended === true", timeout=60_000)


def test_a_server_in_trouble_is_told_of_in_plain_words(tv: Television) -> None:
    tv.server.state.scene = "broken"
    tv.open()
    tv.until(route="home", state="failed", focus="Try again", text="The library is being moved.")
    tv.server.state.scene = "public"
    tv.press("ok")
    tv.until(state="ready", focus="Play: ")


def test_an_empty_library_says_what_belongs_there(tv: Television) -> None:
    tv.server.state.scene = "empty"
    tv.open()
    tv.until(route="home", state="ready", text="Nothing here yet", focus="Home")
    tv.press("right", "ok")
    tv.until(route="search")


def test_however_far_one_goes_the_stage_holds_as_much(tv: Television) -> None:
    tv.open()
    tv.until(route="home", state="ready")
    most = 0
    for _ in range(4):
        tv.press(*["down"] * 7, *["right"] * 7)
        most = max(most, tv.seen()["nodes"])
    tv.until(focus=",")
    # Five rows of ten tiles with their pictures and words; a hundred rows of twenty would be sixteen thousand.
    assert most < 900


def test_the_real_engine_plays_behind_the_canvas(tv: Television, film: Path) -> None:
    tv.server.state.film = film
    tv.open("/tv/?test=1#/watch/c1", engine=False)
    tv.until(route="watch", state="ready", text="Northern Lights")
    video = "document.getElementById('picture')"
    tv.page.wait_for_function(f"{video}.currentTime > 1 && {video}.videoWidth > 0", timeout=60_000)
    tv.page.wait_for_function(f"getComputedStyle({video}).visibility === 'visible'", timeout=60_000)
    tv.press("MediaPause")
    tv.page.wait_for_function(f"{video}.paused", timeout=60_000)
    tv.press("down")
    tv.go("right", "Speed")
    tv.press("ok")
    tv.go("up", "0.5×")
    tv.press("ok", "MediaPlay")
    tv.page.wait_for_function(f"!{video}.paused && {video}.playbackRate === 0.5", timeout=60_000)
    tv.go("left", "Chapters")
    tv.press("ok", "down", "ok")
    tv.page.wait_for_function(f"{video}.currentTime >= 6", timeout=60_000)
    tv.press("back")
    tv.press("back")
    tv.until(route="home", state="ready")
    tv.page.wait_for_function(f"getComputedStyle({video}).visibility === 'hidden'", timeout=60_000)
    # Where it was left is known, so that another screen goes on from there.
    assert tv.server.state.progress["c1"] > 5
    tv.page.evaluate("location.hash = '/title/c1'")
    tv.until(route="title", state="ready", focus="Resume · 0:0")
    # The next time it plays as it was made.
    tv.press("ok")
    tv.until(route="watch", state="ready")
    tv.page.wait_for_function(f"!{video}.paused && {video}.playbackRate === 1", timeout=60_000)


def test_screen_readers_hear_the_focus(tv: Television) -> None:
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
def test_it_speaks_the_language_of_the_set(screen: Browser, language: str) -> None:
    from tests.tv import fake

    context = screen.new_context(viewport={"width": 640, "height": 360}, locale=language)
    with fake.running() as (url, server):
        tv = Television(context.new_page(), url, server)
        tv.open()
        tv.until(route="home", state="ready", focus="Play: " if language == "en-GB" else "Abspielen: ")
    context.close()
