"""Player controls: keyboard, touch, menus, dialogs, playlists and autoplay."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness import until
from tests.pages import Pages
from tests.player.conftest import SECONDS, SKINS, Opener, Player, film, sound
from tests.player.server import PlayerServer
from tests.player.test_error_recovery import install_clock


@pytest.mark.parametrize("skin", SKINS)
def test_keyboard_shortcuts(open_player: Opener, media: Path, skin: str) -> None:
    player = open_player(skin, film(media))
    player.part("media-controller").focus()
    player.press("k")
    player.until("it plays", "e.state === 'playing'")
    player.press("k")
    player.until("it stands", "e.state === 'paused'")
    for key, where in [("5", SECONDS / 2), ("l", SECONDS / 2 + 10), ("j", SECONDS / 2), ("ArrowRight", SECONDS / 2 + 5),
                       ("ArrowLeft", SECONDS / 2), ("Home", 0), (".", 0.04), ("End", SECONDS)]:  # fmt: skip
        player.press(key)
        player.until(f"{key} leads to {where}", f"Math.abs(v.currentTime - {where}) < 0.1")
    player.press("Home")
    player.press("m")
    player.until("it is silent", "v.muted")
    player.press("m")
    player.until("it is heard again", "!v.muted")
    player.press("ArrowDown")
    assert player.js("v.volume") == pytest.approx(0.95)
    player.press("Shift+>")
    player.until("it is faster", "v.playbackRate === 1.25")
    player.press("Shift+<")
    player.until("it is as fast as usual", "v.playbackRate === 1")
    player.press("f")
    player.until("it fills the screen", "!!document.fullscreenElement")
    player.press("f")
    player.until("it no longer does", "!document.fullscreenElement")
    player.press("Shift+?")
    expect(player.part("dialog")).to_contain_text("10 seconds back")
    player.press("Escape")
    expect(player.part("dialog")).to_have_count(0)
    player.press("Space")
    player.until("it plays again", "e.state === 'playing'")


def test_keys_typed_in_other_elements_are_ignored(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media), attributes='keys="page"')
    player.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<input id=i>')")
    player.page.locator("#i").focus()
    player.press("k")
    player.press("5")
    assert player.page.locator("#i").input_value() == "k5" and player.js("e.paused")
    player.page.locator("#i").blur()
    player.press("k")
    player.until("the page's keys are the player's", "!e.paused")


def test_player_is_fully_usable_by_keyboard(open_player: Opener, media: Path) -> None:
    """Tab reaches every control; menus are navigated with the arrow keys and closed with Escape."""
    player = open_player("video", film(media))
    player.play()
    focused = "(() => { let a = document.activeElement; while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement; return a?.getRootNode().host?.localName === 'media-time-range' ? 'media-time-range' : a?.localName })()"
    ring = "(() => { let a = document.activeElement; while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement; const of = n => { const s = getComputedStyle(n); return s.boxShadow !== 'none' || s.outlineStyle !== 'none' }; return a === document.body || of(a) || !!a.getRootNode().host && [...a.getRootNode().querySelectorAll('*')].some(of) })()"
    seen = set()
    for _ in range(16):
        player.press("Tab")
        seen.add(player.js(focused))
        assert player.js(ring), f"one sees where one is: {player.js(focused)}"
    assert {"media-play-button", "media-mute-button", "media-time-range", "media-settings-menu-button", "media-captions-button",
            "media-fullscreen-button"} <= seen  # fmt: skip
    player.part("media-settings-menu-button").focus()
    player.press("Enter")
    until("the menu has focus", lambda: player.js(focused) == "media-settings-menu-item")
    for _ in range(6):
        if player.js("p.shadowRoot.activeElement?.dataset.of") == "speed":
            break
        player.press("ArrowDown")
    player.press("Enter")
    until("a speed has focus", lambda: player.js(focused) == "media-chrome-menu-item")
    player.press("End")
    player.press("Enter")
    player.until("it is twice as fast", "v.playbackRate === 2")
    # Arrow keys on the seek bar move five seconds, not one percent.
    player.js("void (e.pause(), e.seek(3))")
    player.js("p.shadowRoot.querySelector('media-time-range').range.focus()")
    player.press("ArrowRight")
    player.until("it is five seconds on", "Math.abs(v.currentTime - 8) < 0.2")


# A phone has no mouse. The one of the headless shell moves away from where the finger was.
NO_MOUSE = """
const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...more) {
  if (type !== 'mouseleave') addEventListener.call(this, type, ...more);
};
"""


def test_touch_gestures(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media), has_touch=True, width=800, init=NO_MOUSE)
    player.js("void (e.video.muted = true)")
    player.part(".big").tap()
    player.until("it plays", "e.state === 'playing'")
    player.js("void (e.pause())")
    player.js("void e.seek(5)")
    box = player.part("video").bounding_box()
    for _ in range(2):
        player.page.touchscreen.tap(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.4)
    player.until("two taps at the right are ten seconds", "v.currentTime > 14.5")
    expect(player.part(".toast")).to_have_text("+10 s")
    for _ in range(2):
        player.page.touchscreen.tap(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.4)
    player.until("two taps at the left are ten seconds back", "v.currentTime < 5.5")
    assert player.js("e.paused"), "two taps do nothing else"

    # One tap shows the controls, the next hides them; playback continues.
    player.js("void e.play()")
    player.until("it plays", "e.state === 'playing'")
    inactive = "p.shadowRoot.querySelector('media-controller').hasAttribute('userinactive')"
    for hidden in ("true", "false", "true"):
        player.until("the controls come and go", f"{inactive} === {hidden}")
        player.page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    player.until("the controls are there", f"!{inactive}")
    assert not player.js("e.paused")


def test_circular_seek_ring_by_drag_and_arrow_keys(open_player: Opener, media: Path) -> None:
    player = open_player("circular", sound(), width=400)
    player.play()
    ring = player.part("otnet-ring")
    box = ring.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    radius = box["width"] * 0.47
    player.page.mouse.move(middle[0] + radius, middle[1])
    player.page.mouse.down()
    player.page.mouse.move(middle[0] + radius * 0.7, middle[1] + radius * 0.7, steps=4)
    player.page.mouse.move(middle[0], middle[1] + radius, steps=4)
    player.page.mouse.up()
    player.until("half the ring is half the time", f"Math.abs(v.currentTime - {SECONDS / 2}) < 1.5")
    player.js("void e.pause()")
    ring.focus()
    before = player.time()
    player.press("ArrowRight")
    player.until("an arrow is five seconds", f"Math.abs(v.currentTime - {before + 5}) < 0.3")
    assert ring.get_attribute("role") == "slider" and "of" in ring.get_attribute("aria-valuetext")


def test_start_end_resume_loop_and_speed(open_player: Opener, server: PlayerServer, media: Path) -> None:
    player = open_player("video", film(media, start=6, end=8, speed=2))
    player.play()
    assert player.time() >= 6 and player.js("v.playbackRate") == 2
    player.until("it stops at the end it was given", "e.state === 'ended' && v.paused")
    assert 8 <= player.time() < 9
    player.page.evaluate(
        "c => document.querySelector('otnet-video').setup(c)", film(media, start=6, end=8, loop=True, speed=2)
    )
    player.play()
    player.js("void (window.turns = 0, v.addEventListener('seeking', () => window.turns++))")
    player.until("it goes round", "window.turns > 0 && e.state === 'playing'")
    player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", film(media, loop=True))
    player.play()
    player.js("void (window.over = false, e.addEventListener('ended', () => window.over = true), e.seek(23.5))")
    player.until("the whole goes round", "v.currentTime < 10 && e.state === 'playing'")
    assert not player.js("window.over")
    player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", film(media, start=2, resume=15.5))
    player.play()
    assert player.time() >= 15.5
    player.page.evaluate("c => document.querySelector('otnet-video').setup(c)", film(media, resume=23.9))
    player.play()
    assert player.time() < 5, "who left off at the end begins at the beginning"


def test_playlist_offers_the_next_title(open_player: Opener, server: PlayerServer, media: Path) -> None:
    second = server.config(film(media, title="The second", start=23, poster=None))
    third = film(media, title="The third")
    config = film(media, start=23, playlist=[{"src": second, "title": "The second"}, third])
    player = open_player("video", config, prepare=install_clock)
    expect(player.part(".next")).to_be_visible()
    player.js("void (v.muted = true, e.play())")
    card = player.part(".screen")
    expect(card).to_contain_text("Up next")
    expect(card).to_contain_text("The second")
    card.get_by_role("button", name="Play now").click()
    expect(player.part(".title")).to_have_text("The second")
    player.until("it plays", "v.currentTime >= 23")
    # Without any action the countdown ends and the next title plays.
    expect(card).to_contain_text("The third")
    player.page.clock.run_for(8000)
    expect(player.part(".title")).to_have_text("The third")
    player.until("it plays", "e.state === 'playing'")
    player.until("nothing comes after it", "e.upcoming === null")
    expect(player.part(".next")).to_be_hidden()


def test_next_title_by_key_and_cancelling_the_offer(open_player: Opener, media: Path) -> None:
    player = open_player(
        "square",
        film(
            media,
            start=22,
            next={"src": "/none", "title": "N"},
            playlist=[film(media, title="Two", start=23), film(media, title="Three")],
        ),
    )
    player.play()
    player.part("media-controller").focus()
    player.press("Shift+N")
    expect(player.part(".title")).to_have_text("Two")
    player.until("it plays", "v.currentTime >= 23")
    player.part(".screen").get_by_role("button", name="Cancel").click()
    expect(player.part(".screen")).to_be_hidden()
    assert player.state() == "ended"


def test_intro_is_skipped_and_credits_lead_to_the_next_title(open_player: Opener, media: Path) -> None:
    markers = [{"kind": "intro", "start": 0, "end": 12}, {"kind": "credits", "start": 20}]
    player = open_player("video", film(media, markers=markers, playlist=[film(media, title="Two", poster=None)]))
    player.play()
    skip = player.part(".skip")
    expect(skip).to_have_text("Skip intro")
    skip.click()
    player.until("it goes on after the intro", "v.currentTime >= 12 && e.state === 'playing'")
    expect(skip).to_be_hidden()
    player.js("void e.seek(20.5)")
    expect(skip).to_have_text("Next: Two")
    skip.press("Enter")
    expect(player.part(".title")).to_have_text("Two")
    expect(skip).to_be_hidden()


# Playwright's scripts count as a user gesture in Chromium, so the page emulates a strict autoplay policy.
POLICY = """
addEventListener('pointerdown', () => { window.pressed = true }, true);
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  return (%s) ? play.call(this) : Promise.reject(new DOMException('a gesture first', 'NotAllowedError'));
};
"""


@pytest.mark.parametrize("skin", ["video", "square"])
def test_blocked_autoplay_falls_back_to_muted_and_offers_sound(
    pages: Pages, server: PlayerServer, media: Path, skin: str
) -> None:
    page = pages.open(width=960, height=640, init=POLICY % "this.muted || window.pressed")
    page.goto(server.page(f'<otnet-{skin} src="{server.config(film(media, autoplay=True))}"></otnet-{skin}>'))
    player = Player(page, skin)
    page.wait_for_selector(f"otnet-{skin}[dressed]")
    player.until("it plays", "e.state === 'playing'")
    assert player.js("v.muted && e.blocked") == "sound"
    player.part(".sound").click()
    player.until("it is heard", "!v.muted && e.blocked === null")
    expect(player.part(".sound")).to_be_hidden()
    player.advances()


def test_refused_autoplay_waits_for_a_click(pages: Pages, server: PlayerServer, media: Path) -> None:
    page = pages.open(width=960, height=640, init=POLICY % "window.pressed")
    page.goto(server.page(f'<otnet-video src="{server.config(film(media, autoplay="muted"))}"></otnet-video>'))
    player = Player(page)
    page.wait_for_selector("otnet-video[dressed]")
    player.until("it waits", "e.blocked === 'play' && e.paused")
    player.part(".big").click()
    player.until("it plays", "e.state === 'playing'")


def test_german_interface(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media, language="de"))
    expect(player.part("media-fullscreen-button")).to_have_attribute(
        "aria-label", "vollbildmodus aktivieren", ignore_case=True
    )
    player.part("media-settings-menu-button").click()
    expect(player.page.get_by_role("menuitem", name="Tempo")).to_be_visible()
