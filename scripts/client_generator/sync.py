"""Derives the modules of the synchronous client from those of the asynchronous one. Pure."""

from __future__ import annotations

import re

HEADER = "# Generated from _async/{name} by scripts/client_types.py. Do not edit.\n"
REPLACEMENTS = [
    (r"\b_async\b", "_sync"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"`async for`", "`for`"),
    (r"\bawait ", ""),
    (r"\b__aiter__\b", "__iter__"),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\baclose\b", "close"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAwaitable\[(.+?)\]\]", r"\1]"),
    (r", Awaitable\b|\bAwaitable, ", ""),
    (r"\bAsync([A-Z]\w+)", r"\1"),
    (r"\basynchronous\b", "synchronous"),
]


def synchronous(name: str, source: str) -> str:
    """The synchronous version of a module."""
    header = source.startswith("# Generated")
    text = source.partition("\n")[2] if header else source
    for pattern, replacement in REPLACEMENTS:
        text = re.sub(pattern, replacement, text)
    return HEADER.format(name=name) + text
