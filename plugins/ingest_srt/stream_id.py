"""The stream id of an SRT caller (SRT Access Control). Pure."""

from __future__ import annotations

STANDARD = "#!::"


def key_of(stream_id: str) -> str:
    """The prefix of the stream key in a stream id: `ots_…` or `#!::r=ots_…,m=publish`. Empty if there is none."""
    if not stream_id.startswith(STANDARD):
        return stream_id
    values = dict(item.split("=", 1) for item in stream_id.removeprefix(STANDARD).split(",") if "=" in item)
    return values.get("r", "") if values.get("m", "publish") == "publish" else ""
