"""Podcast feeds: enclosures, chapters, transcripts and directory tags of encoded episodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from otnet_server.playback.audio_download import waveform_peaks
from tests.harness import OTNet, ffmpeg, ffprobe, running, until

SPACES = {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "podcast": "https://podcastindex.org/namespace/1.0",
          "atom": "http://www.w3.org/2005/Atom"}  # fmt: skip
CHAPTERS = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=Hello & welcome\n[CHAPTER]\n" \
           "TIMEBASE=1/1000\nSTART=4000\nEND=10000\ntitle=The lights\n"  # fmt: skip


def episode(folder: Path, number: int, seconds: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "told.txt"
    told.write_text(CHAPTERS)
    tone = f"aevalsrc=0.5*sin(880*PI*t)*gte(t\\,{seconds / 2}):d={seconds}:s=48000"
    ffmpeg("-f", "lavfi", "-i", tone, "-i", str(told), "-map", "0:a", "-map_metadata", "1", "-c:a", "aac", "-b:a", "96k",
           str(folder / f"The Signal Box S01E{number:02}.m4a"))  # fmt: skip
    told.unlink()
    (folder / f"The Signal Box S01E{number:02}.en.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nA guard counts.\n"
    )


@pytest.fixture(scope="module")
def podcast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OTNet]:
    folder = tmp_path_factory.mktemp("podcast")
    library = folder / "library"
    for number, seconds in ((1, 10), (2, 6)):
        episode(library / "The Signal Box" / "Season 1", number, seconds)
    with running(folder / "data", library) as server:
        until("both are ready", lambda: [m["state"] for m in server.media()] == ["ready", "ready"])
        yield server


def test_feed_has_every_episode_with_its_enclosure(podcast: OTNet) -> None:
    answer = podcast.get("/feeds/rss/the-signal-box")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/rss+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo and feed.version == "rss20", feed.get("bozo_exception")
    assert feed.feed.title == "The Signal Box" and feed.feed.link == f"{podcast.url}/series/the-signal-box"
    assert {(e.itunes_season, e.itunes_episode) for e in feed.entries} == {("1", "1"), ("1", "2")}
    for entry in feed.entries:
        (sound,) = entry.enclosures
        assert sound.type == "audio/mp4"
        whole = httpx.get(sound.href)
        assert int(sound.length) == len(whole.content) == int(whole.headers["content-length"])
        part = httpx.get(sound.href, headers={"Range": "bytes=100-199"})
        assert part.status_code == 206 and part.content == whole.content[100:200]
        assert whole.headers["accept-ranges"] == "bytes"
        assert abs(int(entry.itunes_duration) - (10 if entry.itunes_episode == "1" else 6)) <= 1
    again = podcast.get("/feeds/rss/the-signal-box", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_enclosure_is_a_faststart_m4a(podcast: OTNet, tmp_path: Path) -> None:
    feed = feedparser.parse(podcast.get("/feeds/rss/the-signal-box").content)
    entry = next(e for e in feed.entries if e.itunes_episode == "1")
    file = tmp_path / "sound.m4a"
    file.write_bytes(httpx.get(entry.enclosures[0].href).content)
    told = ffprobe("-show_format", "-show_streams", str(file))
    assert [s["codec_name"] for s in told["streams"]] == ["aac"]
    assert abs(float(told["format"]["duration"]) - 10) < 0.1
    data = file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat") and b"moof" not in data


def test_feed_has_the_tags_that_podcast_directories_require(podcast: OTNet) -> None:
    channel = ET.fromstring(podcast.get("/feeds/rss/the-signal-box").content).find("channel")
    assert channel is not None
    for tag in ("title", "link", "description", "language", "itunes:author", "itunes:category", "itunes:explicit",
                "itunes:type", "podcast:guid", "podcast:medium", "atom:link"):  # fmt: skip
        assert channel.find(tag, SPACES) is not None, tag
    assert channel.findtext("itunes:type", namespaces=SPACES) == "serial"
    for item in channel.findall("item"):
        for tag in ("title", "enclosure", "guid", "pubDate", "description", "itunes:duration", "itunes:explicit",
                    "itunes:episode", "itunes:episodeType", "podcast:season", "podcast:chapters", "podcast:transcript"):  # fmt: skip
            assert item.find(tag, SPACES) is not None, tag
    chapters = channel.find("item/podcast:chapters", SPACES)
    assert chapters is not None and chapters.get("type") == "application/json+chapters"
    told = httpx.get(chapters.attrib["url"])
    assert told.headers["content-type"].startswith("application/json+chapters")
    assert [c["title"] for c in told.json()["chapters"]] == ["Hello & welcome", "The lights"]
    transcript = channel.find("item/podcast:transcript", SPACES)
    assert transcript is not None and transcript.get("language") == "en"
    assert "A guard counts." in httpx.get(transcript.attrib["url"]).text


def test_unknown_feeds_return_404(podcast: OTNet) -> None:
    for subject in ("nothing", "", "chapters/nothing", "a/b", "%3Cscript%3E"):
        assert podcast.get(f"/feeds/rss/{subject}").status_code == 404, subject
    assert podcast.get("/feeds/none/the-signal-box").status_code == 404


def test_waveform_follows_the_loudness(podcast: OTNet) -> None:
    title = next(m for m in podcast.media() if m["duration_s"] > 8)
    made = podcast.get(f"/api/v1/playback/{title['id']}").json()
    wave = podcast.get(made["waveform"]).json()
    assert 300 <= len(wave) <= 400 and all(0 <= v <= 1 for v in wave)
    assert max(wave[: len(wave) // 2 - 10]) < 0.1 and min(wave[len(wave) // 2 + 10 : -10]) > 0.9
    assert made["kind"] == "audio" and [c["title"] for c in made["chapters"]] == ["Hello & welcome", "The lights"]


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [(("-6.0206", "-12.0412", "-inf"), [1, 0.5, 0]), (("nan", "-inf"), [0, 0]), (("-90",), [0]), ((), [])],
)
def test_waveform_bars_from_peak_levels(levels: tuple[str, ...], wanted: list[float]) -> None:
    assert waveform_peaks(["frame:0 pts:0", *(f"lavfi.astats.Overall.Peak_level={v}" for v in levels)]) == wanted


def test_list_of_feeds_is_for_viewers_and_names_every_podcast(podcast: OTNet) -> None:
    answer = podcast.get("/plugins/rss/feeds.opml")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    (outline,) = ET.fromstring(answer.content).iter("outline")
    assert podcast.get(outline.attrib["xmlUrl"].removeprefix(podcast.url)).status_code == 200
    assert podcast.get("/plugins/rss/nothing").status_code == 404
    assert httpx.post(f"{podcast.url}/plugins/rss/feeds.opml").status_code == 405
