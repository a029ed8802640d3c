"""What a page says about itself to those who do not run it: Open Graph, JSON-LD, oEmbed discovery, sitemap, web app
manifest. Pure; every text is escaped here.

Sources: The Open Graph protocol (ogp.me), schema.org VideoObject, oEmbed 1.0 §4, sitemaps.org 0.9, W3C Web Application
Manifest.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

KINDS = {"episode": "video.episode", "film": "video.movie"}
OG_WIDTH = 1280


def head(site: Mapping[str, Any], page: Mapping[str, Any], base: str, path: str) -> str:
    """Tags for a page's head. `site` is the organization; `page` what the page's own API call answers (or empty)."""
    name, title = site["name"], page.get("title") or page.get("name")
    whole = f"{title} – {name}" if title else name
    about = plain(page.get("tagline") or page.get("synopsis") or page.get("biography") or site.get("description") or "")
    picture = image_of(page, base)
    tags = [
        f"<title>{html.escape(whole)}</title>",
        _meta("name", "description", about),
        _meta("property", "og:site_name", name),
        _meta("property", "og:title", title or name),
        _meta("property", "og:description", about),
        _meta("property", "og:url", base + path),
        f'<link rel="canonical" href="{html.escape(base + path)}">',
        _meta(
            "property", "og:type", KINDS.get(page.get("kind", ""), "video.other") if "playback" in page else "website"
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
            *discovery(base, base + path, title or name),
            script("application/ld+json", video_object(page, base, path)),
        ]
    return "\n".join(t for t in tags if t)


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(value)}">' if value else ""


def script(kind: str, value: Any, id: str = "") -> str:
    """JSON inside a script element: `<` can't end it (HTML §4.12.1.3)."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    text = text.replace("\u2029", "\\u2029")
    named = f' id="{id}"' if id else ""
    return f'<script type="{kind}"{named}>{text}</script>'


def discovery(base: str, url: str, title: str) -> list[str]:
    """oEmbed §4: where a page's embed is described."""
    tags = []
    for form in ("json", "xml"):
        href = f"{base}/oembed?format={form}&url={quote(url, safe='')}"
        kind = "application/json+oembed" if form == "json" else "text/xml+oembed"
        tags.append(f'<link rel="alternate" type="{kind}" title="{html.escape(title)}" href="{html.escape(href)}">')
    return tags


class Image(NamedTuple):
    url: str
    width: int
    height: int


def image_of(page: Mapping[str, Any], base: str) -> Image | None:
    """The picture that stands for a page, as other sites show it."""
    images = page.get("images") or {}
    found = next((images[s] for s in ("backdrop", "still", "poster", "square") if images.get(s)), page.get("image"))
    if not found:
        return None
    width = max((w for w in found["widths"] if w <= OG_WIDTH), default=found["widths"][0])
    return Image(f"{base}{found['base']}/{width}.jpg", width, round(width * found["height"] / found["width"]))


def video_object(page: Mapping[str, Any], base: str, path: str) -> dict[str, Any]:
    """schema.org/VideoObject, or AudioObject's fields where it has no picture."""
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": page["title"],
        "description": plain(page.get("synopsis") or page.get("tagline") or page["title"]),
        "url": base + path,
        "embedUrl": f"{base}/embed/{page['id']}",
        "uploadDate": page.get("updated_at"),
    }
    if picture := image_of(page, base):
        made["thumbnailUrl"] = [picture.url]
    if page.get("duration_s"):
        made["duration"] = duration(page["duration_s"])
    if page.get("release_date"):
        made["datePublished"] = page["release_date"]
    if page.get("original_language"):
        made["inLanguage"] = page["original_language"]
    if page.get("genres"):
        made["genre"] = [g["name"] for g in page["genres"]]
    for role, name in (("actor", "actor"), ("director", "director")):
        people = [c["person"]["name"] for c in page.get("credits", ()) if c["role"] == role]
        if people:
            made[name] = [{"@type": "Person", "name": p} for p in people]
    return made


def duration(seconds: float) -> str:
    """ISO 8601: `PT1H2M3S`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return (
        "PT"
        + (f"{hours}H" if hours else "")
        + (f"{minutes}M" if minutes else "")
        + (f"{left}S" if left or whole < 60 else "")
    )


def plain(text: str, most: int = 300) -> str:
    """Markdown as one line of words."""
    words = " ".join(text.replace("*", "").replace("_", " ").replace("#", "").split())
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0] + "…"


def sitemap(base: str, pages: Iterable[tuple[str, str | None]]) -> str:
    """(path, last change) of every page."""
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
    """A list of lists (sitemaps.org, “Using Sitemap index files”)."""
    entries = "".join(f"<sitemap><loc>{html.escape(base + path)}</loc></sitemap>" for path in parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>\n'
    )


def manifest(name: str, accent: str | None, square: Any) -> dict[str, Any]:
    """The site as an app that can be installed."""
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
