"""The guide of linear channels for television apps: XMLTV, M3U and JSON with the same channel ids.

XMLTV (xmltv.dtd 0.5, github.com/XMLTV/xmltv) at `/feeds/xmltv/guide.xml`, a playlist of the channels for IPTV apps at
`/feeds/m3u/channels.m3u`, and the guide as JSON at `/feeds/guide/guide.json`. The XML is built with ElementTree, so
that text from the studio is always escaped.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from otnet_server import (
    CatalogueReader,
    Exported,
    Exporter,
    ExportRequest,
    GuideChannel,
    GuideEntry,
    Picture,
    PublicSite,
    hookimpl,
)

name = "guide"
api = 2
PAST = timedelta(hours=6)
FUTURE = timedelta(days=7)
ICON_WIDTH = 640
XMLTV_TIME = "%Y%m%d%H%M%S +0000"


class Listing(NamedTuple):
    """A channel with its entries."""

    channel: GuideChannel
    entries: Sequence[GuideEntry]


class Feed:
    """A feed with one file. The name of the exporter is part of its address, `/feeds/<name>/<file>`."""

    name: str
    label: str
    description: str
    file: str
    media_type: str
    feed = True

    async def export(self, request: ExportRequest) -> Exported | None:
        if request.subject != self.file:
            return None
        return Exported(self.file, self.media_type, await self.data(request))

    async def data(self, request: ExportRequest) -> bytes:
        raise NotImplementedError


class Xmltv(Feed):
    name = "xmltv"
    label = "Guide (XMLTV)"
    description = "What the channels show, for Jellyfin, Kodi and IPTV apps, at /feeds/xmltv/guide.xml."
    file = "guide.xml"
    media_type = "application/xml; charset=utf-8"

    async def data(self, request: ExportRequest) -> bytes:
        return xmltv(request.site, await listings(request.catalogue, datetime.now(UTC)))


class M3u(Feed):
    name = "m3u"
    label = "Channels (M3U)"
    description = "A playlist of the channels for IPTV apps, at /feeds/m3u/channels.m3u."
    file = "channels.m3u"
    media_type = "audio/x-mpegurl; charset=utf-8"

    async def data(self, request: ExportRequest) -> bytes:
        return m3u(request.site, await request.catalogue.channels())


class JsonGuide(Feed):
    name = "guide"
    label = "Guide (JSON)"
    description = "What the channels show, as JSON, at /feeds/guide/guide.json."
    file = "guide.json"
    media_type = "application/json"

    async def data(self, request: ExportRequest) -> bytes:
        guide = await listings(request.catalogue, datetime.now(UTC))
        return json.dumps(json_guide(request.site, guide)).encode()


async def listings(catalogue: CatalogueReader, at: datetime) -> list[Listing]:
    """The entries of all channels, from some hours before the hour of `at` on."""
    start = at.replace(minute=0, second=0, microsecond=0) - PAST
    channels = await catalogue.channels()
    return [Listing(one, await catalogue.guide(one.id, start, start + PAST + FUTURE)) for one in channels]


def xmltv(site: PublicSite, guide: Sequence[Listing]) -> bytes:
    """The guide as XMLTV. Pure."""
    tv = ET.Element("tv", {"source-info-name": clean(site.name), "source-info-url": site.url})
    tv.set("generator-info-name", "OTNet")
    for channel, _ in guide:
        element = ET.SubElement(tv, "channel", id=channel.id)
        _text(element, "display-name", channel.name, channel.language)
        _text(element, "display-name", str(channel.number))
        if logo := picture_url(site, channel.logo):
            ET.SubElement(element, "icon", src=logo)
        ET.SubElement(element, "url").text = f"{site.url}{channel.href}"
    for channel, entries in guide:
        for entry in entries:
            tv.append(programme(site, channel, entry))
    ET.indent(tv)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tv SYSTEM "xmltv.dtd">\n'
    return bytes(head + ET.tostring(tv, encoding="utf-8"))


def programme(site: PublicSite, channel: GuideChannel, entry: GuideEntry) -> ET.Element:
    """An entry, with its elements in the order of the DTD. Episodes have the title of their series."""
    times = {"start": xmltv_time(entry.starts_at), "stop": xmltv_time(entry.ends_at)}
    element, language = ET.Element("programme", {**times, "channel": channel.id}), channel.language
    _text(element, "title", entry.series or entry.title, language)
    second = entry.title if entry.series else entry.subtitle
    for tag, text in (("sub-title", second), ("desc", entry.description)):
        if clean(text).strip():
            _text(element, tag, text, language)
    for one in entry.categories:
        _text(element, "category", one, language)
    seconds = round((entry.ends_at - entry.starts_at).total_seconds())
    ET.SubElement(element, "length", units="seconds").text = str(seconds)
    images = entry.images
    if icon := picture_url(site, images.still or images.backdrop or images.poster or images.square):
        ET.SubElement(element, "icon", src=icon)
    if entry.href:
        ET.SubElement(element, "url").text = f"{site.url}{entry.href}"
    if number := xmltv_number(entry.season, entry.episode):
        ET.SubElement(element, "episode-num", system="xmltv_ns").text = number
    return element


def xmltv_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(XMLTV_TIME)


def xmltv_number(season: int | None, episode: int | None) -> str:
    """`0.4.` for season 1, episode 5: the numbers count from 0. Empty without an episode."""
    if episode is None or episode < 1:
        return ""
    return f"{season - 1 if season is not None and season > 0 else ''}.{episode - 1}."


def m3u(site: PublicSite, channels: Sequence[GuideChannel]) -> bytes:
    """The channels as a playlist. Pure."""
    lines = [f'#EXTM3U url-tvg="{site.url}/feeds/xmltv/guide.xml"']
    for channel in channels:
        title = one_line(channel.name)
        attributes = {
            "tvg-id": channel.id,
            "tvg-name": title,
            "tvg-logo": picture_url(site, channel.logo),
            "tvg-chno": str(channel.number),
            "group-title": one_line(site.name),
        }
        quoted = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value)
        lines += [f"#EXTINF:-1 {quoted},{title}", f"{site.url}{channel.manifest}"]
    return ("\n".join(lines) + "\n").encode()


def json_guide(site: PublicSite, guide: Sequence[Listing]) -> dict[str, Any]:
    """The guide as values for JSON. Pure."""
    channels = [
        {
            "id": channel.id,
            "number": channel.number,
            "name": channel.name,
            "language": channel.language,
            "logo": picture_url(site, channel.logo) or None,
            "url": f"{site.url}{channel.manifest}",
            "page": f"{site.url}{channel.href}",
            "entries": [json_entry(site, entry) for entry in entries],
        }
        for channel, entries in guide
    ]
    return {"name": site.name, "url": site.url, "channels": channels}


def json_entry(site: PublicSite, entry: GuideEntry) -> dict[str, Any]:
    images = entry.images
    return {
        "starts_at": entry.starts_at.isoformat(),
        "ends_at": entry.ends_at.isoformat(),
        "kind": entry.kind,
        "title": entry.title,
        "subtitle": entry.subtitle,
        "description": entry.description,
        "series": entry.series,
        "season": entry.season,
        "episode": entry.episode,
        "categories": list(entry.categories),
        "content": entry.content,
        "program": entry.program,
        "page": f"{site.url}{entry.href}" if entry.href else None,
        "image": picture_url(site, images.still or images.backdrop or images.poster or images.square) or None,
    }


def picture_url(site: PublicSite, picture: Picture | None) -> str:
    return f"{site.url}{picture.src(ICON_WIDTH)}" if picture is not None else ""


def clean(text: str) -> str:
    """The text without characters that XML 1.0 §2.2 does not allow."""
    return "".join(
        c for c in text if c in "\t\n\r" or ("\x20" <= c <= "\ud7ff") or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def one_line(text: str) -> str:
    """The text for an attribute or the name in a playlist, which have no escapes: on one line, without control
    characters, and with single quotes and no commas, at which apps cut names."""
    line = " ".join("".join(c if unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text).split())
    return line.replace('"', "'").replace(", ", " ").replace(",", " ")


def _text(parent: ET.Element, tag: str, text: str, language: str | None = None) -> None:
    element = ET.SubElement(parent, tag, {"lang": language} if language else {})
    element.text = clean(text)


@hookimpl
def register_exporters() -> list[Exporter]:
    return [Xmltv(), M3u(), JsonGuide()]
