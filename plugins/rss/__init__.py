"""Podcast feeds: one for each series at `/feeds/rss/<slug>`, for Apple Podcasts and other directories.

RSS 2.0 (rssboard.org), Apple's podcast tags (podcasters.apple.com, “A Podcaster's Guide to RSS”) and Podcasting 2.0
(podcastindex.org/namespace/1.0): chapters at `/feeds/rss/chapters/<episode>`, and transcripts. An episode is in the
feed once its audio download exists, because a feed must state its size. The XML is built with ElementTree, so that text
from the studio is always escaped. `/plugins/rss/feeds.opml` lists all feeds of the site (OPML 2.0, opml.org), for
podcast apps and directories that read such lists.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict, Field

from otnet_server import (
    Card,
    CatalogueReader,
    Enclosure,
    Episode,
    Exported,
    Exporter,
    ExportRequest,
    PublicSite,
    Route,
    RouteRequest,
    RouteResponse,
    Series,
    SeriesCard,
    Title,
    hookimpl,
)

name = "rss"
api = 2
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

    async def export(self, request: ExportRequest) -> Exported | None:
        subject, catalogue = request.subject, request.catalogue
        if subject.startswith("chapters/"):
            return await chapters(subject.removeprefix("chapters/"), catalogue)
        series = await catalogue.series(subject)
        if series is None:
            return None
        feed = channel(request.site, self._config, series, await items_of(series, catalogue))
        return Exported(f"{series.slug}.xml", "application/rss+xml; charset=utf-8", feed)


class Item(NamedTuple):
    """An episode with its audio. `season` is a number, or None."""

    season: int | None
    episode: Episode
    title: Title | None
    enclosure: Enclosure


async def items_of(series: Series, catalogue: CatalogueReader) -> list[Item]:
    """The episodes that have an audio file."""
    items = []
    for season in series.seasons:
        for episode in season.episodes:
            enclosure = await catalogue.enclosure(episode.id)
            if enclosure is not None:
                items.append(Item(season.number, episode, await catalogue.title(episode.id), enclosure))
    return items


def channel(site: PublicSite, config: Config, series: Series, items: list[Item]) -> bytes:
    """The feed, newest episode first. Pure."""
    for prefix, space in (("itunes", ITUNES), ("podcast", PODCAST), ("atom", ATOM)):
        ET.register_namespace(prefix, space)
    feed_url = f"{site.url}/feeds/rss/{series.slug}"
    explicit = any((i.episode.age_rating or 0) >= MIN_EXPLICIT_AGE for i in items)
    rss = ET.Element("rss", version="2.0")
    channel_element = ET.SubElement(rss, "channel")
    description = series.synopsis or series.title
    languages = [i.title.original_language for i in items if i.title and i.title.original_language]
    for tag, text in (
        ("title", series.title), ("link", f"{site.url}{series.href}"), ("description", description),
        ("language", languages[0] if languages else config.language), ("generator", "OTNet"),
        (f"{{{ITUNES}}}author", site.name),
        (f"{{{ITUNES}}}type", "serial" if any(i.season for i in items) else "episodic"),
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
        for tag, text in (("url", picture), ("title", series.title), ("link", f"{site.url}{series.href}")):
            ET.SubElement(image_element, tag).text = clean(text)
    for item in sorted(items, key=lambda i: published(i.title), reverse=True):
        channel_element.append(item_element(site, item))
    ET.indent(rss)
    return bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(rss, encoding="utf-8"))


def item_element(site: PublicSite, item: Item) -> ET.Element:
    element = ET.Element("item")
    episode, title, enclosure = item.episode, item.title, item.enclosure
    for tag, text in (
        ("title", episode.title), ("link", f"{site.url}{episode.href}"),
        ("description", episode.synopsis or episode.title),
        ("pubDate", format_datetime(published(title))),
        (f"{{{ITUNES}}}title", episode.title),
        (f"{{{ITUNES}}}duration", str(round(enclosure.duration_s))),
        (f"{{{ITUNES}}}episodeType", "trailer" if episode.kind == "trailer" else "full"),
        (f"{{{ITUNES}}}explicit", "true" if (episode.age_rating or 0) >= MIN_EXPLICIT_AGE else "false"),
        (f"{{{ITUNES}}}season", item.season), (f"{{{ITUNES}}}episode", episode.episode_number),
        (f"{{{PODCAST}}}season", item.season), (f"{{{PODCAST}}}episode", episode.episode_number),
    ):  # fmt: skip
        if text is not None:
            ET.SubElement(element, tag).text = clean(str(text))
    ET.SubElement(element, "guid", isPermaLink="false").text = episode.id
    ET.SubElement(element, "enclosure", url=enclosure.url, length=str(enclosure.bytes), type=enclosure.type)
    if picture := image(site, episode):
        ET.SubElement(element, f"{{{ITUNES}}}image", href=picture)
    if enclosure.chapters:
        chapters_url = f"{site.url}/feeds/rss/chapters/{episode.id}"
        ET.SubElement(element, f"{{{PODCAST}}}chapters", url=chapters_url, type=CHAPTERS_MEDIA_TYPE)
    for transcript in enclosure.transcripts:
        attributes = {"url": transcript.url, "type": transcript.type, "language": transcript.language}
        ET.SubElement(element, f"{{{PODCAST}}}transcript", {k: v for k, v in attributes.items() if v})
    for credit in title.credits if title else ():
        href = f"{site.url}/person/{credit.person.slug}"
        ET.SubElement(element, f"{{{PODCAST}}}person", role=credit.role, href=href).text = clean(credit.person.name)
    return element


async def chapters(episode: str, catalogue: CatalogueReader) -> Exported | None:
    """The chapters of an episode as JSON chapters 1.2 (podcastindex.org), or None."""
    enclosure = await catalogue.enclosure(episode)
    if enclosure is None:
        return None
    document = {"version": "1.2.0", "chapters": [
        {"startTime": c["start"], "endTime": c["end"], "title": c["title"]} for c in enclosure.chapters
    ]}  # fmt: skip
    return Exported("chapters.json", CHAPTERS_MEDIA_TYPE, json.dumps(document, ensure_ascii=False).encode())


def image(site: PublicSite, card: Card) -> str:
    """The URL of the largest image, preferably a square one, or "". Directories require a JPEG or PNG of 1400 to 3000
    pixels."""
    picture = card.images.square or card.images.poster or card.images.still
    return f"{site.url}{picture.base}/{picture.widths[-1]}.jpg" if picture else ""


def published(title: Title | None) -> datetime:
    """The publication date: the release date, or the time of the last change."""
    date = (title.release_date or title.updated_at if title else "") or "1970-01-01"
    moment = datetime.fromisoformat(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def feeds_opml(request: RouteRequest) -> RouteResponse:
    """All feeds of the site."""
    data = opml(request.site, await request.catalogue.all_series())
    return RouteResponse(data, "text/x-opml; charset=utf-8", headers={"Cache-Control": "public, max-age=300"})


def opml(site: PublicSite, series: Sequence[SeriesCard]) -> bytes:
    """The list of the feeds as OPML 2.0. Pure."""
    document = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(document, "head"), "title").text = clean(site.name)
    body = ET.SubElement(document, "body")
    for one in series:
        title = clean(one.title)
        ET.SubElement(
            body, "outline", type="rss", text=title, title=title, xmlUrl=f"{site.url}/feeds/rss/{one.slug}",
            htmlUrl=f"{site.url}{one.href}",
        )  # fmt: skip
    ET.indent(document)
    return bytes(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document, encoding="utf-8"))


def clean(text: str) -> str:
    """The text without characters that XML 1.0 §2.2 does not allow."""
    return "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c <= "\ud7ff") or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


@hookimpl
def register_exporters(config: Config) -> list[Exporter]:
    return [Rss(config)]


@hookimpl
def register_routes() -> list[Route]:
    return [Route("feeds.opml", "viewer", feeds_opml)]
