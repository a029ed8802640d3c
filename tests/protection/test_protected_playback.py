"""Browsers play protected titles through the session DRM proxy, and say why they can't."""

from __future__ import annotations

import itertools
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from scripts.firefox import find_firefox
from scripts.node import system_node_is_new_enough, wheel_folder
from tests import studio
from tests.harness import ROOT, TLS_CONTEXT, OTNet, make_film
from tests.pages import Pages
from tests.protection.possession import Device
from tests.tv.conftest import television_page

SCHEMES = ("cbcs", "cenc")
PROFILE = "[profiles.small]\npreset = 'ultrafast'\nheights = [360, 180]\n"


class House(NamedTuple):
    """A public server, a title of each scheme, and one with a single key (`single`)."""

    server: OTNet
    titles: dict[str, str]

    def counted_proofs(self) -> int:
        """The number of proofs of possession that licences were given for."""
        with closing(sqlite3.connect(self.server.data / "otnet.db", timeout=30)) as database:
            return int(database.execute("SELECT count(*) FROM used_proof").fetchone()[0])


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
        titles = {scheme: server.settled(scheme)["id"] for scheme in SCHEMES}
        with studio.owner(server) as owner:
            keys = owner.put("/api/v1/dashboard/protection", json={"provider": "clearkey", "keys": "title"})
            assert keys.status_code == 200, keys.text
        make_film(folder / "single.mp4", 4, size="640x360").rename(folder / SCHEMES[0] / "single.mp4")
        yield House(server, titles | {"single": server.settled("single")["id"]})
    finally:
        server.stop()


def open_embed(
    pages: Pages, house: House, skin: str, scheme: str, source: str = "dash", clock_offset_s: int = 0
) -> Page:
    """The embed page of a title, whose player uses the manifest of one format, on a device whose clock is wrong."""
    init = f"{{ const now = Date.now; Date.now = () => now() + {1000 * clock_offset_s} }}" if clock_offset_s else ""
    page = pages.open(width=800, height=500, init=init)
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


def licence_requests(page: Page) -> list[Request]:
    """The requests for licences and keys that the page sends from now on."""
    requests: list[Request] = []
    page.on("request", lambda r: requests.append(r) if "/licence/" in r.url else None)
    return requests


@pytest.mark.browser
@pytest.mark.parametrize(
    ("skin", "scheme", "source"),
    [("video", "cbcs", "dash"), ("audio", "cbcs", "dash"), ("circular", "cbcs", "dash"), ("square", "cbcs", "dash"),
     ("video", "cbcs", "hls"), ("video", "cenc", "dash"), ("video", "cenc", "hls"), ("video", "single", "dash"),
     ("video", "single", "hls")],
)  # fmt: skip
def test_chromium_plays_a_protected_title(pages: Pages, house: House, skin: str, scheme: str, source: str) -> None:
    page = open_embed(pages, house, skin, scheme, source)
    licences = licence_requests(page)
    plays(page, skin)
    key_count = 1 if scheme == "single" else 2
    assert len(licences) == (1 if source == "dash" else key_count), "one request for all keys, or one for each"
    assert all(request.headers["authorization"].startswith("DPoP ") for request in licences)
    assert len({request.headers["dpop"] for request in licences}) == len(licences), "each has its own proof"
    assert page.evaluate(f"document.querySelector('otnet-{skin}').engine.video.mediaKeys !== null")


@pytest.mark.browser
def test_player_starts_another_session_when_its_own_has_ended(pages: Pages, house: House) -> None:
    """Before playback is requested: the configuration was read long ago."""
    page = open_embed(pages, house, "video", "cbcs")
    session = page.evaluate("document.querySelector('otnet-video').engine.config.session.url")
    assert httpx.delete(session, verify=TLS_CONTEXT).status_code == 204
    plays(page, "video")


@pytest.mark.browser
def test_player_starts_another_session_when_another_device_has_bound_its_own(pages: Pages, house: House) -> None:
    page, thief = open_embed(pages, house, "video", "cbcs"), Device()
    heartbeat = page.evaluate("document.querySelector('otnet-video').engine.config.session.url") + "/heartbeat"
    headers = {"DPoP": thief.proof("POST", heartbeat)}
    assert httpx.post(heartbeat, headers=headers, verify=TLS_CONTEXT).status_code == 200
    plays(page, "video")


@pytest.mark.browser
def test_stolen_licence_request_is_of_no_use(pages: Pages, house: House) -> None:
    """Whoever copies all that the player has sent gets nothing, neither with it nor with the session."""
    page = open_embed(pages, house, "video", "cbcs")
    licences = licence_requests(page)
    plays(page, "video")
    (request,) = licences
    thief, token = Device(), request.headers["authorization"].removeprefix("DPoP ")
    for proof, code in (
        (request.headers["dpop"], "proof_replayed"),
        (None, "proof_missing"),
        (thief.proof("POST", request.url, token), "proof_of_another_device"),
    ):
        headers = {"Authorization": f"DPoP {token}"} | ({"DPoP": proof} if proof else {})
        answer = httpx.post(request.url, content=request.post_data_buffer, headers=headers, verify=TLS_CONTEXT)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
    heartbeat = page.evaluate("document.querySelector('otnet-video').engine.config.session.url") + "/heartbeat"
    assert httpx.post(heartbeat, verify=TLS_CONTEXT).json()["code"] == "proof_missing"


@pytest.mark.browser
@pytest.mark.parametrize("clock_offset_s", [-3600, 3600], ids=["an hour behind", "an hour ahead"])
def test_session_is_bound_on_a_device_with_a_wrong_clock(pages: Pages, house: House, clock_offset_s: int) -> None:
    counted = house.counted_proofs()
    plays(open_embed(pages, house, "video", "cbcs", clock_offset_s=clock_offset_s), "video")
    assert house.counted_proofs() > counted


@pytest.mark.browser
@pytest.mark.parametrize(
    ("code", "status", "words"),
    [("not_authorized", 403, "no licence could be obtained"),
     ("proof_of_another_device", 401, "open on another device"),
     ("proof_required", 401, "an address that begins with https"),
     ("proof_replayed", 401, "Check the date and time")],
)  # fmt: skip
def test_refused_licence_is_explained(pages: Pages, house: House, code: str, status: int, words: str) -> None:
    page = open_embed(pages, house, "video", "cbcs")
    problem = {"type": "about:blank", "status": status, "code": code, "title": "No.", "remedy": ""}
    page.route("**/api/v1/licence/**", lambda route: route.fulfill(status=status, json=problem))
    page.evaluate("void document.querySelector('otnet-video').engine.play()")
    expect(page.locator("otnet-video").locator(".screen")).to_contain_text(words)
    assert code in page.evaluate("document.querySelector('otnet-video').engine.error.detail")


@pytest.mark.browser
def test_device_without_the_required_security_says_so(pages: Pages, house: House) -> None:
    """Clear Key has no level for hardware."""
    page = open_embed(pages, house, "video", "cbcs")
    page.evaluate(
        """async () => { const p = document.querySelector('otnet-video'), { drm, ...config } = p.engine.config;
        const robustness = { 'org.w3.clearkey': { video: ['HW_SECURE_ALL'], audio: ['HW_SECURE_ALL'] } };
        await p.setup({ ...config, drm: { ...drm, robustness } }); void p.engine.play() }"""
    )
    expect(page.locator("otnet-video").locator(".screen")).to_contain_text("protect this title well enough")


@pytest.mark.browser
def test_television_app_plays_a_protected_title(pages: Pages, house: House) -> None:
    page = television_page(pages, init="")
    licences = licence_requests(page)
    page.goto(f"{house.server.url}/tv/?test=1#/watch/{house.titles['cbcs']}")
    page.wait_for_function("() => document.getElementById('picture')?.currentTime > 1")
    assert [request.headers["authorization"][:5] for request in licences] == ["DPoP "]


@pytest.mark.browser
def test_firefox_plays_protected_titles(house: House) -> None:
    path = find_firefox()
    assert path, "There is no Firefox. `python scripts/firefox.py` installs it, or says how."
    pairs: list[Any] = []
    for scheme, source in itertools.product(SCHEMES, ("dash", "hls")):
        pairs += [f"video+{source}", f"{house.server.url}/embed/{house.titles[scheme]}?skin=video"]
    node = "node" if system_node_is_new_enough() else str(wheel_folder() / "bin" / "node")
    counted = house.counted_proofs()
    argv = [node, str(Path(ROOT) / "tests" / "player" / "firefox.mjs"), path, *pairs]
    done = subprocess.run(argv, cwd=ROOT / "player", capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout.splitlines()[-1])
    assert [r["errors"] for r in results] == [[]] * 4 and all(r["time"] > 15 for r in results)
    assert house.counted_proofs() >= counted + len(results)
