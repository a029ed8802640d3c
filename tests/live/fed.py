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
    """The stream of a title in a state of publication; `path` is the folder of its pictures."""

    def __init__(self, plane: ControlPlane, state: str = "public") -> None:
        assert PLAN.video is not None
        self.plane, self.rendition = plane, PLAN.video.rungs[0].name
        self.content = content_in(plane.owner, state)
        self.media = ready_media(plane, state, self.content)
        revision = f"{REVISION[:-1]}{STATES.index(state)}"
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

    def feed(self, count: int = 1, size: int = 1000) -> None:
        """Make the next parts of the pictures, each of `size` bytes."""
        self.plane.call(self._feed, count, size)

    def _feed(self, count: int, size: int) -> None:
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

    def time_of(self, segment: int) -> int:
        """The start of a segment of the pictures, which is in its address."""
        return segment * PARTS * self.track.shape.part_frames * self.track.shape.ticks_per_frame

    def reload(self, ahead: int = 0) -> str:
        """The path of the playlist with the next part, or one so many segments later."""
        number, part = self.track.next
        return f"{self.path}/index.m3u8?_HLS_msn={number + ahead}&_HLS_part={part}"

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


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """The status and the body of a response with a Content-Length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ")[1]), body


def tasks(plane: ControlPlane) -> int:
    """How many tasks the server has."""
    return plane.call(lambda: len(asyncio.all_tasks()))
