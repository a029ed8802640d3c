"""Detects closed captions (CEA-608 and CEA-708) inside a video stream.

They are in the user data of the pictures (ATSC A/53 Part 4 §6.2.3; in films from DVDs as line 21 data), so no stream
announces them. Almost every picture has such data when a video has captions; therefore the first pictures are searched,
without decoding them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from otnet_server.media.roles import Role
from otnet_server.media.source import CLOSED_CAPTIONS, Source, TextStream

CAPTIONED_CODECS = frozenset({"h264", "hevc", "mpeg2video"})
SEARCHED_BYTES = 1 << 20
SIGNATURES = (b"GA94\x03", b"\x00\x00\x01\xb2CC\x01\xf8")


def first_picture_offset(head: dict[str, Any], stream: int) -> int:
    """Where the first packet of a stream begins in the file, from ffprobe's packets."""
    positions = [int(p["pos"]) for p in head.get("packets", []) if p["stream_index"] == stream and "pos" in p]
    return min(positions, default=0)


def has_closed_captions(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(SEARCHED_BYTES)
    return any(signature in data for signature in SIGNATURES)


def with_closed_captions(source: Source) -> Source:
    """The source with a text stream for the captions in its video. Captions are in the language of the sound."""
    assert source.video is not None
    language = max(source.audio, key=lambda a: a.default).language if source.audio else "und"
    captions = TextStream(index=source.video.index, codec=CLOSED_CAPTIONS, language=language, roles=(Role.SDH,))
    return source.model_copy(update={"text": (*source.text, captions)})
