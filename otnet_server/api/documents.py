"""Documents that are generated once, with an entity tag, so that clients revalidate instead of loading them again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from otnet_server.api.rest import matches_etag


def document_response(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """The document, or 304 when the client has it already (RFC 9110 §13.1.2)."""
    etag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
    headers = {**headers, "ETag": etag}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
