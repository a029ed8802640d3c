"""The documentation over HTTP: `/llms.txt`, `/llms-full.txt`, one Markdown page per resource and surface, recipes.

The pages are generated once from the schema (`schema/llms.py`). Only the address of the server in them depends on the
request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.documents import document_response
from otnet_server.api.endpoint import Endpoint
from otnet_server.problems import problem
from otnet_server.resources import SCHEMA
from otnet_server.schema.llms import handed_out, pages
from otnet_server.web.known_hosts import KnownHosts

HttpHandler = Callable[[Request], Awaitable[Response]]
RECIPES = Path(__file__).parent.parent / "schema" / "recipes"
DOC_PATHS = ("/llms.txt", "/llms-full.txt", "/docs/{page}.md", "/docs/{folder}/{page}.md")


@lru_cache
def library() -> dict[str, str]:
    """Every page by its path."""
    return pages(SCHEMA, recipes())


def recipes() -> dict[str, str]:
    return {p.stem: p.read_text("utf-8") for p in sorted(RECIPES.glob("*.md"))}


def markdown(known_hosts: KnownHosts, endpoint: Endpoint) -> HttpHandler:
    async def page(request: Request) -> Response:
        refusal = await endpoint.refuse_excess(request)
        if refusal is not None:
            return refusal
        text = library().get(request.url.path)
        if text is None:
            return problem(404, "not_found", "This page does not exist.", "/llms.txt lists all pages.")
        kind = "text/plain" if request.url.path.endswith(".txt") else "text/markdown"
        headers = {"Cache-Control": "no-cache", "Vary": "Host"}
        document = handed_out(text, known_hosts.public_base_url(request)).encode()
        return document_response(request, document, kind, headers)

    return page
