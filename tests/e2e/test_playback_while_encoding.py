"""Playback in a real browser while most of the film is still being encoded."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.gate import Gate
from tests.harness import OTNet, make_film, running, until

SECONDS = 40
ENGINE = "document.querySelector('otnet-video').engine"
VIDEO = f"{ENGINE}.video"
SRT = "1\n00:00:00,200 --> 00:00:14,000\nThe first words\n\n2\n00:00:15,000 --> 00:00:39,000\nThe later words\n"


@pytest.fixture(scope="module")
def module_gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return Gate(tmp_path_factory.mktemp("gate") / "permits")


@pytest.fixture
def gate(module_gate: Gate) -> Gate:
    module_gate.close()
    return module_gate


@pytest.fixture(scope="module")
def otnet(tmp_path_factory: pytest.TempPathFactory, module_gate: Gate) -> Iterator[OTNet]:
    """A server that encodes one chunk of one segment for each permit of `gate`."""
    folder, gate = tmp_path_factory.mktemp("encoding"), module_gate
    library = folder / "library"
    library.mkdir()
    config = folder / "otnet.toml"
    config.write_text(
        f"{gate.config}[profiles.small]\nheights = [180, 120]\npreset = 'ultrafast'\nchunk_segments = 1\n"
        f"[[libraries]]\nprofile = 'small'\npath = {json.dumps(str(library))}\n"
    )
    with running(folder / "data", options=("--public", "--config", str(config))) as server:
        yield server


@pytest.fixture
def library(otnet: OTNet) -> Path:
    return otnet.data.parent / "library"


@pytest.fixture
def page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def current_time(page: Page) -> float:
    return page.evaluate("() => document.querySelector('otnet-video')?.engine?.video.currentTime ?? 0")


def has_picture(png: bytes) -> bool:
    """Whether a screenshot contains a picture: a blank one compresses to almost nothing."""
    return len(png) > 20_000 and len(zlib.compress(io.BytesIO(png).getvalue())) > 20_000


def test_a_title_plays_while_it_is_encoding(otnet: OTNet, library: Path, page: Page, gate: Gate) -> None:
    (library / "Long Film.en.srt").write_text(SRT)
    make_film(library / "Long Film.mp4", SECONDS)
    gate.permit(3)  # of 11
    title = otnet.wait("Long Film", lambda m: m["playable"])
    assert title["state"] == "encoding" and title["progress"]["percent"] < 60, title["progress"]

    page.goto(f"{otnet.url}/watch/{title['id']}")
    expect(page.locator("main")).to_have_attribute("data-state", "playing")
    page.evaluate(f"() => {{ {VIDEO}.muted = true; return {ENGINE}.play() }}")
    until("time advances", lambda: current_time(page) > 1)
    assert has_picture(page.locator("video").screenshot()), "no picture"

    # The manifest is complete from the start, and a seek far ahead is encoded on demand: more permits would be needed
    # to encode everything before it.
    assert abs(page.evaluate(f"() => {VIDEO}.duration") - SECONDS) < 0.2
    page.evaluate(f"() => {{ {ENGINE}.seek(36.5) }}")
    gate.permit(4)
    until("it plays at the far end", lambda: current_time(page) > 37.5)
    assert otnet.title("Long Film")["state"] == "encoding"

    gate.open()
    page.evaluate(f"() => {{ {ENGINE}.seek(20) }}")
    # Subtitles.
    page.evaluate(f"() => {ENGINE}.setText({ENGINE}.texts()[0].id)")
    expect(page.locator("otnet-video .captions")).to_contain_text("The later words", timeout=240_000)

    # Quality switches.
    heights = [120, 180]
    offered = f"() => {ENGINE}.qualities().map(q => q.height).sort((a, b) => a - b)"
    until("all qualities are offered", lambda: page.evaluate(offered) == heights)
    for height in (heights[0], heights[-1]):
        page.evaluate(f"h => {ENGINE}.setQuality({ENGINE}.qualities().find(q => q.height === h).id)", height)
        until(f"{height}p shows", lambda h=height: page.evaluate(f"() => {VIDEO}.videoHeight") == h)

    otnet.settled("Long Film", 240)
    assert otnet.title("Long Film")["state"] == "ready"


def test_unseekable_source_plays_as_a_growing_title(otnet: OTNet, library: Path, page: Page, gate: Gate) -> None:
    """Its length is known only at the end: the timeline grows during playback and is then fixed."""
    make_film(library / "Broadcast.ts", 16)
    gate.permit(3)  # of 5: 8 seconds
    title = otnet.wait("Broadcast", lambda m: m["playable"])
    assert title["state"] == "encoding" and title["playback"]["growing"]
    playlist = otnet.get(f"/media/{title['id']}/{title['revision']}/180p/index.m3u8").text
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in playlist and "#EXT-X-ENDLIST" not in playlist
    assert 'type="dynamic"' in otnet.get(title["playback"]["dash"]).text

    page.goto(f"{otnet.url}/watch/{title['id']}")
    expect(page.locator("main")).to_have_attribute("data-state", "playing")
    page.evaluate(f"() => {{ {VIDEO}.muted = true; return {ENGINE}.play() }}")
    assert current_time(page) < 6, "it did not begin at the beginning"
    gate.open()
    page.evaluate(f"() => {{ {VIDEO}.playbackRate = 4 }}")
    until("it plays past what was there at first", lambda: current_time(page) > 9)

    ready = otnet.settled("Broadcast")
    assert ready["state"] == "ready" and abs(ready["duration_s"] - 16) < 0.1, ready
    assert 'type="static"' in otnet.get(ready["playback"]["dash"]).text
    assert ready["revision"] == title["revision"]
