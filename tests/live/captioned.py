"""An FLV with CEA-608 captions, which ffmpeg can't make itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from otnet_server.live.flv import SIGNATURE, VIDEO, FlvReader, Tag
from tests.captions import EDM, EOC, RCL, ROW_15, Pair, doubled, text, user_data
from tests.live.running import BARS, ENCODED, ffmpeg_output

RATE = 25
Script = Mapping[int, Pair]  # the pair of each picture that is not empty


def pop_on(words: str, first: int, last: int) -> dict[int, Pair]:
    """Captions that are shown from picture `first` to `last`."""
    shown = [*doubled(RCL, ROW_15), *text(words), *doubled(EOC)]
    begin = first - len(shown) + 2
    return dict(enumerate(shown, begin)) | dict(enumerate(doubled(EDM), last))


async def captioned_flv(seconds: float, *fields: Script, b_frames: int = 2) -> bytes:
    """Colour bars with a tone, and the captions of each field."""
    encoded = [str(b_frames) if value == "0" else value for value in ENCODED if value not in ("-tune", "zerolatency")]
    async with ffmpeg_output(*BARS, "-t", str(seconds), *encoded, "-") as output:
        tags = FlvReader().feed(await output.read())
    pictures = [n for n, tag in enumerate(tags) if tag.kind == VIDEO and tag.payload[1] == 1]
    for number, index in enumerate(sorted(pictures, key=lambda n: shown_at(tags[n]))):
        tags[index] = with_captions(tags[index], number, fields)
    return SIGNATURE + b"\x05\0\0\0\x09\0\0\0\0" + b"".join(tag.encode() for tag in tags)


def shown_at(tag: Tag) -> int:
    """When a picture is shown, in milliseconds."""
    return tag.time + int.from_bytes(tag.payload[2:5])


def with_captions(tag: Tag, number: int, fields: tuple[Script, ...]) -> Tag:
    units = [user_data([script.get(number, (0, 0))], field) for field, script in enumerate(fields, 1)]
    messages = b"".join(len(unit).to_bytes(4) + unit for unit in units)
    return tag._replace(payload=tag.payload[:5] + messages + tag.payload[5:])


async def write_captioned(path: Path, seconds: float, *fields: Script) -> Path:
    data = await captioned_flv(seconds, *fields)
    await asyncio.to_thread(path.write_bytes, data)
    return path
