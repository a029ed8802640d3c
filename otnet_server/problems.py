"""Errors over HTTP: RFC 9457 problem JSON that says what, why and what to do."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse


def problem(status: int, code: str, title: str, remedy: str = "", **more: Any) -> JSONResponse:
    """`code` is stable; `title` is a sentence; `remedy` says what helps."""
    headers = more.pop("headers", None)
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "remedy": remedy, **more}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
