"""The player's configuration for one title, for all skins. Pure.

`/player/v1/config.schema.json` describes the fields; `tests/e2e/test_screens.py` validates this against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONFIG_VERSION = 1


def configuration(
    title: Mapping[str, Any],
    media: Mapping[str, Any],
    *,
    poster: Any = None,
    resume: float | None = None,
    signed_in: bool = False,
    next_up: Mapping[str, Any] | None = None,
    telemetry: bool = True,
    accent: str | None = None,
    share: str | None = None,
    waveform: bool = False,
) -> dict[str, Any]:
    """`title` has id (None for a media without content), title and subtitle. `media` is the media object of the API and
    must be playable, `poster` a `Picture`, `resume` a position in seconds, `next_up` the card of the next episode."""
    playback = media["playback"]
    config: dict[str, Any] = {
        "version": CONFIG_VERSION,
        "id": title["id"] or media["id"],
        "media": media["id"],
        "title": title["title"],
        "subtitle": title.get("subtitle") or "",
        "kind": media["kind"],
        "sources": {"dash": playback["dash"], "hls": playback["hls"]},
        "thumbnails": playback["thumbnails"],
        "chapters": [chapter(c, n) for n, c in enumerate(media["chapters"], 1)],
        "duration_s": media["duration_s"],
        "live": False,
        "growing": playback["growing"],
        "resume": resume or False,
        "telemetry": {"url": "/api/v1/telemetry"} if telemetry else False,
        "progress": {"url": "/api/v1/me/progress", "content": title["id"]} if signed_in and title["id"] else None,
    }
    if poster is not None:
        config["poster"] = poster.src(1280)
        config["artwork"] = [
            {"src": poster.src(w), "sizes": f"{w}x{round(w * poster.height / poster.width)}", "type": "image/jpeg"}
            for w in poster.widths if w in (160, 320, 640)
        ]  # fmt: skip
    if waveform:
        config["waveform"] = f"/api/v1/playback/{config['id']}/waveform.json"
    if next_up is not None and next_up["playable"]:
        config["next"] = {"src": f"/api/v1/playback/{next_up['id']}", "title": next_up["title"]}
        if image := next_up["images"]["still"] or next_up["images"]["poster"]:
            config["next"]["poster"] = f"{image['base']}/{min(image['widths'], key=lambda w: abs(w - 480))}.webp"
    if accent is not None:
        config["accent"] = accent
    if share is not None:
        config["share"] = {"url": share}
    return {name: value for name, value in config.items() if value not in (None, "")}


def chapter(chapter_row: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {"start": chapter_row["start_s"], "end": chapter_row["end_s"], "title": chapter_row["title"] or str(number)}
