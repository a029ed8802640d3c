"""Lets a stream be entered in the middle: what was skipped is needed to decode what follows. Pure."""

from __future__ import annotations

from otnet_server.live import flv, mpegts
from otnet_server.protocols import IngestContainer


class MidStream:
    """`skip` takes the bytes that are not used; from then on, `enter` gives those that are. Both raise ValueError for
    what can't be read."""

    def __init__(self, container: IngestContainer) -> None:
        self._flv = flv.FlvReader() if container == "flv" else None
        self._ts = mpegts.TsReader() if container == "mpegts" else None
        self._head = flv.FlvHead()
        self._has_pictures = self._entered = False

    def skip(self, data: bytes, now_s: float) -> None:
        self._entered = False
        if self._ts is not None:
            self._ts.feed(data, now_s)
        for tag in self._tags(data, now_s):
            self._head.add(tag)

    def enter(self, data: bytes, now_s: float) -> bytes:
        """Empty until a picture comes that needs no earlier one."""
        if self._ts is not None:
            packets = b"".join(part.data for part in self._ts.feed(data, now_s))
            head = b"" if self._entered else self._ts.tables()
            self._entered = True
            return head + packets
        out = bytearray()
        for tag in self._tags(data, now_s):
            self._head.add(tag)
            if not self._entered and (tag.keyframe or (tag.kind == flv.AUDIO and not self._has_pictures)):
                self._entered = True
                out += self._head.encode()
            if self._entered:
                out += tag.encode()
        return bytes(out)

    def _tags(self, data: bytes, now_s: float) -> list[flv.Tag]:
        tags = self._flv.feed(data, now_s) if self._flv is not None else []
        self._has_pictures = self._has_pictures or any(tag.kind == flv.VIDEO for tag in tags)
        return tags
