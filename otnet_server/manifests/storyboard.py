"""Build the WebVTT storyboard: each cue names a tile of a sheet (`0.jpg#xywh=…`, W3C Media Fragments §4.2.2). Pure."""

from __future__ import annotations

from otnet_server.media.presentation import Presentation
from otnet_server.media.webvtt import timestamp


def storyboard(presentation: Presentation) -> str | None:
    """The storyboard of every thumbnail, including those not made yet; None without thumbnails."""
    sheets = presentation.renditions.thumbnails
    if sheets is None:
        return None
    video = presentation.renditions.video[0].track
    interval_s, end_s = float(sheets.interval), float(video.seconds(sum(video.segments[-1])))
    lines = ["WEBVTT", ""]
    for number in range(sheets.count):
        sheet, tile = divmod(number, sheets.per_sheet)
        row, column = divmod(tile, sheets.columns)
        lines += [
            f"{timestamp(number * interval_s)} --> {timestamp(min((number + 1) * interval_s, end_s))}",
            f"{sheet}.jpg#xywh={column * sheets.width},{row * sheets.height},{sheets.width},{sheets.height}",
            "",
        ]
    return "\n".join(lines)
