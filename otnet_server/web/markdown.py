"""Markdown as HTML, for the pages of the documentation. Pure. HTML in the source is shown as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Link = Callable[[str], str | None]


def render(text: str, link: Link) -> str:
    """HTML of a page. `link` returns the address of a link in the source, or None for one that leads nowhere here.
    Headings have the ids that GitHub gives them."""
    parser = _parser()
    tokens = parser.parse(text)
    _add_ids(tokens)
    for token in tokens:
        token.children = _with_links(token.children or [], link) if token.type == "inline" else token.children
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html.replace("<table>", '<div class="doc-table"><table>').replace("</table>", "</table></div>")


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only needed when a page is read

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def heading_id(title: str) -> str:
    """`Events and webhooks` → `events-and-webhooks`."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _add_ids(tokens: list[Token]) -> None:
    used: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        id = heading_id("".join(t.content for t in inline.children or []))
        used[id] = used.get(id, -1) + 1
        opening.attrSet("id", f"{id}-{used[id]}" if used[id] else id)


def _with_links(tokens: list[Token], link: Link) -> list[Token]:
    """The tokens with the addresses of links replaced; links that lead nowhere become plain text."""
    kept: list[Token] = []
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            address = link(str(token.attrGet("href") or ""))
            dropped = address is None
            if address is not None:
                token.attrSet("href", address)
        if not (dropped and token.type in ("link_open", "link_close")):
            kept.append(token)
    return kept
