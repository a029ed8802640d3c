"""The guide as XMLTV, M3U and JSON, with hostile texts. `tests/channels/test_guide.py` reads the feeds of a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from otnet_server import ExportRequest, GuideChannel, GuideEntry, Images, Picture
from otnet_server.testing import checks, enabled, exporter
from otnet_server.testing.exporter import SITE, EmptyCatalogue
from plugins.guide import xmltv_number

HOSTILE = 'Rails "& <script>alert(1)</script>,]]>\x00\x1f\r\n#EXTINF:-1,Evil\u2028next\x85line'
PICTURE = Picture("key", "/images/a/00/11", 1920, 1080)
IMAGES = Images(poster=None, still=PICTURE, square=None, backdrop=None)
START = datetime(2026, 12, 24, 19, 15, tzinfo=UTC)
CHANNEL = GuideChannel(
    id="0000000000ca", slug="night", name=HOSTILE, number=1, description=HOSTILE, language="de",
    time_zone="Europe/Berlin", color=None, visibility="public", images=IMAGES, logo=PICTURE, href="/channel/night",
    manifest="/channels/0000000000ca/main.m3u8", playback="/api/v1/playback/0000000000ca",
)  # fmt: skip
FEEDS = {"xmltv": "guide.xml", "m3u": "channels.m3u", "guide": "guide.json"}


class OneChannel(EmptyCatalogue):
    async def channels(self) -> tuple[GuideChannel, ...]:
        return (CHANNEL,)

    async def guide(self, channel: str, start: datetime, end: datetime) -> tuple[GuideEntry, ...]:
        assert channel == CHANNEL.id and timedelta(days=7) <= end - start <= timedelta(days=8)
        middle = START + timedelta(hours=1)
        episode = GuideEntry(
            starts_at=START, ends_at=middle, kind="program", title=HOSTILE, description=HOSTILE, series=HOSTILE,
            season=2, episode=5, categories=(HOSTILE, "Drama"), images=IMAGES, content="0000000000aa",
            href="/title/rails",
        )  # fmt: skip
        slate = GuideEntry(starts_at=middle, ends_at=middle + timedelta(minutes=3), kind="slate", title=HOSTILE,
                           images=Images(poster=None, still=None, square=None, backdrop=None))  # fmt: skip
        return episode, slate


async def export(name: str, tmp_path: Path) -> bytes:
    feed = enabled("guide", data=tmp_path, config={}).exporters()[name]
    exported = await feed.export(ExportRequest(SITE, FEEDS[name], OneChannel()))
    assert exported is not None
    return bytes(exported.data)


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("check", checks(exporter), ids=lambda c: c.__name__)
async def test_conformance(check: Callable[..., Any], name: str, tmp_path: Path) -> None:
    await check(lambda: enabled("guide", data=tmp_path, config={}).exporters()[name], FEEDS[name])


async def test_xmltv_is_valid_by_its_dtd_and_escapes_hostile_texts(tmp_path: Path) -> None:
    data = await export("xmltv", tmp_path)
    root = etree.fromstring(data)
    dtd = etree.DTD(str(Path(__file__).with_name("xmltv.dtd")))
    assert dtd.validate(root), dtd.error_log
    assert b"<script" not in data
    assert root.find("channel").get("id") == CHANNEL.id
    episode, slate = root.findall("programme")
    assert episode.get("start") == "20261224191500 +0000" and episode.get("stop") == "20261224201500 +0000"
    assert "<script>alert(1)</script>" in episode.findtext("title") and "\x1f" not in episode.findtext("title")
    assert episode.find("title").get("lang") == "de"
    assert episode.findtext("episode-num") == "1.4."
    assert episode.find("icon").get("src") == "https://tv.example.org/images/a/00/11/640.jpg"
    assert len(episode.findall("category")) == 2
    assert slate.get("channel") == CHANNEL.id and slate.find("sub-title") is None


async def test_hostile_name_stays_in_its_line_and_its_quotes_in_m3u(tmp_path: Path) -> None:
    lines = (await export("m3u", tmp_path)).decode().splitlines()
    assert lines[0] == '#EXTM3U url-tvg="https://tv.example.org/feeds/xmltv/guide.xml"'
    assert lines[2:] == ["https://tv.example.org/channels/0000000000ca/main.m3u8"]
    attributes, _, title = lines[1].rpartition(",")
    assert attributes.startswith(f'#EXTINF:-1 tvg-id="{CHANNEL.id}" tvg-name="Rails ') and attributes.count('"') == 10
    assert 'tvg-chno="1"' in attributes and 'tvg-logo="https://tv.example.org/images/a/00/11/640.jpg"' in attributes
    assert title == "Rails '& <script>alert(1)</script> ]]> #EXTINF:-1 Evil next line"


async def test_json_has_the_ids_of_the_other_forms(tmp_path: Path) -> None:
    (channel,) = json.loads(await export("guide", tmp_path))["channels"]
    assert channel["id"] == CHANNEL.id and channel["url"].endswith(CHANNEL.manifest)
    episode = channel["entries"][0]
    assert episode["title"] == HOSTILE and episode["starts_at"] == "2026-12-24T19:15:00+00:00"


@pytest.mark.parametrize(
    ("season", "episode", "number"), [(1, 5, "0.4."), (None, 3, ".2."), (0, 3, ".2."), (2, None, ""), (1, 0, "")]
)
def test_episode_numbers_of_xmltv_count_from_zero(season: int | None, episode: int | None, number: str) -> None:
    assert xmltv_number(season, episode) == number
