"""Accessible in every skin on light and dark pages; nothing sticks out from 200 pixels to full HD."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness import ROOT
from tests.player.conftest import SKINS, Opener, Player, film, sound
from tests.player.server import PlayerServer

AXE = ROOT / "player" / "node_modules" / "axe-core" / "axe.min.js"


def axe(page: Page) -> list[str]:
    """What axe-core finds, whatever level; the picture itself has no contrast to measure."""
    page.evaluate(AXE.read_text() + ";undefined")
    rules = {"region": {"enabled": False}, "page-has-heading-one": {"enabled": False}}
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, {rules}).then(r => r.violations)", rules)
    return [f"{v['id']}: {v['help']}: {json.dumps([n['html'][:140] for n in v['nodes']])}" for v in found]


def config_of(skin: str, media: Path) -> dict[str, Any]:
    return sound() if skin in ("audio", "circular") else film(media)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("skin", SKINS)
def test_axe_finds_nothing(open_player: Opener, media: Path, skin: str, scheme: str) -> None:
    player = open_player(skin, config_of(skin, media), scheme=scheme, width=720)
    assert axe(player.page) == [], "before it plays"
    player.play()
    player.js("void (e.pause(), e.setText(e.texts()[0]?.id ?? null))")
    player.part("media-settings-menu-button").click()
    expect(player.part("media-settings-menu")).to_be_visible()
    assert axe(player.page) == [], "with the menu"
    player.press("Escape")
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
    expect(player.part(".screen")).to_contain_text("names no manifest")
    assert axe(player.page) == [], "with an error"


@pytest.mark.parametrize("width", [200, 280, 360, 768, 1280, 1920])
@pytest.mark.parametrize("skin", SKINS)
def test_nothing_sticks_out(open_player: Opener, media: Path, skin: str, width: int) -> None:
    """Every control that shows is inside the player, and none lies upon another."""
    player = open_player(skin, config_of(skin, media), width=width)
    player.play()
    player.js("void e.pause()")
    boxes = player.js(
        "[...p.shadowRoot.querySelectorAll('media-play-button:not(.big), media-mute-button, media-time-display, media-captions-button,"
        " media-settings-menu-button, media-pip-button, media-fullscreen-button')].map(n => [n.localName, n.getBoundingClientRect()])"
        ".filter(([, r]) => r.width && r.height).map(([name, r]) => [name, r.left, r.top, r.right, r.bottom])"
    )
    frame = player.js("(r => [r.left, r.top, r.right, r.bottom])(p.getBoundingClientRect())")
    assert boxes and frame[2] - frame[0] <= width
    for name, left, top, right, bottom in boxes:
        inside = left >= frame[0] - 1 and top >= frame[1] - 1 and right <= frame[2] + 1 and bottom <= frame[3] + 1
        assert inside, f"{name} {left, top, right, bottom} is not in {frame}"
    for i, (name, left, top, right, bottom) in enumerate(boxes):
        for other, x1, y1, x2, y2 in boxes[i + 1 :]:
            apart = right <= x1 + 1 or x2 <= left + 1 or bottom <= y1 + 1 or y2 <= top + 1
            assert apart or "play" in name + other, f"{name} lies upon {other}"


def test_reduced_motion_is_respected(open_player: Opener, media: Path) -> None:
    player = open_player("video", film(media), reduced_motion="reduce")
    duration = player.js("getComputedStyle(p.shadowRoot.querySelector('.toast')).transitionDuration")
    assert float(duration.rstrip("s")) == 0, duration


def test_a_page_themes_it(browser: Browser, server: PlayerServer, media: Path) -> None:
    page = browser.new_page()
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
    page.close()
