"""Subtitles of media, sent as the body of a request."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import body_of, json_of
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.control.subtitle_files import MAX_BYTES, ROLES, SubtitleFiles
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.media import languages
from otnet_server.media.subtitle_names import parse_words
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.words import TAG
from otnet_server.schema.resource import Verb

MEDIA = SCHEMA["media"]


class SubtitleTextApi:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records, self._files = db, records, SubtitleFiles(db)

    async def put(self, request: Request, principal: Principal) -> Response:
        id, language, role = await self._target(request, principal)
        name = await self._files.store(id, language, role, await _text_of(request))
        return JSONResponse({"name": name, "language": language, "role": role or None})

    async def delete(self, request: Request, principal: Principal) -> Response:
        await self._files.remove(*await self._target(request, principal))
        return Response(status_code=204)

    async def _target(self, request: Request, principal: Principal) -> tuple[str, str, str]:
        """The id of the media, the language and the role. Raises ApiError and Invalid."""
        if not may(principal, MEDIA, Verb.UPDATE):
            raise not_allowed(principal, MEDIA, Verb.UPDATE)
        language, role = parse(request.query_params.multi_items())
        id = request.path_params["id"]
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), id) if id.isalnum() else None
        if row is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET …/media lists them.")
        return id, language, role


def parse(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """The language and the role in a query. Raises Invalid. Pure."""
    values = dict(pairs)
    language, role = values.get("language", ""), values.get("role", "")
    errors = [
        FieldError(n[:60], "unknown_parameter", "is not a known parameter", "Known: language, role.")
        for n in values
        if n not in ("language", "role")
    ]
    if len(values) != len(pairs):
        errors.append(FieldError("language", "repeated", "or role is given more than once", "Give each once."))
    if not (re.fullmatch(TAG, language) and _is_understood(language, role)):
        errors.append(FieldError("language", "not_valid", "must be a tag such as de or pt-BR", "Send the language."))
    if "role" in values and role not in ROLES:
        errors.append(FieldError("role", "not_an_option", f"must be one of {', '.join(ROLES)}", "Or leave it out."))
    if errors:
        raise Invalid("bad_query", "The query is not valid.", errors)
    return language, role


def _is_understood(language: str, role: str) -> bool:
    """Whether the name of a subtitle file with these words says that it is in this language."""
    said = parse_words("".join(f".{word}" for word in (language, role if role in ROLES else "") if word))
    return said is not None and said.language == languages.tag(language)


async def _text_of(request: Request) -> bytes:
    """The subtitles: the body, or `text` in a JSON object. Raises Invalid and ApiError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return await body_of(request, MAX_BYTES)
    body = await json_of(request, max_bytes=2 * MAX_BYTES)
    if not isinstance(body, dict) or list(body) != ["text"] or not isinstance(body["text"], str):
        field_error = FieldError("text", "required", "must be the only field, and text", "Send the subtitles as text.")
        raise Invalid("invalid", "The body must have the field text.", [field_error])
    return str(body["text"]).encode()
