"""Browsers play protected titles through the session DRM proxy, and say why they can't."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, expect

from scripts.firefox import find_firefox
from scripts.node import system_node_is_new_enough, wheel_folder
from tests.harness import ROOT, TLS_CONTEXT, OTNet, make_film
from tests.pages import Pages

SCHEMES = ("cbcs", "cenc")
PROFILE = "[profiles.small]\npreset = 'ultrafast'\nheights = [360, 180]\n"


class House(NamedTuple):
    """A public server, and a title of each scheme."""

    server: OTNet
    titles: dict[str, str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("playback")
    config, libraries = folder / "otnet.toml", ""
    for seconds, scheme in enumerate(SCHEMES, 17):
        make_film(folder / scheme / f"{scheme}.mp4", seconds, size="640x360")
        path = json.dumps(str(folder / scheme))
        libraries += f"[[libraries]]\npath = {path}\nprofile = 'small'\nprotection = '{scheme}'\n"
    config.write_text(PROFILE + libraries)
    server = OTNet(folder / "data", [], ("--public", "--config", str(config)))
    try:
        server.start()
        yield House(server, {scheme: server.settled(scheme)["id"] for scheme in SCHEMES})
    finally:
        server.stop()


def open_embed(pages: Pages, house: House, skin: str, scheme: str, source: str = "dash") -> Page:
    """The embed page of a title, whose player uses the manifest of one format."""
    page = pages.open(width=800, height=500)
    page.goto(f"{house.server.url}/embed/{house.titles[scheme]}?skin={skin}")
    page.wait_for_function("tag => document.querySelector(tag).engine.config", arg=f"otnet-{skin}")
    if source == "hls":
        page.evaluate(
            f"""async () => {{ const p = document.querySelector('otnet-{skin}');
            const {{ dash, ...sources }} = p.engine.config.sources; await p.setup({{ ...p.engine.config, sources }}) }}"""
        )
    return page


def plays(page: Page, skin: str) -> None:
    page.evaluate(f"void document.querySelector('otnet-{skin}').engine.play()")
    page.wait_for_function("tag => document.querySelector(tag).engine.video.currentTime > 1", arg=f"otnet-{skin}")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("skin", "scheme", "source"),
    [("video", "cbcs", "dash"), ("audio", "cbcs", "dash"), ("circular", "cbcs", "dash"), ("square", "cbcs", "dash"),
     ("video", "cbcs", "hls"), ("video", "cenc", "dash"), ("video", "cenc", "hls")],
)  # fmt: skip
def test_chromium_plays_a_protected_title(pages: Pages, house: House, skin: str, scheme: str, source: str) -> None:
    page = open_embed(pages, house, skin, scheme, source)
    licences: list[str] = []
    page.on("request", lambda r: licences.append(r.url) if "/licence/" in r.url else None)
    plays(page, skin)
    assert len(licences) == (1 if source == "dash" else 2), "one request for all keys, or one for each playlist"
    assert page.evaluate(f"document.querySelector('otnet-{skin}').engine.video.mediaKeys !== null")


@pytest.mark.browser
def test_player_starts_another_session_when_its_own_has_ended(pages: Pages, house: House) -> None:
    """Before playback is requested: the configuration was read long ago."""
    page = open_embed(pages, house, "video", "cbcs")
    session = page.evaluate("document.querySelector('otnet-video').engine.config.session.url")
    assert httpx.delete(session, verify=TLS_CONTEXT).status_code == 204
    plays(page, "video")


@pytest.mark.browser
def test_refused_licence_is_explained(pages: Pages, house: House) -> None:
    page = open_embed(pages, house, "video", "cbcs")
    problem = {"type": "about:blank", "status": 403, "code": "not_authorized", "title": "No.", "remedy": ""}
    page.route("**/api/v1/licence/**", lambda route: route.fulfill(status=403, json=problem))
    page.evaluate("void document.querySelector('otnet-video').engine.play()")
    expect(page.locator("otnet-video").locator(".screen")).to_contain_text("no licence could be obtained")
    assert "not_authorized" in page.evaluate("document.querySelector('otnet-video').engine.error.detail")


@pytest.mark.browser
def test_firefox_plays_protected_titles(house: House) -> None:
    path = find_firefox()
    assert path, "There is no Firefox. `python scripts/firefox.py` installs it, or says how."
    pairs: list[Any] = []
    for scheme in SCHEMES:
        pairs += ["video", f"{house.server.url}/embed/{house.titles[scheme]}?skin=video"]
    node = "node" if system_node_is_new_enough() else str(wheel_folder() / "bin" / "node")
    argv = [node, str(Path(ROOT) / "tests" / "player" / "firefox.mjs"), path, *pairs]
    done = subprocess.run(argv, cwd=ROOT / "player", capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    assert [r["errors"] for r in results] == [[], []] and all(r["time"] > 15 for r in results)
