"""Every route of the API is described by an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from otnet_server.api.openapi import openapi_of
from otnet_server.api.viewer_openapi import viewer_document
from otnet_server.schema.field import Surface
from tests.routes import api_operations, route_table

STUDIO = "/api/v1/dashboard/"
# Paths, or beginnings of paths with a slash at their end, that no document describes, and why.
PAGES = "for pages of the studio, and changes with them"
UNDOCUMENTED = {
    **dict.fromkeys(
        [
            f"{STUDIO}{name}{end}"
            for name in (
                "schema", "title_lookups", "protection", "policy_check", "policy_templates", "overview", "statistics",
                "event_failures", "views", "trash", "search", "team", "mail", "playback_explanation", "play_as",
                "playback_sessions",
            )
            for end in ("", "/")
        ],
        PAGES,
    ),
    f"{STUDIO}content/{{}}/history": PAGES,
    f"{STUDIO}imports/{{}}/media": PAGES,
    f"{STUDIO}home_layout/preview": PAGES,
    f"{STUDIO}policies/{{}}/versions": PAGES,
    f"{STUDIO}channels/{{}}/preview": PAGES,
    f"{STUDIO}media/events": PAGES,
    f"{STUDIO}media/{{}}/pipeline": PAGES,
    "/api/v1/auth/": "sign-in in a browser; the viewer API describes those that other programs may use",
    "/api/v1/media": "server-wide state for operators (docs/http.md)",
    "/api/v1/media/": "server-wide state for operators (docs/http.md)",
    "/api/v1/whep": "WHEP: requests and answers are SDP (docs/live.md)",
    "/api/v1/whep/": "likewise",
    "/api/v1/time": "the clock of players, text without a schema",
    "/api/v1/licence/": "requests and answers are messages of DRM systems (docs/protection.md)",
    "/api/v1/direct_uploads/{}": "the tus protocol; the token is the credential",
    "/api/v1/site/openapi.json": "a document itself",
    "/api/v1/site/previews/": "for pages of the site, with the secret of a preview link",
}  # fmt: skip


METHODS = {
    "OPTIONS": "CORS and the tus protocol",
    "POST /api/v1/dashboard/uploads/{}": "PATCH or DELETE for clients that can't send them (tus: X-HTTP-Method-Override)",
    "POST /api/v1/partner/uploads/{}": "likewise",
}


def normal(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def documented() -> Iterator[tuple[str, str]]:
    for document in [*map(openapi_of, Surface), viewer_document()]:
        for path, item in document["paths"].items():
            yield from ((method.upper(), normal(path)) for method in item if method != "parameters")


def is_exception(path: str) -> bool:
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in UNDOCUMENTED)


def test_every_route_of_the_api_is_in_an_openapi_document_or_a_known_exception() -> None:
    known = set(documented())
    missing = [
        f"{method} {path}"
        for method, path in api_operations()
        if not {method, f"{method} {normal(path)}"} & METHODS.keys()
        and (method, normal(path)) not in known
        and not is_exception(normal(path))
    ]
    assert missing == []
    paths = {normal(path) for _, path in api_operations()} | {path for _, path in known}
    others = [path for path in route_table().declared if path.startswith("/api/") and normal(path) not in paths]
    # The patterns of the resources, whose operations the documents have from the schema, and the documents themselves.
    generic = re.compile(r"/api/v1/(dashboard|public|partner)/(openapi\.json|\{plural\}.*)")
    assert [path for path in others if not generic.fullmatch(path) and not is_exception(normal(path))] == []


def test_exceptions_exist() -> None:
    paths = {normal(path) for path in route_table().declared}
    for known in UNDOCUMENTED:
        at = known.rstrip("/")
        assert any(path == at or path.startswith(f"{at}/") for path in paths), known
