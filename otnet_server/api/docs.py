"""The documentation over HTTP: `/llms.txt`, `/llms-full.txt`, and its pages, as Markdown and as HTML.

The pages about the API are generated once from the schema (`schema/llms.py`). The others are the guides in `docs/` and
the changelog. Only the address of the server in them depends on the request.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.documents import document_response
from otnet_server.api.endpoint import Endpoint
from otnet_server.api.front_end import build_folder
from otnet_server.api.openapi import openapi_of
from otnet_server.api.viewer_openapi import viewer_document
from otnet_server.problems import problem
from otnet_server.resources import SCHEMA
from otnet_server.schema.llms import handed_out, pages, title_of
from otnet_server.schema.openapi import operation_ids
from otnet_server.web import markdown
from otnet_server.web.known_hosts import KnownHosts

HttpHandler = Callable[[Request], Awaitable[Response]]
Operations = Mapping[str, Mapping[str, str]]  # address of an OpenAPI document → operation → summary
RECIPES = Path(__file__).parent.parent / "schema" / "recipes"
MARKDOWN_PATHS = ("/llms.txt", "/llms-full.txt", "/docs/{page}.md", "/docs/{folder}/{page}.md")
HTML_PATHS = ("/docs/{page}", "/docs/{folder}/{page}")
DOC_PATHS = (*MARKDOWN_PATHS, *HTML_PATHS)
PREFIX = "/docs/"


@lru_cache
def library() -> dict[str, str]:
    """Every page about the API by its path."""
    return pages(SCHEMA, recipes(), {path: title_of(text) for path, text in guides().items()}, other_operations())


def recipes() -> dict[str, str]:
    return {p.stem: p.read_text("utf-8") for p in sorted(RECIPES.glob("*.md"))}


@lru_cache
def guides() -> dict[str, str]:
    """The guides of `docs/` and the changelog by their paths: in the wheel, or in the checkout."""
    inside, root = Path(__file__).parent.parent / "_docs", Path(__file__).parent.parent.parent
    folder, changelog = (inside, inside) if inside.is_dir() else (root / "docs", root)
    files = {f"{PREFIX}{p.stem}.md": p for p in sorted(folder.glob("*.md")) if p.name != "CHANGELOG.md"}
    files[f"{PREFIX}changelog.md"] = changelog / "CHANGELOG.md"
    return {path: file.read_text("utf-8") for path, file in files.items() if file.is_file()}


def all_pages() -> dict[str, str]:
    return {**guides(), **library()}


def other_operations() -> Operations:
    """The operations that belong to no resource, from the OpenAPI documents."""
    generated = {id for r in SCHEMA for s in r.surfaces for id in operation_ids(r, s)}
    documents = {f"/api/v1/{s}/openapi.json": openapi_of(s) for s in sorted({s for r in SCHEMA for s in r.surfaces})}
    documents["/api/v1/site/openapi.json"] = viewer_document()
    paths = {path for document in documents.values() for path in document["paths"]}
    return {
        address: {
            f"{method.upper()} {path}": operation["summary"]
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method != "parameters" and operation["operationId"] not in generated
        }
        for address, document in documents.items()
    } | {f"{PREFIX}http.md": _routes(set(paths))}


def _routes(described: set[str]) -> dict[str, str]:
    """The routes that no OpenAPI document describes, from the table of `docs/http.md`, which has all routes."""
    rows = re.findall(r"^\| `(/[^`]*)` \| \w+ \| (.*) \|$", guides().get(f"{PREFIX}http.md", ""), re.MULTILINE)
    return {
        path: re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", about)
        for path, about in rows
        if path not in described and "{plural}" not in path
    }


def markdown_page(known_hosts: KnownHosts, endpoint: Endpoint) -> HttpHandler:
    async def page(request: Request) -> Response:
        refusal = await endpoint.refuse_excess(request)
        if refusal is not None:
            return refusal
        text = all_pages().get(request.url.path)
        if text is None:
            return problem(404, "not_found", "This page does not exist.", "/llms.txt lists all pages.")
        kind = "text/plain" if request.url.path.endswith(".txt") else "text/markdown"
        headers = {"Cache-Control": "no-cache", "Vary": "Host"}
        document = handed_out(text, known_hosts.public_base_url(request)).encode()
        return document_response(request, document, kind, headers)

    return page


def html_page(known_hosts: KnownHosts, endpoint: Endpoint) -> HttpHandler:
    async def page(request: Request) -> Response:
        refusal = await endpoint.refuse_excess(request)
        if refusal is not None:
            return refusal
        path = f"{request.url.path}.md"
        if path not in all_pages():
            raise HTTPException(404)
        document = _html(path, known_hosts.public_base_url(request))
        return document_response(request, document, "text/html", {"Cache-Control": "no-cache", "Vary": "Host"})

    return page


@lru_cache(maxsize=256)
def _html(path: str, server: str) -> bytes:
    """The page as HTML in the template of the front end, or without it if it is not built."""
    text = handed_out(all_pages()[path], server)
    base = handed_out("{{server}}", server)
    template = build_folder() / "guide.html"
    page = template.read_text("utf-8") if template.is_file() else "<!doctype html><title>{{title}}</title>{{body}}"
    values = {
        "{{title}}": html.escape(title_of(text)), "{{source}}": html.escape(path), "{{nav}}": _navigation(path),
        "{{body}}": markdown.render(text, lambda address: _address(address, base)),
    }  # fmt: skip
    for name, value in values.items():
        page = page.replace(name, value)
    return page.encode()


def _address(address: str, server: str) -> str | None:
    """The address of a link in an HTML page; None for a file that this server does not have."""
    path, hash, fragment = address.removeprefix(server if address.startswith(f"{server}/") else "").partition("#")
    if urlsplit(address).scheme and address.startswith(path):
        return address  # of another host
    if not path or (path.startswith("/") and path not in all_pages()):
        return f"{path}{hash}{fragment}"
    path = path if path.startswith("/") else PREFIX + path.replace("../CHANGELOG.md", "changelog.md")
    if path not in all_pages():
        return None
    return f"{path.removesuffix('.md')}{hash}{fragment}"


def _navigation(current: str) -> str:
    """Links to all pages but those of single surfaces, in groups."""
    groups = {
        "Guides": guides(),
        "Recipes": {p: t for p, t in library().items() if p.startswith(f"{PREFIX}recipes/")},
        "API": {p: t for p, t in library().items() if p.startswith(PREFIX) and p.count("/") == 2},
    }
    lines = []
    for title, group in groups.items():
        lines.append(f"<h2>{title}</h2><ul>")
        for path, text in group.items():
            attribute = ' aria-current="page"' if path == current else ""
            address = html.escape(path.removesuffix(".md"))
            lines.append(f'<li><a href="{address}"{attribute}>{html.escape(title_of(text))}</a></li>')
        lines.append("</ul>")
    return "".join(lines)
