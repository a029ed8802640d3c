"""The embedded player: the iframe page, the embed script, and messages between the frame and its host page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness import until
from tests.pages import Pages
from tests.player.conftest import film, sound
from tests.player.server import PlayerServer

START = '<script type="module" src="/start.js"></script>'


@pytest.fixture
def page(pages: Pages, server: PlayerServer) -> Any:
    """A page that can load pages of another origin; embed pages are at /embed/{id}, as on the real server."""
    server.faults.append(
        lambda path: (
            (
                200,
                {"content-type": "text/javascript"},
                b"import { startEmbed } from '/player/v1/otnet-embed-page.js'; startEmbed();",
            )
            if path == "/start.js"
            else None
        )
    )
    return pages.open(width=1280, height=720)


def embed(server: PlayerServer, name: str, facts: dict[str, Any] | None) -> None:
    written = (
        f'<script type="application/json" id="otnet-config">{json.dumps(facts)}</script>' if facts is not None else ""
    )
    server.pages[f"/embed/{name}"] = (
        f'<!doctype html><html lang="en"><title>Embed</title><body style="margin:0">{written}{START}'
    )


def on_another_origin(server: PlayerServer, body: str) -> str:
    """The URL of a page on another origin (localhost is not 127.0.0.1)."""
    return server.page(body, policy=False).replace("127.0.0.1", "localhost")


CLIENT = """async url => {
  const { OTNetEmbed } = await import(url);
  const frame = document.querySelector('iframe');
  window.player = new OTNetEmbed(frame);
  window.heard = [];
  for (const e of ['play', 'pause', 'ended', 'seeked', 'error']) window.player.on(e, m => window.heard.push(e));
  return window.player.ready;
}"""


def client(page: Page, server: PlayerServer) -> Any:
    # The client script is loaded from the page's own origin, as a publisher would host it.
    return page.evaluate(CLIENT, f"{server.url.replace('127.0.0.1', 'localhost')}/player/v1/otnet-embed.js")


def test_page_controls_the_embedded_player(page: Page, server: PlayerServer, media: Path) -> None:
    embed(server, "film", {"config": film(media), "options": {"muted": True}})
    page.goto(
        on_another_origin(
            server, f'<iframe src="{server.url}/embed/film" width="640" height="360" allow="autoplay"></iframe>'
        )
    )
    ready = client(page, server)
    assert (ready["version"], ready["skin"], ready["title"]) == (1, "video", "The Night Train")
    page.evaluate("() => window.player.play()")
    until("it plays", lambda: page.evaluate("async () => (await window.player.getState()).state") == "playing")
    page.evaluate(
        "() => Promise.all([window.player.seek(10), window.player.setVolume(0.25), window.player.setSpeed(1.5)])"
    )
    state = page.evaluate("() => window.player.getState()")
    assert state["volume"] == 0.25 and state["speed"] == 1.5 and state["time"] >= 10 and not state["paused"]
    page.evaluate("() => window.player.setCaptions('de')")
    frame = page.frame_locator("iframe")
    expect(frame.locator("otnet-video .captions")).to_contain_text("Die ersten Worte")
    page.evaluate("() => window.player.pause()")
    until("it stands", lambda: page.evaluate("async () => (await window.player.getState()).paused"))
    until("the page has heard of it", lambda: {"play", "pause", "seeked"} <= set(page.evaluate("() => window.heard")))
    wrong = page.evaluate("() => window.player.setVolume(7).then(() => '', e => e.message)")
    assert "can’t take 7" in wrong


def test_unknown_messages_are_ignored(page: Page, server: PlayerServer, media: Path) -> None:
    embed(server, "film", {"config": film(media)})
    page.goto(on_another_origin(server, f'<iframe src="{server.url}/embed/film"></iframe>'))
    client(page, server)
    page.evaluate(
        "() => { const w = document.querySelector('iframe').contentWindow;"
        "for (const m of ['play', null, {command: 'play'}, {otnet: 2, command: 'play'}, {otnet: 1, command: 'eval'}, [1]]) w.postMessage(m, '*') }"
    )
    assert page.evaluate("() => window.player.getState()")["paused"]


def test_embed_url_sets_skin_and_options(page: Page, server: PlayerServer, media: Path) -> None:
    server.configs["/api/v1/playback/pod%20cast"] = sound()
    embed(server, "pod%20cast", None)
    page.goto(f"{server.url}/embed/pod%20cast?skin=circular&start=0:05&accent=ff0080&language=de")
    page.wait_for_selector("otnet-circular[dressed]")
    config = page.evaluate("() => document.querySelector('otnet-circular').engine.config")
    assert (config["start"], config["accent"], config["language"]) == (5, "#ff0080", "de")
    # Keyboard shortcuts work anywhere on the page.
    page.evaluate("() => { document.querySelector('otnet-circular').engine.video.muted = true }")
    page.keyboard.press("k")
    until("it plays", lambda: page.evaluate("() => document.querySelector('otnet-circular').engine.state") == "playing")


def test_refused_embed_shows_an_explanation(page: Page, server: PlayerServer) -> None:
    embed(server, "private", {"id": "private"})
    server.faults.append(
        lambda path: (403, {}, b'{"code":"not_on_this_site","status":403}') if "playback" in path else None
    )
    page.goto(f"{server.url}/embed/private")
    expect(page.locator("otnet-video .screen")).to_contain_text("may not be shown on this site")


@pytest.mark.parametrize(("skin", "ratio"), [("video", 16 / 9), ("square", 1), ("circular", 1)])
def test_embed_script_inserts_an_iframe(page: Page, server: PlayerServer, media: Path, skin: str, ratio: float) -> None:
    embed(server, "film", {"config": film(media)})
    line = f'<script async src="{server.url}/embed.js" data-id="film" data-skin="{skin}" data-title="A film" data-start="3"></script>'
    page.goto(on_another_origin(server, line))
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("title", "A film")
    expect(frame).to_have_attribute("src", f"{server.url}/embed/film?skin={skin}&start=3")
    assert "encrypted-media" in frame.get_attribute("allow")
    box = frame.bounding_box()
    assert abs(box["width"] / box["height"] - ratio) < 0.02
    expect(page.frame_locator("iframe").locator(f"otnet-{skin}[dressed]")).to_be_attached()
