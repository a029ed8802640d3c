"""Adds the tags of policies to a complete manifest, each once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

SCHEME = "urn:otnet:manifest-tag"


def add_tags(text: str, tags: Sequence[str]) -> str:
    """A playlist with each tag on a line after its header, or an MPD with a SupplementalProperty for each tag after
    its periods (ISO/IEC 23009-1 §5.8.4.9). A tag that the manifest has already is not added again."""
    if text.startswith("#EXTM3U"):
        lines = text.split("\n")
        new = [tag for tag in dict.fromkeys(tags) if tag not in lines]
        after = next((n for n, line in enumerate(lines) if line.startswith("#EXT-X-VERSION")), 0) + 1
        return "\n".join([*lines[:after], *new, *lines[after:]])
    before, end, after_periods = text.rpartition("</Period>")
    if not end:
        return text
    properties = [
        f"<SupplementalProperty schemeIdUri={quoteattr(SCHEME)} value={quoteattr(tag)}/>" for tag in dict.fromkeys(tags)
    ]
    return before + end + "".join(p for p in properties if p not in text) + after_periods
