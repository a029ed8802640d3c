"""Labels of tracks in manifests. Pure."""

from __future__ import annotations

from otnet_server.media import languages


def label(language: str, title: str, fallback: str) -> str:
    """The label for menus, without characters that need escaping inside quotes in a manifest."""
    text = title or languages.name(language) or fallback
    return "".join(c for c in text if c.isprintable() and c not in '"<>&')[:100] or fallback
