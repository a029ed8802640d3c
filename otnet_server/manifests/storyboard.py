"""Build the WebVTT storyboard: each cue names a tile of a sheet (`0.jpg#xywh=…`, W3C Media Fragments §4.2.2). Pure."""

from __future__ import annotations

from otnet_server.media.revision import Revision
from otnet_server.media.webvtt import timestamp


def storyboard(revision: Revision) -> str | None:
    """The storyboard of every thumbnail, including those not made yet; None without thumbnails."""
    video = revision.plan.video
    if video is None or video.thumbnails is None:
        return None
    t = video.thumbnails
    lines = ["WEBVTT", ""]
    interval_s, end = float(t.every / video.rate), video.timeline.duration_s
    for i in range(t.count):
        sheet, tile = divmod(i, t.columns * t.rows)
        row, column = divmod(tile, t.columns)
        lines += [
            f"{timestamp(i * interval_s)} --> {timestamp(min((i + 1) * interval_s, end))}",
            f"{sheet}.jpg#xywh={column * t.width},{row * t.height},{t.width},{t.height}",
            "",
        ]
    return "\n".join(lines)
