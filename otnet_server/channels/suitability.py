"""Which titles a channel can play. Pure.

The ladder of a channel has one video codec, which every player can decode, and players choose a rendition of it once
for all titles. So a title whose pictures are in another codec can't be on a channel, although it plays by itself.
"""

from __future__ import annotations

CODEC = "h264"
NAMES = {"h264": "H.264", "hevc": "HEVC", "av1": "AV1"}
REMEDY = "Encode it again with a profile of H.264, such as “standard”, or choose another title."


def can_play(codec: str | None) -> bool:
    """`codec` is that of the pictures, or None for sound without pictures."""
    return codec in (None, CODEC)


def reason(title: str, codec: str | None) -> str:
    """Why a title can't be played, for a field error: without a full stop."""
    name = NAMES.get(codec or "", codec or "")
    return f"“{title}” can't be played on a channel: it is encoded in {name}, and channels have {NAMES[CODEC]} only"
