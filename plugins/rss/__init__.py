"""Podcast feeds: one for each series at `/feeds/rss/<slug>`, for Apple Podcasts and other directories.

RSS 2.0 (rssboard.org), Apple's podcast tags (podcasters.apple.com, “A Podcaster's Guide to RSS”) and Podcasting 2.0
(podcastindex.org/namespace/1.0): chapters at `/feeds/rss/chapters/<episode>`, and transcripts. An episode is in the
feed once its audio download exists, because a feed must state its size. The XML is built with ElementTree, so that text
from the studio is always escaped.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict, Field

from otnet_server import Ask, Exported, Exporter, ExportSite, ServerContext, hookimpl

name = "rss"
api = 1
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
CHAPTERS_MEDIA_TYPE = "application/json+chapters"
PODCAST_GUID_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the UUID namespace of podcast:guid
MIN_EXPLICIT_AGE = 16


class Config(BaseModel):
    """Properties that podcast directories require and the catalogue does not have."""

    model_config = ConfigDict(extra="forbid")

    category: str = Field("TV & Film", description="One of Apple's categories.")
    owner_name: str = Field("", description="The owner's name; empty: the organization's name.")
    owner_email: str = Field("", description="The owner's e-mail address for directories; empty: none.")
    language: str = Field("en", description="The language of series without one.")


class Rss:
    name = "rss"
    label = "Podcast feed"
    description = "RSS for podcast programs: one feed for every series, at /feeds/rss/ and its slug."
    feed = True

    def __init__(self, config: Config) -> None:
        self._config = config

    async def export(self, site: ExportSite, subject: str, ask: Ask) -> Exported | None:
        if subject.startswith("chapters/"):
            return await chapters(subject.removeprefix("chapters/"), ask)
        series = await ask(f"/series/{subject}") if subject and "/" not in subject else None
        if series is None:
            return None
        items = []
        for season in series["seasons"]:
            for episode in season["episodes"]:
                enclosure = await ask(f"/titles/{episode['id']}/enclosure")
                if enclosure is not None:
                    items.append((season["number"], episode, await ask(f"/titles/{episode['id']}"), enclosure))
        feed = channel(site, self._config, series, items)
        return Exported(f"{series['slug']}.xml", "application/rss+xml; charset=utf-8", feed)


def channel(site: ExportSite, config: Config, series: dict[str, Any], items: list[Any]) -> bytes:
    """The feed, newest episode first. Pure."""
    for prefix, space in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
        ET.register_namespace(prefix, space)
    feed_url = f"{site.url}/feeds/rss/{series['slug']}"
    explicit = any((episode["age_rating"] or 0) >= MIN_EXPLICIT_AGE for _, episode, *_ in items)
    rss = ET.Element("rss", version="2.0")
    channel_element = ET.SubElement(rss, "channel")
    description = series["synopsis"] or series["title"]
    languages = [title["original_language"] for _, _, title, _ in items if title and title["original_language"]]
    for tag, text in (
        ("title", series["title"]), ("link", f"{site.url}{series['href']}"), ("description", description),
        ("language", languages[0] if languages else config.language), ("generator", "OTNet"),
        (f"{{{ITUNES}}}author", site.name),
        (f"{{{ITUNES}}}type", "serial" if any(n for n, *_ in items) else "episodic"),
        (f"{{{ITUNES}}}explicit", "true" if explicit else "false"),
        (f"{{{PODCAST}}}guid", str(uuid.uuid5(PODCAST_GUID_NAMESPACE, feed_url.partition("://")[2].rstrip("/")))),
        (f"{{{PODCAST}}}locked", "no"), (f"{{{PODCAST}}}medium", "podcast"),
    ):  # fmt: skip
        ET.SubElement(channel_element, tag).text = clean(text)
    ET.SubElement(channel_element, f"{{{ATOM}}}link", href=feed_url, rel="self", type="application/rss+xml")
    ET.SubElement(channel_element, f"{{{ITUNES}}}category", text=config.category)
    if config.owner_email:
        owner = ET.SubElement(channel_element, f"{{{ITUNES}}}owner")
        ET.SubElement(owner, f"{{{ITUNES}}}name").text = clean(config.owner_name or site.name)
        ET.SubElement(owner, f"{{{ITUNES}}}email").text = clean(config.owner_email)
    if picture := image(site, series):
        ET.SubElement(channel_element, f"{{{ITUNES}}}image", href=picture)
        image_element = ET.SubElement(channel_element, "image")
        for tag, text in (("url", picture), ("title", series["title"]), ("link", f"{site.url}{series['href']}")):
            ET.SubElement(image_element, tag).text = clean(text)
    for season, episode, title, enclosure in sorted(items, key=lambda i: published(i[2]), reverse=True):
        channel_element.append(item(site, season, episode, title, enclosure))
    ET.indent(rss)
    return bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(rss, encoding="utf-8"))


def item(
    site: ExportSite,
    season: int | None,
    episode: dict[str, Any],
    title: dict[str, Any] | None,
    enclosure: dict[str, Any],
) -> ET.Element:
    item_element = ET.Element("item")
    number = episode["episode_number"]
    for tag, text in (
        ("title", episode["title"]), ("link", f"{site.url}{episode['href']}"),
        ("description", episode["synopsis"] or episode["title"]),
        ("pubDate", format_datetime(published(title))),
        (f"{{{ITUNES}}}title", episode["title"]),
        (f"{{{ITUNES}}}duration", str(round(enclosure["duration_s"]))),
        (f"{{{ITUNES}}}episodeType", "trailer" if episode["kind"] == "trailer" else "full"),
        (f"{{{ITUNES}}}explicit", "true" if (episode["age_rating"] or 0) >= MIN_EXPLICIT_AGE else "false"),
        (f"{{{ITUNES}}}season", season), (f"{{{ITUNES}}}episode", number),
        (f"{{{PODCAST}}}season", season), (f"{{{PODCAST}}}episode", number),
    ):  # fmt: skip
        if text is not None:
            ET.SubElement(item_element, tag).text = clean(str(text))
    ET.SubElement(item_element, "guid", isPermaLink="false").text = episode["id"]
    ET.SubElement(
        item_element, "enclosure", url=enclosure["url"], length=str(enclosure["bytes"]), type=enclosure["type"]
    )
    if picture := image(site, episode):
        ET.SubElement(item_element, f"{{{ITUNES}}}image", href=picture)
    if enclosure["chapters"]:
        chapters_url = f"{site.url}/feeds/rss/chapters/{episode['id']}"
        ET.SubElement(item_element, f"{{{PODCAST}}}chapters", url=chapters_url, type=CHAPTERS_MEDIA_TYPE)
    for text in enclosure["transcripts"]:
        ET.SubElement(item_element, f"{{{PODCAST}}}transcript", url=text["url"], type=text["type"],
                      **({"language": text["language"]} if text["language"] else {}))  # fmt: skip
    for role in title["credits"] if title else ():
        person = ET.SubElement(
            item_element, f"{{{PODCAST}}}person", role=role["role"], href=f"{site.url}/person/{role['person']['slug']}"
        )
        person.text = clean(role["person"]["name"])
    return item_element


async def chapters(episode: str, ask: Ask) -> Exported | None:
    """The chapters of an episode as JSON chapters 1.2 (podcastindex.org), or None."""
    enclosure = await ask(f"/titles/{episode}/enclosure") if "/" not in episode else None
    if enclosure is None:
        return None
    document = {"version": "1.2.0", "chapters": [
        {"startTime": c["start"], "endTime": c["end"], "title": c["title"]} for c in enclosure["chapters"]
    ]}  # fmt: skip
    return Exported("chapters.json", CHAPTERS_MEDIA_TYPE, json.dumps(document, ensure_ascii=False).encode())


def image(site: ExportSite, card: dict[str, Any]) -> str:
    """The URL of the largest image, preferably a square one, or "". Directories require a JPEG or PNG of 1400 to 3000
    pixels."""
    images = card["images"]
    picture = next((images[s] for s in ("square", "poster", "still") if images[s]), None)
    return f"{site.url}{picture['base']}/{picture['widths'][-1]}.jpg" if picture else ""


def published(title: dict[str, Any] | None) -> datetime:
    """The publication date: the release date, or the time of the last change."""
    date = (title or {}).get("release_date") or (title or {}).get("updated_at") or "1970-01-01"
    moment = datetime.fromisoformat(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def clean(text: str) -> str:
    """The text without characters that XML 1.0 §2.2 does not allow."""
    return "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c <= "\ud7ff") or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


@hookimpl
def register_exporters(server: ServerContext, config: Config) -> list[Exporter]:
    return [Rss(config)]
