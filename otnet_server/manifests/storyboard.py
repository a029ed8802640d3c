"""Thumbnails as WebVTT: each cue names a tile of a sheet (`0.jpg#xywh=…`, W3C Media Fragments §4.2.2). Pure."""

from __future__ import annotations

from otnet_server.media.revision import Revision
from otnet_server.media.webvtt import stamp


def storyboard(revision: Revision) -> str | None:
    """Complete from the first second, like the manifests; None without a picture."""
    video = revision.plan.video
    if video is None or video.thumbnails is None:
        return None
    t = video.thumbnails
    lines = ["WEBVTT", ""]
    each, end = float(t.every / video.rate), video.timeline.duration_s
    for i in range(t.count):
        sheet, place = divmod(i, t.columns * t.rows)
        row, column = divmod(place, t.columns)
        lines += [
            f"{stamp(i * each)} --> {stamp(min((i + 1) * each, end))}",
            f"{sheet}.jpg#xywh={column * t.width},{row * t.height},{t.width},{t.height}",
            "",
        ]
    return "\n".join(lines)
