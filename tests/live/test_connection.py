"""A connection of a publisher: what its encoders get, with the encoder and the stream replaced."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from otnet_server.errors import PublishEnded
from otnet_server.live.captions import Captions
from otnet_server.live.connection import Connection
from otnet_server.live.flv import AUDIO, VIDEO
from otnet_server.live.source import LiveSource
from tests.live.rtmp_client import tags
from tests.live.test_flv import HEADER, KEYFRAME, PICTURE, SOUND, tag

SETUP, SOUND_SETUP = b"\x17\0\0\0\0avcC", b"\xaf\0\x12\x10"
BOTH = LiveSource(640, 360, Fraction(25), sound=True)


class KeptEncoder:
    """Keeps what it gets."""

    problem, shown, encoded_s = "", 0, 0.0

    def __init__(self) -> None:
        self.data = bytearray()
        self.finished = False

    async def start(self) -> None: ...

    async def write(self, data: bytes) -> None:
        assert not self.finished
        self.data += data

    async def finish(self, timeout_s: float) -> None:
        self.finished = True

    @property
    def times(self) -> list[int]:
        """The times of the frames."""
        return [time for kind, time, body in tags(bytes(self.data)) if kind in (AUDIO, VIDEO) and body[1]]


class KeptStream:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.captions: Captions = []
        self.cues: list[tuple[int, bytes]] = []

    def begin(self, at: float, *, pictures: bool, sound: bool) -> None:
        self.calls.append("begin")

    def disconnect(self) -> None:
        self.calls.append("disconnect")

    def add_captions(self, captions: Captions) -> None:
        self.captions += captions

    def add_cues(self, cues: list[tuple[int, bytes]]) -> None:
        self.cues += cues

    async def drop_rung(self) -> None:
        self.calls.append("drop")


class Publisher:
    """A connection, with its encoders in the order in which they were started."""

    def __init__(self, container: str = "flv", source: LiveSource = BOTH) -> None:
        self.stream, self.encoders = KeptStream(), list[KeptEncoder]()

        async def probe(*_: Any) -> LiveSource:
            return source

        async def find_stream(*_: Any) -> KeptStream:
            return self.stream

        def make(*_: Any) -> Any:
            self.encoders.append(KeptEncoder())
            return self.encoders[-1]

        self.connection = Connection(container, probe, find_stream, make)

    async def send(self, first: int, last: int, *, start_ms: int = 0) -> None:
        """Pictures with sound, 40 ms apart, with a keyframe every second."""
        for n in range(first, last):
            picture = KEYFRAME if n % 25 == 0 else PICTURE
            at = start_ms + n * 40
            await self.connection.write(tag(VIDEO, at, picture) + tag(AUDIO, at + 1, SOUND))


async def publishing() -> Publisher:
    publisher = Publisher()
    await publisher.connection.write(HEADER + tag(VIDEO, 0, SETUP) + tag(AUDIO, 0, SOUND_SETUP))
    await publisher.send(0, 30)
    return publisher


async def test_each_encoder_begins_at_0_however_long_the_stream_is() -> None:
    publisher = await publishing()
    await publisher.connection.write(tag(AUDIO, 1200, b"\xaf\0\x11\x90"))  # 44.1 instead of 48 kHz
    await publisher.send(30, 60)
    first, second = (encoder.times for encoder in publisher.encoders)
    assert first[:2] == [0, 1] and max(first) == 29 * 40 + 1
    assert min(second) < 50 and max(second) - min(second) < 29 * 40 + 60 and second == sorted(second)
    assert publisher.stream.calls == ["begin", "begin"], "the stream goes on"


async def test_an_encoder_with_fewer_rungs_begins_with_a_keyframe_and_loses_nothing() -> None:
    publisher = await publishing()
    publisher.connection.drop_rung()
    await publisher.send(30, 60)
    first, second = (encoder.times for encoder in publisher.encoders)
    assert len(first) == 100 and second[0] == 0 and len(second) == 20
    assert publisher.stream.calls == ["begin", "drop", "begin"]
    await publisher.connection.close()
    assert publisher.stream.calls[-1] == "disconnect"


async def test_settings_that_change_all_the_time_end_the_stream() -> None:
    publisher = await publishing()
    with pytest.raises(PublishEnded, match="could not be encoded"):
        for n in range(9):
            await publisher.connection.write(tag(AUDIO, 1200 + n, b"\xaf\0\x11" + bytes([n])))
            await publisher.send(31 + 20 * n, 51 + 20 * n)
