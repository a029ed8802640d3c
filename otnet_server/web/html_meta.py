"""Metadata of pages for other sites and search engines: Open Graph, JSON-LD, oEmbed discovery, sitemaps, the web app
manifest. Pure; all texts are escaped here.

Sources: The Open Graph protocol (ogp.me), schema.org VideoObject, oEmbed 1.0 §4, sitemaps.org 0.9, W3C Web Application
Manifest.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from otnet_server.read_model.catalogue import Home, Person, Series, Title
from otnet_server.read_model.guide import ChannelPage, GuidePage

Page = Home | Title | Series | Person | ChannelPage | GuidePage
OG_TYPES = {"episode": "video.episode", "film": "video.movie"}
OG_WIDTH = 1280


def head_tags(site: str, site_description: str, page: Page | None, base: str, path: str) -> str:
    """The tags for the head of a page of `site`. `page` is None for pages without data of the catalogue."""
    title, description = page_texts(page)
    full_title = f"{title} – {site}" if title else site
    description = plain_text(description or site_description)
    picture = page_image(page, base)
    tags = [
        f"<title>{html.escape(full_title)}</title>",
        _meta("name", "description", description),
        _meta("property", "og:site_name", site),
        _meta("property", "og:title", title or site),
        _meta("property", "og:description", description),
        _meta("property", "og:url", base + path),
        f'<link rel="canonical" href="{html.escape(base + path)}">',
        _meta("property", "og:type", OG_TYPES.get(page.kind, "video.other") if isinstance(page, Title) else "website"),
    ]
    if picture:
        tags += [_meta("property", "og:image", picture.url), _meta("name", "twitter:card", "summary_large_image")]
    if isinstance(page, Title) and page.playable:
        embed = f"{base}/embed/{page.id}"
        tags += [
            _meta("property", "og:video", embed),
            _meta("property", "og:video:type", "text/html"),
            _meta("property", "og:video:width", "1280"),
            _meta("property", "og:video:height", "720"),
            *oembed_links(base, base + path, title or site),
            json_script("application/ld+json", video_object(page, base, path)),
        ]
    return "\n".join(t for t in tags if t)


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(value)}">' if value else ""


def json_script(kind: str, value: Any, id: str = "") -> str:
    """A script element with JSON. `<` is escaped, so that the JSON can't end the element (HTML §4.12.1.3)."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    text = text.replace("\u2029", "\\u2029")
    id_attribute = f' id="{id}"' if id else ""
    return f'<script type="{kind}"{id_attribute}>{text}</script>'


def oembed_links(base: str, url: str, title: str) -> list[str]:
    """The discovery links for oEmbed (§4)."""
    tags = []
    for format_name in ("json", "xml"):
        href = f"{base}/oembed?format={format_name}&url={quote(url, safe='')}"
        kind = "application/json+oembed" if format_name == "json" else "text/xml+oembed"
        tags.append(f'<link rel="alternate" type="{kind}" title="{html.escape(title)}" href="{html.escape(href)}">')
    return tags


class Image(NamedTuple):
    url: str
    width: int
    height: int


def page_texts(page: Page | None) -> tuple[str, str]:
    """(title, description) of a page; empty for the home page and pages without data."""
    match page:
        case Title():
            return page.title, page.tagline or page.synopsis
        case Series():
            return page.title, page.synopsis
        case Person():
            return page.name, page.biography
        case ChannelPage():
            return page.name, page.description or (page.now.title if page.now else "")
        case _:
            return "", ""


def page_image(page: Page | None, base: str) -> Image | None:
    """The picture of a page for previews on other sites, or None."""
    picture = None
    if isinstance(page, Title | Series | ChannelPage):
        images = page.images
        picture = images.backdrop or images.still or images.poster or images.square
    elif isinstance(page, Person):
        picture = page.image
    if picture is None:
        return None
    width = max((w for w in picture.widths if w <= OG_WIDTH), default=picture.widths[0])
    return Image(f"{base}{picture.base}/{width}.jpg", width, round(width * picture.height / picture.width))


def video_object(page: Title, base: str, path: str) -> dict[str, Any]:
    """The schema.org/VideoObject of a title."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": page.title,
        "description": plain_text(page.synopsis or page.tagline or page.title),
        "url": base + path,
        "embedUrl": f"{base}/embed/{page.id}",
        "uploadDate": page.updated_at,
    }
    if picture := page_image(page, base):
        data["thumbnailUrl"] = [picture.url]
    if page.duration_s:
        data["duration"] = iso_duration(page.duration_s)
    if page.release_date:
        data["datePublished"] = page.release_date
    if page.original_language:
        data["inLanguage"] = page.original_language
    if page.genres:
        data["genre"] = [g.name for g in page.genres]
    for role, name in (("actor", "actor"), ("director", "director")):
        people = [c.person.name for c in page.credits if c.role == role]
        if people:
            data[name] = [{"@type": "Person", "name": p} for p in people]
    return data


def iso_duration(seconds: float) -> str:
    """An ISO 8601 duration: `PT1H2M3S`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return (
        "PT"
        + (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{left}S" if left or whole < 60 else "")
    )


def plain_text(text: str, max_chars: int = 300) -> str:
    """Markdown as plain text on one line, cut at a word after at most `max_chars` characters."""
    words = " ".join(text.replace("*", "").replace("_", " ").replace("#", "").split())
    return words if len(words) <= max_chars else words[: max_chars - 1].rsplit(" ", 1)[0] + "…"


def sitemap(base: str, pages: Iterable[tuple[str, str | None]]) -> str:
    """A sitemap of pages, given as (path, time of the last change)."""
    entries = "".join(
        f"<url><loc>{html.escape(base + path)}</loc>"
        + (f"<lastmod>{html.escape(at)}</lastmod>" if at else "")
        + "</url>"
        for path, at in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>\n'
    )


def sitemaps(base: str, parts: Iterable[str]) -> str:
    """A sitemap index (sitemaps.org, “Using Sitemap index files”)."""
    entries = "".join(f"<sitemap><loc>{html.escape(base + path)}</loc></sitemap>" for path in parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>\n'
    )


def web_app_manifest(name: str, accent: str | None, square: Any) -> dict[str, Any]:
    """The web app manifest of a site."""
    icons: list[dict[str, str]] = [
        {"src": "/ui/icon-192.png", "sizes": "192x192", "type": "image/png"},
        {"src": "/ui/icon-512.png", "sizes": "512x512", "type": "image/png"},
        {"src": "/ui/icon-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    if square is not None:
        width = square.widths[-1]
        icons.insert(0, {"src": square.src(width, "webp"), "sizes": f"{width}x{width}", "type": "image/webp"})
    return {
        "name": name, "short_name": name[:30], "start_url": "/", "id": "/", "scope": "/", "display": "standalone",
        "background_color": "#0B0D12", "theme_color": "#0B0D12" if accent is None else accent, "icons": icons,
    }  # fmt: skip
