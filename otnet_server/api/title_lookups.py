"""Titles are looked up in databases of plugins, and what an editor chooses of them is taken over.

Browsers talk to this server alone: it asks the database, and downloads the pictures from public addresses only.
"""

from __future__ import annotations

import asyncio
import base64
import math
from collections.abc import Awaitable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.artwork_files import ArtworkFilesApi, Fetch
from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.rest import Rest, matches_etag, not_allowed, scope_of
from otnet_server.api.rest import etag_of as etag
from otnet_server.control.title_lookups import PICTURES, TEXTS, TitleFiller, genres_of, line_of, people_of, values_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, changed_meanwhile
from otnet_server.errors import ApiError, FieldError, Invalid, LookupFailed, OtnetError
from otnet_server.images.uploads import MAX_BYTES
from otnet_server.logs import log
from otnet_server.principal import Principal, may
from otnet_server.protocols import TitleDetails, TitleDetailsRequest, TitleLookup, TitleSearchRequest
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Resource, Verb

T = TypeVar("T")
LOOKUP_S = 25.0
THUMBNAIL_BYTES = 300_000
THUMBNAILS_AT_ONCE = 6
THUMBNAIL_TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
KINDS = {"film": "content", "series": "series"}
FIELDS = (*TEXTS, "genres", "credits", *PICTURES)
# What taking a field over creates.
CREATED = {"genres": ("genre",), "credits": ("credit", "person"), "poster": ("artwork",), "backdrop": ("artwork",)}


class FillBody(RequestBody):
    """Which title to take what over from. `etag` is the version of the record that the editor has seen;
    without it, later changes are not noticed."""

    kind: Literal["film", "series"] = "film"
    record: Annotated[str, Check(pattern=r"^[0-9a-f]{12}$")]
    language: Annotated[str, Check(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"
    fields: Annotated[list[str], Check(min_length=1, max_length=20)]
    etag: Annotated[str, Check(max_length=80)] = ""


class TitleLookupsApi:
    def __init__(
        self,
        db: Database,
        records: Records,
        rest: Rest,
        artwork: ArtworkFilesApi,
        lookups: Mapping[str, TitleLookup],
        fetch: Fetch,
    ) -> None:
        self._db, self._records, self._rest, self._artwork = db, records, rest, artwork
        self._lookups, self._fetch, self._filler = lookups, fetch, TitleFiller(records)

    async def index(self, request: Request, principal: Principal) -> Response:
        """The databases in which titles can be looked up."""
        _check(principal, "content", Verb.UPDATE)
        items = [
            {"name": n, "label": lookup.label, "attribution": lookup.attribution} for n, lookup in self._lookups.items()
        ]
        return JSONResponse({"items": items})

    async def search(self, request: Request, principal: Principal) -> Response:
        """The titles that match `q` (and `year`), with thumbnails as data URLs."""
        lookup, query = self._query_of(request, principal, "q", "year")
        title = " ".join(query.get("q", "").split())
        year = int(query["year"]) if query.get("year", "").isdecimal() and len(query["year"]) == 4 else None
        if not title or len(title) > 200 or "\0" in title or (query.get("year") and year is None):
            error = FieldError("q", "bad_value", "must be a title, and year a year", "Such as q=Metropolis&year=1927.")
            raise Invalid("bad_query", "The query is not valid.", [error])
        sought = TitleSearchRequest(title, year, query["language"], _kind(query))
        matches = await _answer(lookup, lookup.search(sought))
        slots = asyncio.Semaphore(THUMBNAILS_AT_ONCE)
        thumbnails = await asyncio.gather(*(self._thumbnail(m.thumbnail, slots) for m in matches))
        items = [
            {
                "id": line_of(m.id, 200),
                "title": line_of(m.title, 300),
                "year": m.year,
                "synopsis": line_of(m.synopsis, 500),
                "thumbnail": thumbnail,
            }
            for m, thumbnail in zip(matches, thumbnails, strict=True)
        ]
        return JSONResponse({"items": items}, headers=NO_STORE)

    async def details(self, request: Request, principal: Principal) -> Response:
        """What the database knows of a title, in the form of the fields that it can fill."""
        lookup, query = self._query_of(request, principal)
        details = await self._details(lookup, request.path_params["title"], query["language"], _kind(query))
        resource = SCHEMA[KINDS[_kind(query)]]
        document = {
            **values_of(details, resource, principal),
            "genres": genres_of(details),
            "credits": [{k: v for k, v in asdict(p).items() if k != "id"} for p in people_of(details)],
            **{n: True for n in PICTURES if getattr(details, n)},
        }
        rating = details.rating if details.rating is not None and math.isfinite(details.rating) else None
        page = details.page if details.page.startswith("https://") else ""
        facts = {"runtime_minutes": details.runtime_minutes, "rating": rating, "page": line_of(page, 1000)}
        return JSONResponse({"id": line_of(details.id, 200), "fields": document, **facts}, headers=NO_STORE)

    async def fill(self, request: Request, principal: Principal) -> Response:
        """Take the chosen fields over. Raises ApiError 412 when the record has changed since it was read."""
        lookup = self._lookup(request)
        body = await parse_body(request, FillBody)
        resource = SCHEMA[KINDS[body.kind]]
        self._check_fill(principal, resource, body.fields)
        async with self._db.read() as c:
            self._fresh(await self._row(c, principal, resource, body.record), body.etag)
        details = await self._details(lookup, request.path_params["title"], body.language, body.kind)
        values = {n: v for n, v in values_of(details, resource, principal).items() if n in body.fields}
        pictures = {n: await self._picture(getattr(details, n)) for n in PICTURES if n in body.fields}
        for kind, data in pictures.items():
            if data is not None:
                await self._artwork.set_picture(principal, {resource.name: body.record}, kind, data)
        behaviour = self._rest.behaviour(resource)
        async with self._db.write() as c:
            before = self._fresh(await self._row(c, principal, resource, body.record), body.etag)
            if "genres" in body.fields:
                values["genres"] = await self._filler.genres(c, principal, genres_of(details))
            if "credits" in body.fields:
                owner = {resource.name: before["id"]}
                await self._filler.credit(c, principal, owner, lookup.name, people_of(details))
            prepared = await behaviour.prepare(c, principal, values, before)
            row = await self._records.update(c, resource, principal, before, prepared.values, prepared.internal_columns)
        await behaviour.after_commit(principal, row)
        async with self._db.read() as c:
            row = await self._row(c, principal, resource, body.record)
            (record,) = await self._rest.serialize(c, resource, principal, [row])
        return JSONResponse(record, headers={"ETag": etag(row)})

    # --- shared ---

    def _lookup(self, request: Request) -> TitleLookup:
        lookup = self._lookups.get(request.path_params["name"])
        if lookup is None:
            raise ApiError(404, "not_found", "This title lookup does not exist.", "GET …/title_lookups lists them.")
        return lookup

    def _query_of(self, request: Request, principal: Principal, *known: str) -> tuple[TitleLookup, dict[str, str]]:
        """The lookup and the query. Raises ApiError and Invalid."""
        query = dict(request.query_params)
        query.setdefault("language", "en")
        query.setdefault("kind", "film")
        _check(principal, KINDS.get(query["kind"], "content"), Verb.UPDATE)
        errors = [FieldError(n[:60], "unknown_parameter", "is not a known parameter")
                  for n in query if n not in (*known, "language", "kind")]  # fmt: skip
        if query["kind"] not in KINDS:
            errors.append(FieldError("kind", "not_an_option", "must be film or series"))
        if not query["language"].replace("-", "").isalnum() or not query["language"].isascii():
            errors.append(FieldError("language", "bad_value", "must be the tag of a language", "Such as de."))
        if errors or len(query["language"]) > 35:
            raise Invalid("bad_query", "The query is not valid.", errors)
        return self._lookup(request), query

    def _check_fill(self, principal: Principal, resource: Resource, fields: list[str]) -> None:
        _check(principal, resource.name, Verb.UPDATE)
        if unknown := [n for n in fields if n not in FIELDS]:
            error = FieldError("fields", "not_an_option", f"has the unknown field {unknown[0][:60]}",
                               f"Known: {', '.join(FIELDS)}.")  # fmt: skip
            raise Invalid("invalid", "Some fields are not valid.", [error])
        for name in {created for n in fields for created in CREATED.get(n, ())}:
            _check(principal, name, Verb.CREATE)

    async def _row(self, c: Any, principal: Principal, resource: Resource, id: str) -> Row:
        row = await self._records.get(c, resource, scope_of(principal), id)
        if row is None:
            raise ApiError(404, "not_found", f"This {resource.word} does not exist.", "It may have been deleted.")
        return row

    def _fresh(self, row: Row, seen: str) -> Row:
        if seen and not matches_etag(seen, etag(row)):
            raise changed_meanwhile()
        return row

    async def _details(self, lookup: TitleLookup, id: str, language: str, kind: Any) -> TitleDetails:
        details = await _answer(lookup, lookup.details(TitleDetailsRequest(id, language, kind)))
        if details is None:
            raise ApiError(404, "not_found", f"{lookup.label} does not have this title.", "Search for it again.")
        return details

    async def _picture(self, url: str) -> bytes | None:
        """Raises ApiError (502) when the picture can't be downloaded."""
        if not url:
            return None
        try:
            return await self._fetch(url, MAX_BYTES)
        except OtnetError as e:
            raise ApiError(502, "picture_unavailable", f"A picture can't be downloaded. {e.message}",
                           "Try again, or leave the pictures out.") from e  # fmt: skip

    async def _thumbnail(self, url: str, slots: asyncio.Semaphore) -> str | None:
        """A small picture as a data URL; None when it can't be had."""
        if not url:
            return None
        try:
            async with slots:
                data = await self._fetch(url, THUMBNAIL_BYTES)
        except OtnetError as e:
            log.info("a thumbnail was not downloaded", why=e.message)
            return None
        type = next((t for start, t in THUMBNAIL_TYPES.items() if data.startswith(start)), None)
        return f"data:{type};base64,{base64.b64encode(data).decode()}" if type else None


async def _answer(lookup: TitleLookup, call: Awaitable[T]) -> T:
    """Raises ApiError with the words of the lookup."""
    try:
        async with asyncio.timeout(LOOKUP_S):
            return await call
    except LookupFailed as e:
        after = {"Retry_After": str(e.retry_after_s)} if e.retry_after_s is not None else {}
        raise ApiError(503 if after else 502, e.code, e.message, e.remedy, **after) from None
    except TimeoutError:
        raise ApiError(502, "lookup_unreachable", f"{lookup.label} does not answer.", "Try again later.") from None


def _check(principal: Principal, name: str, verb: Verb) -> None:
    if not may(principal, SCHEMA[name], verb):
        raise not_allowed(principal, SCHEMA[name], verb)


def _kind(query: Mapping[str, str]) -> Any:
    return query["kind"]
