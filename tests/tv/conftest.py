"""A television for the tests: Chromium with WebGL in software, a remote control, and a fake server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import chromium_path
from tests.harness import make_film
from tests.pages import Pages
from tests.tv import fake

ROOT = Path(__file__).resolve().parents[2]
TV = ROOT / "tv"
# A script that replaces the playback engine.
STAND_IN = Path(__file__).with_name("engine.js").read_text("utf-8")
CHROMIUM = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # The canvas uses WebGL, which SwiftShader renders without a graphics card.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
KEYS = {
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "ok": "Enter",
    "back": "Escape",
}
MEDIA = ("MediaPlayPause", "MediaStop", "MediaFastForward", "MediaRewind", "MediaPlay", "MediaPause")


@dataclass
class Television:
    page: Page
    url: str
    server: fake.FakeServer

    def open(self, path: str = "/tv/?test=1") -> None:
        self.page.goto(self.url + path)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.settled()
            if key in MEDIA:
                # Playwright does not know media keys; a remote control sends them as this event.
                self.page.evaluate("(key) => document.dispatchEvent(new KeyboardEvent('keydown', {key}))", key)
            else:
                self.page.keyboard.press(KEYS.get(key, key))

    def settled(self) -> None:
        """Wait until the page is shown and handles keys."""
        self.page.wait_for_function("window.__otnet && !window.__otnet.moving", timeout=60_000)

    def until(self, **seen: str) -> None:
        """Wait until the screen has these values; `focus` and `text` only need to contain the words."""
        try:
            self.page.wait_for_function(
                """(seen) => window.__otnet && !window.__otnet.moving && Object.entries(seen).every(([key, value]) =>
                    key === 'focus' || key === 'text' ? window.__otnet[key].includes(value) : window.__otnet[key] === value)""",
                arg=seen,
                timeout=60_000,
            )
        except Exception as error:
            raise AssertionError(f"waited for {seen}, but the screen says {self.seen()}") from error

    def press_until(self, key: str, focus: str, most: int = 40) -> None:
        """Press a key until the focus is there."""
        for _ in range(most):
            if focus in self.seen()["focus"]:
                return
            before = self.seen()["focus"]
            self.press(key)
            try:
                self.page.wait_for_function("(was) => window.__otnet.focus !== was", arg=before, timeout=60_000)
            except Exception as error:
                raise AssertionError(f"{key} does not lead on to {focus!r}; the screen says {self.seen()}") from error
        raise AssertionError(f"{focus!r} is not {most} times {key} away; the screen says {self.seen()}")

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("({...window.__otnet, nodes: window.__otnet.nodes})")
        return found

    def engine_calls(self) -> list[str]:
        """The calls that the stand-in engine received."""
        found: list[str] = self.page.evaluate("window.__film.calls")
        return found


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build the application if it is missing; an existing build is kept, so that tests see what is served."""
    if (TV / "dist" / "index.html").exists() and (TV / "dist-package" / "index.html").exists():
        return
    for folder in ("player", "tv"):
        subprocess.run(
            [sys.executable, "scripts/node.py", "npm", "--prefix", folder, "ci", "--silent"], check=True, cwd=ROOT
        )
    subprocess.run(
        [sys.executable, "scripts/node.py", "npm", "--prefix", "tv", "run", "build", "--silent"], check=True, cwd=ROOT
    )


def launch(*more: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=[*CHROMIUM, *more])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with WebGL."""
    yield from launch()


def television_page(pages: Pages, init: str = STAND_IN, locale: str = "en-GB") -> Page:
    """A sixth of full HD: the layout is the same, and software rendering is faster."""
    return pages.open(width=320, height=180, init=init, locale=locale)


@pytest.fixture(scope="module")
def running_server() -> Iterator[tuple[str, fake.FakeServer]]:
    with fake.running() as running:
        yield running


@pytest.fixture
def server(running_server: tuple[str, fake.FakeServer]) -> tuple[str, fake.FakeServer]:
    """(URL, the fake server in its first state)."""
    _, server = running_server
    server.state = fake.State()
    return running_server


@pytest.fixture
def tv(pages: Pages, server: tuple[str, fake.FakeServer]) -> Iterator[Television]:
    yield Television(television_page(pages), *server)
    assert pages.errors == []


@pytest.fixture
def tv_with_engine(pages: Pages, server: tuple[str, fake.FakeServer]) -> Iterator[Television]:
    """A television with the real playback engine."""
    yield Television(television_page(pages, init=""), *server)
    assert pages.errors == []


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of twelve seconds, packaged by `otnet package`."""
    folder = tmp_path_factory.mktemp("tv-film")
    source = make_film(folder / "source" / "film.mp4", 12, size="160x90")
    code = "from otnet_server.cli import main; main()"
    argv = [sys.executable, "-c", code, "package", str(source), "--out", str(folder / "public"), "--profile", "fast"]
    subprocess.run(argv, check=True, cwd=ROOT, capture_output=True, timeout=300)
    return folder / "public"


def package_version() -> str:
    found: str = json.loads((TV / "package.json").read_text("utf-8"))["version"]
    return found
