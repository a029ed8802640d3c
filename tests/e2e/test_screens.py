"""The player end to end: embedded on other sites, resuming across devices, sending telemetry."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, Frame, Page, expect

from tests.harness import ROOT, OTNet, make_film, running, until
from tests.pages import Pages
from tests.studio import DASHBOARD, OWNER, owner
from tests.viewing.test_viewer_openapi import schema_errors

SECONDS = 60


@dataclass
class Site:
    server: OTNet
    studio: httpx.Client
    film: dict[str, Any]

    def change(self, **values: Any) -> None:
        answer = self.studio.patch(f"{DASHBOARD}/content/{self.film['id']}", json=values)
        assert answer.status_code == 200, answer.text

    def allow(self, *sites: str) -> None:
        organization = self.studio.get("/api/v1/auth/session").json()["organization"]["id"]
        answer = self.studio.patch(f"{DASHBOARD}/organizations/{organization}", json={"embed_sites": list(sites)})
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("screens")
    library = folder / "library"
    make_film(library / "Night Train.mp4", SECONDS, size="160x90")
    config = folder / "otnet.toml"
    config.write_text(
        f"[profiles.quick]\npreset = 'ultrafast'\n[[libraries]]\nprofile = 'quick'\npath = {json.dumps(str(library))}\n"
    )
    with (
        running(folder / "data", options=("--public", "--config", str(config))) as server,
        owner(server) as studio,
    ):
        server.settled("Night Train")
        (film,) = studio.get(f"{DASHBOARD}/content").json()["items"]
        yield Site(server, studio, film)


@contextmanager
def page_on_another_origin(html: str) -> Iterator[str]:
    """A page on another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/post"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(pages: Pages) -> Page:
    return pages.open(width=1280, height=800)


def pump_events(page: Page) -> bool:
    """Process pending browser events: frames and messages arrive only during a Playwright call."""
    return page.evaluate("() => true")


def embed_frame(page: Page) -> Frame:
    def there() -> Frame | None:
        return next((f for f in page.frames if "/embed/" in f.url), None) if pump_events(page) else None

    return until("the player's frame is there", there)


def test_player_config_matches_its_schema(site: Site) -> None:
    made = site.server.get(f"/api/v1/playback/{site.film['id']}").json()
    schema = site.server.get("/player/v1/config.schema.json").json()
    assert [e.message for e in Draft202012Validator(schema).iter_errors(made)] == []
    assert made["sources"]["dash"] and made["title"] == "Night Train"


def test_responses_about_media_match_the_openapi_document(site: Site) -> None:
    film = site.film["id"]
    (media,) = site.server.media()
    for path, url in (
        ("/api/v1/playback/{id}", f"/api/v1/playback/{film}"),
        ("/api/v1/playback/{id}/waveform.json", f"/api/v1/playback/{film}/waveform.json"),
        ("/api/v1/site/titles/{name}", f"/api/v1/site/titles/{film}"),
        ("/api/v1/site/titles/{name}/enclosure", f"/api/v1/site/titles/{film}/enclosure"),
        ("/api/v1/media", "/api/v1/media"),
        ("/api/v1/media/{id}", f"/api/v1/media/{media['id']}"),
    ):
        answer = site.server.get(url)
        assert answer.status_code == 200, f"{url}: {answer.text}"
        assert schema_errors(path, "get", 200, answer.json()) == [], url


def test_player_files_have_cache_headers(site: Site) -> None:
    entry = site.server.get("/player/v1/otnet-player.js")
    assert entry.headers["content-type"].startswith("text/javascript")
    assert entry.headers["access-control-allow-origin"] == "*" and "immutable" not in entry.headers["cache-control"]
    chunk = next(p.name for p in (ROOT / "player" / "dist" / "chunks").iterdir())
    assert "immutable" in site.server.get(f"/player/v1/chunks/{chunk}").headers["cache-control"]
    assert site.server.get("/player/v1/../../README.md").status_code == 404


def test_embedded_player_plays_and_is_controlled_from_the_host_page(site: Site, page: Page) -> None:
    code = httpx.get(f"{site.server.url}/oembed", params={"url": f"{site.server.url}/title/night-train"}).json()["html"]
    steer = f"""<!doctype html><body>{code}<script type="module">
        import {{ OTNetEmbed }} from "{site.server.url}/player/v1/otnet-embed.js";
        const player = window.player = new OTNetEmbed(document.querySelector("iframe"));
        window.heard = [];
        for (const name of ["ready", "play", "pause", "time"]) player.on(name, (e) => window.heard.push(name));
    </script>"""
    with page_on_another_origin(steer) as address:
        page.goto(address)
        until("the player is ready", lambda: "ready" in page.evaluate("() => window.heard ?? []"))
        page.evaluate("async () => { await player.setMuted(true); await player.play() }")
        until("its time goes on", lambda: page.evaluate("async () => (await player.getState()).time") > 1)
        page.evaluate("async () => { await player.seek(40) }")
        until("it plays on from there", lambda: page.evaluate("async () => (await player.getState()).time") > 40.5)
        page.evaluate("async () => { await player.pause() }")
        until("it stands still", lambda: "pause" in page.evaluate("() => window.heard"))
        expect(page.frame_locator("iframe").locator("video")).to_be_visible()


def test_embed_script_inserts_a_player(site: Site, page: Page) -> None:
    line = f'<script async src="{site.server.url}/embed.js" data-id="{site.film["id"]}" data-skin="square"></script>'
    with page_on_another_origin(f"<!doctype html><body><p>Before</p>{line}<p>After</p></body>") as address:
        page.goto(address)
        frame = embed_frame(page)
        expect(frame.locator("otnet-square")).to_be_visible()
        box = page.locator("iframe").bounding_box()
        assert box is not None and abs(box["width"] - box["height"]) < 2, "a square player is square"


def test_embedding_on_a_site_that_is_not_allowed_is_refused(site: Site, page: Page) -> None:
    frame = f'<!doctype html><body><iframe src="{site.server.url}/embed/{site.film["id"]}" width="640" height="360"></iframe>'
    with page_on_another_origin(frame) as address:
        try:
            site.allow("https://only.example")
            page.goto(address)
            expect(embed_frame(page).locator("body")).to_contain_text("may not be shown on this site")
            site.allow(address.removesuffix("/post"))
            page.reload()
            expect(embed_frame(page).locator("otnet-video")).to_be_visible()
        finally:
            site.allow()


def test_frame_ancestors_blocks_sites_without_a_referrer(site: Site, page: Page) -> None:
    frame = f'<!doctype html><body><iframe referrerpolicy="no-referrer" src="{site.server.url}/embed/{site.film["id"]}"></iframe>'
    with page_on_another_origin(frame) as address:
        try:
            site.allow("https://only.example")
            refused: list[str] = []
            page.on("console", lambda m: refused.append(m.text))
            page.goto(address)
            until(
                "the browser refuses", lambda: pump_events(page) and any("frame-ancestors" in text for text in refused)
            )
        finally:
            site.allow()


@pytest.mark.parametrize(("visibility", "words"), [("members", "Sign in"), ("private", "does not exist")])
def test_embedded_player_shows_a_message_for_restricted_titles(
    site: Site, page: Page, visibility: str, words: str
) -> None:
    frame = f'<!doctype html><body><iframe src="{site.server.url}/embed/{site.film["id"]}" width="640" height="360"></iframe>'
    try:
        site.change(visibility=visibility)
        with page_on_another_origin(frame) as address:
            page.goto(address)
            expect(embed_frame(page).locator("body")).to_contain_text(words)
            assert embed_frame(page).locator("video").count() == 0
    finally:
        site.change(visibility="public")


AXE = ROOT / "web_ui" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("asked", [*(f"skin={s}" for s in ("video", "audio", "circular", "square")), "skin=none"])
def test_embed_page_is_accessible(site: Site, page: Page, asked: str) -> None:
    """WCAG 2.2 A and AA as far as axe can check; nothing is cut off in narrow frames."""
    page.goto(f"{site.server.url}/embed/{site.film['id']}?{asked}")
    if asked != "skin=none":
        page.wait_for_function("() => document.querySelector('body > *').engine?.state === 'ready'", timeout=60_000)
    page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", tags)
    assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == []
    for width, height in ((360, 640), (1280, 720), (320, 180)):
        page.set_viewport_size({"width": width, "height": height})
        box = page.locator("body > *").first.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert "audio" in asked or box["y"] + box["height"] <= height, (asked, width, height, box)


def test_playback_resumes_on_another_device(site: Site, browser: Browser) -> None:
    def device() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{site.server.url}/sign-in")
        page.get_by_label("E-mail").fill(OWNER["email"])
        page.get_by_label("Password", exact=True).fill(OWNER["password"])
        page.locator("main form button[type=submit]").click()
        expect(page).to_have_url(f"{site.server.url}/")
        return page

    engine = "document.querySelector('otnet-video').engine"
    sofa, train = device(), device()
    try:
        sofa.goto(f"{site.server.url}/watch/{site.film['id']}")
        expect(sofa.locator("main")).to_have_attribute("data-state", "playing")
        sofa.evaluate(f"() => {{ {engine}.video.muted = true; {engine}.seek(30); return {engine}.play() }}")
        until("it plays", lambda: sofa.evaluate(f"() => {engine}.video.currentTime") > 31)
        sofa.evaluate(f"() => {engine}.pause()")
        at = f"/api/v1/me/progress?content={site.film['id']}"
        until("the server knows", lambda: site.studio.get(at).json().get("position_s", 0) > 30)
        train.goto(f"{site.server.url}/")
        expect(train.locator("main")).to_contain_text("Continue watching")
        train.goto(f"{site.server.url}/watch/{site.film['id']}")
        expect(train.locator("main")).to_have_attribute("data-state", "playing")
        until("it goes on there", lambda: 29 < train.evaluate(f"() => {engine}.video.currentTime") < 50)
    finally:
        sofa.context.close()
        train.context.close()


def test_player_sends_telemetry(site: Site, page: Page) -> None:
    """A real beacon reaches the server's database."""
    page.goto(f"{site.server.url}/embed/{site.film['id']}?autoplay=muted")
    until(
        "it plays", lambda: page.evaluate("() => document.querySelector('otnet-video')?.engine.video.currentTime") > 1
    )
    page.goto("about:blank")

    def told() -> set[str]:
        with contextlib.closing(sqlite3.connect(f"file:{site.server.data / 'otnet.db'}?mode=ro", uri=True)) as db:
            return {kind for (kind,) in db.execute("SELECT type FROM telemetry WHERE content = ?", [site.film["id"]])}

    until("it told", lambda: {"start", "watched"} <= told())
