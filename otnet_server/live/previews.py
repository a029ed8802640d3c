"""Previews of a live stream: the frames of one rendition, as they come from the encoder and before they are grouped to
parts, for those who watch at this moment.

The stream never waits for a preview. What a preview does not take in time is lost: its queue is emptied, and its
pictures go on with the next keyframe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal

from otnet_server.live.argv import START_S
from otnet_server.live.frame_queue import FrameQueue
from otnet_server.media.fragments import Frame
from otnet_server.media.plan import Plan
from otnet_server.protocols import LiveFrame


class Preview:
    """A `LivePreview`. `on_close` is called once."""

    def __init__(self, video_init: bytes, audio_init: bytes, on_close: Callable[[Preview], None]) -> None:
        self.video_init, self.audio_init = video_init, audio_init
        self._on_close = on_close
        self._queue, self._changed, self._closed = FrameQueue(), asyncio.Event(), False

    @property
    def closed(self) -> bool:
        return self._closed

    def add(self, frame: LiveFrame) -> None:
        self._queue.add(frame)
        self._changed.set()

    async def next(self) -> LiveFrame | None:
        while not self._closed:
            if (frame := self._queue.take()) is not None:
                return frame
            self._changed.clear()
            await self._changed.wait()
        return None

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._changed.set()
            self._on_close(self)


class Previews:
    """The previews of one live stream that are being watched. They have its lowest rung, which is never dropped."""

    def __init__(self, plan: Plan, inits: Mapping[str, bytes]) -> None:
        assert plan.video is not None
        sound = plan.audio[0]
        self._video, self._audio, self._inits = plan.video.rungs[-1].name, sound.name, inits
        self._clocks = {self._video: plan.video.timeline.timescale, self._audio: sound.timeline.timescale}
        self._origin_s = 0.0  # the time of the first frame of the encoder
        self._watched: list[Preview] = []

    def watch(self) -> Preview:
        preview = Preview(self._inits[self._video], self._inits[self._audio], self._watched.remove)
        self._watched.append(preview)
        return preview

    def begin(self, origin_s: float) -> None:
        """A new encoder, whose first frame is at a time of the stream."""
        self._origin_s = origin_s

    def add(self, rendition: str, frame: Frame) -> None:
        """A frame of the encoder."""
        if not self._watched or rendition not in self._clocks:
            return
        time_s = self._origin_s + frame.time / self._clocks[rendition] - START_S
        kind: Literal["video", "audio"] = "video" if rendition == self._video else "audio"
        live_frame = LiveFrame(kind, time_s, frame.keyframe, frame.data)
        for preview in self._watched:
            preview.add(live_frame)

    def close(self) -> None:
        """The stream has ended."""
        for preview in list(self._watched):
            preview.close()
