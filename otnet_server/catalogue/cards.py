"""Cards: what a title looks like in a row, and the pictures of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from otnet_server.images.variants import Picture

Row = Any  # a row of the database, by names
JsonObject = dict[str, Any]
SHAPES = ("poster", "still", "square", "backdrop")
BEGUN_S, DONE_AT = 10.0, 0.95


def card(
    row: Row, media: Row | None, images: Mapping[str, Picture], series: Row | None, seen: Row | None
) -> JsonObject:
    """`media` is its main one; `images` by shape; `series` what it is an episode of; `seen` how far somebody came."""
    playable = media is not None and media["playing"] is not None
    return {
        "id": row["id"], "type": "content", "slug": row["slug"], "title": row["title"],
        "subtitle": subtitle(row, series), "kind": row["kind"],
        "year": int(row["release_date"][:4]) if row["release_date"] else None,
        "duration_s": media["duration_s"] if media is not None else None,
        "age_rating": row["age_rating"],
        "href": address("title", row["slug"] or row["id"]),
        "watch": f"/watch/{row['id']}" if media is not None else None,
        "playable": playable,
        "state": media["state"] if media is not None else "waiting",
        "media": media["id"] if media is not None else None,
        "images": {s: images[s].shown() if s in images else None for s in SHAPES},
        "progress": begun(seen),
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
        "href": address("series", row["slug"] or row["id"]), "watch": None, "playable": episodes > 0,
        "state": "ready" if episodes else "waiting", "media": None, "episodes": episodes,
        "images": {s: images[s].shown() if s in images else None for s in SHAPES}, "progress": None,
    }  # fmt: skip


def begun(seen: Row | None) -> JsonObject | None:
    """How far somebody came, while it is worth going on from there."""
    if seen is None or seen["position_s"] < BEGUN_S or done(seen):
        return None
    return {"position_s": seen["position_s"], "duration_s": seen["duration_s"]}


def done(seen: Row) -> bool:
    return bool(seen["duration_s"] > 0 and seen["position_s"] >= DONE_AT * seen["duration_s"])


def address(kind: str, name: str) -> str:
    return f"/{kind}/{quote(name, safe='')}"


def pictures(artwork: Mapping[str, Picture], still: Picture | None) -> dict[str, Picture]:
    """What there is for each shape: artwork as it was made for it, else what the pipeline found, where it fits."""
    found = {k: p for k, p in artwork.items() if k in SHAPES}
    if still is not None:
        found.setdefault(still.shape, still)
    if "backdrop" in artwork:
        found.setdefault("still", artwork["backdrop"])
    return found


def home_row(
    id: str, kind: str, items: list[JsonObject], title: str = "", href: str | None = None, shape: str = ""
) -> JsonObject:
    """A row of the home page; its shape is the one that most of its pictures have."""
    shapes = ("poster", "still", "square")
    most = max(shapes, key=lambda s: sum(1 for x in items if x["images"][s]))
    anything = any(x["images"][most] for x in items)
    return {"id": id, "title": title, "kind": kind, "shape": shape or (most if anything else "still"), "items": items,
            "href": href}  # fmt: skip
