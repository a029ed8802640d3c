"""Metadata of pages for other sites and search engines: Open Graph, JSON-LD, oEmbed discovery, sitemaps, the web app
manifest. Pure; all texts are escaped here.

Sources: The Open Graph protocol (ogp.me), schema.org VideoObject, oEmbed 1.0 §4, sitemaps.org 0.9, W3C Web Application
Manifest.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

OG_TYPES = {"episode": "video.episode", "film": "video.movie"}
OG_WIDTH = 1280


def head_tags(site: Mapping[str, Any], page: Mapping[str, Any], base: str, path: str) -> str:
    """The tags for the head of a page. `site` is the organization, `page` the response to the page's first API call, or
    empty."""
    name, title = site["name"], page.get("title") or page.get("name")
    full_title = f"{title} – {name}" if title else name
    description = plain_text(
        page.get("tagline") or page.get("synopsis") or page.get("biography") or site.get("description") or ""
    )
    picture = page_image(page, base)
    tags = [
        f"<title>{html.escape(full_title)}</title>",
        _meta("name", "description", description),
        _meta("property", "og:site_name", name),
        _meta("property", "og:title", title or name),
        _meta("property", "og:description", description),
        _meta("property", "og:url", base + path),
        f'<link rel="canonical" href="{html.escape(base + path)}">',
        _meta(
            "property",
            "og:type",
            OG_TYPES.get(page.get("kind", ""), "video.other") if "playback" in page else "website",
        ),
    ]
    if picture:
        tags += [_meta("property", "og:image", picture.url), _meta("name", "twitter:card", "summary_large_image")]
    if "playback" in page and page.get("playable"):
        embed = f"{base}/embed/{page['id']}"
        tags += [
            _meta("property", "og:video", embed),
            _meta("property", "og:video:type", "text/html"),
            _meta("property", "og:video:width", "1280"),
            _meta("property", "og:video:height", "720"),
            *oembed_links(base, base + path, title or name),
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


def page_image(page: Mapping[str, Any], base: str) -> Image | None:
    """The picture of a page for previews on other sites, or None."""
    images = page.get("images") or {}
    image = next((images[s] for s in ("backdrop", "still", "poster", "square") if images.get(s)), page.get("image"))
    if not image:
        return None
    width = max((w for w in image["widths"] if w <= OG_WIDTH), default=image["widths"][0])
    return Image(f"{base}{image['base']}/{width}.jpg", width, round(width * image["height"] / image["width"]))


def video_object(page: Mapping[str, Any], base: str, path: str) -> dict[str, Any]:
    """The schema.org/VideoObject of a title."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": page["title"],
        "description": plain_text(page.get("synopsis") or page.get("tagline") or page["title"]),
        "url": base + path,
        "embedUrl": f"{base}/embed/{page['id']}",
        "uploadDate": page.get("updated_at"),
    }
    if picture := page_image(page, base):
        data["thumbnailUrl"] = [picture.url]
    if page.get("duration_s"):
        data["duration"] = iso_duration(page["duration_s"])
    if page.get("release_date"):
        data["datePublished"] = page["release_date"]
    if page.get("original_language"):
        data["inLanguage"] = page["original_language"]
    if page.get("genres"):
        data["genre"] = [g["name"] for g in page["genres"]]
    for role, name in (("actor", "actor"), ("director", "director")):
        people = [c["person"]["name"] for c in page.get("credits", ()) if c["role"] == role]
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
