"""The objects of a channel: stored segments with the times of the channel, and subtitles.

They are made when they are requested, which takes less than a millisecond, and kept in memory for the next viewer.
"""

from __future__ import annotations

import math
import struct
from collections import OrderedDict
from fractions import Fraction

from otnet_server.channels.airing import Airing
from otnet_server.channels.periods import RenditionSource, source_of
from otnet_server.channels.tracks import StoredSegment
from otnet_server.channels.urls import ChannelPath, Kind
from otnet_server.media import webvtt
from otnet_server.media.channel_clock import ParameterSets, parameter_sets, retimed_init, retimed_segment, seconds
from otnet_server.media.revision import Revision
from otnet_server.media.sample_cuts import cut_samples
from otnet_server.media.urls import INIT_SEGMENT, NO_TEXT, segment_path, storage_key, text_path
from otnet_server.protocols import Storage
from otnet_server.storage.objects import read_object

MAX_BYTES = 96 << 20
MAX_INITS = 2000
PTS_HZ = 90_000  # of X-TIMESTAMP-MAP (RFC 8216 §3.5)
PTS_MODULUS = 1 << 33


class ChannelObjects:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._objects: OrderedDict[str, bytes] = OrderedDict()
        self._inits: OrderedDict[str, tuple[bytes, ParameterSets]] = OrderedDict()
        self._size = 0

    def known(self, path: str) -> bytes | None:
        body = self._objects.get(path)
        if body is not None:
            self._objects.move_to_end(path)
        return body

    async def read(self, url: str, path: ChannelPath, airing: Airing, revisions: dict[str, Revision]) -> bytes | None:
        """The bytes of an object of an airing; None when there is no such object. Raises FileNotFoundError when the
        stored one is gone, and StorageUnavailable."""
        if path.kind in (Kind.TEXT, Kind.TEXT_SEGMENT):
            body = await self._text(path, airing, revisions)
        else:
            source = source_of(airing, revisions, path.name)
            body = await self._media(path, source) if source is not None else None
        if body is not None:
            self._keep(url, body)
        return body

    async def _media(self, path: ChannelPath, source: RenditionSource) -> bytes | None:
        init, sets = await self._init(source.revision, source.rendition)
        if path.kind is Kind.INIT_SEGMENT:
            return retimed_init(init, source.track.clock)
        stored = source.track.stored_segment(path.start)
        return await self._segment(source, stored, sets) if stored is not None else None

    async def _segment(self, source: RenditionSource, stored: StoredSegment, sets: ParameterSets) -> bytes:
        revision = source.revision
        key = storage_key(revision.media, revision.id, segment_path(source.rendition, stored.time))
        data = await read_object(self._storage, key)
        try:
            if not stored.whole:
                data = cut_samples(data, stored.first, stored.last, sets.iv_bytes)
            return retimed_segment(data, source.track.clock, stored.shift, sets)
        except (struct.error, StopIteration, IndexError) as e:
            raise ValueError(f"the segment {key} is broken") from e

    async def _init(self, revision: Revision, rendition: str) -> tuple[bytes, ParameterSets]:
        key = storage_key(revision.media, revision.id, f"{rendition}/{INIT_SEGMENT}")
        if key not in self._inits:
            data = await read_object(self._storage, key)
            self._inits[key] = (data, parameter_sets(data))
            while len(self._inits) > MAX_INITS:
                self._inits.popitem(last=False)
        return self._inits[key]

    async def _text(self, path: ChannelPath, airing: Airing, revisions: dict[str, Revision]) -> bytes | None:
        revision = revisions.get(airing.revision)
        if path.name == NO_TEXT and path.kind is Kind.TEXT_SEGMENT:
            return b"WEBVTT\n"
        if revision is None or not revision.is_text(path.name):
            return None
        data = await read_object(self._storage, storage_key(revision.media, revision.id, text_path(path.name)))
        if path.kind is Kind.TEXT:
            return data
        starts = seconds(airing.start)
        offset = airing.media_start - starts
        return text_segment(data.decode(), Fraction(path.start, 1000), Fraction(path.end, 1000), starts, offset)

    def _keep(self, url: str, body: bytes) -> None:
        previous = self._objects.pop(url, None)
        self._size += len(body) - (len(previous) if previous is not None else 0)
        self._objects[url] = body
        while self._size > MAX_BYTES:
            _, dropped = self._objects.popitem(last=False)
            self._size -= len(dropped)


def text_segment(vtt: str, start: Fraction, end: Fraction, period_start: Fraction, offset: Fraction) -> bytes:
    """The cues between two times of the channel's clock. `offset` is added to a time of the channel to get the media
    time, which is that of the cues; X-TIMESTAMP-MAP says where the period begins on the channel."""
    first, last = float(start + offset), float(end + offset)
    cues = [cue for cue in webvtt.parse(vtt) if cue.end_s > first and cue.start_s < last]
    pts = round(period_start * PTS_HZ) % PTS_MODULUS
    local = webvtt.timestamp(float(period_start + offset))
    head = f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{pts},LOCAL:{local}\n"
    return head.encode() + webvtt.write(cues, math.inf).removeprefix(b"WEBVTT\n")
