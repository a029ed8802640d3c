"""The HTML pages of the built front end, and the error pages, whose values are escaped here."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from otnet_server.db.availability import is_unavailable
from otnet_server.logs import log
from otnet_server.playback.access import TOKEN_COOKIE
from otnet_server.problems import RETRY_AFTER_S, problem

FALLBACK_ERROR_PAGE = (
    "<!doctype html><title>{{title}}</title><h1>{{title}}</h1><p>{{message}} {{remedy}}</p><small>{{code}}</small>"
)
PAGE_HEADERS = {"Cache-Control": "no-cache"}


def build_folder(part: str = "web_ui") -> Path:
    """The folder of a built front end (`web_ui`, `player`, `tv`): in the wheel, or in the checkout."""
    inside = Path(__file__).parent.parent / "_front" / part
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / part / "dist"


def store_token_cookie(request: Request) -> Response | None:
    """For a page opened with `?token=`: a redirect to the address without the token, which sets it as a cookie."""
    token = request.query_params.get("token")
    if token is None:
        return None
    if not token.isascii() or len(token) > 2000:  # not a valid token, and too long for a cookie
        token = ""
    response = RedirectResponse(str(request.url.remove_query_params("token").replace(scheme="", netloc="")), 303)
    response.headers["Cache-Control"] = "no-store"
    secure = request.url.scheme == "https"
    response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=7 * 86400)
    return response


class FrontEnd:
    def __init__(self) -> None:
        self.folder = build_folder()
        file = self.folder / "error.html"
        self._error = file.read_text("utf-8") if file.is_file() else FALLBACK_ERROR_PAGE

    def read(self, name: str) -> str | None:
        """The text of a page template, or None when the front end is not built."""
        file = self.folder / name
        return file.read_text("utf-8") if file.is_file() else None

    async def studio(self, _: Request) -> Response:
        return self._page("studio.html")

    async def docs(self, _: Request) -> Response:
        return self._page("docs.html")

    def _page(self, name: str) -> Response:
        if not (self.folder / name).is_file():
            return self.error(503, "no_front_end", "The pages are not built.", "Run “make setup” in the checkout.")
        return FileResponse(self.folder / name, headers=PAGE_HEADERS)

    def error(self, status: int, code: str, message: str, remedy: str = "") -> Response:
        titles = {
            401: "This is private",
            403: "Access denied",
            404: "Page not found",
            405: "Method not allowed",
            500: "Internal error",
        }
        values = {"title": titles.get(status, "Not available"), "message": message, "remedy": remedy, "code": code}
        text = self._error
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", html.escape(value))
        return HTMLResponse(text, status, headers=PAGE_HEADERS)

    async def not_found(self, request: Request, error: HTTPException) -> Response:
        is_not_found = error.status_code == 404
        code = "not_found" if is_not_found else "method_not_allowed"
        message = "This page does not exist." if is_not_found else "This method is not allowed here."
        response = self._error_response(request, error.status_code, code, message, "Start from the home page.")
        response.headers.update(error.headers or {})
        return response

    async def server_error(self, request: Request, _: Exception) -> Response:
        return self._error_response(
            request, 500, "internal", "An internal error occurred.", "Try again. The log of the server has the details."
        )

    async def database_error(self, request: Request, error: Exception) -> Response:
        """The response to an error of the database: 503 while it is away. Raises other errors, which are bugs."""
        if not is_unavailable(error):
            raise error
        log.warning("the database is not available", path=request.url.path, why=type(error).__name__)
        response = self._error_response(
            request, 503, "database_unavailable", "The database is not available.", "Try again in a few seconds."
        )
        response.headers.update({"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"})
        return response

    def _error_response(self, request: Request, status: int, code: str, message: str, remedy: str) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return self.error(status, code, message, remedy)
        return problem(status, code, message, remedy)
