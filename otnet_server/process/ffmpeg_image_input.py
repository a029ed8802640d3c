"""ffmpeg input options for uploaded images and poster files: JPEG, PNG and WebP only. Pure.

SVG can contain scripts, so it is never opened and never served.
"""

from __future__ import annotations

from otnet_server.errors import MediaError

_IMAGE_FORMATS = (
    (0, b"\xff\xd8\xff", "jpeg_pipe", "mjpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png_pipe", "png"),
    (8, b"WEBP", "webp_pipe", "webp"),
)


def image_guard(head: bytes) -> tuple[str, ...]:
    """Input options for an image that begins with the bytes `head`. Raises MediaError for any other format."""
    for offset, magic, demuxer, decoder in _IMAGE_FORMATS:
        if head[offset : offset + len(magic)] == magic:
            return (
                "-f", demuxer, "-format_whitelist", demuxer, "-codec_whitelist", decoder,
                "-protocol_whitelist", "file", "-max_pixels", str(10_000 * 10_000),
            )  # fmt: skip
    raise MediaError(
        "poster_refused",
        "poster",
        "The poster is not a JPEG, PNG or WebP image.",
        "Save it in one of these formats.",
    )
