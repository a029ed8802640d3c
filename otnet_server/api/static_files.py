"""Static files of the player and the television app."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from otnet_server.api.site_endpoint import Handler, SiteRequest
from otnet_server.errors import ApiError

HASHED_NAME = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.(js|css|wasm|woff2)$")
CONTENT_TYPES = {".js": "text/javascript", ".json": "application/json", ".css": "text/css", ".html": "text/html",
           ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2",
           ".wasm": "application/wasm", ".ts": "text/plain", ".ttf": "font/ttf"}  # fmt: skip


def serve_folder(root: Path, index: str = "") -> Handler:
    """A handler for the files below `root`. Clients may cache files with a hash in their name for ever, others for five
    minutes."""
    root = root.resolve()

    async def respond(request: Request, ctx: SiteRequest) -> Response:
        try:
            path = (root / (request.path_params.get("path") or index)).resolve()
            exists = path.is_relative_to(root) and path.is_file() and path.suffix in CONTENT_TYPES
        except (OSError, ValueError):  # not a valid file name
            exists = False
        if not exists:
            raise ApiError(404, "not_found", "This file does not exist.", "The documentation lists the files.")
        cache_control = (
            "public, max-age=31536000, immutable" if HASHED_NAME.search(path.name) else "public, max-age=300"
        )
        return FileResponse(path, media_type=CONTENT_TYPES[path.suffix], headers={"Cache-Control": cache_control})

    return respond
