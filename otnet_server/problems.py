"""Error responses: problem details as JSON (RFC 9457)."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse


def problem(status: int, code: str, title: str, remedy: str = "", **more: Any) -> JSONResponse:
    """A problem response. `code` is stable, `title` is a sentence, `remedy` says what to do. `more` are further members
    of the body, and `headers`."""
    headers = more.pop("headers", None)
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "remedy": remedy, **more}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
