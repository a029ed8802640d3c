"""Files of the player and the television app, as their builds made them."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from otnet_server.api.site_endpoint import Handler, SiteRequest
from otnet_server.errors import ApiError

HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.(js|css|wasm|woff2)$")
ENDINGS = {".js": "text/javascript", ".json": "application/json", ".css": "text/css", ".html": "text/html",
           ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2",
           ".wasm": "application/wasm", ".ts": "text/plain", ".ttf": "font/ttf"}  # fmt: skip


def folder(root: Path, index: str = "") -> Handler:
    """Files below `root`. Those with a hash in their name are kept for ever, the others for five minutes."""
    root = root.resolve()

    async def answer(request: Request, ctx: SiteRequest) -> Response:
        try:
            path = (root / (request.path_params.get("path") or index)).resolve()
            known = path.is_relative_to(root) and path.is_file() and path.suffix in ENDINGS
        except (OSError, ValueError):  # a name that no file can have
            known = False
        if not known:
            raise ApiError(404, "not_found", "There is no such file.", "The documentation lists what there is.")
        cache_headers = "public, max-age=31536000, immutable" if HASHED.search(path.name) else "public, max-age=300"
        return FileResponse(path, media_type=ENDINGS[path.suffix], headers={"Cache-Control": cache_headers})

    return answer
