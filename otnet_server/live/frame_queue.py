"""The frames of a live stream that wait to be sent in a preview. Pure."""

from __future__ import annotations

from collections import deque

from otnet_server.protocols.preview import LiveFrame

MAX_FRAMES = 120  # about a second of pictures and sound
MAX_BYTES = 4 << 20


class FrameQueue:
    """The frames that wait for a preview. `lost` counts those that were dropped."""

    def __init__(self) -> None:
        self._frames: deque[LiveFrame] = deque()
        self._bytes = 0
        self._needs_keyframe = True
        self.lost = 0

    def add(self, frame: LiveFrame) -> None:
        if len(self._frames) >= MAX_FRAMES or self._bytes + len(frame.data) > MAX_BYTES:
            self.lost += len(self._frames)
            self._frames.clear()
            self._bytes, self._needs_keyframe = 0, True
        if frame.kind == "video" and self._needs_keyframe:
            if not frame.keyframe:
                self.lost += 1
                return
            self._needs_keyframe = False
        if len(frame.data) > MAX_BYTES:
            self.lost += 1
            self._needs_keyframe = True
            return
        self._frames.append(frame)
        self._bytes += len(frame.data)

    def take(self) -> LiveFrame | None:
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._bytes -= len(frame.data)
        return frame
