"""Posters beside a film: which image formats are taken, and how ffmpeg may open one. Pure.

SVG is a program, not a picture: it is never opened and never served.
"""

from __future__ import annotations

from otnet_server.errors import MediaError

_KINDS = (
    (0, b"\xff\xd8\xff", "jpeg_pipe", "mjpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png_pipe", "png"),
    (8, b"WEBP", "webp_pipe", "webp"),
)


def image_guard(head: bytes) -> tuple[str, ...]:
    """Input options for an image that begins with `head`. Raises MediaError for anything else."""
    for offset, magic, demuxer, decoder in _KINDS:
        if head[offset : offset + len(magic)] == magic:
            return (
                "-f", demuxer, "-format_whitelist", demuxer, "-codec_whitelist", decoder,
                "-protocol_whitelist", "file", "-max_pixels", str(10_000 * 10_000),
            )  # fmt: skip
    raise MediaError(
        "poster_refused",
        "poster",
        "The poster is not a JPEG, PNG or WebP picture.",
        "Save it as one of these.",
    )
