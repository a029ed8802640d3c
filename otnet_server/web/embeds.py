"""Players on other people's pages: which sites may, the code to put there, and oEmbed 1.0 (oembed.com). Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from otnet_server.web.html_meta import image_of

SKINS = ("video", "audio", "circular", "square")
SIZES = {"video": (1280, 720), "audio": (720, 140), "circular": (360, 360), "square": (480, 480)}
FLEXIBLE = {"video": 16 / 9, "circular": 1.0, "square": 1.0}
PATH = re.compile(r"^/(?:title|watch|embed)/([^/?#]+)$")
ALLOW = "autoplay; fullscreen; picture-in-picture; encrypted-media"


def named(url: str, bases: Sequence[str]) -> str | None:
    """The title (slug or id) that an address of this site is of, or None when it is another's. Pure."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" not in bases:
        return None
    match = PATH.match(parts.path)
    return match[1] if match else None


def fitted(skin: str, most_width: int | None, most_height: int | None) -> tuple[int, int]:
    """The skin's size, made smaller to fit; pictures keep their shape."""
    width, height = SIZES[skin]
    if skin in FLEXIBLE:
        ratio = FLEXIBLE[skin]
        width = min(width, most_width or width, round((most_height or height) * ratio))
        return width, round(width / ratio)
    return min(width, most_width or width), min(height, most_height or height)


def iframe(
    base: str, id: str, title: str, skin: str, size: tuple[int, int], options: Mapping[str, str] | None = None
) -> str:
    query = urlencode({**({"skin": skin} if skin != "video" else {}), **(options or {})})
    src = f"{base}/embed/{id}" + (f"?{query}" if query else "")
    return (
        f'<iframe src="{html.escape(src)}" width="{size[0]}" height="{size[1]}" title="{html.escape(title)}" '
        f'style="border:0;max-width:100%" allow="{ALLOW}" allowfullscreen loading="lazy"></iframe>'
    )


def oembed(base: str, site: str, page: Mapping[str, Any], skin: str, size: tuple[int, int]) -> dict[str, Any]:
    """oEmbed §2.3.4: a title as `video`, or as `rich` in a skin that is none."""
    made: dict[str, Any] = {
        "version": "1.0", "type": "video" if skin == "video" else "rich", "title": page["title"],
        "provider_name": site, "provider_url": base, "cache_age": 300,
        "width": size[0], "height": size[1], "html": iframe(base, page["id"], page["title"], skin, size),
    }  # fmt: skip
    if picture := image_of(page, base):
        made |= {"thumbnail_url": picture.url, "thumbnail_width": picture.width, "thumbnail_height": picture.height}
    return made


def as_xml(made: Mapping[str, Any]) -> str:
    inside = "".join(f"<{k}>{html.escape(str(v), quote=False)}</{k}>" for k, v in made.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{inside}</oembed>\n'
