"""A fake of TMDB (API version 3) that refuses what the real one refuses, and its documents: an ASGI application.

Tests of the plugin call it without a socket; tests of the server run it with `running_tmdb`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.uvicorn_thread import serving

TOKEN = "a-secret-read-access-token"
PEOPLE = 1000
CAST = [{"id": 1000 + n, "name": f"Actor {n}", "character": f"Role {n}" if n % 2 else "", "order": n,
         "profile_path": None} for n in range(PEOPLE)]  # fmt: skip
CREW = [
    {"id": 1, "name": "George Lucas", "job": "Director", "department": "Directing", "profile_path": "/g.jpg"},
    {"id": 1, "name": "George Lucas", "job": "Writer", "department": "Writing"},
    {"id": 2, "name": "John Williams", "job": "Original Music Composer", "department": "Sound"},
    {"id": 3, "name": "Somebody", "job": "Best Boy Electric", "department": "Lighting"},
    {"id": 4, "name": "", "job": "Editor"}, {"job": "Editor"}, None,
]  # fmt: skip
FILMS: dict[int, dict[str, Any]] = {
    11: {
        "id": 11, "adult": False, "title": "Star Wars", "original_title": "Star Wars", "original_language": "en",
        "overview": "Princess Leia is captured.", "tagline": "A long time ago", "release_date": "1977-05-25",
        "runtime": 121, "vote_average": 8.2, "vote_count": 20000, "poster_path": "/poster.jpg",
        "backdrop_path": "/backdrop.jpg", "genres": [{"id": 12, "name": "Adventure"}, {"id": 28, "name": "Action"}],
        "de": {"title": "Krieg der Sterne", "overview": "", "tagline": "",
               "genres": [{"id": 12, "name": "Abenteuer"}, {"id": 28, "name": "Action"}]},
        "release_dates": {"results": [
            {"iso_3166_1": "US", "release_dates": [{"certification": "PG"}]},
            {"iso_3166_1": "DE", "release_dates": [{"certification": ""}, {"certification": "12"}]}]},
        "credits": {"cast": list(reversed(CAST)), "crew": CREW},
    },
    12: {"id": 12, "title": "No Picture Star", "overview": None, "release_date": "", "poster_path": None,
         "backdrop_path": None, "genres": [], "runtime": 0, "vote_average": 0, "vote_count": 0},
}  # fmt: skip
SERIES: dict[int, dict[str, Any]] = {
    1399: {
        "id": 1399, "name": "Game of Stars", "original_language": "en", "overview": "Houses.", "poster_path": "/p.jpg",
        "first_air_date": "2011-04-17", "vote_average": 8.4, "genres": [{"id": 1, "name": "Drama"}],
        "created_by": [{"id": 7, "name": "D. B. Weiss"}],
        "content_ratings": {"results": [{"iso_3166_1": "DE", "rating": "16"}]},
        "aggregate_credits": {"cast": [{"id": 8, "name": "Peter Dinklage", "order": 0,
                                        "roles": [{"character": "Tyrion"}]}],
                              "crew": [{"id": 9, "name": "Ramin Djawadi",
                                        "jobs": [{"job": "Original Music Composer"}]}]},
    },
}  # fmt: skip
SEARCH = {"query", "language", "include_adult", "page", "region"}
KINDS: dict[str, tuple[dict[int, dict[str, Any]], set[str], set[str]]] = {
    "movie": (FILMS, {*SEARCH, "year", "primary_release_year"}, {"credits", "release_dates"}),
    "tv": (SERIES, {*SEARCH, "year", "first_air_date_year"}, {"aggregate_credits", "content_ratings"}),
}


class FakeTmdb:
    """`status` and `headers` replace every answer of the API; `requests` are the requests that it got."""

    def __init__(self) -> None:
        self.status, self.headers = 200, dict[str, str]()
        self.body: bytes | None = None
        self.requests: list[Request] = []
        self.pictures: list[str] = []
        self.app = Starlette(routes=[
            Route("/3/{path:path}", self._api, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/t/p/{size}/{file}", self._picture),
        ])  # fmt: skip

    async def _api(self, request: Request) -> Response:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, 7, "Invalid API key: You must be granted a valid key.")
        if self.status != 200 or self.body is not None:
            return Response(b"{}" if self.body is None else self.body, self.status, self.headers, "application/json")
        if request.method != "GET":
            return _error(405, 35, "The method is not allowed.")
        kind, _, rest = request.path_params["path"].partition("/")
        if kind == "search" and rest in KINDS:
            return self._search(request, rest)
        if kind in KINDS and rest.isdecimal():
            return self._details(request, kind, int(rest))
        return _error(404, 34, "The resource you requested could not be found.")

    def _search(self, request: Request, kind: str) -> Response:
        records, known, _ = KINDS[kind]
        query = dict(request.query_params)
        if unknown := set(query) - known:
            return _error(422, 5, f"Unknown parameters: {unknown}")
        if not query.get("query", "").strip():
            return JSONResponse({"page": 1, "results": [], "total_pages": 1, "total_results": 0})
        if query.get("year", "1977") == "1234":
            return _error(400, 5, "Invalid parameters: Your request parameters are incorrect.")
        words = query["query"].lower()
        results = [_translated(r, query.get("language", "en")) for r in records.values()
                   if words in str(r.get("title") or r.get("name")).lower()]  # fmt: skip
        names = ("id", "title", "name", "overview", "release_date", "first_air_date", "poster_path", "adult")
        shown = [{n: r[n] for n in names if n in r} for r in results]
        return JSONResponse({"page": 1, "results": shown, "total_pages": 1, "total_results": len(shown)})

    def _details(self, request: Request, kind: str, id: int) -> Response:
        records, _, parts = KINDS[kind]
        query = dict(request.query_params)
        appended = set(filter(None, query.get("append_to_response", "").split(",")))
        if set(query) - {"language", "append_to_response"} or appended - parts:
            return _error(422, 5, f"Unknown parameters: {query}")
        if id not in records:
            return _error(404, 34, "The resource you requested could not be found.")
        document = _translated(records[id], query.get("language", "en"))
        return JSONResponse({n: v for n, v in document.items() if n not in parts or n in appended})

    async def _picture(self, request: Request) -> Response:
        self.pictures.append(request.url.path)
        if request.path_params["size"] not in ("w185", "original"):
            return Response(status_code=400)
        size = (185, 278) if request.path_params["size"] == "w185" else (400, 600)
        picture = io.BytesIO()
        Image.new("RGB", size, (28, 44, 92)).save(picture, "JPEG")
        return Response(picture.getvalue(), media_type="image/jpeg")


def _translated(record: dict[str, Any], language: str) -> dict[str, Any]:
    return {n: v for n, v in {**record, **record.get(language.partition("-")[0], {})}.items() if n != "de"}


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse({"success": False, "status_code": code, "status_message": message}, status)


@contextmanager
def running_tmdb() -> Iterator[tuple[FakeTmdb, str]]:
    """A fake on a local port, and its URL."""
    fake = FakeTmdb()
    with serving(fake.app) as url:
        yield fake, url
