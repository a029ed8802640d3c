"""The player's configuration: what any of its skins needs to play one title. Pure.

`/player/v1/config.schema.json` says what each field is; `tests/e2e/test_screens.py` checks that this fits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = 1


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
    """`title` has id (None for media that is no content yet), title and subtitle; `media` is a playable one as the
    API shows it; `poster` a `Picture`; `resume` seconds; `next_up` the card of what comes next."""
    playback = media["playback"]
    made: dict[str, Any] = {
        "version": VERSION,
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
        made["poster"] = poster.src(1280)
        made["artwork"] = [
            {"src": poster.src(w), "sizes": f"{w}x{round(w * poster.height / poster.width)}", "type": "image/jpeg"}
            for w in poster.widths if w in (160, 320, 640)
        ]  # fmt: skip
    if waveform:
        made["waveform"] = f"/api/v1/playback/{made['id']}/waveform.json"
    if next_up is not None and next_up["playable"]:
        made["next"] = {"src": f"/api/v1/playback/{next_up['id']}", "title": next_up["title"]}
        if image := next_up["images"]["still"] or next_up["images"]["poster"]:
            made["next"]["poster"] = f"{image['base']}/{min(image['widths'], key=lambda w: abs(w - 480))}.webp"
    if accent is not None:
        made["accent"] = accent
    if share is not None:
        made["share"] = {"url": share}
    return {name: value for name, value in made.items() if value not in (None, "")}


def chapter(told: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {"start": told["start_s"], "end": told["end_s"], "title": told["title"] or str(number)}
