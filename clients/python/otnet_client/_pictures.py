"""The types of pictures, recognized by their first bytes. Pure."""

from __future__ import annotations

import re

SIGNATURES = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/avif": re.compile(rb"....ftyp(avif|avis|mif1)", re.DOTALL),
}


def picture_type(data: bytes) -> str:
    """The media type. Raises ValueError when it is none that the server accepts."""
    for type, signature in SIGNATURES.items():
        if signature.match(data):
            return type
    raise ValueError("The picture is neither JPEG, PNG, WebP nor AVIF.")
