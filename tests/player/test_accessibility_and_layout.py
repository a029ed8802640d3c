"""Accessibility of every skin on light and dark pages, and layout from 200 pixels to full HD."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness import ROOT
from tests.pages import Pages
from tests.player.conftest import SKINS, Opener, Player, film, sound
from tests.player.server import PlayerServer

AXE = ROOT / "player" / "node_modules" / "axe-core" / "axe.min.js"


def axe(page: Page) -> list[str]:
    """Violations that axe-core finds, of any level, without rules for whole pages."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text() + ";undefined")
    rules = {"region": {"enabled": False}, "page-has-heading-one": {"enabled": False}}
    run = "rules => axe.run(document, {rules, resultTypes: ['violations']}).then(r => r.violations)"
    found: list[dict[str, Any]] = page.evaluate(run, rules)
    return [f"{v['id']}: {v['help']}: {json.dumps([n['html'][:140] for n in v['nodes']])}" for v in found]


def config_of(skin: str, media: Path) -> dict[str, Any]:
    return sound() if skin in ("audio", "circular") else film(media)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("skin", SKINS)
def test_axe_finds_no_violations(open_player: Opener, media: Path, skin: str, scheme: str) -> None:
    player = open_player(skin, config_of(skin, media), scheme=scheme, width=720)
    assert axe(player.page) == [], "before it plays"
    player.play()
    player.js("void (e.pause(), e.setText(e.texts()[0]?.id ?? null))")
    player.part("media-settings-menu-button").click()
    expect(player.part("media-settings-menu")).to_have_css("opacity", "1")
    assert axe(player.page) == [], "with the menu"
    player.press("Escape")
    # Wait for the fade: a half-transparent menu has too little contrast.
    expect(player.part("media-settings-menu")).to_have_css("opacity", "0")
    player.part("media-controller").focus()
    player.press("Shift+?")
    expect(player.part("dialog")).to_be_visible()
    assert axe(player.page) == [], "with the list of keys"
    player.press("Escape")
    if player.js("e.texts().length"):
        player.part("media-settings-menu-button").click()
        player.page.get_by_role("menuitem", name="Caption style").click()
        expect(player.part("dialog")).to_be_visible()
        assert axe(player.page) == [], "with the caption style"
        player.press("Escape")
    player.page.evaluate("tag => { document.querySelector(tag).setup({sources: {}}) }", player.tag)
    expect(player.part(".screen")).to_contain_text("no manifest is given")
    assert axe(player.page) == [], "with an error"


CONTROLS = "media-play-button:not(.big), media-mute-button, media-time-display, media-captions-button, media-settings-menu-button, media-pip-button, media-fullscreen-button"
BOXES = f"""(async () => {{
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const box = node => (r => [r.left, r.top, r.right, r.bottom])(node.getBoundingClientRect());
  const boxes = [...p.shadowRoot.querySelectorAll('{CONTROLS}')].map(node => [node.localName, ...box(node)]);
  return {{ frame: box(p), boxes: boxes.filter(([, left, top, right, bottom]) => right > left && bottom > top) }};
}})()"""


@pytest.mark.parametrize("skin", SKINS)
def test_controls_fit_the_player_at_every_width(open_player: Opener, media: Path, skin: str) -> None:
    """Every visible control is inside the player and overlaps no other, from 200 pixels to full HD."""
    player = open_player(skin, config_of(skin, media))
    player.play()
    player.js("void e.pause()")
    for width in (200, 280, 360, 768, 1280, 1920):
        player.page.set_viewport_size({"width": width, "height": 640})
        found = player.js(f"await {BOXES}")
        frame, boxes = found["frame"], found["boxes"]
        assert boxes and frame[2] - frame[0] <= width
        for name, left, top, right, bottom in boxes:
            inside = left >= frame[0] - 1 and top >= frame[1] - 1 and right <= frame[2] + 1 and bottom <= frame[3] + 1
            assert inside, f"at {width}, {name} {left, top, right, bottom} is not in {frame}"
        for i, (name, left, top, right, bottom) in enumerate(boxes):
            for other, x1, y1, x2, y2 in boxes[i + 1 :]:
                apart = right <= x1 + 1 or x2 <= left + 1 or bottom <= y1 + 1 or y2 <= top + 1
                assert apart or "play" in name + other, f"at {width}, {name} lies upon {other}"


@pytest.mark.parametrize("skin", SKINS)
def test_menu_stays_in_the_viewport_at_the_top_of_a_page(open_player: Opener, media: Path, skin: str) -> None:
    player = open_player(skin, film(media), width=360)
    player.play()
    player.part("media-settings-menu-button").click()
    first = player.page.get_by_role("menuitem").first
    expect(first).to_be_in_viewport(ratio=1)
    first.click()
    expect(player.page.get_by_role("menuitemradio").first).to_be_in_viewport(ratio=0.5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tooltips_have_enough_contrast(open_player: Opener, scheme: str) -> None:
    """The audio skin has a transparent background, so its tooltips use the colours of the page."""
    player = open_player("audio", sound(), scheme=scheme)
    player.part("media-settings-menu-button").hover()
    colours = player.js(
        "(t => [getComputedStyle(t).color, getComputedStyle(t).backgroundColor])"
        "(p.shadowRoot.querySelector('media-settings-menu-button').shadowRoot.querySelector('media-tooltip'))"
    )
    text, ground = (sum(int(n) for n in re.findall(r"\d+", colour)[:3]) for colour in colours)
    assert abs(text - ground) > 380, colours


@pytest.mark.parametrize("width", [220, 360])
def test_up_next_fits_a_narrow_audio_player(open_player: Opener, media: Path, width: int) -> None:
    player = open_player(
        "audio", film(media, start=23, next={"src": "/none", "title": "The Morning Train"}), width=width
    )
    player.play()
    for part in (".screen .what", ".screen .main", ".screen .plain"):
        expect(player.part(part)).to_be_in_viewport(ratio=1)
    box, row = player.part(".screen .what").bounding_box(), player.part(".screen").bounding_box()
    assert box["width"] > 60 and box["height"] < row["height"]


@pytest.mark.parametrize("skin", SKINS)
def test_demo_pages_play(pages: Pages, server: PlayerServer, media: Path, skin: str) -> None:
    page = pages.open(width=960, height=640, color_scheme="light")
    page.goto(f"{server.url}/demo/{skin}.html?src={server.config(film(media))}")
    page.wait_for_selector(f"otnet-{skin}[dressed]")
    Player(page, skin).play()


def test_reduced_motion_is_respected(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media), reduced_motion="reduce")
    duration = player.js("getComputedStyle(p.shadowRoot.querySelector('.toast')).transitionDuration")
    assert float(duration.rstrip("s")) == 0, duration


def test_page_can_theme_the_player(pages: Pages, server: PlayerServer, media: Path) -> None:
    page = pages.open(width=960, height=640, color_scheme="light")
    head = "<style>otnet-video { --otnet-accent: rgb(255, 0, 128) } otnet-video::part(title) { letter-spacing: 3px }</style>"
    page.goto(server.page(f'<otnet-video src="{server.config(film(media))}"></otnet-video>', head=head))
    page.wait_for_selector("otnet-video[dressed]")
    player = Player(page)
    assert (
        player.js(
            "getComputedStyle(p.shadowRoot.querySelector('media-time-range')).getPropertyValue('--media-range-bar-color').trim()"
        )
        == "rgb(255, 0, 128)"
    )
    expect(player.part(".title")).to_have_css("letter-spacing", "3px")
