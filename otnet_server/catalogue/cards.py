"""Cards: the JSON of a title or series in a row, and its pictures. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from otnet_server.images.variants import Picture

Row = Any  # a row of the database, by names
JsonObject = dict[str, Any]
PICTURE_SHAPES = ("poster", "still", "square", "backdrop")
MIN_RESUME_S = 10.0
FINISHED_SHARE = 0.95


def card(
    row: Row, media: Row | None, images: Mapping[str, Picture], series: Row | None, position: Row | None
) -> JsonObject:
    """The card of a content row. `media` is its main media, `images` its pictures by shape, `series` the series that it
    is an episode of, `position` the visitor's progress."""
    playable = media is not None and media["playing"] is not None
    return {
        "id": row["id"], "type": "content", "slug": row["slug"], "title": row["title"],
        "subtitle": subtitle(row, series), "kind": row["kind"],
        "year": int(row["release_date"][:4]) if row["release_date"] else None,
        "duration_s": media["duration_s"] if media is not None else None,
        "age_rating": row["age_rating"],
        "href": page_path("title", row["slug"] or row["id"]),
        "watch": f"/watch/{row['id']}" if media is not None else None,
        "playable": playable,
        "state": media["state"] if media is not None else "waiting",
        "media": media["id"] if media is not None else None,
        "images": {s: images[s].to_json() if s in images else None for s in PICTURE_SHAPES},
        "progress": resume_position(position),
    }  # fmt: skip


def subtitle(row: Row, series: Row | None) -> str:
    if series is None:
        return row["tagline"] or ""
    number = f" · {row['episode_number']}" if row["episode_number"] is not None else ""
    return f"{series['title']}{number}"


def series_card(row: Row, images: Mapping[str, Picture], episodes: int) -> JsonObject:
    return {
        "id": row["id"], "type": "series", "slug": row["slug"], "title": row["title"], "subtitle": "",
        "kind": row["kind"], "year": None, "duration_s": None, "age_rating": None,
        "href": page_path("series", row["slug"] or row["id"]), "watch": None, "playable": episodes > 0,
        "state": "ready" if episodes else "waiting", "media": None, "episodes": episodes,
        "images": {s: images[s].to_json() if s in images else None for s in PICTURE_SHAPES}, "progress": None,
    }  # fmt: skip


def resume_position(position: Row | None) -> JsonObject | None:
    """The position to resume at, or None at the start and the end of a title."""
    if position is None or position["position_s"] < MIN_RESUME_S or is_finished(position):
        return None
    return {"position_s": position["position_s"], "duration_s": position["duration_s"]}


def is_finished(position: Row) -> bool:
    return bool(position["duration_s"] > 0 and position["position_s"] >= FINISHED_SHARE * position["duration_s"])


def page_path(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name, safe='')}"


def pictures_by_shape(artwork: Mapping[str, Picture], still: Picture | None) -> dict[str, Picture]:
    """The picture for each shape: uploaded artwork, else the still or cover from the media if it has that shape."""
    pictures = {k: p for k, p in artwork.items() if k in PICTURE_SHAPES}
    if still is not None:
        pictures.setdefault(still.shape, still)
    if "backdrop" in artwork:
        pictures.setdefault("still", artwork["backdrop"])
    return pictures


def home_row(
    id: str, kind: str, items: list[JsonObject], title: str = "", href: str | None = None, shape: str = ""
) -> JsonObject:
    """A row of the home page. Without `shape` it has the shape that most of its items have a picture of."""
    shapes = ("poster", "still", "square")
    main_shape = max(shapes, key=lambda s: sum(1 for item in items if item["images"][s]))
    has_pictures = any(item["images"][main_shape] for item in items)
    shape = shape or (main_shape if has_pictures else "still")
    return {"id": id, "title": title, "kind": kind, "shape": shape, "items": items, "href": href}
