"""A live stream whose parts a test makes, in a server of this process: no encoder, and no time that passes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from otnet_server.live.composer import Part, SegmentEnd
from otnet_server.live.edge import LiveEdge, TrackEdge
from otnet_server.live.stream import shapes_of
from tests.control.services import ControlPlane
from tests.playback.titles import PLAN, REVISION, STATES, content_in, ready_media

PARTS = 4  # of a segment


class FedStream:
    """The stream of a public title; `path` is the folder of its pictures. `put` is called in the server's thread."""

    def __init__(self, plane: ControlPlane) -> None:
        assert PLAN.video is not None
        self.plane, self.rendition = plane, PLAN.video.rungs[0].name
        self.media = ready_media(plane, "public", content_in(plane.owner, "public"))
        revision = f"{REVISION[:-1]}{STATES.index('public')}"
        self.path = f"/media/{self.media}/{revision}/{self.rendition}"
        self.edge = LiveEdge(shapes_of(PLAN), {name: b"init" for name in self._renditions()})
        self._next = 0
        stream: Any = SimpleNamespace(
            row=SimpleNamespace(media=self.media, revision=revision), edge=self.edge, plan=PLAN, dvr_s=60.0,
            epoch=datetime.now(UTC), captions=SimpleNamespace(plans=lambda: ()),
        )  # fmt: skip
        plane.call(plane.server.live._by_media.__setitem__, self.media, stream)

    def _renditions(self) -> Iterator[str]:
        for shape in shapes_of(PLAN).values():
            yield from shape.renditions

    @property
    def track(self) -> TrackEdge:
        return self.edge.tracks["video"]

    def put(self, count: int = 1, size: int = 1000) -> None:
        """The next parts of the pictures, each of `size` bytes."""
        shape = self.track.shape
        for _ in range(count):
            segment, number = divmod(self._next, PARTS)
            ticks = shape.part_frames * shape.ticks_per_frame
            start = segment * PARTS * ticks
            data = {name: bytes([number]) * size for name in shape.renditions}
            self.edge.add(Part("video", segment, start, number, start + number * ticks, ticks, number == 0, data))
            if number == PARTS - 1:
                self.edge.add(SegmentEnd("video", segment, start, PARTS * shape.part_frames, False))
            self._next += 1

    def feed(self, count: int = 1, size: int = 1000) -> None:
        self.plane.call(self.put, count, size)

    def time_of(self, segment: int) -> int:
        """The start of a segment of the pictures, which is in its address."""
        return segment * PARTS * self.track.shape.part_frames * self.track.shape.ticks_per_frame

    def waiting(self) -> int:
        """How many requests wait for the next part of the pictures."""
        return len(self.track._waiting)


@contextmanager
def sent(url: str, path: str, receive_bytes: int = 0) -> Iterator[socket.socket]:
    """A connection on which a request was sent, and nothing is read. `receive_bytes`: of the buffer of the client."""
    address = urlsplit(url)
    with socket.socket() as connection:
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(30)
        connection.connect((address.hostname, address.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        yield connection


def tasks(plane: ControlPlane) -> int:
    """How many tasks the server has."""
    return plane.call(lambda: len(asyncio.all_tasks()))
