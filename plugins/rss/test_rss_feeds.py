"""The XML of feeds and of the list of feeds. `tests/rss` reads the feed of an encoded series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from otnet_server import (
    Enclosure,
    Episode,
    ExportRequest,
    Images,
    RouteRequest,
    Season,
    Series,
    SeriesCard,
)
from otnet_server.testing import checks, enabled, exporter
from otnet_server.testing.exporter import SITE, EmptyCatalogue

HOSTILE = "Rails & <script>alert(1)</script> \x00\x1f"
NO_IMAGES = Images(poster=None, still=None, square=None, backdrop=None)
CARD: dict[str, Any] = {
    "id": "0000000000aa", "slug": "rails", "title": HOSTILE, "subtitle": "", "kind": "episode", "year": None,
    "duration_s": 60.0, "age_rating": None, "href": "/series/rails", "watch": None, "playable": True, "state": "ready",
    "media": None, "images": NO_IMAGES, "progress": None, "locked": None,
}  # fmt: skip


class OneSeries(EmptyCatalogue):
    """A catalogue with one series of one episode, whose texts are hostile."""

    async def series(self, name: str) -> Any:
        if name != "rails":
            return None
        episode = Episode(**CARD, synopsis=HOSTILE, episode_number=1)
        seasons = [Season(number=1, title="", episodes=[episode])]
        return Series(**CARD, episodes=1, synopsis=HOSTILE, website=None, seasons=seasons)

    async def all_series(self) -> tuple[SeriesCard, ...]:
        return (SeriesCard(**CARD, episodes=1),)

    async def enclosure(self, name: str) -> Any:
        url = "https://tv.example.org/media/a/b/sound.m4a"
        chapters: list[Any] = [{"start": 0.0, "end": 60.0, "title": HOSTILE}]
        return Enclosure(url=url, type="audio/mp4", bytes=5, duration_s=60.0, chapters=chapters, transcripts=[])


def host(folder: Path, **config: str) -> Any:
    return enabled("rss", data=folder, config={"rss": config} if config else {})


@pytest.mark.parametrize("check", checks(exporter), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], tmp_path: Path) -> None:
    await check(lambda: host(tmp_path).exporters()["rss"], "rails")


async def test_hostile_texts_are_escaped(tmp_path: Path) -> None:
    feed = await host(tmp_path, category="Arts").exporters()["rss"].export(ExportRequest(SITE, "rails", OneSeries()))
    root = ET.fromstring(feed.data)
    assert root.findtext("channel/title") == root.findtext("channel/item/title") == HOSTILE.rstrip("\x00\x1f")
    assert b"<script" not in feed.data
    category = root.find("channel/{http://www.itunes.com/dtds/podcast-1.0.dtd}category")
    assert category is not None and category.get("text") == "Arts"


async def test_list_of_feeds_is_opml(tmp_path: Path) -> None:
    [(_, route)] = host(tmp_path).routes()
    response = await route.handler(RouteRequest("GET", SITE, OneSeries(), {}, {}, {}))
    root = ET.fromstring(response.body)
    outline = root.find("body/outline")
    assert root.tag == "opml" and outline is not None and outline.get("text") == HOSTILE.rstrip("\x00\x1f")
    assert outline.get("xmlUrl") == "https://tv.example.org/feeds/rss/rails"


async def test_unknown_category_of_the_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no option named categroy"):
        host(tmp_path, categroy="Arts")
