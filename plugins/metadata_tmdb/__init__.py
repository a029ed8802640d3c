"""Looks up films and series in The Movie Database (TMDB, API version 3) with the operator's own access token.

The token is sent to the configured address alone, in the header Authorization (https://developer.themoviedb.org/docs/
authentication-application), and never appears in messages, logs or responses of the server.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from pydantic import BaseModel, SecretStr

from otnet_server import (
    LookupFailed,
    TitleDetails,
    TitleDetailsRequest,
    TitleLookup,
    TitleMatch,
    TitleSearchRequest,
    hookimpl,
)

from .documents import details_of, matches_of

name = "metadata_tmdb"
api = 2
ATTRIBUTION = "This product uses the TMDB API but is not endorsed or certified by TMDB."
PATHS = {"film": "movie", "series": "tv"}
APPENDED = {"film": "credits,release_dates", "series": "aggregate_credits,content_ratings"}
YEAR_PARAMETER = {"film": "year", "series": "first_air_date_year"}
MAX_BYTES = 8 << 20
MAX_RETRY_AFTER_S = 3600
TIMEOUT_S = 10.0


class Config(BaseModel):
    """`token` is the API read access token of an account at TMDB; without one, the plugin offers nothing."""

    token: SecretStr = SecretStr("")
    url: str = "https://api.themoviedb.org/3"
    images: str = "https://image.tmdb.org/t/p"


class Tmdb:
    name = "tmdb"
    label = "TMDB"
    attribution = ATTRIBUTION

    def __init__(self, config: Config, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._config = config
        token = config.token.get_secret_value().strip()
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=TIMEOUT_S, trust_env=False, transport=transport,
        )  # fmt: skip

    async def search(self, request: TitleSearchRequest) -> list[TitleMatch]:
        parameters = {"query": request.title, "language": request.language, "include_adult": "false"}
        if request.year is not None:
            parameters[YEAR_PARAMETER[request.kind]] = str(request.year)
        document = await self._get(f"search/{PATHS[request.kind]}", parameters)
        return matches_of(document or {}, self._config.images)

    async def details(self, request: TitleDetailsRequest) -> TitleDetails | None:
        if not re.fullmatch(r"[0-9]{1,12}", request.id):
            return None
        path = f"{PATHS[request.kind]}/{request.id}"
        document = await self._get(path, {"language": request.language, "append_to_response": APPENDED[request.kind]})
        if document is None:
            return None
        if not document.get("overview") and not request.language.lower().startswith("en"):
            # TMDB has no fallback for missing translations.
            english = await self._get(path, {"language": "en"})
            document = {**document, "overview": (english or {}).get("overview")}
        return details_of(document, request.kind, request.language, self._config.images)

    async def close(self) -> None:
        await self._http.aclose()

    async def _get(self, path: str, parameters: dict[str, str]) -> dict[str, Any] | None:
        """The document at a path; None if there is none (404). Raises LookupFailed."""
        try:
            async with self._http.stream(
                "GET", f"{self._config.url.rstrip('/')}/{path}", params=parameters
            ) as response:
                data = bytearray()
                async for part in response.aiter_bytes():
                    data += part
                    if len(data) > MAX_BYTES:
                        raise _not_valid()
        except httpx.HTTPError as e:
            raise LookupFailed("lookup_unreachable", f"TMDB does not answer ({type(e).__name__}).",
                               "Check the server's connection, then try again.") from None  # fmt: skip
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            raise _refusal(response.status_code, response.headers.get("retry-after", ""))
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            raise _not_valid() from None
        if not isinstance(document, dict):
            raise _not_valid()
        return document


def _refusal(status: int, retry_after: str) -> LookupFailed:
    if status in (401, 403):
        return LookupFailed("lookup_key_refused", "TMDB refuses the access token.",
                            "Correct plugins.config.metadata_tmdb.token in the configuration.")  # fmt: skip
    if status == 429:
        seconds = min(int(retry_after), MAX_RETRY_AFTER_S) if re.fullmatch("[0-9]{1,9}", retry_after) else None
        when = f"in {seconds} seconds" if seconds is not None else "later"
        return LookupFailed("lookup_rate_limit", "TMDB has received too many requests.", f"Try again {when}.",
                            retry_after_s=seconds)  # fmt: skip
    return LookupFailed("lookup_unavailable", f"TMDB answered with status {status}.", "Try again later.")


def _not_valid() -> LookupFailed:
    return LookupFailed("lookup_unavailable", "The answer of TMDB is not valid.", "Try again later.")


@hookimpl
def register_title_lookups(config: Config) -> list[TitleLookup]:
    return [Tmdb(config)] if config.token.get_secret_value().strip() else []
