"""LiveStreams that keep what is published in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass
class KeptStream:
    """What one publisher has written."""

    channel: str
    container: str
    data: bytearray = field(default_factory=bytearray)
    closed: int = 0

    async def write(self, data: bytes) -> None:
        assert not self.closed
        self.data += data

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.closed += 1


class KeptStreams:
    """The streams, in the order in which they began."""

    def __init__(self) -> None:
        self.opened: list[KeptStream] = []

    async def open(self, channel: str, container: str) -> KeptStream:
        assert not [s for s in self.opened if s.channel == channel and not s.closed], "one publisher at a time"
        self.opened.append(KeptStream(channel, container))
        return self.opened[-1]

    def of(self, channel: str) -> list[KeptStream]:
        return [stream for stream in self.opened if stream.channel == channel]
