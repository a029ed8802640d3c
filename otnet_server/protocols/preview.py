"""The protocol of preview senders, which show a live stream to its editors with less than a second of delay (WHEP).

A preview has the frames of one rendition as they come from the encoder. The server provides it, and the sender passes
the frames on to a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable


class LiveFrame(NamedTuple):
    """An encoded frame: a picture in H.264 with length prefixes (ISO/IEC 14496-15), or an AAC access unit. `time` is
    the presentation time in seconds, on a clock that pictures and sound share."""

    kind: Literal["video", "audio"]
    time: float
    keyframe: bool
    data: bytes


class LivePreview(Protocol):
    """One preview of a live stream. `video_init` and `audio_init` are the init segments of its renditions (MP4)."""

    video_init: bytes
    audio_init: bytes

    async def next(self) -> LiveFrame | None:
        """The next frame; None when the stream or the preview has ended. Frames that are not taken in time are lost,
        and pictures go on with a keyframe."""
        ...

    def close(self) -> None:
        """Nobody watches any more. It may be called more than once."""
        ...


@dataclass(frozen=True)
class PreviewSession:
    """A preview that is being sent. `answer` is the SDP answer, `id` what `end_preview` takes."""

    id: int
    answer: str


@runtime_checkable
class PreviewSender(Protocol):
    """An ingest that sends previews too."""

    @property
    def sends_previews(self) -> bool:
        """Whether it can send a preview now."""
        ...

    async def send_preview(self, offer: str, preview: LivePreview) -> PreviewSession:
        """Answer the SDP offer of a browser, and send it the frames until it leaves or they end; close the preview
        then. Raises PreviewRefused."""
        ...

    async def end_preview(self, id: int) -> None:
        """End a session, if it still runs."""
        ...
