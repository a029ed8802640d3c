"""The error of a connection that violates the protocol or its limits. Pure."""

from __future__ import annotations

from otnet_server.errors import OtnetError


class RtmpError(OtnetError):
    """The bytes that a client sent are not valid RTMP, or exceed a limit. The connection can't be used any more."""

    def __init__(self, message: str) -> None:
        super().__init__("rtmp_invalid", message, "Send RTMP as OBS Studio and ffmpeg do.")
