"""Reads a live HLS stream of MPEG-TS segments (RFC 8216): the best variant, from three segments before its end.

Only what the guarded client may fetch is read, so a playlist can't lead elsewhere.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from otnet_server.errors import OtnetError

MAX_PLAYLIST_BYTES = 1 << 20
MAX_SEGMENT_BYTES = 128 << 20
SEGMENTS_BEFORE_END = 3
LONGEST_WAIT_S = 10.0
SILENCE_S = 30.0  # without a new segment


class PlaylistError(OtnetError):
    """The playlist can't be read."""


@dataclass(frozen=True)
class Playlist:
    """`variant` is the address of the best variant, if it is a list of variants; else the `segments` follow from number
    `first` on."""

    variant: str = ""
    first: int = 0
    segments: tuple[str, ...] = ()
    target_s: float = 0.0
    ended: bool = False


def is_playlist(media_type: str, url: str) -> bool:
    return "mpegurl" in media_type.lower() or url.partition("?")[0].lower().endswith((".m3u8", ".m3u"))


def parse(text: str, base: str) -> Playlist:
    """The playlist with absolute addresses. Raises PlaylistError."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0].lstrip("\ufeff") != "#EXTM3U":
        raise PlaylistError("not_hls", "The source is not an HLS playlist.")
    best, segments, bandwidth = (-1, ""), list[str](), -1
    tags: dict[str, str] = {}
    for line in lines[1:]:
        if not line.startswith("#"):
            if bandwidth >= 0:
                best = max(best, (bandwidth, urljoin(base, line)))
                bandwidth = -1
            else:
                segments.append(urljoin(base, line))
            continue
        name, _, value = line.partition(":")
        if name == "#EXT-X-STREAM-INF":
            match = re.search(r"(?:^|,)BANDWIDTH=(\d{1,12})", value)
            bandwidth = int(match[1]) if match else 0
        elif name == "#EXT-X-MAP":
            raise PlaylistError("hls_format", "The source has MP4 segments.", "Use a source with MPEG-TS segments.")
        elif name == "#EXT-X-KEY" and "METHOD=NONE" not in value:
            raise PlaylistError("hls_encrypted", "The source is encrypted.", "Use a source that is not encrypted.")
        else:
            tags[name] = value
    if best[1]:
        return Playlist(variant=best[1])
    return Playlist(
        "", _number(tags.get("#EXT-X-MEDIA-SEQUENCE")), tuple(segments),
        float(_number(tags.get("#EXT-X-TARGETDURATION")) or 6), "#EXT-X-ENDLIST" in tags,
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,15}", text) else 0


async def read(http: httpx.AsyncClient, response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The segments as they appear. `response` is that with the playlist. Raises PlaylistError, TimeoutError,
    httpx.HTTPError."""
    url = str(response.url)
    playlist = parse(await _text(response), url)
    if playlist.variant:
        url = playlist.variant
        playlist = await _playlist(http, url)
    if playlist.variant:
        raise PlaylistError("not_hls", "The playlist of the source has no segments.")
    following = playlist.first + (0 if playlist.ended else max(0, len(playlist.segments) - SEGMENTS_BEFORE_END))
    last_new = time.monotonic()
    while True:
        if playlist.first + len(playlist.segments) < following - len(playlist.segments):
            following = playlist.first  # the source has started again
        for number, segment in enumerate(playlist.segments, playlist.first):
            if number >= following:
                async for data in _segment(http, segment):
                    yield data
                following, last_new = number + 1, time.monotonic()
        if playlist.ended:
            return
        if time.monotonic() - last_new > SILENCE_S:
            raise TimeoutError
        await asyncio.sleep(min(LONGEST_WAIT_S, max(0.5, playlist.target_s / 2)))
        playlist = await _playlist(http, url)


async def _playlist(http: httpx.AsyncClient, url: str) -> Playlist:
    async with http.stream("GET", url) as response:
        return parse(await _text(response), url)


async def _text(response: httpx.Response) -> str:
    data = b"".join([part async for part in _body(response, MAX_PLAYLIST_BYTES)])
    return data.decode("utf-8", "replace")


async def _segment(http: httpx.AsyncClient, url: str) -> AsyncGenerator[bytes, None]:
    async with http.stream("GET", url) as response:
        async for part in _body(response, MAX_SEGMENT_BYTES):
            yield part


async def _body(response: httpx.Response, limit: int) -> AsyncGenerator[bytes, None]:
    if response.status_code != 200:
        raise PlaylistError("source_status", f"The source responded with status {response.status_code}.")
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > limit:
            raise PlaylistError("source_too_large", "The source sends more than it should.")
        yield part
