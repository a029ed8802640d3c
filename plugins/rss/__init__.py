"""Podcast feeds: every series at `/feeds/rss/<slug>`, for Apple Podcasts and all the others.

RSS 2.0 (rssboard.org), Apple's podcast tags (podcasters.apple.com, “A Podcaster's Guide to RSS”) and Podcasting 2.0
(podcastindex.org/namespace/1.0): chapters at `/feeds/rss/chapters/<episode>`, transcripts beside the sound. An episode
is in the feed once its sound is one file, whose size the feed must tell. Everything goes through ElementTree: what a
studio wrote is text, never markup.
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
CHAPTERS = "application/json+chapters"
GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the namespace that Podcasting 2.0 gives for feeds
ADULT = 16


class Config(BaseModel):
    """What directories ask of a podcast and no catalogue knows."""

    model_config = ConfigDict(extra="forbid")

    category: str = Field("TV & Film", description="One of Apple's categories.")
    owner_name: str = Field("", description="Empty: the organization's name.")
    owner_email: str = Field("", description="Where directories write to; empty: none is told.")
    language: str = Field("en", description="Of a series that doesn't say.")


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
                sound = await ask(f"/titles/{episode['id']}/enclosure")
                if sound is not None:
                    items.append((season["number"], episode, await ask(f"/titles/{episode['id']}"), sound))
        made = channel(site, self._config, series, items)
        return Exported(f"{series['slug']}.xml", "application/rss+xml; charset=utf-8", made)


def channel(site: ExportSite, config: Config, series: dict[str, Any], items: list[Any]) -> bytes:
    """The whole feed; the newest episode stands first. Pure."""
    for prefix, space in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
        ET.register_namespace(prefix, space)
    here = f"{site.url}/feeds/rss/{series['slug']}"
    rss = ET.Element("rss", version="2.0")
    top = ET.SubElement(rss, "channel")
    about = series["synopsis"] or series["title"]
    languages = [title["original_language"] for _, _, title, _ in items if title and title["original_language"]]
    for tag, text in (
        ("title", series["title"]), ("link", f"{site.url}{series['href']}"), ("description", about),
        ("language", languages[0] if languages else config.language), ("generator", "OTNet"),
        (f"{{{ITUNES}}}author", site.name),
        (f"{{{ITUNES}}}type", "serial" if any(n for n, *_ in items) else "episodic"),
        (f"{{{ITUNES}}}explicit", "true" if any((e["age_rating"] or 0) >= ADULT for _, e, *_ in items) else "false"),
        (f"{{{PODCAST}}}guid", str(uuid.uuid5(GUIDS, here.partition("://")[2].rstrip("/")))),
        (f"{{{PODCAST}}}locked", "no"), (f"{{{PODCAST}}}medium", "podcast"),
    ):  # fmt: skip
        ET.SubElement(top, tag).text = clean(text)
    ET.SubElement(top, f"{{{ATOM}}}link", href=here, rel="self", type="application/rss+xml")
    ET.SubElement(top, f"{{{ITUNES}}}category", text=config.category)
    if config.owner_email:
        owner = ET.SubElement(top, f"{{{ITUNES}}}owner")
        ET.SubElement(owner, f"{{{ITUNES}}}name").text = clean(config.owner_name or site.name)
        ET.SubElement(owner, f"{{{ITUNES}}}email").text = clean(config.owner_email)
    if picture := image(site, series):
        ET.SubElement(top, f"{{{ITUNES}}}image", href=picture)
        inside = ET.SubElement(top, "image")
        for tag, text in (("url", picture), ("title", series["title"]), ("link", f"{site.url}{series['href']}")):
            ET.SubElement(inside, tag).text = clean(text)
    for season, episode, title, sound in sorted(items, key=lambda i: published(i[2]), reverse=True):
        top.append(item(site, season, episode, title, sound))
    ET.indent(rss)
    return bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(rss, encoding="utf-8"))


def item(
    site: ExportSite, season: int | None, episode: dict[str, Any], title: dict[str, Any] | None, sound: dict[str, Any]
) -> ET.Element:
    made = ET.Element("item")
    number = episode["episode_number"]
    for tag, text in (
        ("title", episode["title"]), ("link", f"{site.url}{episode['href']}"),
        ("description", episode["synopsis"] or episode["title"]),
        ("pubDate", format_datetime(published(title))),
        (f"{{{ITUNES}}}title", episode["title"]),
        (f"{{{ITUNES}}}duration", str(round(sound["duration_s"]))),
        (f"{{{ITUNES}}}episodeType", "trailer" if episode["kind"] == "trailer" else "full"),
        (f"{{{ITUNES}}}explicit", "true" if (episode["age_rating"] or 0) >= ADULT else "false"),
        (f"{{{ITUNES}}}season", season), (f"{{{ITUNES}}}episode", number),
        (f"{{{PODCAST}}}season", season), (f"{{{PODCAST}}}episode", number),
    ):  # fmt: skip
        if text is not None:
            ET.SubElement(made, tag).text = clean(str(text))
    ET.SubElement(made, "guid", isPermaLink="false").text = episode["id"]
    ET.SubElement(made, "enclosure", url=sound["url"], length=str(sound["bytes"]), type=sound["type"])
    if picture := image(site, episode):
        ET.SubElement(made, f"{{{ITUNES}}}image", href=picture)
    if sound["chapters"]:
        at = f"{site.url}/feeds/rss/chapters/{episode['id']}"
        ET.SubElement(made, f"{{{PODCAST}}}chapters", url=at, type=CHAPTERS)
    for text in sound["transcripts"]:
        ET.SubElement(made, f"{{{PODCAST}}}transcript", url=text["url"], type=text["type"],
                      **({"language": text["language"]} if text["language"] else {}))  # fmt: skip
    for role in title["credits"] if title else ():
        person = ET.SubElement(
            made, f"{{{PODCAST}}}person", role=role["role"], href=f"{site.url}/person/{role['person']['slug']}"
        )
        person.text = clean(role["person"]["name"])
    return made


async def chapters(episode: str, ask: Ask) -> Exported | None:
    """JSON chapters 1.2 (podcastindex.org)."""
    sound = await ask(f"/titles/{episode}/enclosure") if "/" not in episode else None
    if sound is None:
        return None
    told = {"version": "1.2.0", "chapters": [
        {"startTime": c["start"], "endTime": c["end"], "title": c["title"]} for c in sound["chapters"]
    ]}  # fmt: skip
    return Exported("chapters.json", CHAPTERS, json.dumps(told, ensure_ascii=False).encode())


def image(site: ExportSite, card: dict[str, Any]) -> str:
    """Square and large if there is one: directories ask for 1400 to 3000 pixels in JPEG or PNG."""
    images = card["images"]
    found = next((images[s] for s in ("square", "poster", "still") if images[s]), None)
    return f"{site.url}{found['base']}/{found['widths'][-1]}.jpg" if found else ""


def published(title: dict[str, Any] | None) -> datetime:
    """RSS wants the day it came out; what doesn't say stands at the day it was changed last."""
    said = (title or {}).get("release_date") or (title or {}).get("updated_at") or "1970-01-01"
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def clean(text: str) -> str:
    """Without characters that XML 1.0 §2.2 does not allow."""
    return "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c <= "\ud7ff") or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


@hookimpl
def register_exporters(server: ServerContext, config: Config) -> list[Exporter]:
    return [Rss(config)]
