"""Error responses: problem details as JSON (RFC 9457)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

RETRY_AFTER_S = 5  # how long to wait when a part of the server is not available, unless the error says so


def problem(status: int, code: str, title: str, remedy: str = "", **more: Any) -> JSONResponse:
    """A problem response. `code` is stable, `title` is a sentence, `remedy` says what to do. `more` are further members
    of the body, a `type` that the problem has elsewhere, and `headers`. Every 503 has Retry-After."""
    headers = more.pop("headers", None) or {}
    if status == 503:
        headers = {"Retry-After": str(RETRY_AFTER_S), **headers}
    kind = more.pop("type", "about:blank")
    body = {"type": kind, "status": status, "code": code, "title": title, "remedy": remedy, **more}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
