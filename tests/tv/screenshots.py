"""Screenshots of every screen for visual review: `python -m tests.tv.screenshots FOLDER [WIDTHxHEIGHT …] [NAME …]`.

The default sizes are 1280x720 and 1920x1080; with names, only those screens.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.tv import fake
from tests.tv.conftest import STAND_IN, Television, launch

#: (name, start URL, keys to press, expected state).
SCREENS: list[tuple[str, str, list[str], dict[str, str]]] = [
    ("start", "/elsewhere/?test=1", ["f", "i", "l", "m", "s"], {"route": "start"}),
    ("home", "/tv/?test=1", [], {"route": "home", "state": "ready"}),
    ("home-rows", "/tv/?test=1", ["down", "down", "right"], {"focus": "Northern Lights"}),
    ("home-posters", "/tv/?test=1", ["down", "down", "down", "right", "right"], {"focus": "A Glass"}),
    ("home-bar", "/tv/?test=1", ["up", "right"], {"focus": "Search"}),
    ("exit", "/tv/?test=1", ["back"], {"focus": "Stay"}),
    ("title", "/tv/?test=1#/title/title-3", [], {"route": "title", "state": "ready"}),
    ("series", "/tv/?test=1#/series/tides", ["down", "right"], {"focus": "2. "}),
    ("search", "/tv/?test=1#/search", ["h", "a", "r"], {"text": "har", "state": "ready"}),
    (
        "search-results",
        "/tv/?test=1#/search",
        ["t", "h", "~", "right", "right", "right", "right", "right", "right"],
        {"focus": "The"},
    ),
    ("home-all", "/tv/?test=1", ["down", "down", "down", *["right"] * 20], {"focus": "See all"}),
    ("title-people", "/tv/?test=1#/title/title-3", ["down", "down", "right"], {"focus": "Sean Okafor"}),
    ("title-genres", "/tv/?test=1#/title/title-3", ["down", "down", "down", "right"], {"focus": "Drama"}),
    ("person", "/tv/?test=1#/person/ines-varga", ["right"], {"focus": "as The keeper"}),
    ("person-plain", "/tv/?test=1#/person/mei-lin-zhou", ["down"], {"route": "person", "state": "ready"}),
    ("person-none", "/tv/?test=1#/person/emil-sorensen", [], {"route": "person", "text": "Emil"}),
    ("browse", "/tv/?test=1#/browse/genre/drama", [], {"route": "list", "state": "ready"}),
    ("browse-end", "/tv/?test=1#/browse/genre/drama", ["down"] * 24, {"focus": "Every Signal"}),
    ("browse-empty", "/tv/?test=1#/browse/category/late-night", [], {"text": "Nothing here yet"}),
    ("search-people", "/tv/?test=1#/search", ["s", "e", "a", "~"], {"state": "ready"}),
    ("list", "/tv/?test=1#/list", [], {"route": "list", "state": "ready"}),
    ("pair", "/tv/?test=1#/pair", [], {"text": "BCDF-GHJK"}),
    ("settings", "/tv/?test=1#/settings", ["down"], {"focus": "Language"}),
    ("language", "/tv/?test=1#/settings", ["down", "ok"], {"focus": "Same as the television"}),
    ("pin", "/tv/?test=1#/settings", ["down", "down", "down", "ok", "1"], {"focus": "Choose a four-digit PIN"}),
    ("player", "/tv/?test=1#/watch/c5021", ["down", "right", "right", "right"], {"focus": "Chapters"}),
    ("player-seek", "/tv/?test=1#/watch/c5021", ["right", "right"], {"focus": "Seek"}),
    ("player-menu", "/tv/?test=1#/watch/c5021", ["down", "right", "right", "right", "ok"], {"focus": "Chapters: "}),
    ("player-speed", "/tv/?test=1#/watch/c1", ["down", *["right"] * 6, "ok"], {"focus": "Speed: Normal"}),
    ("live", "/tv/?test=1#/live", ["down"], {"focus": "2 Night"}),
    ("live-end", "/tv/?test=1#/live", ["down"] * 7, {"focus": "8 Events, Live"}),
    ("live-guide", "/tv/?test=1#/live", ["right", "right"], {"focus": "Start over: "}),
    ("channel", "/tv/?test=1#/channel/channel-4", ["ok", "right"], {"focus": "Start over"}),
    ("channel-live", "/tv/?test=1#/channel/channel-8", ["1"], {"focus": "1"}),
    ("failed", "/tv/?test=1#/title/nothing", [], {"state": "failed"}),
    ("player-failed", "/tv/?test=1#/watch/c66", [], {"state": "failed"}),
]


def take_screenshots(browser: Browser, folder: Path, size: str, only: list[str]) -> None:
    width, height = map(int, size.split("x"))
    for name, path, keys, seen in SCREENS:
        if only and name not in only:
            continue
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        with fake.running() as (url, server):
            tv = Television(context.new_page(), url, server)
            tv.page.add_init_script(STAND_IN)
            server.state.channels = 8 if name.startswith(("live", "channel")) else 0
            tv.open(path)
            tv.settled()
            tv.page.wait_for_function("window.__otnet.state !== 'loading'", timeout=60_000)
            for key in keys:
                # ~ waits for the response of the server.
                tv.until(state="ready") if key == "~" else tv.press(key)
            tv.until(**seen)
            # Images and texts arrive after the focus, and no event signals the last one.
            tv.page.wait_for_timeout(2500)
            tv.page.screenshot(path=folder / f"tv-{name}-{size}.png")
            print(name, flush=True)
        context.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for chromium in launch():
        sizes = [a for a in sys.argv[2:] if a[0].isdigit()]
        for one in sizes or ["1280x720", "1920x1080"]:
            take_screenshots(chromium, target, one, [a for a in sys.argv[2:] if a not in sizes])
