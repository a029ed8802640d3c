"""Players on other sites: the embed code and oEmbed 1.0 (oembed.com). Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from otnet_server.read_model.catalogue import Title
from otnet_server.web.html_meta import page_image

SKINS = ("video", "audio", "circular", "square")
SKIN_SIZES = {"video": (1280, 720), "audio": (720, 140), "circular": (360, 360), "square": (480, 480)}
ASPECT_RATIOS = {"video": 16 / 9, "circular": 1.0, "square": 1.0}
TITLE_PATH = re.compile(r"^/(?:title|watch|embed)/([^/?#]+)$")
IFRAME_ALLOW = "autoplay; fullscreen; picture-in-picture; encrypted-media"


def title_in_url(url: str, bases: Sequence[str]) -> str | None:
    """The slug or id in the URL of a title on this site (its origin is one of `bases`), else None. Pure."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" not in bases:
        return None
    match = TITLE_PATH.match(parts.path)
    return match[1] if match else None


def fit_size(skin: str, max_width: int | None, max_height: int | None) -> tuple[int, int]:
    """The size of a skin in pixels, reduced to fit the limits; skins with pictures keep their aspect ratio."""
    width, height = SKIN_SIZES[skin]
    if skin in ASPECT_RATIOS:
        ratio = ASPECT_RATIOS[skin]
        width = min(width, max_width or width, round((max_height or height) * ratio))
        return width, round(width / ratio)
    return min(width, max_width or width), min(height, max_height or height)


def iframe(
    base: str, id: str, title: str, skin: str, size: tuple[int, int], options: Mapping[str, str] | None = None
) -> str:
    query = urlencode({**({"skin": skin} if skin != "video" else {}), **(options or {})})
    src = f"{base}/embed/{id}" + (f"?{query}" if query else "")
    return (
        f'<iframe src="{html.escape(src)}" width="{size[0]}" height="{size[1]}" title="{html.escape(title)}" '
        f'style="border:0;max-width:100%" allow="{IFRAME_ALLOW}" allowfullscreen loading="lazy"></iframe>'
    )


def oembed(base: str, site: str, page: Title, skin: str, size: tuple[int, int]) -> dict[str, Any]:
    """The oEmbed response for a title (§2.3.4): type `video`, or `rich` for the other skins."""
    response: dict[str, Any] = {
        "version": "1.0", "type": "video" if skin == "video" else "rich", "title": page.title,
        "provider_name": site, "provider_url": base, "cache_age": 300,
        "width": size[0], "height": size[1], "html": iframe(base, page.id, page.title, skin, size),
    }  # fmt: skip
    if picture := page_image(page, base):
        response |= {"thumbnail_url": picture.url, "thumbnail_width": picture.width, "thumbnail_height": picture.height}
    return response


def as_xml(response: Mapping[str, Any]) -> str:
    inside = "".join(f"<{k}>{html.escape(str(v), quote=False)}</{k}>" for k, v in response.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{inside}</oembed>\n'
