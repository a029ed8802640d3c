"""The pages: files that the front end's build made. Error pages are filled in here, escaped."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from otnet_server.playback.access import TOKEN_COOKIE
from otnet_server.problems import problem

PLAIN = "<!doctype html><title>{{title}}</title><h1>{{title}}</h1><p>{{message}} {{remedy}}</p><small>{{code}}</small>"
HEADERS = {"Cache-Control": "no-cache"}


def folder(part: str = "web_ui") -> Path:
    """What was built of a front end (`web_ui`, `player`, `tv`): inside the wheel, or in the checkout."""
    inside = Path(__file__).parent.parent / "_front" / part
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / part / "dist"


def keep_token(request: Request) -> Response | None:
    """A page opened with `?token=` keeps the token in a cookie and drops it from the address."""
    token = request.query_params.get("token")
    if token is None:
        return None
    if not token.isascii() or len(token) > 2000:  # no token, and nothing that a cookie can hold
        token = ""
    answer = RedirectResponse(str(request.url.remove_query_params("token").replace(scheme="", netloc="")), 303)
    answer.headers["Cache-Control"] = "no-store"
    secure = request.url.scheme == "https"
    answer.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=7 * 86400)
    return answer


class FrontEnd:
    def __init__(self) -> None:
        self.folder = folder()
        file = self.folder / "error.html"
        self._error = file.read_text("utf-8") if file.is_file() else PLAIN

    def read(self, name: str) -> str | None:
        """The text of a page that the server adds to, or None when it is not built."""
        file = self.folder / name
        return file.read_text("utf-8") if file.is_file() else None

    async def studio(self, _: Request) -> Response:
        return self._page("studio.html")

    async def docs(self, _: Request) -> Response:
        return self._page("docs.html")

    def _page(self, name: str) -> Response:
        if not (self.folder / name).is_file():
            return self.error(503, "no_front_end", "The pages are not built.", "Run “make setup” in the checkout.")
        return FileResponse(self.folder / name, headers=HEADERS)

    def error(self, status: int, code: str, message: str, remedy: str = "") -> Response:
        titles = {
            401: "This is private",
            403: "Not here",
            404: "Nothing here",
            405: "Not like this",
            500: "Something broke",
        }
        values = {"title": titles.get(status, "Not now"), "message": message, "remedy": remedy, "code": code}
        text = self._error
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", html.escape(value))
        return HTMLResponse(text, status, headers=HEADERS)

    async def not_found(self, request: Request, error: HTTPException) -> Response:
        missing = error.status_code == 404
        code = "not_found" if missing else "method_not_allowed"
        message = "There is no such page." if missing else "That can’t be done here."
        answer = self._say(request, error.status_code, code, message, "Start from the home page.")
        answer.headers.update(error.headers or {})
        return answer

    async def broken(self, request: Request, _: Exception) -> Response:
        return self._say(request, 500, "internal", "OTNet made a mistake.", "Try again; the server’s log says more.")

    def _say(self, request: Request, status: int, code: str, message: str, remedy: str) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return self.error(status, code, message, remedy)
        return problem(status, code, message, remedy)
